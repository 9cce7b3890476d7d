"""Events as `trace -r` prints them, and the calls they tell of."""
import collections
import glob
import re

KINDS = ('call send receive reply cancel notify change priority fault interrupt flush begin end').split()
LINE = re.compile(r'@(\w+) (\d+)((?: [0-9a-f]{1,16}){5})', re.A)
OTHERS = re.compile(r'@trace (\d+) lost (\d+) dropped (\d+)|@who ([0-9a-f]+) (\d+) (\d+) (\S+)|@end (\d+)', re.A)

Who = collections.namedtuple('Who', 'id pid priority name')
Event = collections.namedtuple('Event', 'kind ns thread peer badge label value')


class Failure(Exception):
	pass


class Trace:
	"""who: {thread id: Who}; events in order; lost: how many are missing; other: lines that belong to no trace."""

	def __init__(self, text):
		self.who, self.events, self.other, self.lost = {}, [], [], 0
		begun = ended = False
		for number, line in enumerate(text.replace('\r\n', '\n').split('\n'), 1):
			match, other = LINE.fullmatch(line), OTHERS.fullmatch(line)
			if match and match[1] in KINDS and begun:
				self.events.append(Event(match[1], int(match[2]), *(int(w, 16) for w in match[3].split())))
			elif other and other[1]:
				if begun or other[1] != '1':
					raise Failure('line %d: a second trace, or one of another version' % number)
				begun, self.lost = True, int(other[2]) + int(other[3])
			elif other and other[4]:
				self.who[int(other[4], 16)] = Who(int(other[4], 16), int(other[5]), int(other[6]), other[7])
			elif other:
				ended = int(other[8]) == len(self.events)
			elif line.startswith('@'):
				raise Failure('line %d is no event: %.60s' % (number, line))
			else:
				self.other.append(line)
		if not begun:
			raise Failure('there is no trace in it')
		if not ended:
			raise Failure('the trace is not whole')
		self.calls = _calls(self.events)
		self._several = collections.Counter(w.pid for w in self.who.values())

	def name(self, thread):
		"""'echo 6'; of a process with several threads 'trace 16.3'."""
		who = self.who.get(thread)
		if not who:
			return 'thread %x' % thread
		return '%s %d' % (who.name, who.pid) + ('.%d' % (thread & 0xffff) if self._several[who.pid] > 1 else '')


class Call:
	"""One call: where in the trace it was sent, received, ended (numbers of events, or None), and how: 'reply', 'cancel',
	or None when the trace ends first."""

	def __init__(self, sent, event):
		self.sent, self.received, self.ended, self.how = sent, None, None, None
		self.client, self.server, self.badge, self.label = event.thread, event.peer, event.badge, event.label
		self.error = 0


def _calls(events):
	"""In the order in which they were sent. One that was sent before the trace began is none."""
	by_token, of_client, calls = {}, {}, []

	def over(call, number, how, error):
		call.ended, call.how, call.error = number, how, error
		of_client.pop(call.client, None)

	for number, e in enumerate(events):
		if e.kind == 'send':
			call = by_token[e.value] = of_client[e.thread] = Call(number, e)
			calls.append(call)
		elif e.kind == 'receive' and e.value in by_token:
			by_token[e.value].received, by_token[e.value].server = number, e.thread
		elif e.kind == 'reply' and e.value in by_token:
			call = by_token.pop(e.value)
			call.server = e.thread
			over(call, number, 'reply', e.label & 0xffff)
		elif e.kind in ('cancel', 'end') and e.thread in of_client:
			over(of_client[e.thread], number, 'cancel', (1 << 64) - e.value if e.kind == 'cancel' else 0)
	return calls


# ---- Names of operations and errors -----------------------------------------------------------------------------------

def _read(pattern):
	return '\n'.join(open(path).read() for path in sorted(glob.glob(pattern)))


def operations():
	"""{(server, number): name}: what the table `operations` of each server names, by the numbers in the headers."""
	headers = _read('servers/*/protocol.h') + _read('libc/include/atoll/*.h') + _read('kernel/include/atoll/abi.h')
	numbers = {name: int(value, 0) for name, value in
		re.findall(r'^\s*(?:#define\s+)?([A-Z][A-Z0-9_]+)\s*(?:=|\s)\s*(0x[0-9a-f]+|\d+)\b', headers, re.M)}
	found = {}
	for path in glob.glob('servers/*/main.c'):
		table = re.search(r'\boperations\[\]\s*=\s*\{(.*?)^\};', open(path).read(), re.M | re.S)
		for name in re.findall(r'[A-Z][A-Z0-9_]{3,}', table[1] if table else ''):
			if name in numbers:
				found.setdefault((path.split('/')[1], numbers[name]), name)
	return found


def errors():
	return {int(n): name for name, n in re.findall(r'^#define (E\w+)\s+(\d+)', _read('kernel/include/atoll/errno.h'), re.M)}
