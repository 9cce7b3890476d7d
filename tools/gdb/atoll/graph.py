"""atoll graph: who waits for whom. In the kernel's words: the edges from a thread to waiter.queue->lends_to."""
from atoll import kernel
from atoll.command import Command, Failure


def edges():
	"""{thread: the thread it waits for}"""
	found = {}
	for thread in kernel.threads():
		target = thread.waits_for()
		if target:
			found[thread] = target
	return found


def rings(edges):
	"""The cycles, each as a list of threads in the order of their calls, beginning with the lowest slot."""
	found, seen = [], set()
	for start in edges:
		way = []
		while start in edges and start not in seen:
			seen.add(start)
			way.append(start)
			start = edges[start]
		if start in way:
			ring = way[way.index(start):]
			first = ring.index(min(ring, key=lambda t: t.slot))
			found.append(ring[first:] + ring[:first])
	return found


def label(thread):
	return '%s %s %s' % (thread, thread.state, thread.priority)


def print_tree(thread, waiters, depth, in_ring):
	print('%s%s' % ('    ' * depth + ('<- ' if depth else ''), label(thread)))
	for waiter in waiters.get(thread, []):
		if waiter not in in_ring:
			print_tree(waiter, waiters, depth + 1, in_ring)


def print_text(edges):
	waiters = {}
	for thread, target in edges.items():
		waiters.setdefault(target, []).append(thread)
	found = rings(edges)
	in_ring = {t for ring in found for t in ring}
	for ring in found:
		print('RING of %d: %s' % (len(ring), ' -> '.join(map(str, ring + ring[:1]))))
		for thread in ring:
			print('    %s%s' % (label(thread), '; its edge closes the ring and lends nothing' if thread.withheld() else ''))
			for waiter in waiters.get(thread, []):
				if waiter not in in_ring:
					print_tree(waiter, waiters, 2, in_ring)
	for thread in waiters:
		if thread not in edges and thread not in in_ring:
			print_tree(thread, waiters, 0, in_ring)
	for thread in kernel.threads():
		if thread.state == 'SEND' and thread not in edges:
			print('%s: nobody is bound to the endpoint it calls' % label(thread))
	if not edges:
		print('nobody waits for anybody')


def print_dot(edges):
	"""Graphviz: rings in red, edges that lend nothing dashed."""
	in_ring = {t for ring in rings(edges) for t in ring}
	print('digraph waits {\n\trankdir=LR;\n\tnode [shape=box];')
	for thread in kernel.threads():
		print('\t"%s" [label="%s"%s];' % (thread, label(thread).replace(' ', '\\n', 1), ', color=red' if thread in in_ring else ''))
	for thread, target in edges.items():
		style = (['color=red'] if thread in in_ring and target in in_ring else []) + ['style=dashed'] * thread.withheld()
		print('\t"%s" -> "%s" [%s];' % (thread, target, ', '.join(['label="%s"' % thread.state] + style)))
	print('}')


class Graph(Command):
	"""Show who waits for whom: atoll graph [dot]

As text: a thread, and indented behind <- those that wait for it, with state, own priority and <what is lent. Rings come
first. With dot: for Graphviz, as in
	pipe atoll graph dot | dot -Tsvg > waits.svg"""
	NAME, MOST, USAGE = 'graph', 1, '[dot]'

	def run(self, arguments):
		if arguments not in ([], ['dot']):
			raise Failure('%s: not known (dot is)' % arguments[0])
		(print_dot if arguments else print_text)(edges())

	def choices(self):
		return ['dot']


Graph()
