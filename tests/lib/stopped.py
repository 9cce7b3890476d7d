"""What the machine looks like before the first user instruction, asked with gdb."""
import os
import re
import signal
import subprocess

from atoll import PATIENCE


def stopped(*commands):
	"""What gdb says, stopped where the kernel is about to run init."""
	words = ['tools/debug', '-c', 'true', '--', '-batch']
	# The console comes out of the same pipe: it gets time to finish its line.
	for command in ('hbreak trap_first', 'continue', 'shell sleep 0.5', *commands, 'kill'):
		words += ['-ex', command]
	p = subprocess.Popen(words, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, errors='replace',
		text=True, start_new_session=True)
	try:
		return p.communicate(timeout=PATIENCE)[0]
	except subprocess.TimeoutExpired:
		os.killpg(p.pid, signal.SIGTERM) # gdb too: only then does tools/debug end the emulator
		return p.communicate()[0]


KERNEL_PAGES = 'source tests/lib/kernel_pages.py' # a command


def pages(said):
	"""Of what that command said: (address, bytes, flags) of each page that the kernel has mapped."""
	return [(int(address, 16), int(size, 16), flags)
		for address, size, flags in re.findall(r'^page (\w+) (\w+) (\S+)$', said, re.M)]
