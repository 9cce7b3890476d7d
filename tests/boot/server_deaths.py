#!/usr/bin/python3
"""Servers are killed from the shell: each once, all in sequence, at random, again and again. Afterwards the system is
as usable as before, and nothing has been left behind: frames, capabilities, threads, spaces.

SEED=N repeats a random sequence. Time is that of --icount: waiting costs nothing."""
import os, random, re, sys
sys.path.insert(0, os.path.dirname(os.path.realpath(__file__)) + '/../lib')
from atoll import *
from books import SHOW, Books
from variant import sections

SERVERS = 'name', 'console', 'file', 'process', 'echo'
# What has to work, always: programs start, files are read and written, messages go round.
USE = 'ls /; echo written > /tmp/f; cat /tmp/f; ping 10; ps'


def usable(text):
	return ('bin      etc      home     servers  tmp\n' in text and '\nwritten\n' in text and '\n10 calls of 0 bytes: ' in text
		and all(re.search(r'^ *\d+ %s +(RECEIVE|REPLY|READY) ' % name, text, re.M) for name in SERVERS + ('init', 'shell', 'ps')))


# ---- Usable after each ----------------------------------------------------------------------------------------------

seed = int(os.environ.get('SEED', random.randrange(1000000)))
chance = random.Random(seed)
note('SEED=%d' % seed)
shots = [(chance.choice(SERVERS), chance.choice((0, 0, 5, 15, 50, 200))) for _ in range(30)]
kill = lambda name: 'kill %s; %s' % (name, USE)
texts, done = sections([USE]
	+ [kill(name) for name in SERVERS]
	+ ['; '.join('kill ' + name for name in SERVERS) + '; ' + USE] * 2
	+ ['kill %s; sleep 0.%03d; %s' % (name, wait, USE) for name, wait in shots]
	+ ['kill 1; echo status $?; kill init; echo status $?; ' + USE], '--icount')
ok(usable(texts[0]), 'usable at first', texts[0])
for name, text in zip(SERVERS, texts[1:6]):
	ok(usable(text), '%s killed: the system is usable' % name, text)
	ok(re.search(r'^init: %s \(pid \d+\): killed by pid \d+; starting it again$' % name, text, re.M), '%s killed: init tells' % name, text)
for text in texts[6:8]:
	ok(usable(text), 'all killed, one right after the other: the system is usable', text)
for i, ((name, wait), text) in enumerate(zip(shots, texts[8:38])):
	ok(usable(text), 'random kill %d, %s, then %d ms: the system is usable' % (i + 1, name, wait), text)
ok(texts[38].count('kill: init: init is not to be killed; poweroff ends everything\nstatus 1\n') == 1 and
	texts[38].count('kill: 1: init is not to be killed; poweroff ends everything\nstatus 1\n') == 1, 'init itself is not killed', texts[38])
ok(usable(texts[38]) and done.status == 0, 'and the system is usable', done)

# ---- Nothing is left behind -----------------------------------------------------------------------------------------

ROUNDS = 20
PROGRAMS = [
	('200 programs came and went', '; '.join(['true'] * 200)),
	('30 programs at a time', '; '.join(['sleep 0.1 & sleep 0.01'] * 30) + '; wait'),
	('50 programs were killed', '; '.join(['sleep 100 & kill $!'] * 50) + '; wait'),
]
# Heaps and tables keep the size that they once needed: all of it is done once before the books are opened.
warm = '; '.join(['kill %s; sleep 61' % name for name in SERVERS] + [commands for _, commands in PROGRAMS])
texts, done = sections([warm + '; ' + SHOW]
	+ ['; '.join(['kill %s; sleep 61; ping 1' % name] * ROUNDS) + '; ' + SHOW for name in SERVERS]
	+ [commands + '; ' + SHOW for _, commands in PROGRAMS], '--icount', timeout=120)
first = Books(texts[0])
ok(first.complete() and len(first.spaces) == 8 and len(first.threads) == 8, 'the books show 8 spaces and 8 threads', texts[0])
for name, text in zip(SERVERS, texts[1:6]):
	equal(Books(text).since(first), [], '%s killed %d times: nothing is left behind' % (name, ROUNDS))
	equal(text.count('init: %s ' % name), ROUNDS, '%s killed %d times, and started as often' % (name, ROUNDS))
for text, (name, _) in zip(texts[6:], PROGRAMS):
	equal(Books(text).since(first), [], name + ': nothing is left behind')
equal(done.status, 0, 'and all ends well')
finish()
