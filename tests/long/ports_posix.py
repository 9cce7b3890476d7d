#!/usr/bin/python3
"""The Open POSIX Test Suite: its conformance tests of interfaces that libc declares. A test passes with status 0, the suite's PTS_PASS.

What is in the list runs in one boot. The others are tried only with UPDATE=1, for some of them wait for ever: then the boot ends, and
those behind run in another."""
import os, sys
from glob import glob
sys.path.insert(0, os.path.dirname(os.path.realpath(__file__)) + '/../lib')
from atoll import *
from ports import *
from variant import together

# Interfaces that Atoll does not have at all: nothing there needs to be tried.
NOT_THERE = 'aio_', 'lio_', 'mq_', 'pthread_', 'shm_', 'timer_'
LIMIT = 60 # seconds, for a boot with tests of which nothing is known
UPDATE = os.environ.get('UPDATE') == '1'

suite = source('posixtestsuite')
interfaces = suite + '/conformance/interfaces/'


def build(name):
	"""Whether it could be compiled and linked: what it wants is there."""
	program = '%s/built/%s' % (suite, name)
	os.makedirs(os.path.dirname(program), exist_ok=True)
	return command([CC, '-w', '-O1', '-s', '-std=gnu99', '-I' + suite + '/include', '-o', program, interfaces + name + '.c'], suite)[0]


def run_all(names, timeout):
	results, done = boot({'port/' + name: '%s/built/%s' % (suite, name) for name in names},
		{name: '/port/' + name for name in names}, '--icount', timeout=timeout) # some look at the clock
	return results


wanted = known('posix')
names = sorted(path[len(interfaces):-2] for path in glob(interfaces + '*/*.c'))
names = [name for name in names if name in wanted or UPDATE and not name.startswith(NOT_THERE)]
built = [name for name, there in zip(names, together(build, names)) if there]
results = run_all([name for name in built if name in wanted], 1500) if wanted else {}
new = [name for name in built if name not in wanted]
while new:
	found = run_all(new, LIMIT)
	ended = [name for name in new if found[name][1] is not None]
	results.update((name, found[name]) for name in ended)
	behind = new[len(ended):]
	if behind:
		note('waits for ever, or takes too long: ' + behind[0])
	new = behind[1:]
judge('posix', {name for name, (text, status) in results.items() if status == 0}, 200,
	{name: 'status %s\n%s' % (status, text[-1000:]) for name, (text, status) in results.items()})
finish()
