"""atoll message: the message on its way, wherever it is just now."""
import gdb

from atoll import kernel, operations, programs
from atoll.command import Command, Failure

WORDS = 'rbx', 'r12', 'r13', 'r14', 'r15'
SHOWN = 48  # bytes of a message


class Message:
	"""A call or an answer. `server`: the program that knows what its numbers mean; `to`: the receiver, if known."""

	def __init__(self, label, words, call, server=None, **more):
		self.label, self.words, self.call, self.server = label, list(words), call, server
		self.badge, self.token = more.get('badge'), more.get('token')
		self.data, self.who, self.asked = more.get('data'), more.get('who', ''), more.get('asked')

	op = property(lambda self: self.label & 0xffff)
	version = property(lambda self: self.label >> 16 & 0xff)
	caps = property(lambda self: self.label >> 24 & 0x7f)
	size = property(lambda self: self.label >> 32)

	def operation(self):
		return operations.table(self.server).get(self.op) if self.call else self.asked

	def title(self):
		if not self.call:
			return 'answer: %s%s' % (operations.error(self.op), ' to ' + self.asked.name if self.asked else '')
		known = self.operation()
		name = known.name if known else 'operation %d' % self.op
		if self.server and not known:
			name += ' (%s has no such operation)' % self.server.name
		wrong = ' (but the server knows version %d)' % known.version if known and known.version != self.version else ''
		return 'call: %s, version %d%s' % (name, self.version, wrong)

	def first_line(self):
		first = self.title() + (', ' + self.who if self.who else '')
		parts = ['1 byte' if self.size == 1 else '%d bytes' % self.size] if self.size else []
		parts += ['1 capability' if self.caps == 1 else '%d capabilities' % self.caps] if self.caps else []
		parts += ['badge ' + short(self.badge)] if self.badge is not None else []
		parts += ['token %#x' % self.token] if self.token is not None else []
		return ', '.join([first, *parts])

	def lines(self, meaning):
		"""In words, line by line; with `meaning`, what the protocol says of the fields."""
		yield self.first_line()
		yield 'words: ' + ' '.join(map(short, self.words))
		if self.data:
			yield 'bytes: ' + preview(self.data, self.size)
		known = self.operation()
		said = operations.meaning(known.name, 'In' if self.call else 'Out') if known else ''
		if said and meaning:
			yield ('takes: ' if self.call else 'gives: ') + said


def short(number):
	return '%d' % number if number < 4096 else '%#x' % number


def preview(data, size):
	shown = ''.join(chr(b) if 32 <= b < 127 and b != 34 else '\\n' if b == 10 else '\\x%02x' % b for b in data[:SHOWN])
	return '"%s"%s' % (shown, '...' if size > SHOWN else '')


def show(message, meaning=True):
	for line in message.lines(meaning):
		print('  ' + line)


# ---- Where a message can be -----------------------------------------------------------------------------------------

def program_behind(endpoint):
	receiver = endpoint.receiver() if endpoint else None
	return programs.of(receiver.space) if receiver else None


def bytes_sent(space, ext, size):
	"""What a struct msg_ext at `ext`, in that space, says is sent."""
	if not ext or not size:
		return None
	at = space.word(ext)
	return at and space.read(at, min(size, SHOWN))


def of_call(thread, handle, label, ext, words):
	"""At a call: what the registers say."""
	cap = thread.space.cap(handle)
	endpoint = cap.endpoint() if cap else None
	who = 'to %s' % endpoint if endpoint else 'to a handle that names no endpoint: %#x' % handle
	return Message(label, words, True, program_behind(endpoint), who=who, badge=cap.number('badge') if cap else None,
		data=bytes_sent(thread.space, ext, label >> 32))


def of_reply(thread, token, label, ext, words):
	caller = caller_of(token)
	return Message(label, words, False, None, token=token, data=bytes_sent(thread.space, ext, label >> 32),
		who='to %s' % caller if caller else 'to a token that names nobody', asked=asked_by(caller))


def caller_of(token):
	return next((t for t in kernel.threads() if t.token == token and t.state == 'REPLY'), None)


def asked_by(caller):
	"""The operation that a REPLY-blocked thread asked for, as far as its own memory still says."""
	message = of_stack(caller) if caller else None
	server = caller and caller.waits_for()
	if not message or not server:
		return None
	return operations.table(programs.of(server.space)).get(message.op)


def of_registers(thread, get):
	"""In the kernel: the four message calls, by the registers of abi.h. None: another call."""
	number = get('rax') & 0xffffffff
	words = [get(name) for name in WORDS]
	if number == kernel.constant('SYS_ipc_call'):
		return of_call(thread, get('rdi'), get('rsi'), get('rdx'), words)
	if number in (kernel.constant('SYS_ipc_reply'), kernel.constant('SYS_ipc_reply_recv')):
		return of_reply(thread, get('rdi'), get('rsi'), get('rdx'), words)
	return None


def of_short_cut(thread):
	"""In kernel/ipc_fast.c, whose functions have the registers of the call as arguments, and leave the words alone."""
	frame = gdb.newest_frame()
	while frame and not (frame.name() in ('call', 'reply_recv') or (frame.name() or '').startswith('ipc_fast_')):
		frame = frame.older()
	if not frame:
		return None
	def argument(name):
		value = frame.read_var(name)
		return None if value.is_optimized_out else int(value)
	words = [kernel.register(name) for name in WORDS]
	label = argument('label')
	if label is None:
		raise Failure('the compiler has dropped the label here already: look at the entry, or in the server')
	if 'reply' in frame.name():
		token = argument('token')
		return of_reply(thread, token if token is not None else first_token(thread), label, argument('ext') or 0, words)
	handle = argument('handle')
	if handle is None:
		handle = int(thread['sends']['handle'])
	return of_call(thread, handle, label, argument('ext') or 0, words)


def first_token(server):
	callers = server.callers()
	return callers[0].token if callers else 0


def of_variables(thread):
	"""In user code: a struct request (a handler's), or a struct msg, of the innermost function that has one."""
	frame = gdb.newest_frame()
	while frame:
		for name, value in variables(frame):
			kind = value.type.strip_typedefs()
			if kind.code == gdb.TYPE_CODE_PTR and kind.target().code == gdb.TYPE_CODE_STRUCT and int(value):
				value, kind = value.dereference(), kind.target().strip_typedefs()
			if kind.name == 'request' or str(kind) == 'struct request':
				return of_request(thread, value)
			if str(kind) in ('struct msg', 'const struct msg'):
				return of_msg(thread, value, frame)
		frame = frame.older()
	return None


def variables(frame):
	"""Arguments and locals of a frame that have a value."""
	try:
		block = frame.block()
	except RuntimeError:
		return
	while block:
		for symbol in block:
			if symbol.is_argument or symbol.is_variable:
				try:
					value = frame.read_var(symbol, block)
					if not value.is_optimized_out:
						value.fetch_lazy()
						yield symbol.name, value
				except (gdb.error, ValueError):
					pass
		if block.function:
			return
		block = block.superblock


def of_request(thread, request):
	"""What a handler was given: the library has checked it against the table."""
	program = programs.of(thread.space)
	op, size, caps = (int(request[name]) for name in ('op', 'length', 'caps'))
	known = operations.table(program).get(op)
	label = op | (known.version if known else 0) << 16 | caps << 24 | size << 32
	words = [int(request['word'][i]) for i in range(len(WORDS))]
	token = int(request['token'])
	data = thread.space.read(int(request['bytes']), min(size, SHOWN)) if size else None
	caller = caller_of(token)
	return Message(label, words, True, program, badge=int(request['badge']), token=token, data=data,
		who='from %s' % caller if caller else 'from a caller that has gone')


def of_msg(thread, m, frame=None):
	"""A struct msg of a client: what it is about to send, or what came back."""
	words = [int(m['word'][i]) for i in range(len(WORDS))]
	label, program, who = int(m['label']), None, ''
	endpoint = handle_in(thread, frame)
	if endpoint:
		program, who = program_behind(endpoint), 'to %s' % endpoint
	size = label >> 32
	data = thread.space.read(int(m['send']), min(size, SHOWN)) if size and int(m['send']) else None
	return Message(label, words, True, program, who=who, data=data)


def handle_in(thread, frame):
	"""The endpoint that ipc_call or ipc_ask was given, as its argument of this name; None: not told."""
	while frame:
		for name, value in variables(frame):
			if name in ('endpoint', 'server') and value.type.strip_typedefs().code == gdb.TYPE_CODE_INT:
				cap = thread.space.cap(int(value))
				return cap.endpoint() if cap else None
		frame = frame.older() if frame.type() == gdb.INLINE_FRAME else None
	return None


def of_stack(thread):
	"""What a blocked thread sent, out of its own memory, where it stays until the answer comes: the kernel's copy of the label
	is of the last message that went the long way."""
	from atoll import backtrace
	return backtrace.message_of(thread)


def here():
	"""The message where the processor stands."""
	thread = kernel.current()
	if not thread:
		raise Failure('no thread has run yet')
	if not kernel.in_kernel():
		return of_variables(thread)
	name = gdb.newest_frame().name() or ''
	if name == 'ipc_fast_notify':
		raise Failure('this is a notification: bits, no message')
	if name.startswith('entry_syscall'):
		return of_registers(thread, kernel.register)
	if thread.reg('vector') < 256:
		raise Failure('this is interrupt or exception %d: no message' % thread.reg('vector'))
	return of_short_cut(thread) or of_registers(thread, thread.reg)


def of_thread(thread):
	"""Of a thread that waits: what it sent."""
	faults = bool(thread['machine.special.faulting']) # such a message no program has sent
	if thread.state == 'SEND' or thread.state == 'REPLY' and faults:
		endpoint = thread.endpoint()
		words = [int(thread['fault'][i]) for i in range(len(WORDS))] if faults else [thread.reg(name) for name in WORDS]
		label = thread.number('label')
		return Message(label, words, True, program_behind(endpoint), badge=thread.number('badge'), who='to %s' % endpoint,
			data=bytes_sent(thread.space, thread.number('ext_address'), label >> 32))
	if thread.state == 'REPLY':
		found = of_stack(thread)
		if found:
			found.token, found.server = thread.token, programs.of(thread.waits_for().space)
			found.who = 'taken by %s' % thread.waits_for()
		return found
	raise Failure('%s is %s: nothing of its own is on its way' % (thread, thread.state))


class ShowMessage(Command):
	"""Show the message on its way, decoded: atoll message [THREAD]

Without THREAD: the one that the stopped code handles: at the kernel's entry and in the short cut from the registers, in a
server's handler from its struct request, in a client from its struct msg. With THREAD (its name, or NAME/SLOT as in `atoll
threads`): what that thread, which waits, has sent. Names come from the server's own table of operations."""
	NAME, MOST, USAGE = 'message', 1, '[THREAD]'

	def run(self, arguments):
		if arguments:
			waiting = [t for t in kernel.find_threads(arguments[0]) if t.state in ('SEND', 'REPLY')]
			if not waiting:
				raise Failure('%s waits for no answer: nothing of its own is on its way' % arguments[0])
			found = of_thread(waiting[0])
		else:
			found = here()
		if not found:
			raise Failure('there is no message here')
		show(found)

	def choices(self):
		return sorted({t.space.name for t in kernel.threads()})


ShowMessage()
