"""Where to stop on a message's way, found by names that the kernel's style promises: entry_syscall, and the comment "Point of
no return" in whatever operation can fail. No line number or address is written down."""
import os
import re

import gdb

from atoll import kernel, operations, programs
from atoll.command import Failure

ENTRIES = 'entry_syscall', 'entry_syscall_long'
PHRASE = 'Point of no return'
CALLING = {'kernel/ipc_fast.c': ('call',), 'kernel/ipc.c': ('deliver',)}
REPLYING = {'kernel/ipc_fast.c': ('reply_recv',), 'kernel/ipc.c': ('reply',)}


class Stop(gdb.Breakpoint):
	"""Nobody sees it; stops when is_it() says so, and remembers that it did."""

	def __init__(self, name, address, condition):
		super().__init__('*%#x' % address, internal=True)
		self.silent, self.station, self.is_it, self.hit = True, name, condition, False

	def stop(self):
		self.hit = self.hit or bool(self.is_it())
		return self.hit


def must_run():
	if gdb.selected_inferior().connection and gdb.selected_inferior().connection.type == 'core':
		raise Failure('this is a dump: nothing runs any more')


def go(stops, command='continue'):
	"""Runs until one of them is hit; yields its name, or None when gdb stopped for another reason. They are gone then."""
	try:
		said = gdb.execute(command, to_string=True)
		hit = next((s.station for s in stops if s.hit), None)
	except gdb.error:
		if gdb.selected_inferior().pid:
			raise
	finally:
		for stop in stops:
			stop.delete()
	if not gdb.selected_inferior().pid:
		raise Failure('the guest has ended')
	if not hit:
		print(said.strip())
	return hit


def current_address():
	return int(kernel.value('cpu0.tss.rsp[0]')) - kernel.kernel_type('struct regs').sizeof


def runs(thread):
	"""A condition: it is this thread that is at work, not one that came after it in its place."""
	id = thread.number('id')
	return lambda: current_address() == thread.address and kernel.Thread(thread.address).number('id') == id


def address_of(function):
	symbol = gdb.lookup_global_symbol(function)
	if symbol and symbol.is_function:
		return int(symbol.value().address)
	try:
		return int(kernel.value('(unsigned long)&' + function))
	except gdb.error:
		return None


def entries(name, condition):
	"""At the first instruction of the kernel: registers are still the program's."""
	found = [Stop(name, address, condition) for address in map(address_of, ENTRIES) if address]
	if not found:
		raise Failure('this kernel has no entry_syscall')
	return found


def points_of_no_return(where):
	"""Their addresses, of these functions of these files, in each place that the compiler put them. A function that is not there,
	perhaps as it has another name now, is an error, for a message would go by it unseen."""
	return [pc for path, functions in where.items() for pc in points_in(path, functions)]


def points_in(path, functions):
	try:
		symtab = gdb.decode_line(path + ':1')[1][0].symtab
	except gdb.error:
		if os.path.exists(path):
			return [] # a kernel without the short cut
		raise Failure('no %s: tools/gdb/atoll/stops.py names it' % path)
	lines, found = operations.read(path).splitlines(), {}
	for i, line in enumerate(lines):
		if PHRASE in line:
			found.setdefault(function_around(lines, i), []).extend(first_code(symtab, lines, i))
	for name in functions:
		if not found.get(name):
			raise Failure('no "%s" in %s() of %s: tools/gdb/atoll/stops.py names it' % (PHRASE, name, path))
	return [pc for name in functions for pc in found[name]]


def function_around(lines, i):
	while i > 0 and not lines[i].startswith('{'):
		i -= 1
	while i > 0 and not re.match(r'\w', lines[i]):
		i -= 1
	head = lines[i] if '(' in lines[i] else lines[i - 1]
	found = re.search(r'(\w+)\(', re.sub(r'__attribute__\(\(\w+\)\)', '', ' '.join(lines[i:i + 3])))
	return found[1] if found else head


def first_code(symtab, lines, i):
	"""The first statement behind the comment that begins in line i (from 0), in each function that it is part of: wherever the
	compiler has put a copy of it."""
	while '*/' not in lines[i]:
		i += 1
	found = {}
	for number in range(i + 2, len(lines) + 1):
		if lines[number - 1].startswith('}'):
			break
		for entry in symtab.linetable().line(number) or []:
			line, pcs = found.setdefault(operations.function_at(entry.pc), (number, set()))
			if line == number:
				pcs.add(entry.pc)
	return [pc for _, pcs in found.values() for pc in sorted(pcs)]


def handlers(number, server, condition):
	"""At the handler of that operation: of this program, or of all servers when it is not known."""
	known = [server] if server else programs.programs()
	found = [operations.table(p).get(number) for p in known]
	return [Stop('handler', o.handler, condition) for o in found if o]
