"""Names of operations: from the table that a server gives to serve(), `operations`.

Numbers, versions and handlers are read from the program, the names from the place in the source that the debugging
information names for that table; what fields mean, from the comment in the header that defines the name."""
import glob
import os
import re

import gdb

from atoll import kernel
from atoll.command import Failure

HEADERS = 'servers/*/protocol.h', 'libc/include/atoll/*.h', 'kernel/include/atoll/abi.h'
TABLE = 'operations'


class Operation:
	def __init__(self, number, version, handler, name):
		self.number, self.version, self.handler, self.name = number, version, handler, name


_tables = {}


def table(program):
	"""{number: Operation} of a server; {}: it has none."""
	if program is None:
		return {}
	key = program.path, program.when
	if key not in _tables:
		_tables[key] = _read(program)
	return _tables[key]


def _read(program):
	symbol = program.use().lookup_static_symbol(TABLE)
	if not symbol or symbol.type.strip_typedefs().code != gdb.TYPE_CODE_ARRAY:
		return {}
	address, kind = int(symbol.value().address), symbol.type
	rows = gdb.Value(program.read(address, kind.sizeof), kind)
	numbers = range(kind.range()[0], kind.range()[1] + 1)
	names = _names(symbol)
	found = {}
	for i in numbers:
		handler = int(rows[i]['handler'])
		name = names[i] if len(names) == len(numbers) else 'operation of %s()' % function_at(handler)
		found[int(rows[i]['op'])] = Operation(int(rows[i]['op']), int(rows[i]['version']), handler, name)
	return found


def _names(symbol):
	"""In the order of the initializer's rows, each of which begins with the operation's name."""
	source = read(symbol.symtab.fullname())
	body = re.search(r'\b%s\[\]\s*=\s*\{(.*?)^\};' % TABLE, source, re.M | re.S)
	return re.findall(r'(?:\{\s*|\.op\s*=\s*|\b\w+\()([A-Z]\w*)', body[1]) if body else []


def read(path):
	if not os.path.exists(path):
		return ''
	with open(path) as file:
		return file.read()


def functions_at(address):
	"""The function that stands there, behind those that the compiler put into it: ['copy_file', 'main']."""
	block, found = gdb.block_for_pc(address), []
	while block and not block.is_global and not block.is_static:
		if block.function:
			found.append(block.function.name)
		block = block.superblock
	return found


def start_of(address):
	"""Where the function that stands there begins."""
	block = gdb.block_for_pc(address)
	while not block.superblock.is_static:
		block = block.superblock
	return int(block.entry_pc) if hasattr(block, 'entry_pc') else int(block.start)


def function_at(address):
	return (functions_at(address) or ['?'])[-1]


def error(number):
	"""0: 'no error', 2: 'ENOENT'."""
	if number == 0:
		return 'no error'
	found = re.search(r'^#define\s+(E[A-Z0-9]+)\s+%d\b' % number, read('kernel/include/atoll/errno.h'), re.M)
	return found[1] if found else 'error %d' % number


def meaning(name, way):
	"""What the protocol says of a message of this name: way is 'In' or 'Out'. '': nothing."""
	for path in sorted(sum(map(glob.glob, HEADERS), [])):
		text = read(path)
		found = re.search(r'/\*((?:[^*]|\*(?!/))*)\*/\s*(?:#define\s+)?%s\b' % name, text)
		if found:
			lines = re.sub(r'\n\s*\* ?', '\n', found[1])
			part = re.search(r'^\s*%s:(.*?)(?=^\s*[A-Z]\w*:|\Z)' % way, lines, re.M | re.S)
			return ' '.join(part[1].split()) if part else ''
	return ''
