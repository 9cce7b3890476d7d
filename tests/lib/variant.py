"""Atolls with something changed: copies of this tree to edit and build, archives and ELF files with something wrong in
them; and several runs side by side."""
import concurrent.futures
import io
import os
import re
import shutil
import struct
import subprocess
import tarfile
import tempfile

from atoll import BUILD, TOP, run


def together(work, things):
	"""work(thing) of each, two at a time; the results in order, each as soon as it and those before it are there."""
	with concurrent.futures.ThreadPoolExecutor(2) as pool:
		yield from pool.map(work, things)


def sections(parts, *options, **more):
	"""Runs several command lines in one boot. Returns what each printed, and the run."""
	done = run('; '.join('echo @%d; %s' % part for part in enumerate(parts)), *options, **more)
	texts = dict(re.findall(r'^@(\d+)\n(.*?)(?=^@|\Z)', done.text, re.M | re.S))
	return [texts.get(str(i), '') for i in range(len(parts))], done


class Folder(tempfile.TemporaryDirectory):
	"""A temporary folder for files that runs are given: with Folder() as folder: folder.file(bytes)."""

	def __init__(self):
		super().__init__(prefix='atoll-test.')
		self.files = 0

	def __enter__(self):
		return self

	def file(self, contents):
		self.files += 1
		path = '%s/%d' % (self.name, self.files)
		with open(path, 'wb') as file:
			file.write(contents)
		return path


# ---- Copies of the tree ---------------------------------------------------------------------------------------------

def unmade():
	"""The environment, without what says that this is part of a make."""
	return {key: value for key, value in os.environ.items() if not key.startswith(('MAKE', 'MFLAGS'))}


class Tree:
	"""A copy of this tree with what has been built of it, so that `make` there has little to do."""

	def __init__(self):
		self.top = tempfile.mkdtemp(prefix='atoll-tree.')
		self.build = self.top + '/' + BUILD
		self.iso = self.build + '/atoll.iso'
		os.makedirs(self.build)
		for folder, leave_out in ('', ('.git', 'build')), (BUILD, ('check', 'slow', 'tests', 'asan')):
			names = [os.path.join(TOP, folder, name) for name in os.listdir(os.path.join(TOP, folder)) if name not in leave_out]
			subprocess.run(['cp', '-a', *names, os.path.join(self.top, folder)], check=True)

	def __enter__(self):
		return self

	def __exit__(self, *_):
		shutil.rmtree(self.top, ignore_errors=True)

	def read(self, path):
		with open(self.top + '/' + path) as file:
			return file.read()

	def write(self, path, text):
		path = self.top + '/' + path
		os.makedirs(os.path.dirname(path), exist_ok=True)
		with open(path, 'w') as file:
			file.write(text)

	def add(self, folder):
		"""Lays a folder's contents over the tree."""
		subprocess.run(['cp', '-r', folder + '/.', self.top], check=True)

	def edit(self, path, old, new):
		text = self.read(path)
		assert text.count(old) == 1, '%d times in %s: %r' % (text.count(old), path, old)
		self.write(path, text.replace(old, new))

	def run(self, *words):
		"""A command in this tree. Returns the exit status and what it said."""
		p = subprocess.run(words, cwd=self.top, env=unmade(), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
			stderr=subprocess.STDOUT, errors='replace')
		return p.returncode, p.stdout

	def make(self, *words):
		"""make iso WORDS."""
		return self.run('make', 'iso', *words)

	def changes(self):
		"""How the sources differ from TOP's: lines of diff -rq, with TREE for the one and COPY for the other."""
		said = subprocess.run(['diff', '-rq', '--exclude=build', '--exclude=.git', '--exclude=__pycache__', TOP, self.top],
			stdout=subprocess.PIPE, text=True).stdout
		return sorted(said.replace(self.top, 'COPY').replace(TOP, 'TREE').splitlines())


# ---- Archives -------------------------------------------------------------------------------------------------------

def archive(changes={}):
	"""The boot archive with other contents (bytes) for some of its files, or without them (None)."""
	result = io.BytesIO()
	with tarfile.open(BUILD + '/archive.tar') as old, tarfile.open(fileobj=result, mode='w', format=tarfile.USTAR_FORMAT) as new:
		for entry in old:
			contents = changes.get(entry.name, old.extractfile(entry).read() if entry.isfile() else b'')
			if contents is not None:
				entry.size = len(contents)
				new.addfile(entry, io.BytesIO(contents))
	return result.getvalue()


# ---- ELF files ------------------------------------------------------------------------------------------------------

class Elf(bytearray):
	"""A 64-bit ELF file, its header's fields to be changed by name. (System V ABI, chapters 4 and 5)"""

	HEADER = {
		'e_type': (16, 'H'), 'e_machine': (18, 'H'), 'e_version': (20, 'I'), 'e_entry': (24, 'Q'), 'e_phoff': (32, 'Q'),
		'e_shoff': (40, 'Q'), 'e_flags': (48, 'I'), 'e_ehsize': (52, 'H'), 'e_phentsize': (54, 'H'), 'e_phnum': (56, 'H'),
		'e_shentsize': (58, 'H'), 'e_shnum': (60, 'H'), 'e_shstrndx': (62, 'H')}
	PROGRAM = {
		'p_type': (0, 'I'), 'p_flags': (4, 'I'), 'p_offset': (8, 'Q'), 'p_vaddr': (16, 'Q'), 'p_paddr': (24, 'Q'),
		'p_filesz': (32, 'Q'), 'p_memsz': (40, 'Q'), 'p_align': (48, 'Q')}
	LOAD, EXECUTABLE, WRITABLE = 1, 1, 2

	def where(self, field, segment):
		if field in self.HEADER:
			return self.HEADER[field]
		offset, kind = self.PROGRAM[field]
		return self.get('e_phoff') + segment * 56 + offset, kind

	def get(self, field, segment=0):
		offset, kind = self.where(field, segment)
		return struct.unpack_from('<' + kind, self, offset)[0]

	def set(self, field, value, segment=0):
		"""A changed copy."""
		copy = Elf(self)
		offset, kind = copy.where(field, segment)
		struct.pack_into('<' + kind, copy, offset, value)
		return copy

	def segments(self):
		return [i for i in range(self.get('e_phnum')) if self.get('p_type', i) == self.LOAD]

	def at(self, address):
		"""Where in the file that address lies."""
		for i in self.segments():
			if 0 <= address - self.get('p_vaddr', i) < self.get('p_filesz', i):
				return address - self.get('p_vaddr', i) + self.get('p_offset', i)
		raise ValueError(hex(address))
