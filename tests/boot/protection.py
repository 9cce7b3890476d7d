#!/usr/bin/python3
"""What the processor is told before the first user instruction: control registers, and the page tables of the kernel's
half. Read with gdb, because no user program sees them, and because some of these guards never have to act: the kernel
touches no user memory, so nothing of it ever meets SMAP."""
import os, re, sys
sys.path.insert(0, os.path.dirname(os.path.realpath(__file__)) + '/../lib')
from atoll import *
from stopped import *

STACKS = 5
REGISTERS = 'cr0', 'cr4', 'efer'
SYMBOLS = 'text_end', 'stacks'

said = stopped(*['printf "%s=%%lx\\n", (long)$%s' % (r, r) for r in REGISTERS], *['printf "%s=%%lx\\n", &%s' % (s, s) for s in SYMBOLS],
	'printf "stack=%lx\\n", sizeof(stacks[0])', KERNEL_PAGES)
value = {name: int(number, 16) for name, number in re.findall(r'^(\w+)=([0-9a-f]+)$', said, re.M)}
page = {address: flags for address, _, flags in pages(said)}
if not ok(len(value) == 6 and len(page) > 100, 'stopped before init: the processor and %d pages' % len(page), said[:2000]):
	finish()

for register, bit, name in (
	('cr0', 16, 'WP: read-only pages are so for the kernel too'),
	('cr4', 20, 'SMEP: the kernel runs no user page'),
	('cr4', 21, 'SMAP: the kernel touches no user page'),
	('cr4', 11, 'UMIP: user code is not told where tables lie'),
	('efer', 11, 'NXE: pages can be not executable'),
):
	ok(value[register] >> bit & 1, '%s.%s' % (register.upper(), name), '%x' % value[register])
ok(not value['cr4'] >> 16 & 1, 'CR4.FSGSBASE is 0: entry.S tells whose GS it is by its sign')


def none(wrong, name):
	ok(not wrong, name, ' '.join('%x:%s' % (a, page.get(a)) for a in sorted(wrong)[:5]))


IMAGE = 0xffffffff80000000
DIRECT_MAP = 0xffff800000000000
guards = [value['stacks'] + i * value['stack'] for i in range(STACKS)]
none([a for a in page if 'U' in page[a]], "no page of the kernel is the user's")
none([a for a in page if 'W' in page[a] and 'X' in page[a]], 'none is writable and executable')
none([a for a in page if 'X' in page[a] and not IMAGE <= a < value['text_end']], 'none but its text is executable')
none([a for a in guards if a in page], 'below each kernel stack a page is missing')
none([a for a in guards if a - IMAGE + DIRECT_MAP in page], 'and it is missing where all of memory is mapped')
none([a for a in guards if a + 4096 not in page], 'the stacks themselves are there')
finish()
