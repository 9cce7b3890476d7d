#!/usr/bin/python3
"""tools/debug: stops where it says, and knows kernel, servers and programs by name."""
import os, re, socket, subprocess, sys, tempfile
sys.path.insert(0, os.path.dirname(os.path.realpath(__file__)) + '/../lib')
from atoll import *


def debug(*words):
	p = subprocess.run(['timeout', '100', 'tools/debug', *words], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
		stderr=subprocess.STDOUT, text=True, errors='replace')
	return Done(p.returncode, p.stdout, '', '')


words = ['-batch']
for command in ('info registers rip', 'break kernel_main', 'continue', 'break servers/name/main.c:main', 'continue', 'backtrace',
		'break programs/ls.c:main', 'continue', 'backtrace', 'print argc', 'delete', 'continue'):
	words += ['-ex', command]
done = debug('-c', 'ls /', '--', *words)
ok(re.search(r'rip +0x10[0-9a-f]{4} .*<boot_entry>', done.text), "stops at the kernel's first instruction", done)
ok(re.search(r'boot_entry \(\) at boot/boot\.S:\d+', done.text), 'and shows the line of boot.S')
ok(re.search(r'Breakpoint 2, kernel_main \(.*\) at kernel/main\.c:\d+', done.text), 'a breakpoint in the kernel')
ok(re.search(r'Breakpoint 3, main \(.*\) at servers/name/main\.c:\d+', done.text), 'in a server')
ok(re.search(r'#1 .* in libc_start ', done.text), 'with a backtrace to libc')
ok(re.search(r'Breakpoint 4, main \(argc=2, .*\) at programs/ls\.c:\d+', done.text), 'in a program')
contains(done.text, '$1 = 2', 'whose variables it reads')
contains(done.text, 'servers', 'and the guest goes on to its end')

done = debug('--memory', 'much', '--', '-batch')
ok(done.status == 2 and 'much' in done.text, "tools/run's complaints come through, and its status", done)
with tempfile.TemporaryDirectory(prefix='atoll-debug.') as folder:
	with socket.socket(socket.AF_UNIX) as nobody:
		nobody.bind(folder + '/left')
	done = debug('--attach', folder + '/left', '--', '-batch')
	ok(done.status == 2 and 'first run tools/run --gdb' in done.text and 'Traceback' not in done.text, 'a socket that nobody listens at is told', done)
equal(debug('--help').status, 0, '--help')
finish()
