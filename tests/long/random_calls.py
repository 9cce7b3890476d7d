#!/usr/bin/python3
"""Ten million random calls of a whole kernel on this machine, under sanitizers, its state recomputed from scratch at
every 16th step: tests/host/kernel_random.c, with other seeds each time. One life at a time on each processor.

SEED=N repeats a run, COUNT=N makes so many lives of 2,000,000 steps, half of which are calls."""
import concurrent.futures, os, random, re, subprocess, sys
sys.path.insert(0, os.path.dirname(os.path.realpath(__file__)) + '/../lib')
from atoll import *

SEED = int(os.environ.get('SEED', random.randrange(1, 1000000)))
COUNT = int(os.environ.get('COUNT', 2 if 'SLICE' in os.environ else 11))
STEPS = 2000000
PROGRAM = BUILD + '/tests/host/kernel_random'

subprocess.run(['make', '-s', PROGRAM], check=True)
note('SEED=%d' % SEED)


def live(seed):
	setting = {'SEED': str(seed), 'STEPS': str(STEPS), **({'RINGS': '1'} if seed % 2 else {})}
	done = subprocess.run([PROGRAM], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors='replace',
		env={**{k: v for k, v in os.environ.items() if k != 'RINGS'}, **setting})
	return ' '.join('%s=%s' % item for item in setting.items()) + ' ' + PROGRAM, done


calls = 0
with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as workers:
	for command, done in workers.map(live, range(SEED, SEED + COUNT)):
		ok(done.returncode == 0, command, done.stdout[-4000:])
		calls += int((re.search(r'^# (\d+) calls', done.stdout, re.M) or [0, 0])[1])
note('%d calls' % calls)
finish()
