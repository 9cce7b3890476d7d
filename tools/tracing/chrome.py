"""Chrome's trace format, which Perfetto (https://ui.perfetto.dev) shows too; and what is wrong with such a file."""
import collections
import math

PHASES = set('MXCibest') | {'f'}
CPU = 1 << 20 # the processor, as a process that has no number of that kind
THREAD = 1 << 16 # behind it thread numbers: Perfetto takes one that is also a process number for that process's main thread


def _slices_of_processor(trace):
	"""Who ran from when to when."""
	running, since = None, 0
	for e in trace.events:
		if e.kind != 'change':
			continue
		if running is None:
			running, since = e.peer, trace.events[0].ns
		if running:
			yield running, since, e.ns
		running, since = e.thread, e.ns
	if running:
		yield running, since, trace.events[-1].ns


class Chrome:
	"""Makes the events. Slices of a thread are its calls, and what it does with those it received: where these would
	overlap (a server that answers later) they are asynchronous."""

	def __init__(self, trace, operation):
		self.trace, self.operation, self.out = trace, operation, []
		self.names()
		for thread, start, end in _slices_of_processor(trace):
			self.slice(CPU, CPU, trace.name(thread), start, end)
		self.open = collections.defaultdict(list) # by thread: ends of the slices that contain what begins now
		for call in sorted(trace.calls, key=lambda c: c.sent):
			self.call(call)
		for start, _, call in sorted((c.received, i, c) for i, c in enumerate(trace.calls) if c.received is not None):
			self.handling(start, call)
		for call in trace.calls:
			if call.how == 'reply':
				self.answer(call)
		self.counters()
		for e in trace.events:
			if e.kind in ('notify', 'cancel', 'fault', 'interrupt', 'flush'):
				self.instant(e)

	def place(self, thread):
		who = self.trace.who.get(thread)
		return (who.pid if who else 0), THREAD + (thread & 0xffff)

	def add(self, ph, pid, tid, name, ns, **more):
		self.out.append(dict(ph=ph, pid=pid, tid=tid, name=name, ts=ns / 1000, **more))

	def slice(self, pid, tid, name, start, end, **args):
		self.add('X', pid, tid, name, start, dur=(end - start) / 1000, cat='message' if pid != CPU else 'processor', args=args)

	def names(self):
		def meta(pid, tid, what, name):
			self.out.append(dict(ph='M', pid=pid, tid=tid, name=what, args={'name': name}))
		meta(CPU, CPU, 'process_name', 'processor')
		meta(CPU, CPU, 'thread_name', 'runs')
		seen = {self.place(t) for e in self.trace.events for t in (e.thread, e.peer) if t}
		for who in self.trace.who.values():
			pid, tid = self.place(who.id)
			if (pid, tid) in seen:
				meta(pid, tid, 'process_name', '%s %d' % (who.name, who.pid))
				meta(pid, tid, 'thread_name', self.trace.name(who.id))

	def ns(self, number):
		return self.trace.events[-1 if number is None else number].ns

	def call(self, call):
		pid, tid = self.place(call.client)
		start, end = self.ns(call.sent), self.ns(call.ended)
		self.slice(pid, tid, self.operation(call), start, end, badge=call.badge, label='%#x' % call.label,
			to=self.trace.name(call.server) if call.server else '')
		self.flow('s', call, pid, tid, start)
		self.open[call.client].append((start, end))

	def fits(self, thread, start, end):
		return all(end <= s or e <= start or (s <= start and end <= e) or (start <= s and e <= end) for s, e in self.open[thread])

	def handling(self, number, call):
		pid, tid = self.place(call.server)
		start, end, name = self.ns(number), self.ns(call.ended), 'answers ' + self.operation(call)
		if self.fits(call.server, start, end):
			self.slice(pid, tid, name, start, end, caller=self.trace.name(call.client), badge=call.badge)
			self.flow('t', call, pid, tid, start)
			self.open[call.server].append((start, end))
		else:
			ident = 'later %d' % call.sent
			self.add('b', pid, tid, name, start, id=ident, cat='later', args={'caller': self.trace.name(call.client)})
			self.add('e', pid, tid, name, end, id=ident, cat='later')

	def answer(self, call):
		"""Where the client gets it: a slice of no duration, for the flow to end at."""
		pid, tid = self.place(call.client)
		self.slice(pid, tid, 'answer', self.ns(call.ended), self.ns(call.ended), error=call.error)
		self.flow('f', call, pid, tid, self.ns(call.ended))

	def flow(self, ph, call, pid, tid, ns):
		"""One point of the way of a call that is answered. Perfetto takes it to be of the slice that began last on its track, and takes
		instants for slices: so it stands right behind its own, where that begins."""
		if call.how == 'reply' and call.received is not None:
			self.add(ph, pid, tid, 'message', ns, id=call.sent, cat='message', **({'bp': 'e'} if ph == 'f' else {}))

	def counters(self):
		"""The priority of each thread whose priority changed."""
		changed = {e.thread for e in self.trace.events if e.kind == 'priority'}
		for e in self.trace.events:
			if e.kind == 'priority':
				if e.thread in changed:
					changed.remove(e.thread)
					self.counter(e.thread, self.trace.events[0].ns, e.label)
				self.counter(e.thread, e.ns, e.value)

	def counter(self, thread, ns, value):
		pid, tid = self.place(thread)
		self.add('C', pid, tid, 'priority of ' + self.trace.name(thread), ns, args={'effective': value})

	def instant(self, e):
		pid, tid = self.place(e.thread or e.peer)
		if not self.trace.who.get(e.thread or e.peer):
			pid, tid = CPU, CPU
		value = e.value - (1 << 64) if e.value >> 63 else e.value
		self.add('i', pid, tid, e.kind, e.ns, s='t', args={'value': value, 'label': e.label, 'badge': e.badge})


def document(trace, operation):
	return {'displayTimeUnit': 'ns', 'traceEvents': Chrome(trace, operation).out,
		'otherData': {'events': len(trace.events), 'lost': trace.lost}}


# ---- The validator ----------------------------------------------------------------------------------------------------

def _number(value):
	return isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value)


def validate(doc):
	"""What is wrong, a line each; []: nothing. Each event has ph, ts, pid, tid; slices of a track lie in or beside one
	another; a flow begins once, ends once, in order, each point right behind the slice that it belongs to, where that begins; what is
	begun asynchronously ends."""
	wrong = []
	events = doc.get('traceEvents') if isinstance(doc, dict) else None
	if not isinstance(events, list):
		return ['no list traceEvents']
	named, slices, flows, later = set(), collections.defaultdict(list), collections.defaultdict(list), collections.Counter()
	for i, e in enumerate(events):
		if not isinstance(e, dict):
			wrong.append('event %d is no object' % i)
			continue
		say = lambda text: wrong.append('event %d (%s): %s' % (i, e.get('name'), text))
		ph = e.get('ph')
		if not isinstance(ph, str) or ph not in PHASES:
			say('ph is %r' % (ph,))
			continue
		if not isinstance(e.get('args', {}), dict) or not all(isinstance(e.get(k, ''), (str, int)) for k in ('name', 'cat', 'id')):
			say('args is no object, or name, cat or id neither text nor number')
			continue
		if not all(isinstance(e.get(k), int) for k in ('pid', 'tid')):
			say('pid or tid is no number')
			continue
		track = e['pid'], e['tid']
		if ph == 'M':
			if e.get('name') not in ('process_name', 'thread_name') or not (e.get('args') or {}).get('name'):
				say('names nothing')
			named.add(track)
			continue
		if not _number(e.get('ts')) or e['ts'] < 0:
			say('ts is %r' % (e.get('ts'),))
			continue
		if not e.get('name'):
			say('no name')
		if track not in named:
			say('process %d, thread %d has no name' % track)
		if ph == 'X':
			if not _number(e.get('dur')) or e['dur'] < 0:
				say('dur is %r' % (e.get('dur'),))
				continue
			slices[track].append((e['ts'], e['ts'] + e['dur'], i))
		elif ph == 'C' and not (e.get('args') and all(map(_number, e['args'].values()))):
			say('a counter without numbers')
		elif ph in 'stf':
			flows[e.get('cat'), e.get('id')].append((ph, e['ts']))
			before = events[i - 1] if i and isinstance(events[i - 1], dict) else {}
			if any(before.get(key) != e[key] for key in ('pid', 'tid', 'ts')) or before.get('ph') != 'X' or before.get('cat') != e.get('cat'):
				say('the flow is not behind a slice of its own')
		elif ph in 'be':
			later[e.get('cat'), e.get('id')] += 1 if ph == 'b' else -1
	wrong += ['%s %s is begun or ended alone' % key for key, n in later.items() if n]
	for track, all_ in slices.items():
		all_.sort()
		wrong += _overlaps(track, all_)
	for key, points in flows.items():
		wrong += _flow(key, points)
	return wrong


NEAR = 1e-6 # microseconds: what adding two times may lose


def _overlaps(track, slices):
	stack = []
	for start, end, i in sorted(slices, key=lambda s: (s[0], -s[1])):
		while stack and stack[-1] <= start + NEAR:
			stack.pop()
		if stack and end > stack[-1] + NEAR:
			yield 'event %d: its slice ends after the one it began in (process %d, thread %d)' % (i, *track)
		stack.append(end)


def _flow(key, points):
	phases = ''.join(p[0] for p in points)
	if phases[:1] != 's' or phases[-1:] != 'f' or phases[1:-1].strip('t') or len(phases) < 2:
		return ['flow %s: %r is no beginning and one end' % (key[1], phases)]
	if sorted(p[1] for p in points) != [p[1] for p in points]:
		return ['flow %s goes back in time' % key[1]]
	return []
