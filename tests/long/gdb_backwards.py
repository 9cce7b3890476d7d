#!/usr/bin/python3
"""Replays in gdb: a recording of what was typed replays the same; from a handler back to the call, to main, a single instruction
back and on again, several times over (COUNT), as QEMU's way back has hung before; one that hangs is given up."""
import os, re, sys
sys.path.insert(0, os.path.dirname(os.path.realpath(__file__)) + '/../lib')
from atoll import *
from debugger import session
from variant import Folder

COUNT = int(os.environ.get('COUNT', 1 if 'SLICE' in os.environ else 3))

with Folder() as folder:
	path = folder.name + '/recorded'
	with Console('--record', path) as console:
		text = console.enter('cat /etc/motd')
		contains(text, 'processes are islands', 'the console can be used while it is recorded')
		equal(console.power_off(), 0, 'and the run ends with its status')
	again = run(None, '--replay', path)
	ok('cat /etc/motd' in again.text and again.text.count('processes are islands') >= 1 and again.status == 0,
		'the replay prints what was typed and answered', again)

	run('false', '--record', path)
	again = run(None, '--replay', path)
	ok(again.status == 1, 'it has the status of what was recorded', again)
	with open(path + '/options') as options:
		contains(options.read(), '"status": 1', 'which is kept, for QEMU may end a replay before the last words')
	run('cat /etc/motd', '--record', path)
	commands = ['atoll break cat:main', 'continue', 'atoll break file:io_read', 'continue', 'atoll back-to-send', 'reverse-continue',
		'reverse-stepi', 'stepi', 'continue', 'atoll bt']
	for number in range(COUNT):
		(*_, send, before, earlier, again, forth, bt), said = session(commands, '--replay', path, patience=300)
		ok(re.search(r'^back in cat/\d+, pid \d+', send, re.M), 'atoll back-to-send (%d of %d)' % (number + 1, COUNT), said)
		ok(re.search(r'Breakpoint.*main \(argc=2', before), 'reverse-continue to a break point: main', said)
		ok('libc_start' in earlier and re.search(r'Breakpoint.*main \(argc=2', again), 'reverse-stepi leaves it, and forwards comes back', said)
		ok(re.search(r'io_read \(r=', forth) and re.search(r'\[cat\] +main', bt), 'and on to the handler again', said)

	os.environ['ATOLL_REVERSE_LIMIT'] = '1'
	(*_, back), said = session(['atoll break cat:main', 'continue', 'shell kill -STOP $(pgrep -f "^qemu.*rrfile=%s/log")' % path,
		'reverse-continue'], '--replay', path)
	contains(said, 'QEMU does not answer: given up', 'an emulator that hangs on the way back is given up, and that is said')
finish()
