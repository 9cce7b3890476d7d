#!/usr/bin/python3
"""A recorded run goes forwards and backwards in gdb: from the file server's handler back to cat's call and to its main. A
recording of what was typed replays the same."""
import os, re, sys
sys.path.insert(0, os.path.dirname(os.path.realpath(__file__)) + '/../lib')
from atoll import *
from debugger import session
from variant import Folder

with Folder() as folder:
	path = folder.name + '/recorded'
	with Console('--record', path) as console:
		text = console.enter('cat /etc/motd')
		contains(text, 'processes are islands', 'the console can be used while it is recorded')
		equal(console.power_off(), 0, 'and the run ends with its status')
	again = run(None, '--replay', path)
	ok('cat /etc/motd' in again.text and again.text.count('processes are islands') >= 1 and again.status == 0,
		'the replay prints what was typed and answered', again)

	run('cat /etc/motd', '--record', path)
	commands = ['atoll break cat:main', 'continue', 'atoll break file:io_read', 'continue', 'atoll message', 'atoll back-to-send', 'backtrace',
		'info locals', 'reverse-continue', 'reverse-stepi', 'stepi', 'continue', 'atoll bt']
	(_, main, _, handler, message, send, stack, local, before, earlier, again, forth, bt), said = \
		session(commands, '--replay', path, patience=300)
	ok(re.search(r'main \(argc=2', main) and re.search(r'io_read \(r=.* at servers/file/main\.c', handler), 'forwards, to main and to the handler', said)
	contains(message, 'call: IO_READ, version 1, from cat/', 'with the message')
	ok(re.search(r'^back in cat/\d+, pid \d+', send, re.M) and re.search(r'^#0 .*ipc_call \(.* at libc/ipc\.c:\d+', send, re.M) and
		'call: IO_READ, version 1' in send, 'atoll back-to-send: in the client that is about to send it', send + said)
	ok(re.search(r'^#\d+ .* main \(argc=.* at programs/cat\.c', stack, re.M), "whose stack leads to cat's main", stack)
	contains(local, 'tries = ', 'and whose locals are there')
	ok(re.search(r'Breakpoint.*main \(argc=2', before), 'reverse-continue to a break point: main', before)
	ok('libc_start' in earlier and re.search(r'Breakpoint.*main \(argc=2', again), 'reverse-stepi leaves it, and forwards comes back', earlier + again)
	ok(re.search(r'io_read \(r=', forth) and re.search(r'\[cat\] +main', bt), 'and on to the handler again', forth + bt)

	os.environ['ATOLL_REVERSE_LIMIT'] = '1'
	(*_, back), said = session(['atoll break cat:main', 'continue', 'shell kill -STOP $(pgrep -f "^qemu.*rrfile=%s/log")' % path,
		'reverse-continue'], '--replay', path)
	contains(said, 'QEMU does not answer: given up', 'an emulator that hangs on the way back is given up, and that is said')

	done = subprocess.run(['tools/run', '--replay', folder.name], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
	ok(done.returncode == 2 and 'no recording in' in done.stdout, 'a folder without a recording is told', done.stdout)
	with open(path + '/iso', 'ab') as iso:
		iso.write(b'changed')
	done = subprocess.run(['tools/debug', '--replay', path], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
	ok(done.returncode == 2 and 'another build/atoll.iso' in done.stdout, 'one of another build too', done.stdout)

(*_, said), all_said = session(['break kernel_main', 'continue', 'break trap_syscall', 'continue', 'atoll back-to-send'], '-c', 'true')
contains(said, 'only a replay goes backwards', 'a live kernel does not go backwards, and that is said')
finish()
