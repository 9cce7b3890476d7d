#!/usr/bin/python3
"""Servers are killed from the shell: each once, all in sequence, at random, again and again. Afterwards the system is
as usable as before, and nothing has been left behind: frames, capabilities, threads, spaces.

SEED=N repeats a random sequence. Time is that of --icount: waiting costs nothing."""
import os, random, re, sys
sys.path.insert(0, os.path.dirname(os.path.realpath(__file__)) + '/../lib')
from atoll import *
from books import SHOW, Books
from variant import sections

SERVERS = tuple(name for name in servers() if name != 'shell')
# What has to work, always: programs start, files are read and written, messages go round.
USE = 'ls /; echo written > /tmp/f; cat /tmp/f | tr n N; ping 10; fork; ps'


def usable(text):
	return ('bin      dev      etc      home     man      servers  tmp\n' in text and '\nwritteN\n' in text and '\n10 calls of 0 bytes: ' in text
		and 'reads: both both both both both both both both\n' in text
		and all(re.search(r'^ *\d+ %s +(RECEIVE|REPLY|READY) ' % name, text, re.M) for name in SERVERS + ('init', 'shell', 'ps')))


seed = int(os.environ.get('SEED', random.randrange(1000000)))
chance = random.Random(seed)
note('SEED=%d' % seed)
shots = [(chance.choice(SERVERS), chance.choice((0, 0, 5, 15, 50, 200))) for _ in range(30)]
USABLE = [
	('at first', ''),
	*[('%s killed' % name, 'kill %s; ' % name) for name in SERVERS],
	*[('all killed, one right after the other', ''.join('kill %s; ' % name for name in SERVERS))] * 2,
	*[('random kill %d, %s, then %d ms' % (i + 1, *shot), 'kill %s; sleep 0.%03d; ' % shot) for i, shot in enumerate(shots)],
	('init not killed', 'kill 1; echo status $?; kill init; echo status $?; kill 5000; echo status $?; kill nobody; echo status $?; ')]
ROUNDS = 20
BOOKS = [
	*[('%s killed %d times' % (name, ROUNDS), 'kill %s; sleep 61; ping 1; ' % name * ROUNDS) for name in SERVERS],
	('200 programs came and went', 'true; ' * 200),
	('30 programs at a time', 'sleep 0.1 & sleep 0.01; ' * 30 + 'wait; '),
	('50 programs were killed', 'sleep 100 & kill $!; ' * 50 + 'wait; ')]
# Heaps and tables keep the size that they once needed: all of it is done once before the books are opened.
WARM = ''.join(['kill %s; sleep 61; ' % name for name in SERVERS] + [commands for _, commands in BOOKS[-3:]])

texts, done = sections([commands + USE for _, commands in USABLE] + [WARM + SHOW] + [commands + SHOW for _, commands in BOOKS],
	'--icount', timeout=120)
books = texts[len(USABLE):]

for (name, _), text in zip(USABLE, texts):
	ok(usable(text), name + ': the system is usable', text)
	for server in re.findall(r'^(\S+) killed$', name):
		ok(re.search(r'^init: %s \(pid \d+\): killed by pid \d+; starting it again$' % server, text, re.M), name + ': init tells', text)
refused = texts[len(USABLE) - 1]
for word in '1', 'init':
	contains(refused, 'kill: %s: init is not to be killed; poweroff ends everything\nstatus 1\n' % word, 'kill %s is refused' % word)
contains(refused, 'kill: 5000: no such process\nstatus 1\nkill: nobody: no process of that name\nstatus 1\n', 'and what is not there')

first = Books(books[0])
there = len(servers()) + 2 # init, and who shows the books
ok(first.complete() and len(first.spaces) == len(first.threads) == there, 'the books show %d spaces and as many threads' % there, books[0])
for (name, _), text in zip(BOOKS, books[1:]):
	equal(Books(text).since(first), [], name + ': nothing is left behind')
for name, text in zip(SERVERS, books[1:]):
	equal(text.count('init: %s ' % name), ROUNDS, '%s killed %d times, and started as often' % (name, ROUNDS))
equal(done.status, 0, 'and all ends well')
finish()
