"""One page with all of it: what went on between whom, how long it took, and the sequence diagram. Nothing is fetched."""
import collections
import html
import os
import statistics

from tracing.sequence import svg

TEMPLATE = os.path.join(os.path.dirname(__file__), 'page.html')


def _pairs(trace, operation):
	"""Rows of the table: client, server, operation, calls, median and greatest time there and back, errors."""
	of = collections.defaultdict(list)
	for call in trace.calls:
		of[call.client, call.server, operation(call)].append(call)
	for (client, server, name), calls in sorted(of.items(), key=lambda item: -len(item[1])):
		times = [trace.events[c.ended].ns - trace.events[c.sent].ns for c in calls if c.how == 'reply']
		median, longest = ('%.3f' % (ns / 1000) for ns in (statistics.median(times), max(times))) if times else '--'
		yield (trace.name(client), trace.name(server) if server else '-', name, len(calls),
			median, longest, sum(c.error != 0 for c in calls))


def page(trace, sequence, operation, title):
	rows = ''.join('<tr>%s</tr>' % ''.join('<td>%s</td>' % html.escape(str(cell)) for cell in row) for row in _pairs(trace, operation))
	kinds = collections.Counter(e.kind for e in trace.events)
	facts = ['%d events' % len(trace.events), '%d calls' % len(trace.calls), '%d switches' % kinds['change'],
		'%d system calls' % kinds['call'], '%d flushes of the TLB' % kinds['flush'],
		'%.3f ms' % ((trace.events[-1].ns - trace.events[0].ns) / 1e6 if trace.events else 0)]
	if trace.lost:
		facts.append('%d events were lost' % trace.lost)
	text = open(TEMPLATE).read()
	for key, value in dict(TITLE=html.escape(title), FACTS=html.escape(', '.join(facts)), ROWS=rows, DIAGRAM=svg(sequence)).items():
		text = text.replace('{{%s}}' % key, value)
	return text
