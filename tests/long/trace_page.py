#!/usr/bin/python3
"""The page of tools/trace in a browser: 1,000 traced round trips make 2,000 arrows, and what is typed leaves the others
faint. The picture stays in build/tests/trace_page/. And trace.json, read by the browser's own trace engine.
GROUP: trace"""
import json, os, re, subprocess, sys
sys.path.insert(0, os.path.dirname(os.path.realpath(__file__)) + '/../lib')
from atoll import *
from browser import Browser

TIMES = 1000
HERE = os.path.abspath(BUILD + '/tests/trace_page')
PAGE = 'file://%s/trace.html' % HERE


def browser(*words):
	"""What chromium says of the page when its scripts have run."""
	p = subprocess.run(['timeout', '120', 'chromium', '--headless', '--no-sandbox', '--disable-gpu', '--hide-scrollbars',
		'--user-data-dir=%s/profile' % HERE, '--window-size=1300,1000', *words], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
		stderr=subprocess.DEVNULL, text=True, errors='replace')
	return p.stdout


def counted(dom):
	return re.search(r'id="count">(\d+) of (\d+) arrows', dom)


os.makedirs(HERE, exist_ok=True)
done = subprocess.run(['tools/trace', '--icount', '-o', HERE, 'ping %d' % TIMES], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True)
equal(done.returncode, 0, 'tools/trace ping %d' % TIMES)
ok('lost' not in done.stdout, 'no event is lost', done.stdout)
dom = browser('--dump-dom', PAGE)
for kind, source, target in ('call', r'ping \d+', 'echo 6'), ('reply', 'echo 6', r'ping \d+'):
	equal(len(re.findall(r'class="arrow %s" data-from="%s" data-to="%s"' % (kind, source, target), dom)), TIMES, '%d arrows: %s' % (TIMES, kind))
all_ = len(re.findall(r'class="arrow ', dom))
ok(counted(dom) and counted(dom).groups() == (str(all_),) * 2, 'the script has counted all of them', counted(dom))
row = re.search(r'<tr><td>ping \d+</td><td>echo 6</td><td>ECHO_SAY</td><td>(\d+)</td><td>([\d.]+)</td><td>([\d.]+)</td><td>0</td></tr>', dom)
ok(row and int(row[1]) == TIMES and 0 < float(row[2]) <= float(row[3]), 'and the table says how long they took', row)

typed = browser('--dump-dom', PAGE + '#echo_say')
shown = len(re.findall(r'class="arrow [a-z]*"', typed))
equal(shown, 2 * TIMES, 'what is typed leaves calls and their replies')
equal(len(re.findall(r'class="arrow [a-z ]*faint"', typed)), all_ - 2 * TIMES, 'and the others are faint')
ok(counted(typed) and int(counted(typed)[1]) == 2 * TIMES, 'which it says')
browser('--screenshot=%s/page.png' % HERE, PAGE)
picture = open(HERE + '/page.png', 'rb').read()
ok(picture[:4] == b'\x89PNG' and len(picture) > 50000, 'and there is something to see')

# Perfetto is not to be had here. Chromium's DevTools read the same format: they must take all of it, and find the flows.
ENGINE = 'devtools://devtools/bundled/models/trace/trace.js'
READ = """(async () => {
	const engine = await import('%s').catch(() => null);
	if (!engine)
		return null;
	const events = %s.traceEvents, flows = engine.Handlers.ModelHandlers.Flows, model = engine.TraceModel.Model.createWithAllHandlers();
	flows.reset();
	[...events].sort((a, b) => (a.ts ?? 0) - (b.ts ?? 0)).forEach(flows.handleEvent);
	await flows.finalize();
	const ways = flows.data().flows.map(flow => flow.map(event => event.name).join(', '));
	await model.parse(events, {});
	return { whole: Boolean(model.parsedTrace()), ways: ways };
})()"""
with open(HERE + '/trace.json') as file:
	text = file.read()
chromium = Browser(HERE + '/profile', 'devtools://devtools/bundled/devtools_app.html')
got = chromium.ask(READ % (ENGINE, text))
chromium.end()
if got is None:
	note('this browser has no trace engine at ' + ENGINE)
else:
	ok(got['whole'], "the browser's trace engine takes trace.json", got)
	equal(got['ways'].count('ECHO_SAY, answers ECHO_SAY, answer'), TIMES, 'and finds %d flows: call, handler, answer' % TIMES)
	equal(len(got['ways']), sum(e['ph'] == 's' for e in json.loads(text)['traceEvents']), 'all that there are')
finish()
