"""atoll bt: one backtrace from where the processor is, through the kernel, to the client that waits, and its client.

gdb unwinds only what the processor runs. The others' stacks are walked by their frame pointers, which all code here
keeps (Makefile), in their own memory; so this works from any place, and on a dump."""
import re

import gdb

from atoll import kernel, message, operations, programs
from atoll.command import Command, Failure

DEEPEST = 64
ENTRY = 'entry_syscall', 'entry_syscall_long', 'try_notify'


def place(pc):
	"""'main (in copy_file) at programs/cat.c:89', where that has become a part of main"""
	sal = gdb.find_pc_line(pc)
	*inlined, name = operations.functions_at(pc) or [None]
	if not name:
		found = gdb.execute('info symbol %#x' % pc, to_string=True).split()
		name = found[0] if found and found[0] != 'No' else '%#x' % pc
	if inlined:
		name += ' (in %s)' % ', '.join(reversed(inlined))
	return '%s at %s:%d' % (name, sal.symtab.filename, sal.line) if sal.symtab and sal.line else name


def user_registers(thread):
	"""rip, rbp, rsp with which it left user mode. At the entry they are not all saved yet, and a notification never saves rbp."""
	rip, rbp, rsp = map(thread.reg, ('rip', 'rbp', 'rsp'))
	if thread.runs() and kernel.in_kernel():
		frame = outermost()
		if frame.name() in ENTRY:
			rbp = int(frame.read_register('rbp'))
		if not kernel.register('rsp') >> 63: # no kernel stack yet
			rip, rsp = kernel.register('rcx'), kernel.register('rsp')
	return rip, rbp, rsp


def outermost():
	"""The frame of what the kernel was entered by."""
	frame = gdb.newest_frame()
	while (older := frame.older()) and older.pc() >> 63:
		frame = older
	return frame


def stack(thread):
	"""Of a thread that is not in user mode: (pc, frame pointer) of each of its frames there."""
	program = programs.of(thread.space)
	if program:
		program.use()
	pc, frame, top = user_registers(thread)
	yield pc, frame
	if not gdb.block_for_pc(pc): # a stub in assembler: it has no frame, and rbp is still its caller's
		pc = thread.space.word(top)
		if not pc or not (program and pc in program):
			return
		yield pc - 1, frame
	for _ in range(DEEPEST):
		if not frame:
			return
		pc, frame = thread.space.word(frame + 8), thread.space.word(frame)
		if not pc or not (program and pc in program):
			return
		yield pc - 1, frame


def kept(pc, frame, thread, name):
	"""A variable that the compiler keeps on the stack at this place, as its location says; None: it does not. (gdb computes it
	only for frames of its own.) The frame's base is 16 above where the frame pointer points."""
	said = gdb.execute('info scope *%#x' % operations.start_of(pc), to_string=True)
	part = re.search(r'^Symbol %s is (.*?)(?=^Symbol |\Z)' % name, said, re.M | re.S)
	for first, last, at in re.findall(r'Range (0x\w+)-(0x\w+): a complex DWARF expression:\s+0: DW_OP_fbreg (-?\d+)', part[1] if part else ''):
		if int(first, 16) <= pc < int(last, 16):
			return thread.space.word(frame + 16 + int(at))
	return None


def message_of(thread):
	"""The struct msg that a blocked thread gave to ipc_call: the kernel keeps no copy of a message that has been taken."""
	for pc, frame in stack(thread):
		if operations.function_at(pc) == 'ipc_call':
			at = kept(pc, frame, thread, 'm')
			m = at and thread.space.typed(at, gdb.lookup_type('struct msg'))
			return message.of_msg(thread, m) if m else None
	return None


def running_frames():
	"""Of the processor, as gdb unwinds them; in the kernel those of the kernel."""
	frame, kernel_half = gdb.newest_frame(), kernel.in_kernel()
	while frame and frame.pc() and frame.pc() >> 63 == kernel_half:
		sal = frame.find_sal()
		where = ' at %s:%d' % (sal.symtab.filename, sal.line) if sal.symtab and sal.line else ''
		yield (frame.name() or '%#x' % frame.pc()) + where
		frame = frame.older()


def served(thread, known_token):
	"""The caller that a thread works for: the one whose request is in its frames, else the one to be answered first."""
	callers = thread.waiters()
	return next((c for c in callers if c.token == known_token), callers[0] if callers else None)


def request_token():
	"""Of the struct request in the frames where user code stopped, or None."""
	if kernel.in_kernel():
		return None
	try:
		found = message.of_variables(kernel.current())
	except (Failure, gdb.error):
		return None
	return found.token if found else None


class Backtrace(Command):
	"""Show one backtrace across the kernel: atoll bt [THREAD]

From where the processor stands (or THREAD waits), on through the thread that waits for it: a server's handler, the kernel,
the client that is to have the answer, whoever waits for that one."""
	NAME, MOST, USAGE = 'bt', 1, '[THREAD]'

	def run(self, arguments):
		thread = kernel.find_threads(arguments[0])[0] if arguments else kernel.current()
		if not thread:
			raise Failure('no thread has run yet')
		self.number, seen, token = 0, set(), None
		if thread.runs():
			token = request_token()
			self.running(thread)
		else:
			self.waiting(thread)
		while thread and thread not in seen:
			seen.add(thread)
			caller = served(thread, token)
			if caller:
				others = len(thread.waiters()) - 1
				what = 'waits for it (%s-blocked%s)' % (caller.state, ', lends nothing: a ring' if caller.withheld() else '')
				more = '; %d more do' % others if others else ''
				print('---- kernel: %s, pid %d, %s%s' % (caller, caller.space.pid, what, more))
				if caller in seen:
					print('     and so the ring is closed')
				else:
					self.waiting(caller)
			thread, token = caller, None

	def line(self, thread, text):
		print('#%-3d %-14s %s' % (self.number, '[%s]' % thread.space.name if thread else '[kernel]', text))
		self.number += 1

	def running(self, thread):
		kernel_half = kernel.in_kernel()
		for text in running_frames():
			self.line(None if kernel_half else thread, text)
		if kernel_half:
			if thread.state != 'READY':
				print('---- %s was the last to run (%s%s)' % (thread, thread.state, '-blocked' * (thread.state in kernel.BLOCKED)))
			self.waiting(thread)

	def waiting(self, thread):
		for pc, _ in stack(thread):
			self.line(thread, place(pc))

	def choices(self):
		return sorted({t.space.name for t in kernel.threads()})


Backtrace()
