#!/usr/bin/python3
"""Rings of 2 to 16 threads that call one another. deadlock=detect: refused at once, told in the kernel's log, and the
others get their answers. deadlock=wait: all wait until the deadline, K * tau in all, and what they lent one another
meanwhile is gone. Time is that of --icount.
GROUP: experiments"""
import json, os, re, sys
sys.path.insert(0, os.path.dirname(os.path.realpath(__file__)) + '/../lib')
from atoll import *
from variant import sections, together

SIZES = 2, 3, 8, 16
TAU = 100.0 # ms

ROW = re.compile(r'^ *(\d+) +(\d+) +(\d+) +(\d+) +(\d+) +([\d.]+)  (\S.*)$', re.M)


class Shown:
	"""What `ring K` printed."""

	def __init__(self, text):
		rows = [(*map(int, row[:5]), float(row[5]), row[6]) for row in ROW.findall(text)]
		self.text = text
		self.edges = {thread: calls for thread, calls, *_ in rows}
		self.priorities = [row[2:5] for row in rows]
		self.waited = [row[5] for row in rows]
		self.results = [row[6] for row in rows]
		found = re.search(r'^wasted: ([\d.]+) ms; K \* tau: ([\d.]+) ms$', text, re.M)
		self.wasted, self.product = map(float, found.groups()) if found else (-1, -1)

	def around(self):
		"""The threads in the order of their calls, from the first back to it."""
		way = [next(iter(self.edges), None)]
		while len(way) <= len(self.edges):
			way.append(self.edges.get(way[-1]))
		return way


def log_of(done, size):
	"""Rings of that size in the kernel's log, as lists of threads."""
	rings = [re.findall(r'ring \((\d+)\)', line) for line in re.findall(r'^deadlock: .*', done.log, re.M)]
	return [list(map(int, ring)) for ring in rings if len(ring) == size + 1]


(detect, log), (wait, quiet) = together(
	lambda words: sections(['ring %d' % size for size in SIZES], '--icount', '--append', words), ('deadlock=detect', 'deadlock=wait'))

for size, text in zip(SIZES, detect):
	shown, name = Shown(text), 'deadlock=detect, %d: ' % size
	equal(sorted(shown.results), ['Would deadlock'] + ['answered'] * (size - 1),
		name + 'P12 one call is refused, the others are answered then')
	ok(0 <= shown.wasted < 0.05 * TAU, name + 'nobody waits', text)
	ok(all(own == during == after for own, during, after in shown.priorities), name + 'nothing is lent afterwards', text)
	named = log_of(log, size)
	ok(len(named) == 1 and named[0][0] == named[0][-1] and len(set(named[0])) == size and
		all(shown.edges.get(a) == b for a, b in zip(named[0], named[0][1:])), 'deadlock=detect, %d: the kernel\'s log names the ring' % size,
		'%s\n%s' % (log.log, text))
	contains(text, 'deadlock: ring (', name + 'and the program shows it')
equal(log.status, 0, 'deadlock=detect: status 0')

for size, text in zip(SIZES, wait):
	shown, name = Shown(text), 'deadlock=wait, %d: ' % size
	equal(shown.results, ['Timed out'] * size, name + 'P13 all time out')
	ok(len(set(shown.around())) == size and shown.around()[-1] == shown.around()[0], name + 'it is a ring', text)
	ok(all(0.95 * TAU <= ms <= 1.05 * TAU for ms in shown.waited), name + 'each after tau', text)
	ok(shown.product == size * TAU and abs(shown.wasted - size * TAU) <= 0.05 * size * TAU, name + 'K * tau are wasted, within 5 %', text)
	top = max((own for own, _, _ in shown.priorities), default=-1)
	ok(sum(during > own for own, during, _ in shown.priorities) == size - 1 and all(during == top for _, during, _ in shown.priorities),
		name + 'P23 the highest lends to all the others while the ring stands', text)
	ok(shown.priorities and all(own == after for own, _, after in shown.priorities), name + 'P23 and nothing is left of it', text)
equal(quiet.status, 0, 'deadlock=wait: status 0')
ok('deadlock:' not in quiet.log, 'deadlock=wait: the log has nothing to tell', quiet.log)

sums = [json.loads(line) for line in run('ring --json -t 20 2 4', '--icount').text.splitlines() if line[0:1] == '{']
equal([(row['K'], row['tau ms'], row['refused'], row['K * tau']) for row in sums], [(2, 20, 1, 40), (4, 20, 1, 80)], 'several rings: a sum of each')

bad = run('ring; ring 1; ring 17; ring two; ring -1; ring -t 0 2; ring -t 60001 2; ring --help')
for text in '1: K is from 2 to 16', '17: K is', 'two: K is', '0: the time in ms is from 1 to 60000', '60001: the time', "unknown option -- '1'":
	contains(bad.text, 'ring: ' + text, 'bad arguments are told: ' + text)
equal(bad.text.count('usage: ring'), 3, 'usage, where the mistake calls for it, and by --help')
finish()
