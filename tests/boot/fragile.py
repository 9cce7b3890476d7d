#!/usr/bin/python3
"""A student's server makes every mistake there is: it crashes over a message, exits, loops, forgets to answer, runs out
of stack, replies rubbish, loses its endpoint. init starts it again, later each time; its clients hear of it and never
hang; everybody else goes on.

Time is that of --icount, so delays can be told to the millisecond, and waiting costs nothing."""
import os, re, sys
sys.path.insert(0, os.path.dirname(os.path.realpath(__file__)) + '/../lib')
from atoll import *
from variant import Tree, sections

CONF = """
fragile 44 2M name
looping 10 2M name program=/servers/fragile
quitter 44 2M -
"""
GONE = 'The other side is gone' # EPIPE


def calls(text):
	"""What `call` printed: operation, result, word 0, milliseconds."""
	return [(op, result, int(word), int(ms)) for op, result, word, ms in
		re.findall(r'^([a-z-]+(?::\d+)?): (.*), (\d+), (\d+) ms$', text, re.M)]


DEATHS = [ # operation, what its caller gets, what init says
	('crash', GONE, r'page fault writing 0x0 \(null pointer\) at 0x[0-9a-f]+'),
	('exit', GONE, 'exited with 7'),
	('overflow', GONE, r'page fault writing 0x[0-9a-f]+ \(stack overflow\) at 0x[0-9a-f]+'),
	('thread', GONE, 'its main thread ended'),
	('bad-reply', GONE, r'page fault reading 0x123456789000 at 0x[0-9a-f]+'),
	('deaf', 'Input/output error', r'exited with \d+'),
]

with Tree() as tree:
	tree.add('tests/boot/tree')
	tree.write('servers/init/init.conf', tree.read('servers/init/init.conf') + CONF)
	status, said = tree.make()
	if not ok(status == 0, 'three servers are added to a copy of the tree', said):
		finish()
	(deaths, delays, harmless, forget, looping, quitter), done = sections([
		'; '.join('call fragile %s say' % death[0] for death in DEATHS),
		'sleep 61; call fragile %s; sleep 61; call fragile crash say' % ('crash say ' * 11),
		'call fragile long-reply twice self say',
		'call fragile forget:100 say; call fragile forget & call fragile forget & sleep 0.1; kill fragile; wait; call fragile say',
		'call looping loop & call looping say & call looping say & sleep 0.1; ps; kill looping; wait',
		'sleep 100; kill quitter; ls /; ping 10',
	], '--iso', tree.iso, '--icount')

# One kind of death after the other, and an answer after each.
got = calls(deaths)
messages = re.findall(r'^init: fragile \(pid \d+\): (.*); starting it again$', deaths, re.M)
for i, (op, result, message) in enumerate(DEATHS):
	pair = got[2 * i:2 * i + 2]
	ok(len(pair) == 2 and pair[0][:2] == (op, result), '%s: the caller gets "%s"' % (op, result), deaths)
	ok(len(pair) == 2 and pair[1][:3] == ('say', 'done', i + 1), '%s: the next one is answered by incarnation %d' % (op, i + 1), deaths)
	ok(i < len(messages) and re.fullmatch(message, messages[i]), '%s: init says what happened' % op, deaths)

# Each restart comes later: 10 ms, 20, ... 5 s; after a minute's health at once again.
got = calls(delays)
equal([ms for op, _, _, ms in got if op == 'say'], [10, 20, 40, 80, 160, 320, 640, 1280, 2560, 5000, 5000, 10],
	'restarts come after 10 ms, doubled up to 5 s; after a healthy minute at 10 ms again')
equal([result for op, result, _, _ in got if op == 'say'], ['done'] * 12, 'each of them answers')

# Mistakes that harm nobody but the caller.
n = len(DEATHS) + 12
equal([call[:3] for call in calls(harmless)], [('long-reply', 'Input/output error', 0), ('twice', 'done', 1), ('self', 'done', 35), ('say', 'done', n)],
	'too long a reply: EIO; C1 a reply twice: the first counts; P14 a call to oneself: EDEADLK; not restarted')

# Who waits for an answer when it dies gets EPIPE; who is in the queue is answered by its successor.
equal([call[:3] for call in calls(forget)], [('forget:100', 'Timed out', 0), ('say', 'done', n), ('forget', GONE, 0), ('forget', GONE, 0), ('say', 'done', n + 1)],
	'P16 killed between receive and reply: its callers get EPIPE')
ok(re.search(r' looping +READY +10/20 ', looping), 'P1 while it loops it runs with the priority of its callers', looping)
equal(len(re.findall(r' call +SEND +looping ', looping)), 2, 'its next callers are SEND-blocked')
equal([call[:3] for call in calls(looping)], [('loop', GONE, 0), ('say', 'done', 1), ('say', 'done', 1)],
	'killed while it loops: whom it served gets EPIPE, the queue is served by the next incarnation')

# One that ends as soon as it starts, for ever: the system does its work meanwhile.
times = len(re.findall(r'^init: quitter \(pid \d+\): exited with 3; starting it again$', quitter, re.M))
ok(19 <= times <= 21, 'a server that ends at once is started again and again, in the end every 5 seconds', '%d times\n%s' % (times, quitter))
contains(quitter, 'kill: quitter: it is dead already, and waits for its restart', 'kill says what it is about')
contains(quitter, '10 calls of 0 bytes', 'the rest is not disturbed')
equal(done.status, 0, 'and all ends well')
finish()
