#!/usr/bin/python3
"""Everything at once, at random: servers are killed, attackers run and are killed, servers with mistakes in them are
called, while the kernel verifies its invariants at every exit (CHECK=1). At the end the system is usable.

SEED=N begins with that seed, COUNT=N runs so many (20, in a slice 4)."""
import os, random, sys
sys.path.insert(0, os.path.dirname(os.path.realpath(__file__)) + '/../lib')
from atoll import *
from variant import Tree, sections, together

SEED = int(os.environ.get('SEED', random.randrange(1000000)))
COUNT = int(os.environ.get('COUNT', 4 if 'SLICE' in os.environ else 20))
CONF = """
fragile 44 2M name
looping 10 2M name program=/servers/fragile
"""
SERVERS = tuple(name for name in servers() if name != 'shell')
# Not the fork bomb (tests/boot/attacks.py has it): with the table of processes full no step can be made any more.
ATTACKS = ('zombies 50', 'files 500', 'reopen 200', 'names 80', 'waits 60', 'objects 3000', 'hog 0', 'programs 10', 'fill 50',
	'stale')
CALLS = 'crash', 'exit', 'overflow', 'thread', 'bad-reply', 'deaf', 'self', 'forget:50', 'twice', 'say'


def story(seed):
	chance = random.Random(seed)
	wait = lambda: 'sleep 0.%03d' % chance.choice((0, 1, 3, 10, 30))
	things = [
		lambda: 'kill %s; %s' % (chance.choice(SERVERS), wait()),
		lambda: 'attack garbage 3000 %d' % chance.randrange(1000000),
		lambda: 'attack %s & %s; kill $!' % (chance.choice(ATTACKS), wait()),
		lambda: 'call fragile %s & call looping %s & %s' % (chance.choice(CALLS), chance.choice(CALLS), wait()),
		lambda: 'linger files 20 & L=$!; linger register guest & G=$!; call guest say:30 & %s; kill $L $G' % wait(),
		lambda: 'ping 100; ls / > /tmp/f; cat /tmp/f /tmp/f > /tmp/g; rm /tmp/f',
	]
	weights = 5, 1, 1, 1, 1, 1
	return [thing() for thing in chance.choices(things, weights, k=60)]


def boot(seed):
	# Time for all to come back, and an end to all that was started.
	return sections(story(seed) + ['sleep 10; kill process; sleep 6; ls /; ping 1; ps'], '--iso', tree.build + '/check/atoll.iso', '--icount',
		timeout=300)


with Tree() as tree:
	tree.add('tests/boot/tree')
	tree.write('servers/init/init.conf', tree.read('servers/init/init.conf') + CONF)
	status, said = tree.make('CHECK=1')
	if not ok(status == 0, 'attackers and fragile servers are added to a copy of the tree', said):
		finish()
	seeds = range(SEED, SEED + COUNT)
	for seed, (texts, done) in zip(seeds, together(boot, seeds)):
		ok(done.status == 0 and '1 calls of 0 bytes' in texts[-1] and 'bin  ' in texts[-1], 'SEED=%d' % seed, done)
finish()
