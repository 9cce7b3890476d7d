#!/usr/bin/python3
"""What the program tlb shows of a thousand round trips: with PCID they flush nothing, without it each of their two
switches flushes. What starting and ending the process costs is taken out: 2,000 round trips against 1,000. docs/tlb.md
says the same, and a kernel with tests/host/no_pcid.c in place of pcid.c does all without tags.
GROUP: experiments"""
import os, re, sys
sys.path.insert(0, os.path.dirname(os.path.realpath(__file__)) + '/../lib')
from atoll import *
from variant import Tree, together

COMMANDS = 'tlb -- ping 1000; tlb -- ping 2000; tlb; tlb -- false'
BOCHS = '--emulator', 'bochs'
ABOUT = 2000 - 20, 2000 + 20 # the timer and the console wake others, in one run more than in another
MACHINES = [ # name (as in docs/tlb.md), options, tags, flushes in 1,000 round trips: least, most
	('QEMU, which has no PCID', (), 0, *ABOUT),
	('QEMU, `--append pcid=off`', ('--append', 'pcid=off'), 0, *ABOUT),
	('QEMU, `--append pcid=2`', ('--append', 'pcid=2'), 0, *ABOUT),
	('Bochs', BOCHS, 4095, 0, 0),
	('Bochs, `--cpu corei7_sandy_bridge_2600k`: no INVPCID', (*BOCHS, '--cpu', 'corei7_sandy_bridge_2600k'), 4095, 0, 0),
	('Bochs, `--append pcid=off`', (*BOCHS, '--append', 'pcid=off'), 0, *ABOUT),
	('Bochs, `--append pcid=2`', (*BOCHS, '--append', 'pcid=2'), 2, -20, 20),
]


def differences(text):
	"""Of each `tlb -- COMMAND`: {row: difference}."""
	parts = re.split(r'^ +before +after +difference$', text, flags=re.M)[1:]
	return [{name: int(d) for name, a, b, d in re.findall(r'^ *(\S.*?) +(\d+) +(\d+) +(\d+)$', part, re.M)} for part in parts]


def documented(name):
	"""That row of the table in docs/tlb.md, {} if there is none: what `tlb -- ping 1000` says. QEMU has one for all."""
	columns = 'switches of spaces', 'without a flush', 'with a full flush', 'pages flushed one by one', 'roll-overs of the tags'
	for line in open('docs/tlb.md'):
		first, *cells = [cell.strip() for cell in line.strip().strip('|').split('|')]
		if first == (MACHINES[0][0] if name.startswith('QEMU') else name) and len(cells) == len(columns):
			return dict(zip(columns, [int(cell.replace(',', '')) for cell in cells]))
	return {}


for (name, options, tags, least, most), done in zip(MACHINES, together(lambda m: run(COMMANDS, *m[1]), MACHINES)):
	shown = differences(done.text)
	if not ok(done.status == 1 and len(shown) == 3 and all(len(d) == 6 for d in shown),
			name + ": all is shown, and the status is the command's", done):
		continue
	wanted = 'PCID: %d tags, %s INVPCID' % (tags, 'without' if 'no INVPCID' in name else 'with') if tags else 'PCID: off'
	contains(done.text, wanted, name + ': the tags')
	more = {row: shown[1][row] - shown[0][row] for row in shown[0]}
	note('%s: of 1,000 round trips more: %s' % (name, more))
	ok(ABOUT[0] <= more['switches of spaces'] <= ABOUT[1], name + ': 1,000 round trips are 2,000 switches', done)
	ok(least <= more['with a full flush'] <= most, name + ': %d to %d of them flush' % (least, most), done)
	equal(more['without a flush'] + more['with a full flush'], more['switches of spaces'], name + ': the others do not')
	written = documented(name)
	ok(written and all(abs(written[row] - shown[0][row]) <= 40 for row in written), name + ': docs/tlb.md says so',
		'it says  %s\nshown is %s' % (written, shown[0]))
	totals = dict(re.findall(r'^ *(\S.*?) +(\d+)$', done.text.split('difference')[2], re.M))
	ok(int(totals.get('generation of the tags', -1)) >= (tags > 0), name + ': totals', done)

with Tree() as tree:
	with open('tests/host/no_pcid.c') as file:
		tree.write('kernel/pcid.c', file.read().replace('"kernel/pcid.h"', '"pcid.h"'))
	status, said = tree.make()
	ok(status == 0, 'a kernel without pcid.c is built', said)
	done = run('tlb -- ping 1000', '--iso', tree.iso, *BOCHS)
	shown = differences(done.text)
	ok(done.status == 0 and shown and shown[0]['with a full flush'] == shown[0]['switches of spaces'] > ABOUT[0],
		'and does the same, with a flush at each switch', done)

done = run('tlb --help; echo =$?; tlb x; echo =$?; tlb --; echo =$?; tlb -- nothing; echo =$?; tlb -- echo a b; tlb -- tlb --help')
for wanted in 'usage: tlb ', '=2\n', 'tlb: nothing: No such file or directory\n', '=127\n', '\na b\nPCID: ':
	contains(done.text, wanted, 'tlb says %r' % wanted)
equal(done.status, 0, 'the status is the last command\'s')
finish()
