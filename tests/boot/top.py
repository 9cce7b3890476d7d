#!/usr/bin/python3
"""top and ipcstat: who is busy stands first, who sends messages is shown with them, and counts are those of what a command
did. Time is that of --icount.
GROUP: trace"""
import os, re, sys
sys.path.insert(0, os.path.dirname(os.path.realpath(__file__)) + '/../lib')
from atoll import *

done = run('ping 100000000 & P=$!; top -n 2 -d 200 >/tmp/t; kill $P; cat /tmp/t; top -n 1 -d 100; ipcstat -- ping 1000; ipcstat -- ping 2000; '
	'ipcstat -d 20 -n 3; ipcstat; ipcstat -- false; echo =$?; top x; echo =$?; top -n 0; echo =$?; ipcstat -n 2; echo =$?; ipcstat --; echo =$?; '
	'ipcstat -- nothing; echo =$?; top --help; ipcstat --help; ipcstat >/no/f; top -n 1 -d 1 | head -1', '--icount')
equal(done.status, 0, 'the commands run')
screens = done.text.split('up ')[1:]
ROW = re.compile(r'^ *(\d+) (\S+) +\S+ +\d+/\d+ +(\d+\.\d) +(\d+)$', re.M)
busy, quiet = screens[1], screens[2]
rows = [(name, float(share), int(rate)) for _, name, share, rate in ROW.findall(busy)]
ok(rows[0][0] in ('ping', 'echo') and rows[0][1] > 50, 'top: who is busy stands first', busy)
ok(sum(r[1] for r in rows) > 95, 'and the shares are those of all the time', busy)
ok(all(r[2] > 10000 for r in rows if r[0] in ('ping', 'echo')), 'with their messages a second', busy)
ok([r[1] for r in rows] == sorted((r[1] for r in rows), reverse=True), 'by share')
load = lambda screen: float(re.search(r'processor (\d+\.\d) % busy', screen)[1])
ok(load(busy) > 95 and load(quiet) < 50, 'busy and not', '%s %s' % (busy, quiet))
head = re.search(r'a second: (\d+) messages, (\d+) calls, (\d+) switches, (\d+) flushes', busy)
ok(head and all(int(n) > 10000 for n in head.groups()), 'and what the kernel did', busy)
ok('\033[' not in busy and '\033[' not in screens[0], 'into a file no screen is cleared')


def counts(text):
	return {name.strip(): (int(n), float(each)) for name, n, each in re.findall(r'^(\S.*?)  +(\d+) +(\d+\.\d{3})$', text, re.M)[:8]}


one, two = (counts(part) for part in re.split(r'^\d+ calls of 0 bytes.*\n', done.text, flags=re.M)[1:3])
equal(two['messages'][0] - one['messages'][0], 2000, 'ipcstat: 1,000 round trips more are 2,000 messages')
equal(two['switches of threads'][0] - one['switches of threads'][0], 2000, 'and 2,000 switches')
ok(0.99 < one['full flushes of the TLB'][1] < 1.2, 'each with a flush, without PCID', one)
lines = re.findall(r'^(?: +\d+){8} +\d+\.\d$', done.text, re.M)
equal(len(lines), 3, 'a line for each interval')
for wanted in ('=1\n', 'usage: top [-d MS]', '=2\n', 'top: 0: not a number from 1 to', 'usage: ipcstat [-d MS', '=127\n', 'ipcstat: nothing: No such file'):
	contains(done.text, wanted, 'they say %r' % wanted)

with Console() as console:
	console.send('top -d 100\r')
	console.expect(r'\x1b\[H\x1b\[Jup ')
	console.expect(r'\x1b\[H\x1b\[Jup ')
	console.send('\x03')
	console.expect(PROMPT)
	ok(True, 'top goes on until Ctrl-C')
	equal(console.power_off(), 0, 'and nothing else ends')
finish()
