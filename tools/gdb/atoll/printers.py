"""How gdb prints the kernel's objects when they are printed by value or through a pointer: print *thread, info locals."""
import gdb
import gdb.printing

from atoll import kernel
from atoll.command import Failure


class Summary:
	"""A line of words in front of the members."""

	def __init__(self, value):
		self.value = value

	def to_string(self):
		try:
			return self.words(self.value)
		except (gdb.error, Failure):
			return '(not readable)'

	def children(self):
		return ((f.name, self.value[f.name]) for f in self.value.type.fields() if f.name)


class PrintThread(Summary):
	def words(self, value):
		thread = kernel.Thread(value.address)
		return '%s, %s, priority %s' % (thread, thread.state, thread.priority)


class PrintSpace(Summary):
	def words(self, value):
		return 'space %s' % kernel.Space(value.address)


class PrintEndpoint(Summary):
	def words(self, value):
		return str(kernel.Endpoint(value.address))


class PrintCap(Summary):
	def words(self, value):
		cap = kernel.Cap(value.address)
		return 'capability: %s, %s' % (cap.names(), cap.rights()) if cap.number('handle') else 'a free entry'


class PrintQueue(Summary):
	"""Wait queues: the threads in them, not the links."""

	def words(self, value):
		return 'waiting: ' + (' '.join(map(str, kernel.queued(value))) or 'nobody')

	def children(self):
		return iter(())


class Printer(gdb.printing.RegexpCollectionPrettyPrinter):
	"""Of what lies in the kernel's half: a program's type of the same name is its own affair."""

	def __call__(self, value):
		return super().__call__(value) if value.address is not None and int(value.address) >> 63 else None


printer = Printer('atoll')
for name, kind in (('thread', PrintThread), ('space', PrintSpace), ('endpoint', PrintEndpoint), ('cap', PrintCap), ('waitq', PrintQueue)):
	printer.add_printer(name, '^%s$' % name, kind)
gdb.printing.register_pretty_printer(None, printer, replace=True)
