#!/usr/bin/python3
"""A recorded run goes forwards and backwards in gdb: with cat's read to the file server and back, then from station to station the
same way backwards, to cat's call. Each jump back is a run of its own, so what else goes backwards is in tests/long/gdb_backwards.py."""
import os, re, sys
sys.path.insert(0, os.path.dirname(os.path.realpath(__file__)) + '/../lib')
from atoll import *
from debugger import session, station
from variant import Folder

READ = 'IO_READ, version 1'
STATIONS = {
	1: (r'kernel, on behalf of cat/\d+', 'entry_syscall_long', 'kernel/x86/entry.S', 'call: ' + READ, 'to endpoint of file/'),
	2: (r'kernel, on behalf of cat/\d+', 'deliver', 'kernel/ipc.c', 'call: ' + READ),
	3: (r'user mode of file/\d+', 'io_read', 'servers/file/main.c', 'call: ' + READ, 'from cat/'),
	4: (r'kernel, on behalf of file/\d+', 'reply', 'kernel/ipc.c', 'answer: no error to IO_READ', 'processes are islands'),
	5: (r'user mode of cat/\d+', 'copy', 'programs/cat.c', 'answer: no error to IO_READ'),
}
os.environ['ATOLL_REVERSE_LIMIT'] = str(2 * PATIENCE)

with Folder() as folder:
	path = folder.name + '/recorded'
	run('trace cat /etc/motd', '--record', path) # what is traced takes no short cut
	commands = ['atoll break cat:main', 'continue', 'atoll break cat:read', 'continue', 'delete', *['atoll follow'] * 5, 'atoll trace 4',
		*['atoll follow back'] * 4, 'atoll follow back', 'atoll trace 4', 'atoll back-to-send', 'backtrace', 'info locals', 'atoll follow']
	(_, main, _, _, _, *ways, first, earlier, send, stack, local, again), said = session(commands, '--replay', path, patience=280)
	ok(re.search(r'main \(argc=2', main), "begins in cat's main", said)
	events = ways.pop(5)
	for number, text in zip((1, 2, 3, 4, 5, 4, 3, 2, 1), ways):
		station(text, number, *STATIONS[number])
	contains(first, 'this is the first station; atoll back-to-send', 'before the entry is the client, and that is said')
	ok(re.search(r'^back in cat/\d+, pid \d+', send, re.M) and re.search(r'^#0 .*ipc_call \(.* at libc/ipc\.c:\d+', send, re.M) and
		'call: ' + READ in send, 'atoll back-to-send: in the client that is about to send it', send + said)
	ok(re.search(r'^#\d+ .* main \(argc=.* at programs/cat\.c', stack, re.M), "whose stack leads to cat's main", stack)
	contains(local, 'tries = ', 'and whose locals are there')
	station(again, 1, *STATIONS[1])
	SENT = r'^\d+ .* cat/\d+ +send +call: IO_READ, version 1, to file/3, '
	ok(re.search(r'^\d+ .* file/3 +reply +answer: no error to IO_READ, to cat/', events, re.M) and re.search(r'^\d+ ', earlier, re.M) and
		not re.search(SENT, earlier, re.M), 'atoll trace goes back in time too: what is answered in the client is not sent yet at the entry', said)

	done = subprocess.run(['tools/run', '--replay', folder.name], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
	ok(done.returncode == 2 and 'no recording in' in done.stdout, 'a folder without a recording is told', done.stdout)
	with open(path + '/iso', 'ab') as iso:
		iso.write(b'changed')
	done = subprocess.run(['tools/debug', '--replay', path], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
	ok(done.returncode == 2 and 'another build/atoll.iso' in done.stdout, 'one of another build too', done.stdout)

(*_, none, said), all_said = session(['break kernel_main', 'continue', 'break trap_syscall', 'continue', 'atoll follow back', 'atoll back-to-send'],
	'-c', 'true')
contains(none, 'nothing is followed yet', 'nothing has been followed: that is said')
contains(said, 'only a replay goes backwards', 'a live kernel does not go backwards, and that is said')
finish()
