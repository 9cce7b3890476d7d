#!/usr/bin/python3
"""The textbook's priority inversion, through a lock, a server, a chain of three: with inheritance high waits for the critical
section and a switch, however long middle runs; with inherit=off for all of middle's run too. Instructions (--icount).
GROUP: experiments"""
import os, re, sys
sys.path.insert(0, os.path.dirname(os.path.realpath(__file__)) + '/../lib')
from atoll import *
from variant import together

SWITCH = 8_000 # asking, being refused the processor, the calls of others, the way back; of a chain, all three times
LENGTHS = [ # critical section, middle's run
	(100_000, 5_000_000),
	(20_000, 5_000_000),
	(100_000, 50_000_000),
]
COMMANDS = '; '.join(['inversion -s %d -m %d' % pair for pair in LENGTHS])


def rows(done):
	return [(name, int(section), int(run), int(wait)) for name, section, run, wait in
		re.findall(r'^ *(lock|server|chain) +(\d+) +(\d+) +(\d+) +-?\d+$', done.text, re.M)]


on, off = together(lambda words: run(COMMANDS, '--icount', '--append', words), ('inherit=on', 'inherit=off'))
expected = [(name, *pair) for pair in LENGTHS for name in ('lock', 'server', 'chain')]
for done, words in (on, 'inherit'), (off, 'inherit=off'):
	equal([row[:3] for row in rows(done)], expected, '%s: a row for each resource' % words)
	equal(done.status, 0, '%s: status 0' % words)
for name, section, length, wait in rows(on):
	note('%s: section %d, middle %d: high waits %d' % (name, section, length, wait))
	ok(section <= wait <= section + SWITCH, 'P1 %s: middle runs %d, high waits for the section of %d and at most %d' %
		(name, length, section, SWITCH), on)
for name, section, length, wait in rows(off):
	note('%s: inherit=off, section %d, middle %d: high waits %d' % (name, section, length, wait))
	ok(section + length <= wait <= section + length + SWITCH, 'inherit=off, %s: high waits for all of middle\'s %d too' %
		(name, length), off)

bad = run('inversion -s 999; inversion -m 10000000001; inversion -m 1e6; inversion x; inversion -s; inversion --help')
for text in '999: a number of ticks is from 1000', '10000000001: a number', '1e6: a number', 'option requires an argument':
	contains(bad.text, text, 'bad arguments are told: ' + text)
equal(bad.text.count('usage: inversion'), 3, 'usage, where the mistake calls for it, and by --help')
finish()
