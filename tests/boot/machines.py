#!/usr/bin/python3
"""Machines that are too small, too old, or large; and words on the kernel's command line that make no sense."""
import os, sys
sys.path.insert(0, os.path.dirname(os.path.realpath(__file__)) + '/../lib')
from atoll import *


def stops_saying(text, name, *options):
	"""It says so before it can report a status, so the emulator runs on: it is ended when the text has come."""
	try:
		with Console(*options, prompt=text):
			ok(True, name)
	except (pexpect.TIMEOUT, pexpect.EOF) as error:
		ok(False, name, error)


stops_saying('no 64-bit mode', 'a 32-bit processor: a message', '--cpu', 'qemu32')
stops_saying('NX', 'a processor without NX: a message', '--cpu', 'qemu64,-nx')

for mib in 1, 2, 3, 4, 5, 6, 8:
	done = run('echo alive', '--memory', str(mib), timeout=8)
	# Below some size not even GRUB gets to the kernel, and then nobody can report a status.
	ok(done.status != 0 or 'alive' in done.text, '%d MiB: either it works or it says that it does not' % mib, done)
	note('%d MiB: status %d: %s' % (mib, done.status, (done.text + done.errors).strip().replace('\n', ' / ')[-100:]))
for mib in 16, 64, 1024, 4096, 6144:
	done = run('echo alive', '--memory', str(mib))
	ok(done.status == 0 and 'alive' in done.text, '%d MiB: it works' % mib, done)
done = run('echo alive', '--emulator', 'bochs', '--memory', '1024')
ok(done.status == 0 and 'alive' in done.text, 'Bochs, 1024 MiB: it works', done)

for words in ('pcid=off', 'pcid=4', 'pcid=auto', 'deadlock=wait', 'deadlock=detect'):
	equal(run('exit 3', '--append', words).status, 3, words)
equal(run('exit 3', '--append', 'pcid=4', '--emulator', 'bochs').status, 3, 'Bochs: pcid=4')
for words in ('pcid=banana', 'pcid=', 'pcid=-1', 'pcid=0', 'pcid=99999999999999999999999', 'deadlock=', 'deadlock=maybe',
		'nonsense', 'a=b=c', '= == =x', '"', "'", '\\', 'x' * 900, 'x' * 5000, 'pcid=off ' * 300, '\x7f\xff'):
	done = run('exit 3', '--append', words)
	equal(done.status, 3, 'started with %.30r: it starts all the same' % words)
finish()
