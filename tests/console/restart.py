#!/usr/bin/python3
"""Killing console, file and process server under the shell: what a person sees of it, and that nothing is left behind."""
import os, re, sys, time
sys.path.insert(0, os.path.dirname(os.path.realpath(__file__)) + '/../lib')
from atoll import *

with Console() as c:
	def pid(name):
		return re.search(r'^ *(\d+) %s ' % name, c.enter('ps'), re.M)[1]

	def kill(name):
		c.enter('kill ' + pid(name))
		time.sleep(0.3)
		c.enter('')

	def open_files():
		return int(re.search(r'(\d+) files open', c.enter('free'))[1])

	# Of clients that die nothing is left.
	equal(open_files(), 0, 'no file is open at first')
	c.send('cat > /tmp/x\r')
	c.expect('\r\n')
	time.sleep(0.3)
	c.send('\x03')
	c.expect(PROMPT)
	equal(open_files(), 0, 'nor after a client was killed that had one open')

	c.enter('echo typed before')
	kill('console')
	equal(c.enter('echo hello'), 'hello\n', 'the shell goes on after the console was killed')
	c.send('sleep 100\r')
	c.expect('\r\n')
	time.sleep(0.5)
	c.send('\x03')
	c.expect(PROMPT)
	equal(c.enter('echo $?'), '130\n', 'Ctrl-C works under the new console')
	for _ in range(3):
		kill('console')
	equal(c.enter('echo again'), 'again\n', 'three times more')

	c.enter('echo lost > /tmp/x; cd /home/poems')
	kill('file')
	equal(c.enter('ls /tmp'), '', 'a new file server has the archive\'s files only')
	equal(c.enter('ls'), 'lighthouse  m\u00f6we        tide\n', 'and the shell is where it was')
	c.enter('echo kept > /tmp/y')
	# A file that is open over the restart is stale: what is written to it must not go elsewhere.
	c.enter("sh -c 'sleep 2; echo late' > /tmp/x &")
	kill('file')
	c.expect('echo: standard output: Lost')
	c.send('wait; echo settled\r')
	c.expect(r'\nsettled\r\n(\[.*\r\n)?' + PROMPT)
	ok(True, 'a file that was open is stale')
	equal(c.enter('cat /tmp/x'), 'cat: /tmp/x: No such file or directory\n', 'and nothing was written')

	c.enter('sleep 100 &')
	kill('process')
	equal(c.enter('echo still here; sleep 0.1; echo $?'), 'still here\n0\n', 'programs start under a new process server')
	equal(c.enter('ps').count('sleep'), 0, 'what the old one had started has ended')
finish()
