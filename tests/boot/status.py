#!/usr/bin/python3
"""What the run's exit status says: how the last command ended, or what became of the machine. It comes from the kernel;
nothing that a program prints can imitate it."""
# GROUP: caps
import os, sys
sys.path.insert(0, os.path.dirname(os.path.realpath(__file__)) + '/../lib')
from atoll import *
from variant import Elf, Folder, together

HANG = 3 # seconds given to a command that sleeps for ever

with Folder() as folder:
	with open(BUILD + '/iso/boot/init', 'rb') as file:
		init = Elf(file.read())
	# An init whose first instruction is ud2.
	broken = Elf(init)
	entry = broken.at(broken.get('e_entry'))
	broken[entry:entry + 2] = b'\x0f\x0b'
	text = folder.file(b'This is no program.\n')
	broken = folder.file(broken)

	RUNS = [ # status, commands, options, what it shows
		(0, 'true', (), 'the last command succeeded'),
		(1, 'true; false', (), 'the last command failed, no matter the others'),
		(42, 'exit 42', (), 'exit 42'),
		(127, 'nosuchprogram', (), 'no such program'),
		(126, '/home', (), 'a directory is no program'),
		(2, 'echo "', (), 'a mistake in the commands'),
		(137, "sh -c 'kill -9 $$'", (), 'the last command was killed'),
		(0, 'poweroff; false', (), 'poweroff ends all'),
		(3, 'echo; echo atoll: exit status 0; exit 3', (), 'a forged line on the console does not count'),
		(99, None, ('--module', 'init=' + text), 'kernel panic'),
		(98, None, ('--module', 'init=' + broken), 'D5 init dies: a clear halt, not a hang'),
		(99, 'true', ('--cpu', 'qemu32'), 'a processor without long mode'),
		(99, 'true', ('--cpu', 'qemu64,-nx'), 'a processor without NX'),
		(124, 'sleep 1000000', (), 'a command that never ends'),
		(99, None, ('--emulator', 'bochs', '--module', 'init=' + text), 'kernel panic on Bochs'),
		(98, None, ('--emulator', 'bochs', '--module', 'init=' + broken), 'D5 init dies, on Bochs'),
	]
	SAYS = { # what must stand on the console besides
		'D5 init dies: a clear halt, not a hang': 'killed: exception 6, error 0, at %x' % init.get('e_entry'),
		'D5 init dies, on Bochs': 'init has ended, and with it everything: the system halts.',
		'kernel panic': 'module init cannot be started: not a 64-bit ELF file',
		'a processor without long mode': 'Atoll: this processor has no 64-bit mode.',
		'a processor without NX': 'Atoll: this processor cannot forbid execution of data pages (NX).',
		'a command that never ends': 'starting init',
		'no such program': 'nosuchprogram: not found',
	}
	work = lambda r: run(r[1], *r[2], timeout=HANG if r[0] == 124 else PATIENCE)
	for (status, commands, options, name), done in zip(RUNS, together(work, RUNS)):
		ok(done.status == status, '%d: %s' % (status, name), done)
		if name in SAYS:
			contains(done.text, SAYS[name], '%d: %s: told on the console' % (status, name))
finish()
