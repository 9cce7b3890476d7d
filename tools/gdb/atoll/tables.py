"""atoll threads, thread, spaces, endpoints, caps, names, queue, timers, tlb: what there is, as tables."""
import gdb

from atoll import backtrace, kernel, operations, programs
from atoll.command import Command, Failure, table


def whom(thread):
	"""For whom or what a thread waits."""
	if thread.state in ('SEND', 'REPLY', 'LOCK'):
		target = thread.waits_for()
		return str(target) if target else 'unbound endpoint'
	if thread.state == 'RECEIVE':
		return 'messages' if thread.endpoint() else 'time'
	return 'runs' if thread.state == 'READY' and thread.runs() else ''


def thread_row(thread):
	blocked = '-blocked' if thread.state in kernel.BLOCKED else ''
	return (thread, thread.space.pid, thread.state + blocked, whom(thread), thread.priority, thread.lender() or '',
		kernel.deadline(thread))


class Threads(Command):
	"""List the threads: state, on whom each waits, priority, who lent it, deadline.

PRI is a thread's own priority; 20<44: it runs at 44, which LENT BY lends it. DEADLINE is the time since boot, and what was left
of it when the kernel last looked at the clock to switch. The thread that runs is READY and in no queue while user code runs."""
	NAME = 'threads'

	def run(self, arguments):
		table(('THREAD', 'PID', 'STATE', 'ON WHOM', 'PRI', 'LENT BY', 'DEADLINE'), map(thread_row, kernel.threads()))


class ShowThread(Command):
	"""Show one thread with all that waits for it, and its stack: atoll thread NAME[/SLOT]"""
	NAME, LEAST, MOST, USAGE = 'thread', 1, 1, 'NAME[/SLOT]'

	def run(self, arguments):
		for thread in kernel.find_threads(arguments[0]):
			self.show(thread)

	def show(self, thread):
		print('%s: (struct thread *)%#x, id %#x' % (thread, thread.address, thread.number('id')))
		_, pid, state, on, pri, lender, deadline = thread_row(thread)
		print('  of pid %d; %s%s; priority %s%s; deadline %s' % (
			pid, state, ', runs' if on == 'runs' else ' on ' + on if on else '', pri, ' lent by %s' % lender if lender else '', deadline))
		print('  token of its last call %#x' % thread.token)
		if int(thread['bound']):
			print('  receives from endpoint %#x' % int(thread['bound']))
		for waiter in thread.waiters():
			print('  %s waits for it: %s, priority %s%s' % (
				waiter, waiter.state, waiter.priority, ', lends nothing (a ring)' if waiter.withheld() else ''))
		if on == 'runs':
			print('  it is the current one: backtrace shows its stack')
			return
		for pc, _ in backtrace.stack(thread):
			print('  ' + backtrace.place(pc))

	def choices(self):
		return sorted({str(t) for t in kernel.threads()} | {t.space.name for t in kernel.threads()})


class Spaces(Command):
	"""List the address spaces: program, threads, memory, capabilities, page tables, tag."""
	NAME = 'spaces'

	def run(self, arguments):
		def row(space):
			program = programs.of(space)
			quota = space['quota'].dereference()
			return (space.name, space.pid, program.path if program else '?', space.number('thread_count'), space.number('ceiling'),
				'%d of %d KiB' % (int(quota['used']) // 1024, int(quota['limit']) // 1024), space.number('caps.used'),
				'%#x' % space.number('root'), 'loaded' if space == loaded() else 'dying' if bool(space['object.dead']) else '')
		table(('SPACE', 'PID', 'PROGRAM', 'THREADS', 'CEILING', 'MEMORY', 'CAPS', 'ROOT', ''), map(row, kernel.spaces()))


def loaded():
	thread = kernel.current()
	return thread.space if thread else None


class Endpoints(Command):
	"""List the endpoints: names, who receives, who waits to send, notification bits, how many capabilities name each."""
	NAME = 'endpoints'

	def run(self, arguments):
		names = names_of_endpoints()

		def row(item):
			endpoint, caps = item
			receiver = endpoint.receiver()
			waits = receiver and receiver.state == 'RECEIVE' and receiver.endpoint() == endpoint
			return ('%#x' % endpoint.address, ' '.join(names.get(endpoint, [])),
				'%s%s' % (receiver, ', waits' if waits else '') if receiver else 'unbound',
				'short' if int(endpoint['waiting']) else '', ' '.join(map(str, kernel.queued(endpoint['senders']))),
				'%#x' % endpoint.number('bits'), len(caps))
		table(('ENDPOINT', 'NAMES', 'RECEIVER', 'CUT', 'SENDERS', 'BITS', 'CAPS'), map(row, kernel.endpoints().items()))


class Caps(Command):
	"""List the capabilities of a space: atoll caps NAME|PID

Handles as the program has them. FROM is the space and handle that the capability was derived from."""
	NAME, LEAST, MOST, USAGE = 'caps', 1, 1, 'NAME|PID'

	def run(self, arguments):
		owners = {int(s['caps'].address): s for s in kernel.spaces()}

		def row(cap):
			parent = cap['parent']
			origin = owners.get(int(parent['table'])) if int(parent) else None
			return ('%#x' % cap.number('handle'), cap.names(), cap.rights(), '%#x' % cap.number('badge'),
				'%s %#x' % (origin.name, int(parent['handle'])) if origin else '')
		table(('HANDLE', 'NAMES', 'RIGHTS', 'BADGE', 'FROM'), map(row, kernel.find_space(arguments[0]).caps()))

	def choices(self):
		return sorted({s.name for s in kernel.spaces()})


# ---- Names ----------------------------------------------------------------------------------------------------------

def registered():
	"""What the name server has, out of its memory: (name, pid, capability or None)."""
	space = next((s for s in kernel.spaces() if s.name == 'name'), None)
	program = programs.of(space) if space else None
	if not program:
		return
	symbol = program.use().lookup_static_symbol('table')
	if not symbol:
		raise Failure('%s has no variable `table`' % program.path)
	names = space.typed(int(symbol.value().address), symbol.type)
	if names is None:
		return
	first, last = names['record'].type.range()
	for i in range(first, last + 1):
		record = names['record'][i]
		if int(record['name'][0]):
			yield record['name'].string(), int(record['pid']), space.cap(int(record['cap']))


def names_of_endpoints():
	found = {}
	for name, _, cap in registered():
		if cap and cap.endpoint():
			found.setdefault(cap.endpoint(), []).append(name)
	return found


class Names(Command):
	"""List the names that the name server knows, and what they stand for."""
	NAME = 'names'

	def run(self, arguments):
		table(('NAME', 'PID', 'STANDS FOR', 'RIGHTS'),
			((name, pid, cap.names() if cap else '?', cap.rights() if cap else '') for name, pid, cap in registered()))


# ---- Who runs next, and when ----------------------------------------------------------------------------------------

def ready_queue():
	"""[(priority, [threads])], highest first, as the kernel's lists have them."""
	queue = kernel.static('kernel/ready.c', 'queue')
	last = queue.type.range()[1]
	for level in range(last, -1, -1):
		found = [kernel.Thread(t) for t in kernel.each(queue[level], 'struct thread', 'ready.link')]
		if found:
			yield level, found


class Queue(Command):
	"""Show the ready queue, highest priority first. The running thread is in it only while the kernel works."""
	NAME = 'queue'

	def run(self, arguments):
		running = kernel.current()
		rows = [(level, ' '.join(map(str, found))) for level, found in ready_queue()]
		if running and running.state == 'READY' and not any(str(running) in words.split() for _, words in rows):
			rows.insert(0, (running.effective, '%s, which runs' % running))
		table(('PRIORITY', 'THREADS'), rows)


def heap():
	"""The heap of timeouts, as it stands: threads."""
	frames, entries = kernel.static('kernel/timeout.c', 'frame'), int(kernel.static('kernel/timeout.c', 'entries'))
	per = kernel.PAGE // 8
	for place in range(1, entries + 1):
		timeout = frames[place // per][place % per]
		yield kernel.Thread(kernel.container(timeout, 'struct thread', 'timeout'))


class Timers(Command):
	"""List the deadlines that are armed, earliest first.

KEY is what the kernel's heap goes by, when it differs: it is put right when it comes to the top (kernel/timeout.c)."""
	NAME = 'timers'

	def run(self, arguments):
		armed = [t for t in heap() if t.number('timeout.deadline') != kernel.NEVER]
		armed.sort(key=lambda t: (t.number('timeout.deadline'), t.number('timeout.order')))
		stale = sum(1 for t in heap()) - len(armed)
		table(('THREAD', 'STATE', 'DEADLINE', 'KEY'), ((t, t.state, kernel.deadline(t),
			'' if t.number('timeout.key') == t.number('timeout.deadline') else '%.3f s' % kernel.seconds(t.number('timeout.key')))
			for t in armed))
		print('%d more in the heap are not armed any more' % stale if stale else 'no others in the heap')


class Tlb(Command):
	"""Show the tags of address spaces (PCID), and how often the TLB was flushed."""
	NAME = 'tlb'

	def run(self, arguments):
		tags = int(kernel.static('kernel/pcid.c', 'tags'))
		counters, across = kernel.value('pcid_counters'), int(kernel.value('counters.short_cuts_across'))
		good, renewed = int(counters['good']), int(counters['renewed'])
		print('%d pages flushed one by one' % int(counters['page_flushes']))
		if tags:
			print('%d tags (PCID), %d roll-overs; switches of spaces: %d without a flush, %d with a new tag' % (
				tags, int(counters['rollovers']), good + across, renewed))
		else:
			return print('no PCID: each of %d switches of spaces flushed the TLB' % (good + renewed + across))
		generation = int(kernel.value('pcid_cpus[0].generation'))

		def row(space):
			tag = int(space['pcid.tag'][0])
			return (space.name, space.pid, tag & 0xfff, tag >> 12, 'good' if tag > generation else 'out of date',
				'%#x' % int(space['pcid.cr3'][0]))
		table(('SPACE', 'PID', 'TAG', 'GENERATION', '', 'CR3'), map(row, kernel.spaces()))


for command in Threads, ShowThread, Spaces, Endpoints, Caps, Names, Queue, Timers, Tlb:
	command()
