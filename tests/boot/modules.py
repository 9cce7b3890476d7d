#!/usr/bin/python3
"""Boot modules that are missing, cut off, or not what they say: a clear message, and an end; never a hang or a crash."""
import os, random, struct, sys, tempfile
sys.path.insert(0, os.path.dirname(os.path.realpath(__file__)) + '/../lib')
from atoll import *

folder = tempfile.TemporaryDirectory()
with open('build/iso/boot/init', 'rb') as file:
	INIT = file.read()
with open('build/archive.tar', 'rb') as file:
	ARCHIVE = file.read()


def with_module(name, content, commands='echo alive'):
	path = folder.name + '/module'
	with open(path, 'wb') as file:
		file.write(content)
	return run(commands, '--module', name + '=' + path)


def patched(image, *places):
	image = bytearray(image)
	for offset, form, value in places:
		struct.pack_into('<' + form, image, offset, value)
	return bytes(image)


# ---- init: the kernel loads it -----------------------------------------------------------------------------------------

first = struct.unpack_from('<Q', INIT, 32)[0] # program headers: type, flags, offset, address, physical, file, memory, align
random.seed(1)
for name, image, words in (
	('empty', b'', 'no module named init'),
	('one byte', b'\x7f', 'init'),
	('text', b'not a program\n' * 100, 'not a 64-bit ELF file'),
	('noise', random.randbytes(50000), 'not a 64-bit ELF file'),
	('cut off in its header', INIT[:40], 'init'),
	('cut off in its segments', INIT[:5000], 'end of the file'),
	('32 bits', patched(INIT, (4, 'B', 1)), 'not a 64-bit ELF file'),
	('program headers far away', patched(INIT, (32, 'Q', 1 << 62)), 'init'),
	('65,535 program headers', patched(INIT, (56, 'H', 65535)), 'init'),
	('entry in the kernel', patched(INIT, (24, 'Q', 0xffffffff80100000)), 'entry'),
	('entry that is not canonical', patched(INIT, (24, 'Q', 0x800000000000)), 'entry'),
	('a segment in the kernel', patched(INIT, (first + 16, 'Q', 0xffffffff80100000)), 'init'),
	('a segment at address 0', patched(INIT, (first + 16, 'Q', 0)), 'init'),
	('a segment writable and executable', patched(INIT, (first + 4, 'I', 7)), 'init'),
	('a segment of 2^63 bytes', patched(INIT, (first + 40, 'Q', 1 << 63)), 'init'),
	('a segment larger in the file than in memory', patched(INIT, (first + 32, 'Q', 1 << 40)), 'init'),
):
	done = with_module('init', image)
	equal(done.status, 99, 'init, %s: the kernel stops' % name)
	contains(done.text, words, 'init, %s: and says why' % name)

for seed in range(12):
	random.seed(seed)
	image = bytearray(INIT)
	for _ in range(4):
		image[random.randrange(0, 64 + 56 * 4)] = random.randrange(256)
	done = with_module('init', bytes(image), 'true')
	ok(done.status != 125 and (done.status != 124 or 'init' in done.text),
		'init, headers damaged at random (%d): an end with words' % seed, done)

# ---- archive: init reads it ----------------------------------------------------------------------------------------------

for name, content, words in (
	('empty', b'', 'archive'),
	('text', b'not an archive\n' * 100, 'not a ustar header'),
	('a few bytes', b'not an archive\n', 'cut off'),
	('noise', random.randbytes(100000), 'not a ustar header'),
	('zeros', bytes(10240), 'init.conf'),
	('cut off', ARCHIVE[:100000], 'no /servers/'),
	('cut off in a header', ARCHIVE[:700], 'init'),
	('a wrong checksum', patched(ARCHIVE, (148, 'B', 0xff)), 'checksum'),
	('a size beyond its end', patched(ARCHIVE, (124, '12s', b'77777777777\0')), 'init'),
):
	done = with_module('archive', content)
	ok(done.status not in (0, 99, 124, 125), 'archive, %s: an end that is not 0' % name, done)
	contains(done.text, words, 'archive, %s: and why' % name)

# ---- commands ----------------------------------------------------------------------------------------------------------

for name, content, status in (
	('no newline at the end', b'exit 3', 3),
	('a NUL in it', b'exit 4\0exit 5\n', 4),
	('a quote that is not closed', b'exit 5 "', 2),
	('noise', random.randbytes(3000), None),
	('30,000 bytes', b'echo ' + b'x' * 30000 + b'\nexit 6\n', 6),
	('too long', b'echo ' + b'x' * 200000 + b'\nexit 6\n', 1),
):
	with open(folder.name + '/module', 'wb') as file:
		file.write(content)
	done = run(None, '--module', 'commands=' + folder.name + '/module')
	if status is None:
		ok(done.status not in (99, 124, 125), 'commands, %s: nothing breaks' % name, done)
	else:
		equal(done.status, status, 'commands, %s: status %d' % (name, status))

# ---- others ------------------------------------------------------------------------------------------------------------

more = [word for n in range(20) for word in ('--module', 'more%d=Makefile' % n)]
done = run('exit 3', *more)
equal(done.status, 3, '20 more modules than there is room for: they are ignored')
contains(done.text, 'ignored', 'and that is said')
done = run('echo alive', '--module', 'extra=' + TOP + '/README.md')
equal(done.status, 0, 'a module that nobody knows is let alone')
finish()
