#!/usr/bin/python3
"""The program trace and tools/trace: what is told of a command's messages, in each of the forms; a ring that is too small;
a trace that is damaged; and that the validator finds each thing that makes a file unfit for Perfetto.
GROUP: trace"""
import copy, json, os, re, subprocess, sys, tempfile
sys.path.insert(0, os.path.dirname(os.path.realpath(__file__)) + '/../lib')
sys.path.insert(0, os.path.dirname(os.path.realpath(__file__)) + '/../../tools')
from atoll import *
from tracing import chrome, events

TIMES = 20


def tool(*words):
	p = subprocess.run(['tools/trace', *words], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
	return Done(p.returncode, p.stdout, p.stderr, '')


# ---- The program ----------------------------------------------------------------------------------------------------

done = run('trace -r ping %d; echo status $?; trace ping %d; trace -a true; trace -b 4 ping 1000; trace false; echo =$?; '
	'trace -o /tmp/t ping 5; grep -c send /tmp/t; trace nothing; echo =$?; trace; echo =$?; trace -b 3 ls; echo =$?; trace -o /no/t ls; echo =$?; '
	'trace --help; trace sh -c "trace true"; echo =$?; trace true >/tmp/t; echo =$?' % (TIMES, TIMES), '--icount')
equal(done.status, 0, 'the commands run')
raw = done.text[:done.text.index('status 0')]
trace = events.Trace(raw)
asked = [c for c in trace.calls if trace.name(c.server).startswith('echo ')]
equal(len(asked), TIMES, 'each call of ping is told')
ok(all(c.how == 'reply' and c.received is not None and not c.error for c in asked), 'received and answered')
ok(len({trace.events[c.sent].value for c in asked}) == TIMES, 'each with a token of its own')
ok(all(trace.name(c.client).startswith('ping ') for c in trace.calls if c in asked), 'by ping')
ok(not any(trace.name(t).startswith('trace ') for e in trace.events if e.kind != 'change' for t in (e.thread, e.peer) if e.kind != 'begin'),
	'and nothing of what trace itself does')
equal(trace.lost, 0, 'nothing is lost')
ok(all(a.ns <= b.ns for a, b in zip(trace.events, trace.events[1:])), 'times do not fall')
ok({'call', 'send', 'receive', 'reply', 'change', 'begin', 'end', 'interrupt', 'notify', 'flush'} <= {e.kind for e in trace.events},
	'events of each kind that happens here', {e.kind for e in trace.events})
running = [e for e in trace.events if e.kind == 'change']
ok(all(b.peer in (a.thread, 0) for a, b in zip(running, running[1:])), 'each switch is from whom the last one was to')
table = done.text[done.text.index('THREAD '):]
table = table[:table.index('THREAD ', 10)]
equal(len(re.findall(r'^ +\d+\.\d{3}  ping \d+ +send +to +echo 6 ', table, re.M)), TIMES, 'the table: what was sent')
equal(len(re.findall(r'^ +\d+\.\d{3}  echo 6 +reply +to +ping \d+ ', table, re.M)), TIMES, 'and answered')
ok(' change ' not in table and re.search(r' change +runs, after ', done.text), 'switches only with -a')
lost = re.search(r'^(\d+) events were lost', done.text, re.M)
ok(lost and int(lost[1]) > 1000, 'a ring of 4 KiB loses events, and trace says how many', lost)
for wanted in '=1\n', '\ntrace: nothing: No such file or directory\n', '=127\n', 'usage: trace [-a]', '=2\n', 'trace: 3: not a number from 4 to 4096', \
		'trace: /no/t: ', 'trace: somebody traces already: ':
	contains(done.text, wanted, 'it says %r' % wanted)

# ---- The files --------------------------------------------------------------------------------------------------------

with tempfile.TemporaryDirectory(prefix='atoll-trace.') as folder:
	path = lambda name: os.path.join(folder, name)
	done = tool('--icount', '-o', folder, 'ping %d' % TIMES)
	equal(done.status, 0, 'tools/trace runs a command')
	contains(done.text, '%d calls of 0 bytes' % TIMES, 'whose words come through')
	equal(tool('--check', path('trace.json')).status, 0, 'and the JSON is right')
	document = json.load(open(path('trace.json')))
	every = document['traceEvents']
	flows = [[e for e in every if e['ph'] == ph] for ph in 'stf']
	calls = [e for e in every if e['ph'] == 'X' and e['name'] == 'ECHO_SAY']
	equal(len(calls), TIMES, 'a slice for each call, by the name of its operation')
	equal(len([e for e in every if e['ph'] == 'X' and e['name'] == 'answers ECHO_SAY']), TIMES, 'and one for each handler')
	ok(len(flows[0]) == len(flows[1]) == len(flows[2]) >= TIMES, 'a flow from each call, by its handler, to the answer')
	svg, mermaid, page = (open(path('trace.' + kind)).read() for kind in ('svg', 'mmd', 'html'))
	for name, count in ('call', TIMES), ('reply', TIMES):
		equal(len(re.findall(r'class="arrow %s" data-from="(?:ping \d+|echo 6)" data-to="(?:echo 6|ping \d+)"' % name, svg)), TIMES, 'SVG: %ss' % name)
	equal(len(re.findall(r'->>t\w+: ECHO_SAY$', mermaid, re.M)), TIMES, 'Mermaid: calls')
	ok(mermaid.startswith('sequenceDiagram\n') and re.search(r'participant t\w+ as echo 6$', mermaid, re.M), 'Mermaid: who takes part')
	ok('ECHO_SAY' in page and not re.search(r'(src|href)=|url\((?!#)|https?://(?!www\.w3\.org/)', page), 'the page fetches nothing')

	with open(path('raw'), 'w') as file:
		file.write(raw)
	equal(tool('--from', path('raw'), '--most', '5', '-o', folder).status, 0, 'what was kept can be looked at later')
	contains(open(path('trace.svg')).read(), 'more are left out', 'and the first few alone')
	for what, damaged in ('no trace', 'hello\n'), ('half a trace', raw[:len(raw) // 2]), ('a trace without one event', re.sub(r'^@send.*\n', '', raw, 1, re.M)), \
			('garbage', raw.replace('@reply ', '@replx ', 1)), ('two', raw + raw), ('a head without a number', raw.replace(' lost ', ' lost x', 1)), \
			('a name without a process', re.sub(r'^(@who \w+).*', r'\1', raw, 1, re.M)), ('an end without a number', re.sub(r'^@end.*', '@end', raw, 1, re.M)):
		with open(path('raw'), 'w') as file:
			file.write(damaged)
		done = tool('--from', path('raw'), '-o', folder)
		ok(done.status == 2 and done.errors.startswith('tools/trace: '), 'is refused: ' + what, done)
	equal(tool().status, 2, 'no command')
	equal(tool('--most', '0', 'ls').status, 2, 'no steps')
	done = tool('--icount', '-o', folder, 'sh', '-c', 'echo one | cat; echo "a  b"')
	ok(done.status == 0 and '\none\na  b\n' in '\n' + done.text and ' calls' in done.text, 'several words are passed as they are', done)
	equal(tool('--check', path('none')).status, 1, '--check of a file that is not there')

# ---- The counters of priorities -----------------------------------------------------------------------------------------

	done = tool('--icount', '-o', folder, 'inversion')
	counters = [e for e in json.load(open(path('trace.json')))['traceEvents'] if e['ph'] == 'C']
	lent = [a['name'] for a, b in zip(counters, counters[1:]) if a['name'] == b['name'] and a['args']['effective'] < b['args']['effective']]
	ok(len(lent) >= 2, 'inversion: priorities that were lent are counters', done)

# ---- The validator ------------------------------------------------------------------------------------------------------

def first(ph):
	return next(e for e in events_ if e['ph'] == ph)


def without(ph):
	events_.remove(first(ph))


def overlap():
	"""The first handler's slice ends in the middle of the second's."""
	one, two = [e for e in events_ if e['name'] == 'answers ECHO_SAY'][:2]
	one['dur'] = two['ts'] + two['dur'] / 2 - one['ts']


equal(chrome.validate(document), [], 'a good file')
for name, damage in (
		('no ph', lambda: first('X').pop('ph')), ('another ph', lambda: first('X').update(ph='Z')),
		('no ts', lambda: first('X').pop('ts')), ('ts before the beginning', lambda: first('i').update(ts=-1)),
		('ts is text', lambda: first('X').update(ts='1')), ('no pid', lambda: first('X').pop('pid')),
		('tid is text', lambda: first('s').update(tid='1')), ('a process without a name', lambda: first('X').update(pid=77777)),
		('no duration', lambda: first('X').pop('dur')), ('a negative duration', lambda: first('X').update(dur=-1)),
		('a slice that runs out of another', overlap),
		('a flow that nobody began', lambda: without('s')), ('a flow that does not end', lambda: without('f')),
		('a flow that begins twice', lambda: events_.append(dict(first('s')))),
		('a flow that goes back', lambda: first('f').update(ts=0)),
		('a flow in the void', lambda: first('s').update(pid=first('t')['pid'], tid=first('t')['tid'])),
		('a flow behind its slice', lambda: first('t').update(ts=first('t')['ts'] + 0.001)),
		('a flow of what is no slice', lambda: events_.insert(events_.index(first('f')), dict(first('f'), ph='i'))),
		('a counter without a number', lambda: events_.append(dict(first('i'), ph='C', args={'x': 'much'}))),
		('asynchronous without an end', lambda: events_.append(dict(first('i'), ph='b', id='x', cat='y')))):
	damaged = copy.deepcopy(document)
	events_ = damaged['traceEvents']
	damage()
	ok(chrome.validate(damaged), 'is found: ' + name)
for name, what in (('a list', []), ('no list', {'traceEvents': 1}), ('an event that is none', {'traceEvents': [None]}),
		*(('%s is no %s' % (key, value), {'traceEvents': [{'ph': 'X', 'pid': 1, 'tid': 1, 'ts': 1, 'dur': 1, 'name': 'x', 'args': {}, key: value}]})
			for key, value in (('ph', []), ('args', [1]), ('id', {}), ('cat', []), ('ts', 1e999)))):
	ok(chrome.validate(what), 'is found: ' + name)
finish()
