"""atoll break: a break point in one program.

Several spaces can have code at the same address: two processes of one program, or a copy of it under another name. The
processor stops in each; whether gdb stops is decided by the name of the space that is loaded."""
import gdb

from atoll import kernel, operations, programs
from atoll.command import Command, Failure


class InProgram(gdb.Breakpoint):
	"""Stops where the space that runs has this name, or was started under another one by init.conf."""

	def __init__(self, name, address):
		super().__init__('*%#x' % address)
		self.names = [name] + [space for space, program in programs.started_as().items() if program == name]

	def stop(self):
		return kernel.current().space.name in self.names


class Break(Command):
	"""Stop when a program comes to a function: atoll break NAME:FUNCTION

NAME is a program in build/, or a space as in `atoll spaces`. Only that program stops, also when others run the same code.
It stops at the function's first instruction, where its arguments are all there. The program need not run yet.
`info breakpoints`, `delete` and `condition` work as for any other; `break FILE:LINE` stops in whatever program runs there. In the kernel:
break FILE:FUNCTION, as in break kernel/ipc.c:deliver, for programs may have a function of that name too."""
	NAME, LEAST, MOST, USAGE = 'break', 1, 1, 'NAME:FUNCTION'
	NEEDS_GUEST = False

	def run(self, arguments):
		name, colon, function = arguments[0].rpartition(':')
		if not colon or not name or not function:
			raise Failure('NAME:FUNCTION, as in cat:main')
		for address in programs.named(name).function(function):
			InProgram(name, address)

	def choices(self):
		return [name + ':' for name in programs.names()]

	def complete(self, text, word):
		name, colon, part = text.rpartition(':')
		if not colon:
			return [c for c in self.choices() if c.startswith(text)]
		try:
			# After a colon gdb wants what follows it, or the whole: it says which by `word`.
			lead = '' if word == part else name + ':'
			return [lead + f for f in functions(programs.named(name)) if f.startswith(part)]
		except (Failure, gdb.error):
			return []


def functions(program):
	"""Those of its own sources and of libc."""
	program.use()
	found = gdb.execute('info functions -q -n', to_string=True)
	names = sorted({line.split('(')[0].split()[-1].lstrip('*') for line in found.splitlines() if '(' in line})
	objfile = program.objfile()
	return [n for n in names if objfile.lookup_global_symbol(n) or objfile.lookup_static_symbol(n)]


Break()
