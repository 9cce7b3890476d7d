"""Sequence diagrams: who sends what to whom, downwards in time, a row for each step. As Mermaid, as SVG."""
import html

LEFT, COLUMN, TOP, ROW = 96, 168, 64, 22 # pixels: room for times, between lifelines, above the first row, a row

STYLE = '''
svg.sequence{font:11px system-ui,sans-serif;background:#fff;color:#1b2733}
.sequence .life{stroke:#c5ced6;stroke-dasharray:3 3}
.sequence .who rect{fill:#20455e}.sequence .who text{fill:#fff;font-weight:600;text-anchor:middle}
.sequence .time{fill:#7a8894;text-anchor:end;font-variant-numeric:tabular-nums}
.sequence .busy{fill:#d9e8f2;stroke:#8fb3ca}
.sequence .arrow line,.sequence .arrow path{stroke:#1f5d84;fill:none}.sequence .arrow text{fill:#1b2733;text-anchor:middle}
.sequence .reply line{stroke-dasharray:5 3;stroke:#4b7a4f}.sequence .notify line,.sequence .notify path{stroke:#8a6d1f}
.sequence .bad line,.sequence .bad path{stroke:#b3261e}.sequence .bad text{fill:#b3261e}
'''


class Arrow:
	"""kind: call, reply, notify, cancel, fault. Rows where it begins and ends; from, to: threads, 0: nobody."""

	def __init__(self, kind, source, target, row, text, title, call=None, bad=False):
		self.kind, self.source, self.target, self.first, self.last = kind, source, target, row, row
		self.text, self.title, self.call, self.bad = text, title, call, bad


class Sequence:
	"""The arrows of a trace. `most`: so many messages at the most, the first; None: all."""

	def __init__(self, trace, operation, error, most=None):
		self.trace, self.threads, self.arrows, self.times, self.bars, self.left_out = trace, [], [], [], [], 0
		by_event = {}
		for call in trace.calls:
			for what in ('sent', 'received', 'ended'):
				if getattr(call, what) is not None:
					by_event[getattr(call, what)] = what, call
		started = {}
		for number, e in enumerate(trace.events):
			if most is not None and len(self.arrows) >= most:
				self.left_out = sum(1 for n in by_event if n >= number and by_event[n][0] != 'received')
				break
			what, call = by_event.get(number, (None, None))
			if what == 'sent':
				self.row(e.ns)
				title = '%s: %s to %s, badge %d, label %#x' % (operation(call), trace.name(call.client),
					trace.name(call.server) if call.server else 'nobody yet', call.badge, call.label)
				call.arrow = self.arrow('call', call.client, call.server, operation(call), title, call)
			elif what == 'received':
				if self.times and call.arrow.first != len(self.times) - 1 or trace.events[number - 1].kind != 'send':
					self.row(e.ns) # it was queued: the arrow slants
				call.arrow.last = len(self.times) - 1
				call.arrow.target = call.server
				started[call] = call.arrow.last
				self.seen(call.server)
			elif what == 'ended' and call.how == 'reply':
				self.row(e.ns)
				bad = call.error != 0
				text = error(call.error) if bad else 'reply'
				self.arrow('reply', call.server, call.client, text, '%s after %.3f us' %
					(text, (e.ns - trace.events[call.sent].ns) / 1000), call, bad)
				self.bars.append((call.server, started.pop(call, len(self.times) - 1), len(self.times) - 1))
			elif what == 'ended':
				self.row(e.ns)
				text = error(call.error) if call.error else 'dies'
				if call in started:
					self.bars.append((call.server, started.pop(call), len(self.times) - 1))
				self.arrow('cancel', call.client, 0, text, 'the call ends: ' + text, call, call.error != 0)
			elif e.kind == 'notify':
				self.row(e.ns)
				self.arrow('notify', e.thread, e.peer, 'bits %#x' % e.value, 'notification')
			elif e.kind == 'fault':
				self.row(e.ns)
				self.arrow('fault', e.thread, 0, 'exception %d' % e.value, 'address %#x, error code %#x' % (e.badge, e.label), bad=True)
		self.bars += [(c.server, row, len(self.times) - 1) for c, row in started.items()]

	def row(self, ns):
		self.times.append(ns)

	def seen(self, thread):
		if thread and thread not in self.threads:
			self.threads.append(thread)

	def arrow(self, kind, source, target, text, title, call=None, bad=False):
		self.seen(source)
		self.seen(target)
		self.arrows.append(Arrow(kind, source, target, len(self.times) - 1, text, title, call, bad))
		return self.arrows[-1]


def mermaid(sequence):
	out = ['sequenceDiagram']
	for thread in sequence.threads:
		out.append('    participant t%x as %s' % (thread, sequence.trace.name(thread)))
	for a in sequence.arrows:
		text = a.text.replace(';', ',').replace('#', '')
		if a.kind in ('call', 'reply', 'notify') and a.source and a.target:
			out.append('    t%x%st%x: %s' % (a.source, {'call': '->>', 'reply': '-->>', 'notify': '-)'}[a.kind], a.target, text))
		elif a.source or a.target:
			out.append('    Note over t%x: %s%s' % (a.source or a.target, {'call': 'waits to send '}.get(a.kind, ''), text))
	if sequence.left_out:
		out.append('    Note over t%x: %d more are left out' % (sequence.threads[0], sequence.left_out))
	return '\n'.join(out) + '\n'


def _text(x, y, text, kind=''):
	return '<text x="%d" y="%d"%s>%s</text>' % (x, y, ' class="%s"' % kind if kind else '', html.escape(text))


class _Drawing:
	def __init__(self, sequence):
		self.s = sequence
		self.x = {t: LEFT + COLUMN // 2 + COLUMN * i for i, t in enumerate(sequence.threads)}

	def y(self, row):
		return TOP + ROW * row + ROW // 2 + 6

	def arrow(self, a):
		kind = 'arrow %s%s' % (a.kind, ' bad' if a.bad else '')
		data = ''.join(' data-%s="%s"' % (k, html.escape(self.s.trace.name(t))) for k, t in (('from', a.source), ('to', a.target)) if t)
		if a.call:
			data += ' data-call="%d"' % a.call.sent
		head = '<g class="%s"%s><title>%s</title>' % (kind, data, html.escape(a.title))
		y1, y2 = self.y(a.first), self.y(a.last)
		if a.source and a.target and a.source != a.target:
			x1, x2 = self.x[a.source], self.x[a.target]
			back = -5 if x2 > x1 else 5
			return head + '<line x1="%d" y1="%d" x2="%d" y2="%d" marker-end="url(#head)"/>%s</g>' % (
				x1, y1, x2 + back, y2, _text((x1 + x2) // 2, (y1 + y2) // 2 - 4, a.text))
		x = self.x[a.source or a.target]
		if a.kind == 'notify': # from the kernel: a short arrow from the left
			return head + '<line x1="%d" y1="%d" x2="%d" y2="%d" marker-end="url(#head)"/>%s</g>' % (
				x - 40, y1, x - 5, y1, _text(x - 42, y1 - 4, a.text))
		return head + '<path d="M%d %d l8 8 m0 -8 l-8 8"/>%s</g>' % (x - 4, y1 - 4, _text(x + 48, y1 + 4, a.text))

	def svg(self):
		s = self.s
		width, height = LEFT + COLUMN * max(1, len(s.threads)), TOP + ROW * (len(s.times) + 1 + (s.left_out > 0))
		out = ['<svg xmlns="http://www.w3.org/2000/svg" class="sequence" width="%d" height="%d" viewBox="0 0 %d %d">' % (
			width, height, width, height), '<style>%s</style>' % STYLE,
			'<defs><marker id="head" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto">'
			'<path d="M0 0 L8 4 L0 8 z" fill="#33475b"/></marker></defs>',
			'<rect width="100%" height="100%" fill="#fff"/>']
		for thread, x in self.x.items():
			name = s.trace.name(thread)
			out.append('<line class="life" x1="%d" y1="%d" x2="%d" y2="%d"/>' % (x, TOP - 22, x, height))
			out.append('<g class="who" data-who="%s"><rect x="%d" y="14" width="%d" height="28" rx="5"/>%s</g>' % (
				html.escape(name), x - 70, 140, _text(x, 32, name)))
		for thread, first, last in s.bars:
			out.append('<rect class="busy" x="%d" y="%d" width="8" height="%d"/>' % (self.x[thread] - 4, self.y(first), self.y(last) - self.y(first)))
		out.append(_text(LEFT - 14, TOP - 4, '\u00b5s', 'time'))
		for row, ns in enumerate(s.times):
			out.append(_text(LEFT - 14, self.y(row) + 4, '%.3f' % ((ns - s.times[0]) / 1000), 'time'))
		out += map(self.arrow, s.arrows)
		if s.left_out:
			out.append(_text(LEFT, height - 10, '%d more are left out' % s.left_out))
		return '\n'.join(out + ['</svg>\n'])


def svg(sequence):
	return _Drawing(sequence).svg()
