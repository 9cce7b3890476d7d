#!/usr/bin/python3
"""The boot module `init` is the one program that the kernel starts itself. Whatever is wrong with it, the kernel says
so in words and panics with status 99: no hang, no triple fault. What it need not look at may hold anything.

tests/host/elf.c does the same to the code in thousands of ways; here are those that reach it through GRUB.
tests/long/init_bits.py flips single bits."""
import os, re, struct, sys
sys.path.insert(0, os.path.dirname(os.path.realpath(__file__)) + '/../lib')
from atoll import *
from variant import Elf, Folder, together

with open(BUILD + '/iso/boot/init', 'rb') as file:
	GOOD = Elf(file.read())
LOADS = GOOD.segments()
TEXT, DATA = [next(i for i in LOADS if GOOD.get('p_flags', i) & flag) for flag in (Elf.EXECUTABLE, Elf.WRITABLE)]
ENDS = max(GOOD.get('p_offset', i) + GOOD.get('p_filesz', i) for i in LOADS) # of all that is loaded

NO_ELF = 'not a 64-bit ELF file'
NO_PROGRAM = 'not an x86-64 program with fixed addresses'
HEADERS = 'its program headers lie outside the file'
PAST = 'a segment reaches past the end of the file'
SIZE = "a segment's size makes no sense"
OUTSIDE = 'a segment lies outside user space'
W_AND_X = 'a segment is writable and executable'
OVERLAP = 'its segments overlap, or memory is too small'
ENTRY = 'its entry point is not in a segment that can be executed'
NO_MODULE = 'no module named init'
BOOTS = None
MAX = 2**64 - 1


def header(field, value, reason):
	return '%s=%#x' % (field, value), GOOD.set(field, value), reason


def segment(number, field, value, reason):
	return '%s=%#x of segment %d' % (field, value, number), GOOD.set(field, value, number), reason


def byte(offset, value, name, reason):
	changed = Elf(GOOD)
	changed[offset] = value
	return name, changed, reason


def nobody_looks():
	changed = Elf(GOOD)
	changed[7:16] = b'\xff' * 9 # ABI, its version, padding
	for field in 'e_version', 'e_shoff', 'e_flags', 'e_ehsize', 'e_shentsize', 'e_shnum', 'e_shstrndx':
		changed = changed.set(field, 2 ** (8 * struct.calcsize(Elf.HEADER[field][1])) - 1)
	for i in LOADS:
		changed = changed.set('p_paddr', MAX, i).set('p_align', 3, i)
	return 'all fields without meaning are 0xff...', changed, BOOTS


def cut(length):
	if length == 0:
		return 'cut to 0 bytes', b'', NO_MODULE
	reason = NO_ELF if length < 64 else HEADERS if length < 64 + 56 * GOOD.get('e_phnum') else PAST
	return 'cut to %d of %d bytes' % (length, len(GOOD)), GOOD[:length], reason if length < ENDS else BOOTS


CASES = [
	('text', b'This is no program.\n' * 50, NO_ELF),
	*[cut(n) for n in (0, 63, 64 + 55, 64 + 56 * GOOD.get('e_phnum'), 4096, ENDS - 1, ENDS)],

	nobody_looks(),
	byte(0, 0x7e, 'magic', NO_ELF),
	byte(6, 0, 'e_ident version 0', NO_ELF),
	header('e_type', 3, NO_PROGRAM),
	header('e_machine', 183, NO_PROGRAM),
	header('e_entry', 0, ENTRY),
	header('e_entry', GOOD.get('p_vaddr', DATA), ENTRY),
	header('e_entry', 0x0000800000000000, ENTRY),
	header('e_phoff', MAX, HEADERS),
	header('e_phoff', MAX - 55, HEADERS),
	header('e_phentsize', 55, HEADERS),
	header('e_phnum', 0, ENTRY),
	header('e_phnum', 0xffff, HEADERS),

	segment(TEXT, 'p_type', 0, ENTRY),
	segment(TEXT, 'p_flags', 0, ENTRY),
	segment(TEXT, 'p_flags', 7, W_AND_X),
	segment(TEXT, 'p_offset', MAX, PAST),
	segment(TEXT, 'p_vaddr', 0, OUTSIDE),
	segment(TEXT, 'p_vaddr', 0x00007fffffffe000, OUTSIDE),
	segment(TEXT, 'p_vaddr', 0xffffffff80000000, OUTSIDE),
	segment(TEXT, 'p_vaddr', MAX, OUTSIDE),
	segment(TEXT, 'p_vaddr', GOOD.get('p_vaddr', next(i for i in LOADS if i != TEXT)), OVERLAP),
	segment(TEXT, 'p_filesz', MAX, PAST),
	segment(TEXT, 'p_memsz', 0, SIZE),
	segment(TEXT, 'p_memsz', MAX, SIZE),
	segment(DATA, 'p_memsz', GOOD.get('p_filesz', DATA) - 1, SIZE),
	segment(DATA, 'p_memsz', 2**30 - 4096, OVERLAP),
]


def boot(case):
	name, contents, reason = case
	return run('true' if reason is BOOTS else None, '--module', 'init=' + folder.file(contents), timeout=20)


with Folder() as folder:
	for (name, contents, reason), done in zip(CASES, together(boot, CASES)):
		if reason is BOOTS:
			ok(done.status == 0, name + ': boots', done)
		else:
			ok(re.search(r'^  f{8}\w{8} kernel_main \+ 0x\w+\n  f{8}\w{8} high_half \+ 0x\w+$', done.text, re.M), name + ': a backtrace with names', done)
			ok(done.status == 99 and reason in done.text, '%s: %s' % (name, reason), done)
finish()
