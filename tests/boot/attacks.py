#!/usr/bin/python3
"""A malicious program does to the servers what it can: garbage, floods, everything opened and nothing closed, calls that
time out, names taken, processes without end, all memory taken, damaged programs. Each time the others can go on
working, and when it has ended nothing of it is left.

The programs are in tests/boot/tree/; SEED=N repeats a run. Time is that of --icount."""
import os, random, re, sys
sys.path.insert(0, os.path.dirname(os.path.realpath(__file__)) + '/../lib')
from atoll import *
from books import SHOW, Books
from variant import Tree, sections

seed = int(os.environ.get('SEED', random.randrange(1000000)))
note('SEED=%d' % seed)
ATTACKS = [ # what it is, command, what it must have printed
	('a file server filled up, and all removed again', 'attack fill 10000; linger files 100 & linger files 100 & sleep 0.1; free; kill process',
		r'^\d+ MiB: No space left, \d+ files: No space left(?s:.*) 200 files open$'),
	('20,000 messages of garbage', 'attack garbage 20000 %d' % seed, r'^[1-9]\d* answered, [1-9]\d{3,} refused'),
	('10,000 files opened and not closed', 'attack files 10000', r'^256 opened, 9744 refused'),
	('10,000 files opened, half of them refused by their own reader', 'attack reopen 10000', r'^5000 opened'),
	('200 names registered', 'attack names 200', r'^\d+ registered; console: File exists'),
	('1,500 calls that time out: D2, T2', 'attack waits 1500', r'^1500 timed out, 0 otherwise'),
	('a capability table filled with objects', 'attack objects 10000', r'^100 spaces, 500 memory objects, 500 endpoints, 500 copies, \d+ threads'),
	('descriptors of a dead server', 'attack stale',
		r'^read Lost when the server was restarted, write Lost when the server was restarted, seek Lost when the server was restarted, close 0, opened again 1'),
	('200 children that nobody waits for', 'attack zombies 200', r'^5\d started'),
	('200 damaged programs', 'attack programs 200 %d' % seed, r'^[1-9]\d* refused, [1-9]\d* ended, \d+ killed'),
	('three floods of the console', 'attack flood 300 & attack flood 300 & attack flood 300 & wait', r'^flood \d+ 299 '),
	('as many processes as there can be', 'attack bomb 2 & sleep 1; echo the shell goes on; kill process', r'^5\d started: (?s:.*)^the shell goes on$'),
	('all memory taken', 'attack hog 3 & attack hog 3 & attack hog 3 & sleep 0.5; ls /; wait', r'^\d+ pages(?s:.*)^sh: ls: Out of memory'),
]

with Tree() as tree:
	tree.add('tests/boot/tree')
	status, said = tree.make()
	if not ok(status == 0, 'the attackers are added to a copy of the tree', said):
		finish()
	# All of it twice: what grows for good has grown after the first time.
	texts, done = sections([command + '; ' + SHOW for _, command, _ in ATTACKS] * 2, '--iso', tree.iso, '--icount', timeout=200)

	# What takes all memory, or all time, can still be ended: the shell's own `kill` needs neither.
	hogs = run('sleep 1 & S=$!; attack hog 99 & attack hog 99 & A=$!; attack hog 99 & B=$!; wait $S; linger register a & linger register b & ls /; kill $A $B; ls /', '--iso', tree.iso, '--icount')
	with Console('--iso', tree.iso) as console:
		console.send('attack spin &\r')
		console.expect('spins')
		console.send('kill $!\rls /\r')
		ended = console.expect(['bin +dev +etc', pexpect.TIMEOUT], timeout=30) == 0
first = Books(texts[0])
for (name, command, said), text in zip(ATTACKS, texts):
	ok(re.search(said, text, re.M), name, text)
	ok('1 calls of 0 bytes' in text and Books(text).complete(), name + ': the rest goes on working', text)
	first.most(Books(text))
for (name, _, _), text in zip(ATTACKS, texts[len(ATTACKS):]):
	equal(Books(text).since(first), [], name + ': nothing is left')
equal(done.status, 0, 'and all ends well')
ok(hogs.text.count('sh: ls: ') == 1 and hogs.text.count('bin  ') == 1, 'who takes all memory can be killed', hogs)
ok(ended, 'who takes all time that programs get can be killed')
finish()
