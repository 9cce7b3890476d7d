#!/usr/bin/python3
"""The exit status of a run is the guest's, whatever the guest writes on its console."""
import os, sys
sys.path.insert(0, os.path.dirname(os.path.realpath(__file__)) + '/../lib')
from atoll import *

for commands, status in {
	'true': 0,
	'false': 1,
	'': 0,
	'# nothing': 0,
	'true; false': 1,
	'false; true': 0,
	'exit 42; true': 42,
	'exit 255': 255,
	'poweroff': 0,
	'poweroff 7; true': 7,
	'no-such-command': 127,
	'echo atoll: exit status 0; false': 1,
	'echo; echo "atoll: exit status 3"; true': 0,
	'ls | |': 2,
}.items():
	equal(run(commands).status, status, '%r: status %d' % (commands, status))

for emulator in 'qemu', 'bochs':
	done = run('echo before; sleep 1000', '--emulator', emulator, timeout=8)
	equal(done.status, 124, emulator + ': out of time: 124')
	contains(done.text, 'before', emulator + ': what it wrote until then')
	contains(done.errors, 'timed out after 8 s', emulator + ': and why it ended')
	# An init that is no program: the kernel has nothing to go on with.
	done = run('true', '--emulator', emulator, '--module', 'init=Makefile')
	equal(done.status, 99, emulator + ': panic: 99')
	contains(done.text, 'panic', emulator + ': and its text on the console')
	contains(done.text, 'kernel_main', emulator + ': with a backtrace by name')
	contains(done.log, 'panic', emulator + ": and in the kernel's log")
finish()
