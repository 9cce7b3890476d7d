#!/usr/bin/python3
"""What the program tlb shows of a thousand round trips: with PCID they flush nothing, without it each of their two
switches flushes. What starting and ending the process costs is taken out: 2,000 round trips against 1,000."""
import os, re, sys
sys.path.insert(0, os.path.dirname(os.path.realpath(__file__)) + '/../lib')
from atoll import *
from variant import together

COMMANDS = 'tlb -- ping 1000; tlb -- ping 2000; tlb; tlb -- false'
BOCHS = '--emulator', 'bochs'
ABOUT = 2000 - 20, 2000 + 20 # the timer and the console wake others, in one run more than in another
MACHINES = [ # name, options, tags, flushes in 1,000 round trips: least, most
	('QEMU, which has no PCID', (), 0, *ABOUT),
	('QEMU, pcid=off', ('--append', 'pcid=off'), 0, *ABOUT),
	('Bochs', BOCHS, 4095, 0, 0),
	('Bochs, a processor without INVPCID', (*BOCHS, '--cpu', 'corei7_sandy_bridge_2600k'), 4095, 0, 0),
	('Bochs, pcid=off', (*BOCHS, '--append', 'pcid=off'), 0, *ABOUT),
	('Bochs, pcid=2', (*BOCHS, '--append', 'pcid=2'), 2, -20, 20),
]


def differences(text):
	"""Of each `tlb -- COMMAND`: {row: difference}."""
	parts = re.split(r'^ +before +after +difference$', text, flags=re.M)[1:]
	return [{name: int(d) for name, a, b, d in re.findall(r'^ *(\S.*?) +(\d+) +(\d+) +(\d+)$', part, re.M)} for part in parts]


for (name, options, tags, least, most), done in zip(MACHINES, together(lambda m: run(COMMANDS, *m[1]), MACHINES)):
	shown = differences(done.text)
	if not ok(done.status == 1 and len(shown) == 3 and all(len(d) == 6 for d in shown),
			name + ": all is shown, and the status is the command's", done):
		continue
	wanted = 'PCID: %d tags, %s INVPCID' % (tags, 'without' if 'without INVPCID' in name else 'with') if tags else 'PCID: off'
	contains(done.text, wanted, name + ': the tags')
	more = {row: shown[1][row] - shown[0][row] for row in shown[0]}
	note('%s: of 1,000 round trips more: %s' % (name, more))
	ok(ABOUT[0] <= more['switches of spaces'] <= ABOUT[1], name + ': 1,000 round trips are 2,000 switches', done)
	ok(least <= more['with a full flush'] <= most, name + ': %d to %d of them flush' % (least, most), done)
	equal(more['without a flush'] + more['with a full flush'], more['switches of spaces'], name + ': the others do not')
	totals = dict(re.findall(r'^ *(\S.*?) +(\d+)$', done.text.split('difference')[2], re.M))
	ok(int(totals.get('generation of the tags', -1)) >= (tags > 0), name + ': totals', done)

done = run('tlb --help; echo =$?; tlb x; echo =$?; tlb --; echo =$?; tlb -- nothing; echo =$?; tlb -- echo a b; tlb -- tlb --help')
for wanted in 'usage: tlb ', '=2\n', 'tlb: nothing: No such file or directory\n', '=127\n', '\na b\nPCID: ':
	contains(done.text, wanted, 'tlb says %r' % wanted)
equal(done.status, 0, 'the status is the last command\'s')
finish()
