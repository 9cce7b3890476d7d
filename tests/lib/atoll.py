"""What tests written in Python share: TAP, runs of Atoll, and an Atoll to type at.

	#!/usr/bin/python3
	import os, sys
	sys.path.insert(0, os.path.dirname(os.path.realpath(__file__)) + '/../lib')
	from atoll import *

	done = run('false')
	ok(done.status == 1, "false's status is the run's")
	finish()
"""
import os
import signal
import subprocess
import sys
import tempfile

import pexpect

TOP = os.path.realpath(os.path.dirname(__file__) + '/../..')
BUILD = 'build/slow' if os.environ.get('FAST') == '0' else 'build' # the kernel without the short cut, or the one with it
PROMPT = r'atoll:/[^\r\n]*\$ ' # a regular expression
PATIENCE = 60 # seconds; only ever used up by what fails

os.chdir(TOP)
os.environ.setdefault('ATOLL_ACCEL', 'tcg') # not KVM, even where there is one

# ---- TAP ------------------------------------------------------------------------------------------------------------

_count = _failed = 0


def ok(passed, name, detail=None):
	"""One expectation. The detail is shown when it fails."""
	global _count, _failed
	_count += 1
	print('%sok %d - %s' % ('' if passed else 'not ', _count, name.replace('#', '\\#')), flush=True)
	if not passed:
		_failed += 1
		if detail is not None:
			note(detail)
	return bool(passed)


def equal(got, expected, name):
	return ok(got == expected, name, 'got      %r\nexpected %r' % (got, expected))


def contains(text, part, name):
	return ok(part in text, name, 'not in it: %r\n%s' % (part, text))


def note(text):
	for line in str(text).splitlines():
		print('#   ' + line, flush=True)


def finish():
	print('1..%d' % _count)
	sys.exit(_failed > 0)


def servers():
	"""The servers of init.conf, in its order, and the shell: what runs when there is no screen."""
	with open('servers/init/init.conf') as conf:
		lines = [line.split() for line in conf if line.strip() and not line.startswith('#')]
	return [words[0] for words in lines if words[0] != 'programs' and 'needs-screen' not in words]


# ---- Runs -----------------------------------------------------------------------------------------------------------

class Done:
	"""What a run left: status, text (console), errors (tools/run's own), log (the kernel's)."""

	def __init__(self, status, text, errors, log):
		self.status, self.text, self.errors, self.log = status, text, errors, log

	def __str__(self):
		return 'status %s\n%s\n%s' % (self.status, self.text, self.errors)


def run(commands=None, *options, timeout=PATIENCE):
	"""tools/run -c COMMANDS OPTIONS to its end."""
	with tempfile.NamedTemporaryFile(prefix='atoll-log.') as log:
		words = ['tools/run', '-t', str(timeout), '--kernel-log', log.name, *options]
		if commands is not None:
			words += ['-c', commands]
		p = subprocess.run(words, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
			errors='replace')
		return Done(p.returncode, p.stdout, p.stderr, log.read().decode(errors='replace'))


class Console(pexpect.spawn):
	"""A booted Atoll, to type at as a person does. Times out in the next expect() when something is amiss."""

	def __init__(self, *options, prompt=PROMPT, program=('tools/run', '-t', '600'), **more):
		super().__init__(program[0], [*program[1:], *options], timeout=PATIENCE, encoding='utf-8', codec_errors='replace',
			dimensions=(24, 80), **more)
		self.delaybeforesend = None
		self.prompt = prompt
		if prompt:
			self.expect(prompt)

	def enter(self, line):
		"""Types a line; returns what came up to the next prompt, without the echo of the line."""
		column = len(self.after) if isinstance(self.after, str) else 0 # of the prompt
		self.send(line + '\r')
		self.expect(self.prompt)
		text = self.before.replace('\r\n', '\n')
		# The console goes to a new row whenever one is full.
		rows = (column + len(line)) // 80
		return text.split('\n', rows + 1)[-1] if text.count('\n') > rows else ''

	def power_off(self):
		"""Returns the exit status."""
		self.send('poweroff\r')
		return self.end()

	def end(self):
		self.expect(pexpect.EOF)
		self.wait()
		return self.exitstatus

	def __exit__(self, *_):
		if self.isalive():
			self.kill(signal.SIGTERM)
			self.wait()
		self.close()

	def __enter__(self):
		return self
