#!/usr/bin/python3
"""gdb's tables: who waits for whom, with what priority and from whom; rings; of a running kernel."""
import os, re, sys
sys.path.insert(0, os.path.dirname(os.path.realpath(__file__)) + '/../lib')
from atoll import *
from debugger import Rows, session

# The lock's turn: high waits for low, which has lent priority, when low comes to hand the lock over.
(_, _, threads, graph, thread, check), said = session(['break lock_wake', 'continue', 'atoll threads', 'atoll graph', 'atoll thread inversion',
	'atoll check'], '--icount', '-c', 'inversion')
rows = Rows(threads).of('inversion')
high = next((line.split()[0] for line in rows if 'LOCK-blocked' in line), '?')
low = next((line.split()[0] for line in rows if 'READY' in line and ' runs ' in line), '?')
ok(re.search(r'^%s .* LOCK-blocked +%s +20 ' % (high, low), threads, re.M), 'inversion: high is LOCK-blocked on low', said)
ok(re.search(r'^%s .* READY +runs +18<20 +%s' % (low, high), threads, re.M), 'low has 20 instead of 18, lent by high', said)
contains(graph, '%s READY 18<20\n    <- %s LOCK 20' % (low, high), 'atoll graph shows the same')
contains(thread, '%s waits for it: LOCK, priority 20' % high, 'and atoll thread')
contains(check, '0 wrong', 'atoll check: the invariants hold in the midst of it')

RING_BT = 'atoll bt ring/10'
commands = ['atoll threads', 'atoll break ring:effective', 'continue', 'atoll threads', 'atoll graph', 'atoll graph dot', 'atoll check',
	'atoll timers', RING_BT, 'atoll spaces', 'atoll endpoints', 'atoll caps ring', 'atoll names', 'atoll queue', 'atoll tlb',
	'atoll message ring', 'print *atoll_none', 'python print(atoll.kernel.current().value["callers"])']
parts, said = session(commands, '--icount', '--append', 'deadlock=wait', '-c', 'ring 4')
got = dict(zip(commands, parts))
contains(parts[0], 'atoll threads: Cannot access memory', 'before the kernel runs there is nothing to show, and that is said')
threads, graph = Rows(parts[3]), got['atoll graph']
ring = re.search(r'^RING of 4: (.*)$', graph, re.M)
way = ring[1].split(' -> ') if ring else []
ok(len(set(way)) == 4 and len(way) == 5 and way[0] == way[-1], 'ring 4: atoll graph shows the ring', graph)
ok(way and all(re.search(r' SEND-blocked +%s ' % b, threads[a]) for a, b in zip(way, way[1:])), 'each is SEND-blocked on the next', threads.text)
ok(all(re.search(r'\d s \(-?[\d.]+ s left\)', threads[t]) for t in way), 'with its deadline, and what is left', threads.text)
equal(sum(' 20  ' in threads[t] or '<20' in threads[t] for t in way[:4]), 4, 'all have the highest\'s priority')
equal(graph.count('closes the ring and lends nothing'), 1, 'one edge lends nothing')
ok(re.search(r'process/\d+ RECEIVE 48\n    <- shell/\d+ REPLY 24', graph), 'and the shell waits for the process server')
dot = got['atoll graph dot']
equal(dot.count('color=red'), 8, 'for Graphviz too: 4 threads and 4 edges in red')
equal(dot.count('style=dashed'), 1, 'one of them dashed')
contains(got['atoll check'], '0 wrong', 'the invariants hold')
equal(len(Rows(got['atoll timers']).of('ring')), 4, 'atoll timers: four deadlines')
ok(re.search(r'waits for it \(SEND-blocked, lends nothing: a ring\)', got[RING_BT]) and 'the ring is closed' in got[RING_BT],
	'atoll bt goes round once', got[RING_BT])
ok(re.search(r'^shell +\d+ +%s/programs/sh ' % BUILD, got['atoll spaces'], re.M) and re.search(r'^ring .* loaded$', got['atoll spaces'], re.M),
	'atoll spaces: which program, and which is loaded', got['atoll spaces'])
ok(re.search(r' file +file/3, waits +short ', got['atoll endpoints']), 'atoll endpoints: the file server\'s, by its name', got['atoll endpoints'])
ok(re.search(r' endpoint of console/\d +SEND TRANSFER +0x\w+ +shell 0x', got['atoll caps ring']), 'atoll caps: badge and origin', got['atoll caps ring'])
ok(re.search(r'^echo +6 +endpoint of echo/5 ', got['atoll names'], re.M), 'atoll names', got['atoll names'])
ok(re.search(r'^0 +ring/\d+, which runs', got['atoll queue'], re.M), 'atoll queue: who runs is in none', got['atoll queue'])
ok(re.search(r'^trace +1 +kernel +TRACE TRANSFER$', got['atoll names'], re.M), 'with its rights', got['atoll names'])
contains(got['atoll tlb'], 'no PCID', 'atoll tlb: this QEMU has no tags')
contains(got['atoll message ring'], 'operation 0', 'atoll message: what a SEND-blocked thread sends')
contains(parts[-1], 'waiting: nobody', 'a wait queue prints as its threads')

parts, said = session(['help atoll', 'complete atoll t', 'complete atoll break cat:copy', 'atoll break cat', 'atoll break cat:nothing',
	'atoll break nobody:main', 'atoll thread', 'atoll back-to-send', 'break kernel_main', 'continue', 'atoll follow', 'atoll thread nobody',
	'atoll graph svg', 'atoll queue', 'atoll check', 'atoll nothing at all', 'atoll', 'detach', 'atoll threads'], '-c', 'true')
for name in ('threads', 'thread', 'spaces', 'endpoints', 'caps', 'names', 'graph', 'message', 'follow', 'break', 'bt', 'tlb', 'queue', 'timers', 'check',
		'trace', 'back-to-send'):
	contains(parts[0], 'atoll %s -- ' % name, 'help tells of ' + name)
equal(parts[1].split(), 'atoll thread atoll threads atoll timers atoll tlb atoll trace'.split(), 'completion of commands')
contains(parts[2], 'atoll break cat:copy\n', 'completion of functions')
for part, words in zip(parts[3:], ('NAME:FUNCTION', 'cat has no function nothing', 'no program nobody', 'usage: atoll thread NAME[/SLOT]',
		'the kernel can be read once it runs', '', '', 'no thread', 'no thread nobody', 'svg: not known', 'the kernel has not begun with its list',
		'the kernel has not begun with its list', 'atoll nothing: no such command', 'List of atoll subcommands', '', 'there is no guest')):
	contains(part, words, 'a clear error: ' + words) if words else None
finish()
