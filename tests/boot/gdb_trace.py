#!/usr/bin/python3
"""`atoll trace`: the last events out of the kernel's ring, also when it has come round; while nobody traces there is none, and that
is said. (In a replay: gdb_replay; on a dump: gdb_dump.)
GROUP: trace"""
import os, re, sys
sys.path.insert(0, os.path.dirname(os.path.realpath(__file__)) + '/../lib')
from atoll import *
from debugger import session

commands = ['break kernel_main', 'continue', 'atoll trace', 'delete', 'atoll break cat:main', 'continue', 'atoll break file:io_read', 'continue',
	'atoll trace', 'atoll trace 1000', 'atoll trace 0', 'atoll trace many', 'delete', 'tbreak do_poweroff', 'continue', 'atoll trace', 'help atoll trace']
(_, _, off, _, _, _, _, _, usual, whole, zero, word, _, _, _, over, words), said = session(commands, '--icount', '-c', 'trace -b 4 cat /etc/motd')
contains(off, 'atoll trace: nobody traces: there is a ring only while', 'before the trace there is none, and that is said')
usual, whole = usual.strip(), whole.strip()
lines = whole.splitlines()[1:]
equal(len(lines), 63, 'a ring of 4 KiB keeps 63 events')
numbers = [int(line.split()[0]) for line in lines]
ok(numbers and numbers[0] > 63 and numbers == list(range(numbers[0], numbers[0] + 63)), 'one behind the other, though it has come round', whole)
times = [float(line.split()[1]) for line in lines]
equal(times, sorted(times), 'in the order of time')
equal([line.split() for line in usual.splitlines()[1:]], [line.split() for line in lines[-20:]], 'not asked for a number it shows the last 20')

READ = r'IO_READ, version 1, %s, badge 0x100000000, token (0x\w+)$'
sent = re.search(r' cat/\d+ +send +call: ' + READ % r'to file/3', whole, re.M)
taken = re.search(r' file/3 +receive +call: ' + READ % r'from cat/\d+', usual, re.M)
ok(sent and taken and sent[1] == taken[1], "cat's read, sent and received, by its token", whole)
ok(re.search(r' file/3 +change +runs, after cat/\d+$', '\n'.join(lines[-3:]), re.M), 'then the file server runs', usual)
ok(re.search(r' cat/\d+ +call +ipc_call$', whole, re.M), 'system calls by name', whole)
ok(re.search(r' file/3 +reply +answer: no error to IO_SEEK, to cat/\d+, token 0x\w+$', whole, re.M), 'an answer, and to what', whole)
ok(re.search(r' cat/\d+ +change +runs, after file/3$', whole, re.M), 'switches', whole)
for said_of in (zero, '0'), (word, 'many'):
	contains(said_of[0], 'atoll trace: %s: not a number of events' % said_of[1], 'a clear error: ' + said_of[1])
contains(over, 'nobody traces', 'when trace has ended its ring is none any more')
contains(words, 'atoll trace [N]', 'help')
finish()
