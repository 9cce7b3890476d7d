#!/usr/bin/python3
"""Pipelines of the shell: what they say and with which status, redirections at each stage, many stages, a stage that is
killed or was never there, the pipe server killed in the middle of it, Ctrl-C; and that nothing is left behind.

GROUP: pipe shell"""
import os, re, sys
sys.path.insert(0, os.path.dirname(os.path.realpath(__file__)) + '/../lib')
from atoll import *
from books import SHOW, Books
from variant import sections

STAGES = 50
KILLED = 'yes', 'cat', 'wc'  # each of: yes | cat | wc
PIPELINES = 1000

SAYS = [
	('yes | head -1000000 | wc -l', '1000000\n'),
	('echo through' + ' | cat' * (STAGES - 1), 'through\n'),
	('seq 1000 | sort -n -r | uniq | tail -1 | tr 1 x', 'x\n'),
	('cat /etc/motd /etc/motd /etc/motd | wc -c > /tmp/n; cat /etc/motd | cat - /etc/motd /etc/motd | wc -c > /tmp/m; wc -w < /tmp/n; ls -l /tmp/n /tmp/m | wc -l', '      1\n      2\n'),
	('true | false; echo $?; false | true; echo $?; ! true | true; echo $?; ! false; echo $?', '1\n0\n1\n0\n'),
	('true | false && echo no; false | true && echo yes; true | false || echo yes', 'yes\nyes\n'),
	('echo a > /tmp/a; cat < /tmp/a | tr a b > /tmp/b | cat; cat /tmp/b', 'b\n'),
	('cat /nowhere 2> /tmp/e | wc -l; cat /tmp/e', '      0\ncat: /nowhere: No such file or directory\n'),
	('cat /nowhere 2>&1 | tr a-z A-Z', 'CAT: /NOWHERE: NO SUCH FILE OR DIRECTORY\n'),
	('echo lost > /tmp/c | wc -c; cat /tmp/c', '      0\nlost\n'),
	('cd /etc; pwd | cat; cd / | cat; pwd', '/etc\n/etc\n'),
	('X=5; echo $X | cat; Y=6 sh -c "echo \\$Y" | cat', '5\n6\n'),
	('echo a | nothere | wc -l; echo $?', 'sh: nothere: not found (`help` lists what there is)\n      0\n0\n'),
	('echo a | nothere; echo $?', 'sh: nothere: not found (`help` lists what there is)\n127\n'),
	('cat < /nowhere | wc -l', 'sh: /nowhere: No such file or directory\n      0\n'),
	('seq 3 | tee /tmp/t | tail -1; wc -l < /tmp/t', '3\n      3\n'),
	('seq 100000 | head -1; seq 100000 | sh -c "exit 3"; echo $?', '1\n3\n'),
	('echo "echo one; cat" > /tmp/s; echo two >> /tmp/s; cat /tmp/s | sh', 'one\ntwo\n'),
	('sh -c "{ sleep 1000 & } > /tmp/y" | cat; ps | grep -c " sleep "; kill sleep', '1\n'), # which has not got the pipe
	('seq 5 | sort -r > /tmp/bg & wait; head -1 /tmp/bg; ! true & wait $!; echo $?', '5\n1\n'),
]
USABLE = 'echo usable | cat'
kills = ['sh -c "sleep 0.1; kill %s" & yes | cat | wc -c > /tmp/n; echo status $?; wait; ps; %s' % (name, USABLE) for name in KILLED]
DEATH = 'sh -c "sleep 0.1; kill pipe" & yes | cat | wc -c; wait; %s; ps' % USABLE
WAITING = 'sh -c "sleep 0.1; kill pipe" & sleep 1 | cat | cat; wait; ' + USABLE
FULL = 'sh -c "sleep 0.1; kill pipe" & yes | sleep 1; wait; ' + USABLE
# The first pipeline's shell writes when there is a new server, and another pipe of the same number.
STALE = ('sh -c "sleep 0.1; kill pipe" & sh -c "sleep 0.4; echo stale" | sleep 0.8 & '
	'sleep 0.2; sh -c "sleep 0.5; echo fresh" | cat; wait')
# Each a way in which a pipeline may end.
LOOP = 'for i in $(seq %d); do echo x | cat; yes | head -1; true | true | true; echo x | nothere; sh -c "kill \\$\\$" | cat; done; '

texts, done = sections([commands for commands, _ in SAYS] + kills + [DEATH, WAITING, FULL, STALE], '--icount', timeout=200)
for (commands, output), text in zip(SAYS, texts):
	name = commands if len(commands) < 70 else commands[:67] + '...'
	# wc's columns are nobody's business.
	equal(re.sub(r'^ +', '', text, flags=re.M), re.sub(r'^ +', '', output, flags=re.M), name)
for name, text in zip(KILLED, texts[len(SAYS):]):
	contains(text, 'status %d\n' % (143 if name == 'wc' else 0), '%s killed: the status is that of the last' % name)
	contains(text, 'sh: %s: Terminated' % name, '%s killed: the shell tells' % name)
	equal(re.findall(r'^ *\d+ (?:yes|cat|wc) .*', text, re.M), [], '%s killed: the others have ended' % name)
	contains(text, '\nusable\n', '%s killed: the next pipeline works' % name)
death, waiting, full, stale = texts[-4:]
contains(death, 'init: pipe (pid 8): killed by pid', 'the server killed')
equal(re.findall(r'^ *\d+ (?:yes|cat|wc) .*', death, re.M), [], 'the server killed: all stages end')
contains(death, '\nusable\n', 'the server killed: the next pipeline works')
contains(waiting, '\nusable\n', 'the server killed while readers wait: the next pipeline works')
contains(full, 'yes: standard output: The other side is gone\n', 'the server killed while a writer waits: that is no SIGPIPE')
contains(full, '\nusable\n', 'and the next pipeline works')
contains(stale, 'fresh\n', 'a pipe of the new server')
ok('stale' not in stale and 'echo: standard output: Lost' in stale, 'has nothing of those of the old one', stale)
equal(done.status, 0, 'and all ends well')

# Counted: frames, capabilities, threads, before and after.
(before, after), done = sections([LOOP % 10 + SHOW, LOOP % (PIPELINES // 5) + SHOW], '--icount', timeout=200)
first = Books(before)
ok(first.complete() and first.spaces.get('pipe'), 'the books are there', before)
equal(after.count('x\n'), PIPELINES // 5, '%d pipelines came and went' % PIPELINES)
equal(Books(after).since(first), [], '%d pipelines: nothing is left behind' % PIPELINES)

# Ctrl-C is for all of them.
with Console() as console:
	# The last one says that it runs; the shell, whose priority is higher, has put it in front by then.
	for line in ('yes | cat | sh -c "echo begun; wc"', 'sleep 1000 | cat | sh -c "echo begun; cat"', 'cat | cat | sh -c "echo begun; cat"',
			'sleep 1000 | sh -c "echo begun; sleep 1000"'):
		console.send(line + '\r')
		console.expect('\nbegun\r\n')
		console.enter('\x03')
		said = console.enter('ps')
		equal(re.findall(r'^ *\d+ (?:yes|cat|wc|sleep) .*', said, re.M), [], 'Ctrl-C ends: ' + line)
	console.send('yes | more_than_there_is | cat\r')
	console.expect('not found')
	console.expect(PROMPT)
	console.send('cat | tr a-z A-Z\r')
	console.send('typed\r')
	console.expect_exact('TYPED')
	console.send('\x04')
	console.expect(PROMPT)
	equal(console.power_off(), 0, 'and what is typed goes through a pipeline')
finish()
