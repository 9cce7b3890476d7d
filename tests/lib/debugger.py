"""gdb sessions that a test can read: what each command said."""
import os
import re
import signal
import subprocess

from atoll import PATIENCE, ok


def session(commands, *options, top='.', patience=2 * PATIENCE):
	"""Runs these gdb commands through tools/debug OPTIONS, in the tree `top`; a list of what each one printed, and all of it
	(where the connection broke, what the rest would have said is missing)."""
	# No core file: gdb 13 sometimes aborts at its own end, when QEMU has gone before it.
	words = ['prlimit', '--core=0', 'tools/debug', '--console', '/dev/null', *options, '--', '-batch']
	for number, command in enumerate(commands):
		words += ['-ex', 'echo \\n@%d@\\n' % number, '-ex', command]
	p = subprocess.Popen(words, cwd=top, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, errors='replace',
		text=True, start_new_session=True)
	try:
		said = p.communicate(timeout=patience)[0]
	except subprocess.TimeoutExpired:
		os.killpg(p.pid, signal.SIGTERM) # gdb too: only then does tools/debug end the emulator
		said = p.communicate()[0] + '\n(no end within %d s)' % patience
	parts = dict(re.findall(r'^@(\d+)@\n(.*?)(?=^@\d+@\n|\Z)', said, re.M | re.S))
	return [parts.get(str(number), '') for number in range(len(commands))], said


def station(text, number, where, function, line, *words):
	"""What a stop of atoll follow shows, for a test."""
	name = 'station %d, %s in %s' % (number, function, line)
	ok(re.search(r'^%d\. ' % number, text, re.M) and re.search(where, text) and re.search(r'^#\d+ .*\b%s \(.* at %s:\d+$' % (function, line), text, re.M)
		and all(w in text for w in words), name, text)


class Rows:
	"""A table that a command printed: rows by their first column; row['file/3'] has the line."""

	def __init__(self, text):
		self.text = text
		self.rows = {line.split()[0]: line for line in text.splitlines() if line.split()}

	def of(self, name):
		"""The lines of the threads of a space."""
		return [line for key, line in self.rows.items() if key.partition('/')[0] == name]

	def __getitem__(self, key):
		return self.rows.get(key, '')
