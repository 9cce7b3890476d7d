#!/usr/bin/python3
"""A recorded run goes forwards and backwards in gdb: from the file server's handler back to cat's call. Each jump back is a run
of its own, so the other ways back are in tests/long/gdb_backwards.py."""
import os, re, sys
sys.path.insert(0, os.path.dirname(os.path.realpath(__file__)) + '/../lib')
from atoll import *
from debugger import session
from variant import Folder

with Folder() as folder:
	path = folder.name + '/recorded'
	run('trace cat /etc/motd', '--record', path)
	commands = ['atoll break cat:main', 'continue', 'atoll break file:io_read', 'continue', 'atoll message', 'atoll trace 4', 'atoll back-to-send',
		'backtrace', 'info locals', 'atoll trace 4']
	(_, main, _, handler, message, events, send, stack, local, earlier), said = session(commands, '--replay', path)
	ok(re.search(r'main \(argc=2', main) and re.search(r'io_read \(r=.* at servers/file/main\.c', handler), 'forwards, to main and to the handler', said)
	contains(message, 'call: IO_READ, version 1, from cat/', 'with the message')
	ok(re.search(r'^back in cat/\d+, pid \d+', send, re.M) and re.search(r'^#0 .*ipc_call \(.* at libc/ipc\.c:\d+', send, re.M) and
		'call: IO_READ, version 1' in send, 'atoll back-to-send: in the client that is about to send it', send + said)
	ok(re.search(r'^#\d+ .* main \(argc=.* at programs/cat\.c', stack, re.M), "whose stack leads to cat's main", stack)
	contains(local, 'tries = ', 'and whose locals are there')
	READ = r'^\d+ .* cat/\d+ +send +call: IO_READ, version 1, to file/3, '
	ok(re.search(READ, events, re.M) and re.search(r'^\d+ ', earlier, re.M) and not re.search(READ, earlier, re.M),
		'atoll trace: in the handler the send has been, back in the client not yet', said)

	done = subprocess.run(['tools/run', '--replay', folder.name], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
	ok(done.returncode == 2 and 'no recording in' in done.stdout, 'a folder without a recording is told', done.stdout)
	with open(path + '/iso', 'ab') as iso:
		iso.write(b'changed')
	done = subprocess.run(['tools/debug', '--replay', path], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
	ok(done.returncode == 2 and 'another build/atoll.iso' in done.stdout, 'one of another build too', done.stdout)

(*_, said), all_said = session(['break kernel_main', 'continue', 'break trap_syscall', 'continue', 'atoll back-to-send'], '-c', 'true')
contains(said, 'only a replay goes backwards', 'a live kernel does not go backwards, and that is said')
finish()
