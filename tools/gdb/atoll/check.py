"""atoll check: the invariants that kernel/check.c checks from inside, worked out from outside, of any kernel and of a dump.

Each check yields what is wrong. In the midst of an operation some do not hold: below its point of no return a thread may be
between two states."""
import collections

from atoll import graph, kernel, tables
from atoll.command import Command


def lists():
	"""links of lists lead back"""
	def broken(head, what):
		link, steps = head['next'], 0
		while int(link) != int(head.address) and steps < 100000:
			if int(link['next']['previous']) != int(link):
				yield '%s: broken at %#x' % (what, int(link))
				return
			link, steps = link['next'], steps + 1
	for space in kernel.spaces():
		for name in 'threads', 'windows', 'created':
			yield from broken(space[name], '%s.%s' % (space, name))


def queues():
	"""who is READY is in the ready queue at its effective priority, but for the running one in user mode"""
	running, seen = kernel.current(), set()
	for level, found in tables.ready_queue():
		for thread in found:
			seen.add(thread)
			if thread.state != 'READY' or thread.effective != level:
				yield '%s: %s, priority %d, in the queue of %d' % (thread, thread.state, thread.effective, level)
	for thread in kernel.threads():
		if thread.state == 'READY' and thread not in seen and thread != running:
			yield '%s: READY and in no queue' % thread
	if running in seen and not kernel.in_kernel():
		yield '%s: runs in user mode and is queued' % running


def waits():
	"""who waits stands in the queue that its state names; queues are sorted"""
	for thread in kernel.threads():
		queue = int(thread['waiter.queue'])
		expected = {'REPLY': True, 'SEND': True, 'LOCK': True}.get(thread.state, False)
		if bool(queue) != expected:
			yield '%s: %s and in %s wait queue' % (thread, thread.state, 'a' if queue else 'no')
		if queue and thread not in kernel.queued(thread['waiter.queue']):
			yield '%s: not in the queue it waits in' % thread
		for owned in thread.queues():
			order = [t.effective for t in kernel.queued(owned)]
			if order != sorted(order, reverse=True):
				yield '%s: those who wait for it are not in order: %s' % (thread, order)
			if int(owned['lends_to']) != thread.address:
				yield '%s: a queue of it lends to somebody else' % thread


def priorities():
	"""effective priority is the highest of one's own and what is lent"""
	enabled = int(kernel.value('inherit_enabled'))
	for thread in kernel.threads():
		lent = [t.effective for t in thread.waiters() if not t.withheld()] if enabled else []
		if thread.effective != max([thread.base, *lent]):
			yield '%s: effective priority %d, own %d, lent %s' % (thread, thread.effective, thread.base, lent)


def edges():
	"""a ring of waiting threads has just one edge that lends nothing"""
	for ring in graph.rings(graph.edges()):
		if sum(t.withheld() for t in ring) != 1:
			yield 'ring of %s' % ', '.join(map(str, ring))


def short_cuts():
	"""an endpoint's short cut leads to a thread that waits there, without deadline or callers"""
	for endpoint in kernel.endpoints():
		if not int(endpoint['waiting']):
			continue
		thread = kernel.Thread(endpoint['waiting'])
		if thread.state != 'RECEIVE' or thread.endpoint() != endpoint or thread.number('timeout.deadline') != kernel.NEVER or \
				thread.callers() or int(thread['machine.special.any']):
			yield '%s: %s' % (endpoint, thread)


def timers():
	"""the heap of deadlines is one: no key is later than those below it, or than its deadline"""
	heap = list(tables.heap())
	for i, thread in enumerate(heap):
		key = thread.number('timeout.key')
		if i and heap[(i + 1) // 2 - 1].number('timeout.key') > key:
			yield '%s: before the one above it' % thread
		if key > thread.number('timeout.deadline') or thread.number('timeout.place') != i + 1:
			yield '%s: key or place is wrong' % thread
	for thread in kernel.threads():
		if thread.number('timeout.deadline') != kernel.NEVER and thread not in heap:
			yield '%s: has a deadline, and is not in the heap' % thread


def capabilities():
	"""an object knows how many capabilities name it; what was derived has no more rights"""
	count, said = collections.Counter(), {}
	for space in kernel.spaces():
		used = 0
		for cap in space.caps():
			used += 1
			header, parent = cap['object'], cap['parent']
			count[int(header)] += 1
			said[int(header)] = (int(header['caps']), cap)
			if int(parent) and cap.number('rights') & ~int(parent['rights']):
				yield '%s, handle %#x: more rights than what it was derived from' % (space, cap.number('handle'))
		if used != space.number('caps.used'):
			yield '%s: %d capabilities, and says %d' % (space, used, space.number('caps.used'))
	root = int(kernel.static('kernel/object.c', 'root')) # the kernel itself holds on to init's space (object_set_root)
	count[root + kernel.offset('struct space', 'object')] += 1
	for address, (number, cap) in said.items():
		if count[address] != number:
			yield '%s: named by %d capabilities, and says %d' % (cap.names(), count[address], number)


CHECKS = lists, queues, waits, priorities, edges, short_cuts, timers, capabilities


class Check(Command):
	"""Check the kernel's invariants, from outside.

In the midst of an operation, below its point of no return, some need not hold. `make CHECK=1` checks more, from inside."""
	NAME = 'check'

	def run(self, arguments):
		wrong = 0
		for check in CHECKS:
			found = list(check())
			wrong += len(found)
			print('\n       '.join([('WRONG  ' if found else 'holds  ') + check.__doc__, *found]))
		print('%d wrong%s' % (wrong, ', perhaps only for now: the kernel is at work' if wrong and kernel.in_kernel() else ''))


Check()
