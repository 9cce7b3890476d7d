#!/usr/bin/python3
"""What the processor is told before the first user instruction: control registers, and the page tables of the kernel's
half, read through the emulator. No user program can see these, and some guards never have to act (the kernel does not
touch user memory, so nothing of it meets SMAP)."""
import os, re, subprocess, sys
sys.path.insert(0, os.path.dirname(os.path.realpath(__file__)) + '/../lib')
from atoll import *


def gdb(*commands):
	"""What gdb says, stopped where the kernel is about to run init."""
	words = ['tools/debug', '-c', 'true', '--', '-batch']
	for command in ('hbreak trap_first', 'continue', *commands, 'kill'):
		words += ['-ex', command]
	return subprocess.run(words, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=PATIENCE,
		errors='replace', text=True).stdout


said = gdb('printf "cr0=%lx cr4=%lx efer=%lx\\n", (long)$cr0, (long)$cr4, (long)$efer', 'printf "guards=%lx %lx\\n", &stacks, sizeof(stacks[0])',
	'printf "text_end=%lx\\n", &text_end', 'monitor info tlb')
values = {name: int(value, 16) for name, value in re.findall(r'\b(cr0|cr4|efer|guards|text_end)=(\w+)', said)}
if not ok(len(values) == 5, 'the emulator tells', said[:2000]):
	finish()

for register, bit, name in (('cr0', 16, 'WP: read-only pages are so for the kernel too'), ('cr4', 20, 'SMEP: the kernel runs no user page'),
		('cr4', 21, 'SMAP: the kernel touches no user page'), ('cr4', 11, 'UMIP: user code is not told where tables lie'),
		('efer', 11, 'NXE: pages can be not executable')):
	ok(values[register] >> bit & 1, '%s.%s' % (register.upper(), name))
ok(not values['cr4'] >> 16 & 1, 'CR4.FSGSBASE is 0: entry.S tells whose GS it is by its sign')

# address: frame XGPDACTUW, a letter for each bit of the entry that is set (X: not executable)
pages = {int(address, 16): flags for address, flags in re.findall(r'^(\w{16}): \w{16} (\S{9})', said, re.M)}
kernel = {address: flags for address, flags in pages.items() if address >> 63}
ok(len(kernel) > 100, 'the kernel has its page tables: %d pages' % len(kernel))


def none(wrong, name):
	ok(not wrong, name, ' '.join('%x %s' % (a, kernel[a]) for a in sorted(wrong)[:5]))


none([a for a, f in kernel.items() if 'U' in f], 'no page of the kernel is the user\'s')
none([a for a, f in kernel.items() if 'W' in f and 'X' not in f], 'none is writable and executable')
none([a for a, f in kernel.items() if 'X' not in f and not a < values['text_end']], 'nothing but its text is executable')
none([a for a in kernel if a < 0xffffffff80000000 and 'X' not in kernel[a]], 'all of memory as it is mapped directly is not')
stacks, each = [int(x, 16) for x in re.search(r'guards=(\w+) (\w+)', said).groups()]
guards = [stacks + i * each for i in range(5)]
none([g for g in guards if g in kernel], 'below each kernel stack a page is missing')
none([g - 0xffffffff80000000 + 0xffff800000000000 for g in guards if g - 0xffffffff80000000 + 0xffff800000000000 in kernel],
	'in the direct map too')
ok(all(g + 4096 in kernel for g in guards), 'the stacks are there')
finish()
