// SOURCES: libc/elf.c
// A program is loaded as it asks, and nothing that is not quite a program is accepted: every field
// of the headers is bent in turn, then bytes at random. Images lie in memory of exactly their size.
#include "tap.h"
#include <atoll/loader.h>
#include <elf.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define BYTES 0x3000

static unsigned char image[BYTES];
static Elf64_Ehdr *const header = (Elf64_Ehdr *)image;
static Elf64_Phdr *const segment = (Elf64_Phdr *)(image + sizeof(Elf64_Ehdr));
static const char *why;
static struct elf_layout layout;

/* Code at 4 MiB, data behind it, as our linker makes them. */
static void make(void)
{
	memset(image, 0, sizeof image);
	memcpy(header->e_ident, ELFMAG, SELFMAG);
	header->e_ident[EI_CLASS] = ELFCLASS64;
	header->e_ident[EI_DATA] = ELFDATA2LSB;
	header->e_ident[EI_VERSION] = EV_CURRENT;
	header->e_type = ET_EXEC;
	header->e_machine = EM_X86_64;
	header->e_version = EV_CURRENT;
	header->e_entry = 0x401010;
	header->e_phoff = sizeof *header;
	header->e_phentsize = sizeof *segment;
	header->e_phnum = 3;
	segment[0] =
	    (Elf64_Phdr){ PT_LOAD, PF_R | PF_X, 0x1000, 0x401000, 0x401000, 0x800, 0x800, 0x1000 };
	segment[1] = (Elf64_Phdr){ PT_LOAD, PF_R | PF_W, 0x2000, 0x403000, 0x403000, 0x1000, 0x5000,
		0x1000 };
	segment[2] = (Elf64_Phdr){ PT_GNU_STACK, PF_R | PF_W, 0, 0, 0, 0, 0, 16 };
}

static int check(size_t bytes)
{
	unsigned char *copy = malloc(bytes ? bytes : 1);
	int result;

	memcpy(copy, image, bytes);
	result = elf_check(copy, bytes, &layout, &why);
	free(copy);
	return result;
}

#define GOOD(change, name)                                               \
	do {                                                             \
		make();                                                  \
		change;                                                  \
		int result = check(BYTES);                               \
		ok(result == 0, "%s: %s", name, why ? why : "accepted"); \
	} while (0)
#define BAD(change, name)                                                              \
	do {                                                                           \
		make();                                                                \
		change;                                                                \
		int result = check(BYTES);                                             \
		ok(result == -ENOEXEC && why, "%s: %s", name, why ? why : "accepted"); \
	} while (0)

static void test_good(void)
{
	GOOD(, "a program");
	ok(layout.entry == 0x401010 && layout.segments == 2, "entry and segments");
	ok(layout.segment[0].protection == (PROT_READ | PROT_EXEC) &&
		layout.segment[0].offset == 0x1000 && layout.segment[0].file == 0x800,
	    "code");
	ok(layout.segment[1].protection == (PROT_READ | PROT_WRITE) &&
		layout.segment[1].memory == 0x5000,
	    "data");
	GOOD(segment[1].p_memsz = 0, "an empty segment is left out");
	ok(layout.segments == 1, "it is");
	GOOD(segment[1].p_filesz = 0, "nothing but zeros");
	GOOD(segment[0].p_vaddr += 8;
	     segment[0].p_offset += 8, "a segment that begins inside a page");
	GOOD(segment[1].p_offset = BYTES; segment[1].p_filesz = 0;
	     segment[1].p_align = 1, "zeros at the file's end");
	GOOD(segment[1].p_vaddr = LOAD_END - 0x5000, "the last address");
}

static void test_header(void)
{
	for (size_t bytes = 0; bytes < sizeof *header + 2 * sizeof *segment; bytes += 7) {
		make();
		if (check(bytes) != -ENOEXEC)
			ok(false, "cut off at %zu", bytes);
	}
	ok(true, "cut off within the headers");
	make();
	ok(check(BYTES - 1) == -ENOEXEC, "cut off by one byte: %s", why);
	BAD(header->e_ident[0] = 0, "magic");
	BAD(header->e_ident[EI_CLASS] = ELFCLASS32, "32 bits");
	BAD(header->e_ident[EI_DATA] = ELFDATA2MSB, "big-endian");
	BAD(header->e_machine = EM_AARCH64, "machine");
	BAD(header->e_version = 2, "version");
	BAD(header->e_type = ET_DYN, "position independent");
	BAD(header->e_type = ET_REL, "object file");
	BAD(header->e_phentsize = 32, "size of program headers");
	BAD(header->e_phoff = UINT64_MAX - 8, "program headers at the end of the world");
	BAD(header->e_phoff = BYTES - 8, "program headers half outside");
	BAD(header->e_phnum = 0, "no program headers");
	BAD(header->e_phnum = 0xffff, "too many program headers");
	BAD(header->e_entry = 0, "entry 0");
	BAD(header->e_entry = 0x403000, "entry in the data");
	BAD(header->e_entry = 0x401800, "entry behind the code");
}

static void nine_segments(void)
{
	header->e_phnum = 9;
	for (uint64_t i = 0; i < 9; i++)
		segment[i] = (Elf64_Phdr){ PT_LOAD, PF_R | PF_X, 0x1000, 0x401000 + 0x1000 * i, 0,
			0x20, 0x20, 1 };
}

static void test_segments(void)
{
	BAD(segment[2].p_type = PT_INTERP, "a dynamic linker");
	BAD(segment[1].p_flags = PF_W | PF_X | PF_R, "writable and executable");
	BAD(segment[0].p_flags = PF_R, "no code");
	BAD(segment[0].p_filesz = 0x900, "more in the file than in memory");
	BAD(segment[1].p_offset = UINT64_MAX - 0xfff, "offset + size overflows");
	BAD(segment[1].p_offset = 0x2001, "beyond the end of the file");
	BAD(segment[1].p_vaddr = 0, "at address 0");
	BAD(segment[1].p_vaddr = UINT64_MAX - 0xfff, "address + size overflows");
	BAD(segment[1].p_vaddr = 0xffffffff80000000, "in the kernel");
	BAD(segment[1].p_vaddr = LOAD_END - 0x4000, "into the stack's addresses");
	BAD(segment[1].p_memsz = UINT64_MAX, "without end");
	BAD(segment[1].p_memsz = MEM_MAX + 1, "larger than 1 GiB");
	BAD(segment[1].p_align = 0x3000, "alignment that is no power of two");
	BAD(segment[1].p_vaddr += 1, "address and offset differ");
	BAD(segment[1].p_vaddr = 0x401000, "overlap");
	BAD(segment[1].p_vaddr = 0x400000; segment[1].p_memsz = 0x1000, "falling order");
	BAD(segment[0].p_memsz = 0x2001, "two in one page");
	BAD(segment[2].p_memsz = STACK_MAX + 1, "a stack larger than any may be");
	BAD(segment[2].p_memsz = UINT64_MAX, "a stack without end");
	BAD(nine_segments(), "nine segments");
}

/* What is accepted after random damage must be as safe to load as the original. */
static bool safe(void)
{
	uint64_t last_page = 0;
	bool entry = false;

	for (unsigned i = 0; i < layout.segments; i++) {
		const struct elf_segment *s = &layout.segment[i];

		if (s->memory == 0 || s->file > s->memory || s->offset > BYTES ||
		    s->file > BYTES - s->offset || s->address / PAGE_SIZE <= last_page ||
		    s->address + s->memory > LOAD_END ||
		    (s->protection & PROT_WRITE && s->protection & PROT_EXEC))
			return false;
		last_page = (s->address + s->memory - 1) / PAGE_SIZE;
		entry |= s->protection & PROT_EXEC && layout.entry >= s->address &&
		    layout.entry < s->address + s->memory;
	}
	return entry;
}

static void test_noise(void)
{
	int accepted = 0, unsafe = 0;

	srand(1);
	for (int round = 0; round < 100000; round++) {
		make();
		for (int hits = rand() % 3; hits >= 0; hits--)
			image[(size_t)rand() % (sizeof *header + 3 * sizeof *segment)] =
			    (unsigned char)rand();
		if (elf_check(image, BYTES, &layout, &why) == 0) {
			accepted++;
			unsafe += !safe();
		}
	}
	ok(unsafe == 0 && accepted > 1000, "100000 damaged images: all %d accepted ones are safe",
	    accepted);
}

int main(void)
{
	test_good();
	test_header();
	test_segments();
	test_noise();
	return tap_done();
}
