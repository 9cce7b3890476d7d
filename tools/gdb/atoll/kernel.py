"""The kernel's objects, read through the types that the compiler described. Nothing here changes anything.

Who waits, and where, is told by `thread->waiter.queue`, never by a walk through the lists: a lone waiter is in none
(kernel/waitq.c). The running thread is in no ready queue while user code runs (kernel/trap.c). A timeout's deadline
says when it expires; its key in the heap may be out of date (kernel/timeout.c)."""
import functools
import re

import gdb

from atoll.command import Failure, number

DIRECT_MAP = 0xffff800000000000  # kernel/machine.h: all memory is mapped there
PAGE = 4096
NEVER = 2 ** 64 - 1
BLOCKED = 'SEND', 'RECEIVE', 'REPLY', 'LOCK'


def value(expression):
	return gdb.parse_and_eval(expression)


def static(path, name):
	"""A variable of one of the kernel's files."""
	try:
		return value("'%s'::%s" % (path, name))
	except gdb.MemoryError:
		raise
	except gdb.error:
		raise Failure('this kernel has no %s in %s' % (name, path))


def constant(name):
	"""An enumerator of the kernel."""
	return int(value(name))


def kernel_type(name):
	"""Out of the kernel's own symbols: a program may have a `struct thread` too."""
	try:
		symbols = gdb.lookup_objfile('atoll.elf')
	except ValueError:
		raise Failure('the symbols of atoll.elf are not loaded')
	found = symbols.lookup_static_symbol(name.split()[-1], gdb.SYMBOL_STRUCT_DOMAIN)
	if not found:
		raise Failure('this kernel has no ' + name)
	return found.type


def pointer(address, type_name):
	return gdb.Value(address).cast(kernel_type(type_name).pointer())


def container(link, type_name, member):
	"""What CONTAINER_OF does; member may be a path: 'waiter.all'."""
	kind, offset = kernel_type(type_name), 0
	for name in member.split('.'):
		field = next(f for f in kind.fields() if f.name == name)
		offset += field.bitpos // 8
		kind = field.type
	return pointer(int(link) - offset, type_name)


def each(head, type_name, member):
	"""The elements of a struct list."""
	link, seen = head['next'], 0
	if not int(link):
		raise Failure('the kernel has not begun with its list of %s yet' % type_name)
	while int(link) != int(head.address):
		yield container(link, type_name, member)
		link, seen = link['next'], seen + 1
		if seen > 100000 or not int(link):
			raise Failure('a broken list of %s at %#x (atoll check)' % (type_name, int(head.address)))


def text(chars):
	return chars.string(errors='replace') if int(chars[0]) else '?'


class Object:
	"""A kernel object; equal when it is the same one."""
	TYPE = None

	def __init__(self, address):
		self.address = int(address)
		self.value = pointer(self.address, self.TYPE).dereference()

	def __getitem__(self, name):
		found = self.value
		for part in name.split('.'):
			found = found[part]
		return found

	def number(self, name):
		return int(self[name])

	def __eq__(self, other):
		return type(other) is type(self) and other.address == self.address

	def __hash__(self):
		return hash(self.address)


# ---- Spaces ---------------------------------------------------------------------------------------------------------

class Space(Object):
	TYPE = 'struct space'
	name = property(lambda self: text(self['name']))
	id = property(lambda self: self.number('id'))
	pid = property(lambda self: self.number('tag'))

	def __str__(self):
		return '%s (pid %d)' % (self.name, self.pid) if self.pid else self.name

	def threads(self):
		return [Thread(t) for t in each(self['threads'], 'struct thread', 'in_space')]

	def base(self):
		"""Where its program begins: the lowest mapping; None: there is none."""
		for window in each(self['windows'], 'struct window', 'by_space'):
			return int(window['address'])
		return None

	def physical(self, address):
		"""Through its page tables; None: not mapped."""
		entry = self.number('root')
		for shift in 39, 30, 21, 12:
			if not entry:
				return None
			at = DIRECT_MAP + (entry & 0x000ffffffffff000) + 8 * (address >> shift & 511)
			entry = int.from_bytes(gdb.selected_inferior().read_memory(at, 8).tobytes(), 'little')
			if not entry & 1:
				return None
			if entry & 0x80 and shift in (30, 21):
				mask = (1 << shift) - 1
				return (entry & 0x000ffffffffff000 & ~mask) + (address & mask)
		return (entry & 0x000ffffffffff000) + (address & PAGE - 1)

	def read(self, address, count):
		"""Its memory, whichever space is loaded; None when a page is not there."""
		data = b''
		while count > 0:
			part = min(count, PAGE - address % PAGE)
			where = self.physical(address)
			if where is None:
				return None
			data += gdb.selected_inferior().read_memory(DIRECT_MAP + where, part).tobytes()
			address, count = address + part, count - part
		return data

	def word(self, address):
		data = self.read(address, 8)
		return None if data is None else int.from_bytes(data, 'little')

	def typed(self, address, kind):
		"""A value of that type in its memory."""
		data = self.read(address, kind.sizeof)
		return None if data is None else gdb.Value(data, kind)

	def caps(self):
		"""Its capabilities, in the order of their entries."""
		frames, per = self.number('caps.frames'), PAGE // kernel_type('struct cap').sizeof
		for i in range(frames):
			page = self['caps.frame'][i].cast(kernel_type('struct cap').array(per - 1).pointer()).dereference()
			page.fetch_lazy()
			for j in range(per):
				if int(page[j]['handle']):
					yield Cap(int(self['caps.frame'][i]) + j * kernel_type('struct cap').sizeof)

	def cap(self, handle):
		"""The capability that a handle names in it, or None."""
		index, per = handle & 0xffff, PAGE // kernel_type('struct cap').sizeof
		if index >= self.number('caps.frames') * per:
			return None
		cap = Cap(int((self['caps.frame'][index // per] + index % per)))
		return cap if cap.number('handle') == handle and handle else None


def spaces():
	return [Space(s) for s in each(static('kernel/space.c', 'all'), 'struct space', 'link')]


# ---- Capabilities and endpoints -------------------------------------------------------------------------------------

@functools.cache
def rights():
	"""[(name, bit)]: macros, which the compiler does not describe."""
	with open('kernel/include/atoll/abi.h') as header:
		return [(name, int(bit)) for name, bit in re.findall(r'^#define CAP_([A-Z]+) +\(1u << (\d+)\)', header.read(), re.M)]


class Cap(Object):
	TYPE = 'struct cap'

	def rights(self):
		"""In the order of abi.h's bits."""
		return ' '.join(name for name, bit in rights() if self.number('rights') >> bit & 1) or '-'

	def kind(self):
		"""'endpoint', 'thread', ..."""
		named = str(self['object']['type'].cast(kernel_type('enum object_type')))
		return named.replace('OBJECT_', '').lower()

	def endpoint(self):
		return Endpoint(container(self['object'], 'struct endpoint', 'object')) if self.kind() == 'endpoint' else None

	def names(self):
		"""What it names, in words."""
		kind, header = self.kind(), self['object']
		if kind == 'endpoint':
			return str(self.endpoint())
		if kind == 'thread':
			return 'thread ' + str(Thread(container(header, 'struct thread', 'object')))
		if kind == 'space':
			return 'space ' + str(Space(container(header, 'struct space', 'object')))
		if kind == 'memory':
			return 'memory, %d pages' % container(header, 'struct memory', 'object')['pages']
		return kind


class Endpoint(Object):
	TYPE = 'struct endpoint'

	def receiver(self):
		return thread_or_none(self['receiver'])

	def __str__(self):
		receiver = self.receiver()
		return 'endpoint of %s' % receiver if receiver else 'endpoint %#x, unbound' % (self.address & 0xffffffff)


def endpoints():
	"""Those that some capability or thread names: {endpoint: [(space, capability)]}."""
	found = {}
	for space in spaces():
		for cap in space.caps():
			if cap.kind() == 'endpoint':
				found.setdefault(cap.endpoint(), []).append((space, cap))
	for thread in threads():
		for name in 'bound', 'pager':
			if int(thread[name]):
				found.setdefault(Endpoint(thread[name]), [])
	return found


# ---- Threads --------------------------------------------------------------------------------------------------------

class Thread(Object):
	TYPE = 'struct thread'
	slot = property(lambda self: self.number('id') & 0xffff)
	base = property(lambda self: self.number('base'))
	effective = property(lambda self: self.number('effective'))
	space = property(lambda self: Space(self['space']))
	token = property(lambda self: self.number('token'))

	def __init__(self, address):
		super().__init__(address)
		self.value.fetch_lazy()

	def __str__(self):
		return '%s/%d' % (self.space.name, self.slot)

	@property
	def state(self):
		enumerators = kernel_type('struct thread')  # STATE_* is an enumeration without a name
		for name in 'INACTIVE', 'READY', 'SEND', 'RECEIVE', 'REPLY', 'LOCK', 'DEAD':
			if self.number('state') == constant('STATE_' + name):
				return name
		return '?%d' % self.number('state')

	@property
	def priority(self):
		"""'20', or '20<44' when 44 are lent to it."""
		return '%d' % self.base if self.base == self.effective else '%d<%d' % (self.base, self.effective)

	def reg(self, name):
		return self.number('regs.' + name)

	def waits_for(self):
		"""The thread it waits for: its edge in the graph; None: nobody."""
		queue = self['waiter.queue']
		return thread_or_none(queue['lends_to']) if int(queue) else None

	def withheld(self):
		"""Its edge closes a ring, and so lends nothing."""
		queue = self['waiter.queue']
		return bool(int(queue)) and int(queue['withheld']) == self.address + offset('struct thread', 'waiter')

	def endpoint(self):
		return Endpoint(self['endpoint']) if int(self['endpoint']) else None

	def queues(self):
		"""Those whose waiters wait for it."""
		found = [self['callers']]
		if int(self['bound']):
			found.append(self['bound']['senders'])
		return found + [lock['waiters'] for lock in each(self['locks'], 'struct lock', 'of_owner')]

	def waiters(self):
		return [thread for queue in self.queues() for thread in queued(queue)]

	def callers(self):
		"""REPLY-blocked on it, the next to be answered first."""
		return queued(self['callers'])

	def lender(self):
		"""Of whom it has its effective priority, when that is more than its own."""
		if self.effective <= self.base:
			return None
		return next((t for t in self.waiters() if not t.withheld() and t.effective == self.effective), None)

	def runs(self):
		return self == current()


def offset(type_name, member):
	return next(f.bitpos // 8 for f in kernel_type(type_name).fields() if f.name == member)


def thread_or_none(address):
	return Thread(address) if int(address) else None


def queued(queue):
	"""The threads of a wait queue; one that came alone is in no list."""
	first = queue['first']
	if not int(first):
		return []
	if not int(first['all']['next']):
		return [Thread(container(first, 'struct thread', 'waiter'))]
	return [Thread(container(w, 'struct thread', 'waiter')) for w in each(queue['all'], 'struct waiter', 'all')]


def threads():
	return [thread for space in spaces() for thread in space.threads()]


def current():
	"""The thread whose registers the next entry saves: it runs, or did so last. None before the first."""
	end = int(value('cpu0.tss.rsp[0]'))
	return Thread(end - kernel_type('struct regs').sizeof) if end else None


def in_kernel():
	return register('rip') >> 63 == 1


def register(name):
	"""Of the processor, whichever frame is selected."""
	return int(gdb.newest_frame().read_register(name)) & NEVER


def find_threads(words):
	"""Those of a name ('file'), a name and a slot ('ring/9'), or a slot; all of a space when it has several."""
	name, _, slot = words.partition('/')
	found = [t for t in threads() if (t.space.name == name or number(name) == t.slot) and (not slot or number(slot) == t.slot)]
	if not found:
		raise Failure('no thread %s (atoll threads lists them)' % words)
	return found


def find_space(words):
	"""By name, or pid."""
	found = [s for s in spaces() if s.name == words] or [s for s in spaces() if number(words) == s.pid]
	if not found:
		raise Failure('no space %s (atoll spaces lists them)' % words)
	if len(found) > 1:
		raise Failure('several spaces are called %s: say which pid, of %s' % (words, ', '.join(str(s.pid) for s in found)))
	return found[0]


# ---- Time -----------------------------------------------------------------------------------------------------------

def seconds(tsc):
	"""Since the kernel's first instruction."""
	hz = int(static('kernel/clock.c', 'hz'))
	return (tsc - int(value('boot_tsc_entry'))) / hz if hz else 0


def last_switch():
	"""TSC: the last time that the kernel looked at the clock to switch; gdb cannot read the counter itself."""
	return int(static('kernel/trap.c', 'since'))


def deadline(thread):
	"""When it expires, and how long that was at the last switch: '2.5 s (1.2 s left)'; '-': never."""
	tsc = thread.number('timeout.deadline')
	if tsc == NEVER:
		return '-'
	left = seconds(tsc) - seconds(last_switch())
	return '%.3f s (%s)' % (seconds(tsc), '%.3f s left' % left if left > 0 else 'due')
