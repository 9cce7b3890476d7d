#!/usr/bin/python3
"""Clients are killed in the middle of something: with files open, waiting for a child, for a line from the console, in
the queue of a dead server; the shell too. No server remembers them (D1, D2, D3), and who comes next gets what was theirs."""
import os, re, sys
sys.path.insert(0, os.path.dirname(os.path.realpath(__file__)) + '/../lib')
from atoll import *
from books import SHOW, Books
from variant import Folder, Tree, sections

FILES = 'linger files 100 & sleep 0.1; free; kill $!; wait; sleep 0.1; '
WAITS = "sh -c 'sleep 1000; true' & sleep 0.1; kill $!; wait; ps; kill sleep; "
GUEST = 'linger register guest & sleep 0.1; names; call guest say & sleep 0.1; kill linger; wait; names; '
# Killed eight times, the file server stays away for 2.5 seconds: long enough for somebody to die in its queue.
QUEUE = 'kill file; sleep 0.01; ' * 8 + 'linger blocked 200 & linger kill 500 $!; wait; sleep 0.1; '

with Tree() as tree:
	tree.add('tests/boot/tree')
	status, said = tree.make()
	if not ok(status == 0, 'a program that lingers is added to a copy of the tree', said):
		finish()
	everything = GUEST + QUEUE + WAITS + FILES + SHOW
	(first, files, waits, guest, queue), done = sections(
		[everything, FILES + SHOW, WAITS + SHOW, GUEST + SHOW, 'sleep 61; ' + QUEUE + SHOW], '--iso', tree.iso, '--icount')
first = Books(first)
contains(files, ' 100 files open\n', 'a client has 100 files open')
equal(Books(files).since(first), [], 'D3 killed with files open: they are closed, and nothing is left')
ok(re.search(r' sleep +RECEIVE ', waits) and not re.search(r' sh +REPLY ', waits), 'D2 killed while it waits for its child: the child goes on', waits)
equal(Books(waits).since(first), [], 'D2 killed while it waits for its child: nothing is left when that has ended')
ok('registered: 0\n' in guest and guest.count('\nguest ') == 1, 'C9 a program that others call is killed: its name goes', guest)
contains(guest, 'say: The other side is gone, ', 'C9 a program that others call is killed: who waits for it gets EPIPE')
equal(Books(guest).since(first), [], 'C9 a program that others call is killed: nothing is left')
ok('kill: 0\n' in queue and 'opened' not in queue, 'D1 killed in the queue of a dead server: it gets no answer', queue)
equal(Books(queue).since(first), [], 'D1 killed in the queue of a dead server: nothing is left')
equal(done.status, 0, 'and all ends well')

# The line that one waited for is the next one's. (With -c nothing can be typed; as a module the commands are the same.)
COMMANDS = b"sh -c 'sleep 0.3; kill cat' & cat; echo first one is dead; cat; echo second one has ended"
with Folder() as folder, Console('--module', 'commands=' + folder.file(COMMANDS), prompt=None) as console:
	console.expect_exact('first one is dead\r\n')
	console.send('whose line is this\r')
	answer = console.expect(['whose line is this\r\nwhose line is this\r\n', pexpect.TIMEOUT], timeout=20)
	equal(answer, 0, 'killed while it waits for a line: the next reader gets it')
	console.send('\x04')
	console.expect_exact('second one has ended')
	equal(console.end(), 0, 'and the end of input')

# The shell is a client like any other.
equal(run('kill shell; echo not reached').status, 137, 'the shell killed while it runs commands: power off with 128 + SIGKILL')
with Console() as console:
	console.enter('sleep 1000 &')
	console.send('kill shell\r')
	console.expect_exact('starting it again')
	console.expect(PROMPT)
	said = console.enter('echo a new one; ls /; ps')
	ok('a new one\nbin' in said, 'the shell killed at the prompt: another one comes', said)
	ok(re.search(r' sleep +RECEIVE ', said), 'and what it had started goes on', said)
	equal(console.enter('kill sleep; sleep 0.1; ps').count('sleep'), 0, 'until it is ended')
	equal(console.power_off(), 0, 'and all ends well')
finish()
