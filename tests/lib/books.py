"""The kernel's books, as `free -s` and `ps` show them: has anything been left behind?"""
import re

# Prints them, after a little use of every server: who was asked once has its buffers.
SHOW = 'ls / > /tmp/f; ping 1; echo "-- books"; names; free -s; ps'


class Books:
	"""Read from what SHOW printed last."""

	def __init__(self, text):
		text = text.rpartition('-- books\n')[2]

		def number(pattern):
			found = re.search(pattern, text, re.M)
			return int(found[1]) if found else None

		self.text = text
		self.frames = number(r'^used +(\d+) ')
		self.open_files = number(r' (\d+) files open$')
		self.spaces = {name: (int(used), int(caps)) for name, used, caps in
			re.findall(r'^ *\d+ (\S+) +\d+ +(\d+) +(\d+)$', text, re.M)}
		self.threads = sorted(re.findall(r'^ *\d+ (\S+) +[A-Z]+ .* \d+/\d+ ', text, re.M))
		self.names = re.findall(r'^(\S+) +\d+$', text, re.M)

	def complete(self):
		return None not in (self.frames, self.open_files) and self.spaces and self.threads and self.names

	def most(self, other):
		"""Takes over what is more in the other: servers keep the size that they once needed."""
		self.frames = max(self.frames or 0, other.frames or 0)
		for name, (used, caps) in other.spaces.items():
			mine = self.spaces.get(name, (0, 0))
			self.spaces[name] = max(mine[0], used), max(mine[1], caps)

	def since(self, before):
		"""What is more than before, in words; an empty list if all is well. (Less is no harm: the heap of a server that
		was started again has not grown yet.)"""
		if not self.complete() or not before.complete():
			return ['no books:\n' + (self if before.complete() else before).text]
		more = []
		for name, (used, caps) in self.spaces.items():
			if name not in before.spaces:
				more.append('space %s' % name)
			elif used > before.spaces[name][0] or caps > before.spaces[name][1]:
				more.append('%s: %d frames, %d capabilities; before: %d, %d' % (name, used, caps, *before.spaces[name]))
		if self.frames > before.frames:
			more.append('%d frames in use; before: %d' % (self.frames, before.frames))
		if self.open_files:
			more.append('%d open files' % self.open_files)
		if self.threads != before.threads:
			more.append('threads %s; before: %s' % (self.threads, before.threads))
		if self.names != before.names:
			more.append('names %s; before: %s' % (self.names, before.names))
		return more
