"""atoll trace: the last events of the ring into which the kernel writes while somebody traces (kernel/trace.c).

How many there are is the kernel's own variable, and so where each one stands; the ring's head its owner may have written to."""
import collections
import struct

import gdb

from atoll import kernel, operations, programs
from atoll.command import Command, Failure, number, table
from atoll.message import Message

FIELDS = 'number', 'time', 'thread', 'peer', 'badge', 'label', 'value', 'event'
USUAL = 20

Event = collections.namedtuple('Event', FIELDS)


def events():
	"""All that are in the ring, the oldest first."""
	pages, count = (int(kernel.static('kernel/trace.c', name)) for name in ('pages', 'count'))
	if not int(kernel.value('trace_on')):
		raise Failure('nobody traces: there is a ring only while trace runs something, as in trace cat /etc/motd')
	size = kernel.kernel_type('struct trace_event').sizeof
	at = [kernel.offset('struct trace_event', name) for name in FIELDS]
	frames, memory = kernel.static('kernel/trace.c', 'page'), gdb.selected_inferior()
	ring = b''.join(memory.read_memory(int(frames[i]), kernel.PAGE).tobytes() for i in range(pages))
	room = len(ring) // size - 1 # place 0 is the ring's head
	for n in range(max(0, count - room), count):
		place = size * (1 + n % room)
		yield Event(*(struct.unpack_from('<I' if name == 'event' else '<Q', ring, place + o)[0] for name, o in zip(FIELDS, at)))


def names_of(enumerator):
	"""{number: name} of the kernel's enumeration that has this one, without what all begin with."""
	prefix = enumerator.partition('_')[0] + '_'
	return {f.enumval: f.name.replace(prefix, '', 1) for f in gdb.lookup_static_symbol(enumerator).type.fields()}


class Teller:
	"""Puts events into words. It is told all, in their order: who began and who was asked what, later ones refer to."""

	def __init__(self):
		self.kinds, self.calls = names_of('TRACE_call'), names_of('SYS_ipc_call')
		self.threads = {t.number('id'): t for t in kernel.threads()}
		self.begun, self.asked = {}, {}

	def note(self, e):
		kind = self.kinds.get(e.event)
		if kind == 'begin':
			self.begun[e.thread] = struct.pack('<QQ', e.label, e.value).split(b'\0')[0].decode(errors='replace')
		elif kind == 'send':
			self.asked[e.value] = e.label

	def row(self, e):
		kind = self.kinds.get(e.event, 'event %d' % e.event)
		tell = getattr(self, kind, None)
		return e.number, '%.6f s' % kernel.seconds(e.time), self.who(e.thread), kind, tell(e) if tell else ''

	def who(self, id):
		"""'cat/9', also when it has ended since; '-': nobody."""
		if id in self.threads:
			return str(self.threads[id])
		return '%s/%d' % (self.begun.get(id, '?'), id & 0xffff) if id else '-'

	def program(self, id):
		return programs.of(self.threads[id].space) if id in self.threads else None

	# One for each kind that has more to tell than its name.

	def call(self, e):
		return self.calls.get(e.value, 'system call %d' % e.value)

	def send(self, e):
		return Message(e.label, (), True, self.program(e.peer), who='to ' + self.who(e.peer), badge=e.badge, token=e.value).first_line()

	def receive(self, e):
		return Message(e.label, (), True, self.program(e.thread), who='from ' + self.who(e.peer), badge=e.badge, token=e.value).first_line()

	def reply(self, e):
		asked = operations.table(self.program(e.thread)).get(self.asked.get(e.value, 0) & 0xffff)
		return Message(e.label, (), False, asked=asked, who='to ' + self.who(e.peer), token=e.value).first_line()

	def cancel(self, e):
		return operations.error(2 ** 64 - e.value)

	def notify(self, e):
		return 'to %s, bits %#x' % (self.who(e.peer), e.value)

	def change(self, e):
		return 'runs, after ' + self.who(e.peer)

	def priority(self, e):
		return 'from %d to %d' % (e.label, e.value)

	def fault(self, e):
		return 'exception %d, error code %#x, address %#x' % (e.value, e.label, e.badge)

	def interrupt(self, e):
		return 'vector %d' % e.value

	def flush(self, e):
		return 'page %#x' % e.value if e.value else 'a whole space'


class Trace(Command):
	"""Show the last events that the kernel traced: atoll trace [N]

N: so many, the latest last; else 20. There are some only while somebody traces: have what is to be seen run by trace, as in
	make debug ARGS="-c 'trace cat /etc/motd'"
Times are since boot. On the way to a station of atoll follow it shows what else has happened meanwhile."""
	NAME, MOST, USAGE = 'trace', 1, '[N]'

	def run(self, arguments):
		wanted = number(arguments[0]) if arguments else USUAL
		if not wanted or wanted < 1:
			raise Failure('%s: not a number of events' % arguments[0])
		teller, found = Teller(), list(events())
		for e in found:
			teller.note(e)
		table(('NUMBER', 'TIME', 'THREAD', 'EVENT', ''), map(teller.row, found[-wanted:]))


Trace()
