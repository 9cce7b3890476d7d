#!/usr/bin/python3
"""What the boot loader hands over is odd: the command line, the number and names of the modules, the amount of memory,
the configuration of GRUB itself. The kernel takes what it can and says what it leaves."""
import os, sys
sys.path.insert(0, os.path.dirname(os.path.realpath(__file__)) + '/../lib')
from atoll import *
from variant import Folder, Tree, together

STARTED = 'starting init'

with Folder() as folder:
	empty = folder.file(b'')
	commands = folder.file(b'echo these were given; exit 5\n')
	ballast = folder.file(bytes(192 << 10))
	long_commands = folder.file(b'echo x\n' * 5000)

	def module(name, path):
		return '--module', name + '=' + path

	RUNS = [ # what, options, status, what must be said
		('command line of 5,000 characters', ('--append', 'a=' + 'x' * 4998), 0, ['command line: cut off after 1023 characters']),
		('command line of 2,000 words', ('--append', 'x= ' * 2000), 0, ['command line: cut off']),
		('a word behind the 1,023rd character is not seen', ('--append', 'x' * 1100 + ' pcid=abc'), 0, [STARTED]),
		('odd words', ('--append', '= == =pcid pcid pcid== pcid=off=off deadlock=never inherit= \\ \' " $x ; { } ( ) # & | é ~ %s %n'), 0, [STARTED]),
		('the same word twice: the first counts', ('--append', 'pcid=abc pcid=off'), 0, ['pcid=: not auto, off or 2 to 4095: using all']),
		('20 modules too many', [*module('commands', commands), *[w for i in range(20) for w in module('more%d' % i, commands)]], 5,
			['boot module more5: one too many, ignored', 'boot module more19: one too many, ignored', 'these were given']),
		('an empty module', module('nothing', empty), 0, ['boot module nothing: empty']),
		('a module nobody knows', module('x', commands), 0, [STARTED]),
		('commands of more than 32 KiB', module('commands', long_commands), 1, ['init: boot module `commands` is longer than 32 KiB; power off']),
		('commands as a module', module('commands', commands), 5, ['these were given']),
	] + [
		('%d MiB: too little' % n, ('--memory', str(n), *options), 1, [said]) for n, options, said in (
			(3, (), 'init: no boot module `archive`, which holds the servers: not in boot/grub.cfg, or no memory for it'),
			# with ballast, so that it is too little by far: on the edge it depends on who is first
			(5, ('--icount', *module('ballast', ballast)), 'init: shell: cannot start /bin/sh: not enough memory'))
	] + [
		('%d MiB: enough' % n, ('--memory', str(n)), 0, ['1 calls of 0 bytes']) for n in (8, 9)
	]

	def boot(case):
		own = any(word.startswith('commands=') for word in case[1])
		return run(None if own else 'ping 1', *case[1])

	for (name, options, status, said), done in zip(RUNS, together(boot, RUNS)):
		missing = [line for line in said if line not in done.text]
		ok(done.status in (status if isinstance(status, tuple) else (status,)) and not missing, '%s: status %s and why' % (name, status),
			'wanted: status %s, %s\n%s' % (status, missing, done))
		if 'not seen' in name:
			ok('using all' not in done.text, name + ', indeed', done)

# Images whose grub.cfg has mistakes.
INIT, ARCHIVE = '\tmodule2 /boot/init init\n', '\tmodule2 /boot/archive archive\n'
GRUB = [ # what, (old, new), status, what must be said
	('grub.cfg without modules', [(INIT, ''), (ARCHIVE, '')], 99, 'no module named init: check the module2 lines of grub.cfg'),
	('grub.cfg without init', [(INIT, '')], 99, 'no module named init: check the module2 lines of grub.cfg'),
	('grub.cfg that gives init a long name', [(INIT, '\tmodule2 /boot/init %s\n' % ('init' * 100))], 99, 'no module named init'),
	('grub.cfg with init and archive the wrong way round', [(INIT, '\tmodule2 /boot/archive init\n'), (ARCHIVE, '\tmodule2 /boot/init archive\n')],
		99, 'module init cannot be started: not a 64-bit ELF file'),
	('grub.cfg without archive', [(ARCHIVE, '')], 1, 'init: no boot module `archive`'),
	('grub.cfg that names a file that is not there', [('/boot/archive', '/boot/archiv')], 1, 'init: no boot module `archive`'),
]


def boot_iso(case):
	with Tree() as tree:
		for old, new in case[1]:
			tree.edit('boot/grub.cfg', old, new)
		status, said = tree.make()
		return run(None, '--iso', tree.iso, timeout=20) if status == 0 else Done(status, said, '', '')


for (name, _, status, said), done in zip(GRUB, together(boot_iso, GRUB)):
	ok(done.status == status and said in done.text, '%s: status %d: %s' % (name, status, said), done)
finish()
