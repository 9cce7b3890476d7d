"""User programs: their files with symbols, and which one a space runs.

The guest gets stripped programs; the files with symbols lie in build/. Each program is linked at an address of its own
(Makefile), so all symbols are there from the start, and a break point may be set before its program has been started. A
program that came later, or that shares its address with another, has its symbols loaded when gdb stops where it runs."""
import glob
import os
import re
import struct

import gdb

from atoll import kernel
from atoll.command import Failure

BUILD = 'build/slow/' if os.environ.get('FAST') == '0' else 'build/'  # as the Makefile has it
FOLDERS = tuple(BUILD + folder for folder in ('servers', 'programs', 'tests/target', 'tests/bench'))


def segments(elf):
	"""Of a file that begins so: [(address, offset, bytes there, bytes of memory)]."""
	at, = struct.unpack_from('<Q', elf, 32)
	count, = struct.unpack_from('<H', elf, 56)
	parts = [struct.unpack_from('<IIQQQQQ', elf, at + 56 * i) for i in range(count)]
	return [(address, offset, size, memory) for kind, _, offset, address, _, size, memory in parts if kind == 1]


class Program:
	def __init__(self, path):
		self.path, self.name = path, os.path.basename(path)
		self.when = os.path.getmtime(path)
		with open(path, 'rb') as file:
			self.bytes = file.read()
		self.segments = segments(self.bytes)
		self.start = min(s[0] for s in self.segments)
		self.end = max(s[0] + s[3] for s in self.segments)

	def __contains__(self, address):
		return self.start <= address < self.end

	def overlaps(self, other):
		return self.start < other.end and other.start < self.end

	def read(self, address, count):
		"""What the file has there: constants that the guest's memory may not have yet."""
		for start, offset, size, _ in self.segments:
			if start <= address and address + count <= start + size:
				return self.bytes[offset + address - start:][:count]
		raise Failure('%s has nothing at %#x' % (self.path, address))

	def objfile(self):
		return next((o for o in gdb.objfiles() if o.filename == os.path.realpath(self.path)), None)

	def use(self):
		"""Its symbols are loaded, and no other program's that has the same addresses."""
		if self.objfile():
			return self.objfile()
		for other in programs():
			if other is not self and other.objfile() and self.overlaps(other):
				gdb.execute('remove-symbol-file -a %#x' % text_of(other), to_string=True)
		gdb.execute('add-symbol-file ' + self.path, to_string=True)
		return self.objfile()

	def function(self, name):
		"""The addresses of a function's first instruction, where its arguments are still in their registers: several, when the
		compiler has made it part of others."""
		symbols = self.use()
		symbol = symbols.lookup_global_symbol(name) or symbols.lookup_static_symbol(name)
		if symbol and symbol.is_function:
			return [int(symbol.value().address)]
		try:
			found = [place.pc for place in gdb.decode_line(name)[1] if place.pc in self]
		except gdb.error:
			found = []
		if not found:
			raise Failure('%s has no function %s' % (self.name, name))
		return found


def text_of(program):
	"""Of its section .text, by which gdb knows the file."""
	found = gdb.execute('info files', to_string=True)
	for line in found.splitlines():
		words = line.split()
		if len(words) >= 5 and words[3] == 'is' and words[4] == '.text' and int(words[0], 16) in program:
			return int(words[0], 16)
	raise Failure('no .text of ' + program.path)


_known = {}


def programs():
	"""Those that were built; the files are read anew when they have changed."""
	for folder in FOLDERS:
		for path in sorted(glob.glob(folder + '/*')):
			if os.path.isfile(path) and (path not in _known or _known[path].when != os.path.getmtime(path)):
				with open(path, 'rb') as file:
					if file.read(4) != b'\x7fELF':
						continue
				_known[path] = Program(path)
	return list(_known.values())


def load_all():
	"""At the start: what the boot archive holds."""
	taken = []
	for program in programs():
		if program.path.startswith(FOLDERS[:2]) and not any(map(program.overlaps, taken)):
			program.use()
			taken.append(program)


def started_as():
	"""{space: program}, where init.conf starts a program under another name."""
	with open('servers/init/init.conf') as file:
		return dict(re.findall(r'^(\w+)\s.*\bprogram=\S*/(\w+)', file.read(), re.M))


def named(name):
	"""The program of that name, or that a space of that name runs."""
	for program in programs():
		if program.name in (name, started_as().get(name)):
			return program
	for space in kernel.spaces() if ready() else []:
		if space.name == name and of(space):
			return of(space)
	raise Failure('no program %s in build/ (TAB lists them)' % name)


def of(space):
	"""The program that a space runs: that of its addresses, and of these the one with its name. None: unknown. A forked one has no
	pages at first: its name must do."""
	base = space.base()
	found = [p for p in programs() if base is not None and p.start == base] or [p for p in programs() if p.name == space.name]
	return next((p for p in found if p.name == space.name), found[0] if found else None)


def check_dump(path):
	"""Says what is wrong with a dump that gdb has taken: there is to be all of it, and its kernel's code that of the file whose
	symbols are loaded."""
	if not gdb.selected_inferior().pid:
		return # gdb has said that it is none
	built = Program(BUILD + 'atoll.elf')
	start, _, size, _ = built.segments[0]
	with open(path, 'rb') as core:
		whole = max(offset + size for _, offset, size, _ in segments(core.read(1 << 20))) <= os.path.getsize(path)
	if not whole:
		print('This dump is not whole: what is missing, gdb takes from the file of the kernel. Do not trust what you see here.')
	elif gdb.selected_inferior().read_memory(start, size).tobytes() != built.read(start, size):
		print('This dump is of another build than %s. Do not trust what you see here.' % built.path)


def names():
	return [p.name for p in programs()]


def ready():
	"""Whether the kernel's objects can be read yet."""
	try:
		return int(kernel.value('cpu0.tss.rsp[0]')) != 0
	except gdb.error:
		return False


def settle(event=None):
	"""Where user code stopped, its symbols are the ones that count."""
	try:
		if ready() and not kernel.in_kernel():
			program = of(kernel.current().space)
			if program and not program.objfile():
				program.use()
				if event: # gdb has said where it is by the symbols of another
					print('in %s:' % program.path)
					gdb.execute('frame')
	except (gdb.error, Failure):
		pass # not readable here: nothing to load


gdb.events.stop.connect(settle)
