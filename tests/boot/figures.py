#!/usr/bin/python3
"""What booting costs. Guest instructions are exact (--icount, 256 MiB); wall time is told, not judged."""
import os, re, sys, time
sys.path.insert(0, os.path.dirname(os.path.realpath(__file__)) + '/../lib')
from atoll import *

INIT_MOST, PROMPT_MOST = 2_000_000, 30_000_000

done = run('bootstat', '--icount')
ticks = dict(re.findall(r'^(\S.*?) +(\d+) ticks ', done.text, re.M))
init, prompt = [int(ticks.get('kernel entry to ' + what, -1)) for what in ('init', 'now, awake')]
note('kernel entry to init: %d instructions' % init)
note('kernel entry to the first command, idle taken out: %d instructions' % prompt)
ok(0 < init <= INIT_MOST, 'init runs within %d instructions' % INIT_MOST, done)
ok(init < prompt <= PROMPT_MOST, 'the first command runs within %d instructions' % PROMPT_MOST, done)

walls = []
for _ in range(2):
	start = time.monotonic()
	with Console() as console:
		walls.append(time.monotonic() - start)
note('tools/run to the prompt: %s s' % ', '.join('%.2f' % wall for wall in walls))
ok(True, 'the prompt comes')
finish()
