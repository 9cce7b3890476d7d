#!/usr/bin/python3
"""Ctrl-C: it ends the program in front and nothing else, wherever that is."""
import os, sys, time
sys.path.insert(0, os.path.dirname(os.path.realpath(__file__)) + '/../lib')
from atoll import *

CTRL_C = '\x03'
INTERRUPTED = r'\^C\r\n' + PROMPT


with Console() as c:
	def interrupts(line, name):
		start = time.monotonic()
		c.send(line + '\r')
		c.expect(r'\r\n')
		time.sleep(0.5)
		c.send(CTRL_C)
		c.expect(INTERRUPTED)
		ok(time.monotonic() - start < 20, name)

	interrupts('sleep 100', 'sleep')
	equal(c.enter('echo $?'), '130\n', 'its status is 130')
	interrupts('cat', 'cat that waits for a line')
	interrupts('cat > /tmp/x', 'cat that writes to a file')
	interrupts('sleep 100; echo not this', 'a list: what follows is not run')
	ok('not this' not in c.before, 'indeed not')
	interrupts('sleep 100 || echo not this', 'nor what follows ||')
	ok('not this' not in c.before, 'indeed not')
	interrupts("sh -c 'sleep 100; echo not this'; echo nor this", 'a shell in a shell: both stop')
	ok('this' not in c.before, 'indeed')
	c.enter("echo 'sleep 100' > /tmp/s; echo 'echo not this' >> /tmp/s")
	interrupts('sh /tmp/s', 'a script')
	ok('not this' not in c.before, 'all of it')
	equal(c.enter('ps').count('sleep'), 0, 'nobody sleeps any more')

	c.send('sleep 100 &\r')
	c.expect(PROMPT)
	c.send(CTRL_C)
	c.expect(INTERRUPTED)
	contains(c.enter('jobs'), 'running: sleep 100', 'a program in the background goes on')
	interrupts('wait', 'wait: then it is meant')
	ok('running' not in c.enter('jobs'), 'and has ended')

	c.send('sh\r')
	c.expect(PROMPT)
	interrupts('sleep 100', 'in the inner of two shells')
	c.send('echo half' + CTRL_C)
	c.expect(INTERRUPTED)
	c.enter('exit 3')
	equal(c.enter('echo $?'), '3\n', 'the inner shell was still there')

	c.send(CTRL_C * 50)
	c.send('echo well\r')
	c.expect(r'[$] echo well\r\nwell\r\n' + PROMPT)
	ok(True, 'fifty times at the prompt')
	c.send('echo ahead; sleep 100\recho discarded\r')
	c.expect('ahead\r\n')
	time.sleep(0.5)
	c.send(CTRL_C)
	c.expect(INTERRUPTED)
	equal(c.enter('echo after'), 'after\n', 'what was typed ahead is thrown away')
finish()
