# For gdb (source tests/lib/kernel_pages.py), stopped in the kernel: the pages of its half, as the tables have them.
#	page ADDRESS BYTES FLAGS    FLAGS: what every level grants, of W(rite) U(ser) X(ecute), or -
# The tables are read where all of memory is mapped; the root, a variable of the kernel, in its image. (QEMU's own "info tlb" stops half-way when gdb asks for it.)
import gdb

DIRECT_MAP, IMAGE = 0xffff800000000000, 0xffffffff80000000
FRAME = 0x000ffffffffff000
PRESENT, LARGE = 1 << 0, 1 << 7
GRANTS = {'W': lambda e: e & 2, 'U': lambda e: e & 4, 'X': lambda e: not e >> 63}


def walk(table, level, base, granted):
	memory = gdb.selected_inferior().read_memory((IMAGE if level == 3 else DIRECT_MAP) + table, 4096)
	entries = memoryview(memory).cast('B').cast('Q')
	for i in range(256 if level == 3 else 0, 512):
		entry, address = entries[i], base + (i << 12 + 9 * level)
		if not entry & PRESENT:
			continue
		here = [g for g in granted if GRANTS[g](entry)]
		if level and not entry & LARGE:
			walk(entry & FRAME, level - 1, address, here)
		else:
			print('page %x %x %s' % (address, 4096 << 9 * level, ''.join(here) or '-'))


walk(int(gdb.parse_and_eval('(long)$cr3')) & FRAME, 3, 0xffff << 48, 'WUX')
