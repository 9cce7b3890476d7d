"""atoll follow: goes with one message, from station to station.

    client --ipc_call--> 1 entry --> 2 point of no return --> 3 handler --> 4 reply --> 5 back in the client

Each station's stop has the condition that it concerns this very call: the thread, later its token. So others may send as
they like. What comes first of all that may come is where it stops: a call that fails goes from the entry straight back.
In a replay the same way leads backwards."""
import gdb

from atoll import kernel, message, operations, programs, replay, stops
from atoll.command import Command, Failure

STATIONS = 'client', 'entry', 'point of no return', 'handler', 'reply', 'back'
WORDS = {
	'entry': "the kernel's entry: the registers are the client's",
	'point of no return': 'the point of no return: all is checked, from here nothing fails',
	'handler': "the server's handler",
	'reply': "the reply's point of no return: the client gets its answer",
	'back': 'back in the client',
}


class Follow:
	"""One call of one thread; `way` are the stations that it has come by."""

	def __init__(self, thread, *way):
		self.thread, self.way, self.replying, self.ended = thread, list(way), False, False
		self.back_at = self.server = self.receiver = self.number = self.asked = None
		self.said = {} # the messages as they were at the kernel's entry: in the short cut the compiler may have dropped the label

	at = property(lambda self: self.way[-1] if self.way else 'client')

	def next(self):
		"""Runs to the next station and shows it."""
		hit = stops.go((self.entry() if self.at == 'client' else self.later()) + self.end())
		self.ended = hit == 'end'
		if self.ended:
			raise Failure('%s has come to its end' % self.thread)
		if hit is None:
			print('stopped before the next station; atoll follow goes on to it')
			return
		self.way.append(hit)
		if hit == 'entry':
			self.note_call()
		self.show()

	def back(self):
		"""Runs backwards to the station before this one."""
		if len(self.way) < 2:
			raise Failure('this is the first station; atoll back-to-send goes to where the client sends')
		if not replay.going_back(self.earlier(self.way[-2])):
			raise Failure('stopped before that station')
		self.way.pop()
		self.show()

	def entry(self):
		number = kernel.constant('SYS_ipc_call')
		mine = stops.runs(self.thread)
		return stops.entries('entry', lambda: mine() and kernel.register('rax') & 0xffffffff == number)

	def end(self):
		"""Where it would end instead."""
		address = stops.address_of('ipc_kill')
		return [stops.Stop('end', address, lambda: kernel.register('rdi') == self.thread.address)] if address else []

	def later(self):
		"""The stations that may come now."""
		done = STATIONS.index(self.at)
		mine = stops.runs(self.thread)
		calling, replying = map(stops.points_of_no_return, (stops.CALLING, stops.REPLYING)) # first, for they may be missing
		wanted = [stops.Stop('back', self.back_at, mine)]
		if done < STATIONS.index('point of no return'):
			wanted += [stops.Stop('point of no return', pc, mine) for pc in calling]
		if done < STATIONS.index('handler'):
			wanted += self.in_handlers()
		if done < STATIONS.index('reply'):
			self.replying = False
			wanted += stops.entries('reply', self.reply_begins)
			wanted += [stops.Stop('reply', pc, lambda: self.replying) for pc in replying]
		return wanted

	def earlier(self, station):
		"""As later(), for one that has been passed. At the reply's point of no return the client still waits; it is the last one
		where it does."""
		if station == 'entry':
			return self.entry()
		if station == 'handler':
			return self.in_handlers()
		calling = station == 'point of no return'
		condition = stops.runs(self.thread) if calling else lambda: self.fresh().state == 'REPLY'
		return [stops.Stop(station, pc, condition) for pc in stops.points_of_no_return(stops.CALLING if calling else stops.REPLYING)]

	def in_handlers(self):
		return stops.handlers(self.number, self.server, self.in_handler) or self.in_server()

	def fresh(self):
		return kernel.Thread(self.thread.address)

	def over(self):
		"""It is back, or its thread has gone, and another may be in its place."""
		now = self.fresh()
		return self.ended or self.at == 'back' or now.state == 'DEAD' or now.number('id') != self.thread.number('id')

	def in_handler(self):
		"""Its first argument is the struct request, with the token of this call."""
		request = gdb.Value(kernel.register('rdi')).cast(gdb.lookup_type('struct request').pointer())
		return not kernel.in_kernel() and int(request['token']) == self.fresh().token

	def in_server(self):
		"""A receiver that has no table of operations: where its own call returns."""
		if not self.receiver:
			return []
		server = kernel.Thread(self.receiver.address)
		return [stops.Stop('handler', server.reg('rip'), lambda: stops.current_address() == server.address)]

	def reply_begins(self):
		"""Not a stop, but from now on the next point of no return of a reply is this one's."""
		if kernel.register('rdi') == self.fresh().token and \
				kernel.register('rax') in (kernel.constant('SYS_ipc_reply'), kernel.constant('SYS_ipc_reply_recv')):
			self.replying, self.said['reply'] = True, message.here()
		return False

	def note_call(self):
		"""At the entry: where to, and where it will come back to."""
		self.back_at = kernel.register('rcx')
		self.number = kernel.register('rsi') & 0xffff
		cap = self.thread.space.cap(kernel.register('rdi'))
		endpoint = cap.endpoint() if cap else None
		self.receiver = endpoint.receiver() if endpoint else None
		self.server = programs.of(self.receiver.space) if self.receiver else None
		self.asked = operations.table(self.server).get(self.number)
		self.said['point of no return'] = message.here()

	def show(self):
		programs.settle()
		where = kernel.current()
		print('%d. %s' % (STATIONS.index(self.at), WORDS[self.at]))
		print('   %s of %s, pid %d' % ('the kernel, on behalf' if kernel.in_kernel() else 'user mode', where, where.space.pid))
		select_own()
		gdb.execute('frame')
		found = self.answer() if self.at == 'back' else self.said.get(self.at) or message.here()
		if found:
			message.show(found, meaning=self.at in ('entry', 'reply'))

	def answer(self):
		"""What the client finds in its registers."""
		result = kernel.register('rax') & 0xffffffff
		if result:
			print('  the call failed: %s' % operations.error(2 ** 32 - result))
		label = kernel.register('rsi') if not result else 0
		return message.Message(label, [kernel.register(name) for name in message.WORDS], False, asked=self.asked)


def select_own():
	"""Back in a client: the frame that is its own, not libc's."""
	frame = gdb.newest_frame()
	while frame and not kernel.in_kernel():
		sal = frame.find_sal()
		if sal.symtab and not sal.symtab.filename.startswith('libc/'):
			return frame.select()
		frame = frame.older()


following = None


def begin(arguments):
	"""Whose call: the named thread's, that of the handler where we are, or the current thread's."""
	thread = kernel.current()
	if arguments:
		wanted = kernel.find_threads(arguments[0])[0]
		here = thread and not kernel.in_kernel() and adopted(thread)
		return here if here and here.thread == wanted else Follow(wanted)
	if not thread:
		raise Failure('no thread has run yet: first atoll break cat:main, continue')
	if kernel.in_kernel():
		raise Failure("this is the kernel: begin in a client, or say whose call, as in atoll follow cat")
	return adopted(thread) or Follow(thread)


def adopted(server):
	"""In a handler: the call that it answers."""
	found = message.of_variables(server)
	caller = message.caller_of(found.token) if found and found.token else None
	if not caller:
		return None
	call = Follow(caller, 'entry', 'handler') # one before this there was
	call.back_at, call.number, call.server = caller.reg('rip'), found.op, programs.of(server.space)
	call.receiver, call.asked = server, found.operation()
	return call


class FollowCommand(Command):
	"""Go with a message to its next station: atoll follow [THREAD | back]

The stations of a call: the kernel's entry; the point of no return; the server's handler; the reply; back in the client. Each
`atoll follow` goes to the next one and shows function, line and the message, decoded; info locals, backtrace and atoll bt work there.
The first one takes the next call of the thread where gdb stands, or of THREAD; in a server's handler, the call that it
answers. It goes by the short cut too. Begin anew with: atoll follow THREAD. In a replay `atoll follow back` leads to the station
before, from the first one on atoll back-to-send to the client."""
	NAME, MOST, USAGE = 'follow', 1, '[THREAD | back]'

	def run(self, arguments):
		global following
		stops.must_run()
		if arguments == ['back']:
			if not following:
				raise Failure('nothing is followed yet: first atoll follow')
			return following.back()
		if arguments or not following or following.over():
			following = begin(arguments)
		following.next()

	def choices(self):
		return sorted({'back'} | {t.space.name for t in kernel.threads()})


FollowCommand()
