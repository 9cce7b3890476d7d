#!/usr/bin/python3
"""What the pages show is what one sees. A block with "$ " is typed at a shell here, one with "atoll:/$ " in Atoll, and must print
the lines below; figures may differ by a quarter, or by 5: they change with the kernel, what they say does not.
(gdb's sessions: gdb_docs.)
GROUP: docs"""
import os, re, shutil, sys
sys.path.insert(0, os.path.dirname(os.path.realpath(__file__)) + '/../lib')
from atoll import *
from transcript import alike, sessions
from variant import together

MARK = '@@@'


def close(got, shown):
	return abs(got - shown) <= max(shown / 4, 5)


# The pages show the kernel with the short cut: of one without it the figures are not compared.
COMPARED = close if BUILD == 'build' else None


def typed(session):
	"""What each command of a block prints, in a shell of its own. Of a run, what comes before the command's own is not shown."""
	script = ''.join('echo; echo %s\n%s\n' % (MARK, command) for command, _ in session[1])
	done = subprocess.run(['timeout', str(2 * PATIENCE), 'bash', '-c', script], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
		stderr=subprocess.STDOUT, text=True, errors='replace')
	return done.stdout.split('\n%s\n' % MARK)[1:]


def compare(page, commands, printed):
	for (command, lines), got in zip(commands, printed + [''] * len(commands)):
		ok(alike(got, '...\n' + lines, COMPARED), '%s: %s' % (page, command), 'it prints\n%s\nthe page says\n%s' % (got, lines))


here, there = sessions('$ '), sessions('atoll:/$ ')
ok(sum(len(commands) for _, commands in here) >= 8 and len(there) >= 1, 'there are transcripts')
for (page, commands), printed in zip(here, together(typed, here)):
	if any(command.startswith('spin ') for command, _ in commands) and not shutil.which('spin'):
		note(page + ': left out, as there is no spin (tools/setup test-long)')
	else:
		compare(page, commands, printed)
for page, commands in there:
	with Console() as console:
		compare(page, commands, [console.enter(command) for command, _ in commands])
		console.power_off()

for got, shown, same in (('a 1', 'b 1', False), ('a 1', 'a 7', False), ('', 'a', False), ('a', '', False), ('a  99', 'a 100', True),
		('x\na\nb', '...\na\nb', True), ('x\na\nb', '...\na', False), ('a 1', 'a ...', True)):
	ok(alike(got, shown, close) == same, 'the comparison: %r, %r' % (got, shown))
finish()
