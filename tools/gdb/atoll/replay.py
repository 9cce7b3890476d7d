"""Backwards, in a replay (make replay): atoll back-to-send; and a time limit, since QEMU going backwards hangs now and then.

QEMU goes back by running once more from the recording's start, so each step costs about as long as the run took. With watch
points it sometimes does not come to an end."""
import os
import subprocess

import gdb

from atoll import kernel, message, programs, stops
from atoll.command import Command, Failure

LIMIT = int(os.environ.get('ATOLL_REVERSE_LIMIT', 60))  # seconds
MERCY = 3  # seconds to answer an interrupt

_watch = None


def limit():
	"""From now on: after that time gdb is interrupted as by Ctrl-C, which stops the guest. Should QEMU not even answer that, the
	second one makes gdb give up waiting. (A thread of ours would not do: gdb waits with Python's lock held.)"""
	global _watch
	unlimited()
	# Its input ends when the limit is off, or gdb has gone.
	words = 'late() {{ read -t $1; [ $? -gt 128 ]; }}; late {0} && kill -INT {1} && late {2} && ' \
		'echo "QEMU does not answer: given up; begin anew" >&2 && kill -INT {1}'
	_watch = subprocess.Popen(['bash', '-c', words.format(LIMIT, os.getpid(), MERCY)], stdin=subprocess.PIPE, start_new_session=True)


def unlimited(event=None):
	"""What was limited is over, perhaps because the limit was reached."""
	global _watch
	if _watch is None:
		return
	if isinstance(event, gdb.SignalEvent) and event.stop_signal == 'SIGINT':
		print('not there within %d s: interrupted on the way (ATOLL_REVERSE_LIMIT sets the time)' % LIMIT)
	_watch.stdin.close()
	_watch.wait()
	_watch = None


gdb.events.stop.connect(unlimited)
gdb.events.exited.connect(unlimited)
for command in 'reverse-continue', 'reverse-step', 'reverse-stepi', 'reverse-next', 'reverse-nexti', 'reverse-finish':
	gdb.execute('define hook-%s\npython atoll.replay.limit()\nend' % command)


def going_back(wanted):
	"""Runs backwards to one of these stops; yields its name, or None."""
	limit()
	try:
		return stops.go(wanted, 'reverse-continue')
	except gdb.error as error:
		if 'does not support' in str(error):
			raise Failure('only a replay goes backwards: make record, then make replay')
		raise
	finally:
		unlimited()


class BackToSend(Command):
	"""Go back, from a server's handler, to where the client sent: atoll back-to-send

In a replay (make replay). Runs backwards to the beginning of the ipc_call whose message is being handled, in the client;
from there on, backtrace and locals are the client's. In the kernel: to the call of the thread that is at work."""
	NAME = 'back-to-send'

	def run(self, arguments):
		stops.must_run()
		thread = kernel.current()
		if not thread:
			raise Failure('no thread has run yet')
		if not kernel.in_kernel():
			found = message.of_variables(thread)
			thread = message.caller_of(found.token) if found and found.token else None
		if not thread:
			raise Failure('this is no handler of a message: stop in one first, as with atoll break file:io_read')
		program = programs.of(thread.space)
		if not program:
			raise Failure('nobody knows what program %s runs' % thread.space)
		begin = program.function('ipc_call')
		if not going_back([stops.Stop('send', address, stops.runs(thread)) for address in begin]):
			raise Failure('stopped before the call')
		from atoll import follow
		follow.following = None # what it followed is yet to come
		print('back in %s, pid %d, which is about to send' % (kernel.current(), thread.space.pid))
		gdb.execute('frame')
		found = message.here()
		if found:
			message.show(found)


BackToSend()
