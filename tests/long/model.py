#!/usr/bin/python3
"""The model of the message protocol, tests/model/ipc.pml, under spin: its invariants hold in every state, the cases that
matter are among those states, and each mutant of the model breaks an invariant. See docs/model.md.

	tests/long/model.py [NAME...]     only those searches, cases and mutants
	SLICE=1 SEED=N                    three cases and four mutants

What each was run with is kept in build/model/NAME/."""
import glob, os, random, re, shutil, subprocess, sys
sys.path.insert(0, os.path.dirname(os.path.realpath(__file__)) + '/../lib')
from atoll import *

MODEL = TOP + '/tests/model/ipc.pml'
MUTANTS = glob.glob(TOP + '/tests/model/mutants/*.patch')
MEGABYTES = 3000 # a search that needs more fails
DEPTH = 200000   # so does one that goes deeper

EXHAUSTIVE = '-DCOLLAPSE', '-w25'
BITSTATE = '-DBITSTATE', '-w32' # 2^32 bits: half a gigabyte
SEARCHES = { # name: how, what, options of the model
	'detect': (EXHAUSTIVE, '3 clients, 2 servers, deadlock=detect', '-DCLIENTS=3 -DSERVERS=2'),
	'wait': (EXHAUSTIVE, '3 clients, 2 servers, deadlock=wait', '-DCLIENTS=3 -DSERVERS=2 -DRINGS_WAIT'),
	'rings': (EXHAUSTIVE, '1 client, 3 servers, deadlock=wait', '-DCLIENTS=1 -DSERVERS=3 -DRINGS_WAIT'),
	'four-detect': (BITSTATE, '4 clients, 2 servers, deadlock=detect', '-DCLIENTS=4 -DSERVERS=2 -DCALLS=1'),
	'four-wait': (BITSTATE, '4 clients, 2 servers, deadlock=wait', '-DCLIENTS=4 -DSERVERS=2 -DCALLS=1 -DRINGS_WAIT'),
}
SMALL = '-DCLIENTS=2 -DSERVERS=2' # where most cases are reached
CASES = { # those that are not
	'RING': SMALL + ' -DRINGS_WAIT',
	'RING_OF_ONE': SMALL + ' -DRINGS_WAIT',
	'MENDED': SMALL + ' -DRINGS_WAIT',
	'DIED_IN_RING': SMALL + ' -DRINGS_WAIT',
	'DELEGATED_IN_RING': '-DCLIENTS=1 -DSERVERS=3 -DRINGS_WAIT',
	'EQUALS': '-DCLIENTS=3 -DSERVERS=2',
}


class Search:
	"""A verifier made of the model, or of its mutant, and what it found."""

	def __init__(self, name, options, how=(), patch=None):
		self.folder = BUILD + '/model/' + name
		shutil.rmtree(self.folder, ignore_errors=True)
		os.makedirs(self.folder)
		shutil.copy(MODEL, self.folder)
		options = options.split()
		optimize = '-O2' if how else '-O0' # a small search takes less time than optimizing it
		compiled = [o for o in how if o.startswith('-D')]
		self.text = ''
		self.done = (not patch or self.run('patch', '-p3', '--fuzz=0', '-i', patch)) and self.run('spin', '-a', *options, 'ipc.pml') and self.run(
			'gcc', optimize, '-DSAFETY', '-DMEMLIM=%d' % MEGABYTES, *compiled, '-o', 'pan', 'pan.c')
		if self.done:
			self.run('./pan', '-m%d' % DEPTH, *[o for o in how if o not in compiled])
		self.again = 'the steps that lead there: cd %s && spin -T -t %s ipc.pml' % (os.path.relpath(self.folder), ' '.join(options))

	def run(self, *command):
		p = subprocess.run(command, cwd=self.folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors='replace')
		self.text += p.stdout
		return p.returncode == 0

	def number(self, pattern):
		found = re.search(pattern, self.text)
		return found[1] if found else '?'

	def complete(self):
		return self.done and not re.search('search not completed|max search depth too small|out of memory|memory limit', self.text)

	def violated(self):
		"""The assertion that fails, or None."""
		found = re.search(r'^pan:\d+: assertion violated (.*)', self.text, re.M)
		return found[1] if self.done and found else None

	def tell(self):
		note('%s states, depth %s, %s MB, %s s' % (self.number(r'([\d.e+]+) states, stored'), self.number(r'depth reached (\d+)'),
			self.number(r'([\d.]+)\ttotal actual memory'), self.number(r'elapsed time ([\d.]+)')))
		if 'hash factor' in self.text:
			note('hash factor ' + self.number(r'hash factor: ([\d.]+)'))


def chosen(name):
	return not sys.argv[1:] or name in sys.argv[1:]


def invariants_hold(name, how, what, options):
	search = Search(name, options, how)
	ok(search.complete() and not search.violated() and 'errors: 0' in search.text, '%s: the invariants hold' % what,
		search.text + search.again)
	search.tell()


def is_reached(case, options):
	search = Search(case, options + ' -DCASE=' + case)
	ok(search.violated() and '!=%s' % number_of[case] in search.violated(), '%s is reached' % case, search.text)


def is_caught(path):
	name = os.path.basename(path)[:-len('.patch')]
	if not chosen(name):
		return
	with open(path) as file:
		header = [line[2:].strip() for line in file if line.startswith('# ')]
	options = [line[len('Spin: '):] for line in header if line.startswith('Spin: ')][0]
	search = Search(name, options, patch=path)
	ok(search.violated(), 'mutant %s is caught' % name, search.text)
	note('%s (%s states)' % (search.violated(), search.number(r'([\d.e+]+) states, stored')))


with open(MODEL) as file:
	number_of = dict(re.findall(r'^#define ([A-Z_]+) +([1-9]\d?) +/\*', file.read(), re.M))
ok(set(CASES) <= set(number_of), 'the cases are those of the model', number_of)
if 'SLICE' in os.environ: # no large search; a few of the others
	pick = random.Random(int(os.environ.get('SEED', 1)))
	few = pick.sample(sorted(number_of), 3) + [os.path.basename(p)[:-6] for p in pick.sample(sorted(MUTANTS), 4)]
	sys.argv[1:] = few
for name, search in SEARCHES.items():
	if chosen(name):
		invariants_hold(name, *search)
for case in number_of:
	if chosen(case):
		is_reached(case, CASES.get(case, SMALL))
for path in sorted(MUTANTS):
	is_caught(path)
finish()
