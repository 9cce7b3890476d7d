"""What all commands share: errors in words, completion, tables."""
import gdb


class Atoll(gdb.Command):
	"""Commands that know Atoll's threads, spaces and messages.

`help atoll NAME` explains one; docs/debugging.md shows them at work."""

	def __init__(self):
		super().__init__('atoll', gdb.COMMAND_STATUS, prefix=True)

	def invoke(self, text, from_tty):
		if text:
			raise gdb.GdbError('atoll %s: no such command (help atoll lists them)' % text.split()[0])
		gdb.execute('help atoll')


Atoll()


class Failure(Exception):
	"""Something that the user should hear of: one line."""


class Command(gdb.Command):
	"""Base of the commands. A subclass has NAME, run(arguments), perhaps choices(), MOST arguments, and its help as docstring."""
	LEAST, MOST = 0, 0
	NEEDS_GUEST = True # without one gdb would read the kernel's file, where nothing has happened yet
	USAGE = ''

	def __init__(self):
		super().__init__('atoll ' + self.NAME, gdb.COMMAND_STATUS)

	def invoke(self, text, from_tty):
		from atoll import programs
		arguments = gdb.string_to_argv(text)
		if not self.LEAST <= len(arguments) <= self.MOST:
			raise gdb.GdbError('usage: atoll %s' % ' '.join([self.NAME, self.USAGE]).strip())
		try:
			if self.NEEDS_GUEST and not gdb.selected_inferior().pid:
				raise Failure('there is no guest: it has ended, or gdb is not attached yet')
			self.run(arguments)
		except Failure as failure:
			raise gdb.GdbError('atoll %s: %s' % (self.NAME, failure))
		except gdb.error as error:
			hint = '' if programs.ready() or not gdb.selected_inferior().pid else ' (the kernel can be read once it runs: break kernel_main, continue)'
			raise gdb.GdbError('atoll %s: %s%s' % (self.NAME, error, hint))
		finally:
			programs.settle() # a command may have asked for other programs' symbols

	def choices(self):
		return []

	def complete(self, text, word):
		try:
			return [c for c in self.choices() if c.startswith(word)]
		except (gdb.error, Failure):
			return []


def table(head, rows):
	"""Prints rows under a head; columns are as wide as they need to be."""
	rows = [[str(cell) for cell in row] for row in [head, *rows]]
	widths = [max(map(len, column)) for column in zip(*rows)]
	for row in rows:
		print('  '.join(cell.ljust(width) for cell, width in zip(row, widths)).rstrip())


def number(text):
	"""What the user wrote as a number, or None."""
	try:
		return int(text, 0)
	except ValueError:
		return None
