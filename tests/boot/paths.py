#!/usr/bin/python3
"""The same commands on every way to boot: the right text, the right status, and nothing of the firmware's."""
import os, re, sys
sys.path.insert(0, os.path.dirname(os.path.realpath(__file__)) + '/../lib')
from atoll import *

PATHS = {
	'BIOS': [],
	'BIOS, a processor without SMEP, SMAP, UMIP': ['--cpu', 'qemu64'],
	'UEFI': ['--uefi'],
	'Bochs': ['--emulator', 'bochs'],
	'Bochs, a processor without PCID': ['--emulator', 'bochs', '--cpu', 'ryzen'],
	'counted instructions': ['--icount'],
}

words = open(TOP + '/programs/files/etc/motd').read()
counts = [str(n) for n in (words.count('\n'), len(words.split()), len(words.encode()))]
for name, options in PATHS.items():
	done = run('ls /; wc /etc/motd; ps; echo the last line', *options)
	equal(done.status, 0, name + ': status 0')
	lines = done.text.splitlines()
	ok(len(lines) > 2 and {'bin', 'etc', 'servers'} <= set(lines[1].split()), name + ': ls', done)
	ok(counts + ['/etc/motd'] in [line.split() for line in lines], name + ': wc', done)
	ok(any(re.match(r' +1 init +RECEIVE', line) for line in lines), name + ': ps', done)
	ok(done.text.endswith('\nthe last line\n'), name + ': all of it, and nothing behind', repr(done.text[-60:]))
	ok(re.match(r'\d+ MiB, ', done.text), name + ': nothing of the firmware in front', repr(done.text[:200]))
	equal(run('false', *options).status, 1, name + ": false's status")
finish()
