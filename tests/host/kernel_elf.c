// SOURCES: tests/host/world.c tests/host/machine.c tests/host/machine_memory.c kernel/printk.c kernel/pagetable.c kernel/pcid.c kernel/trace.c kernel/cap.c kernel/space.c kernel/copy.c kernel/memory.c kernel/ready.c kernel/timeout.c kernel/waitq.c kernel/thread.c kernel/inherit.c kernel/lock.c kernel/transfer.c kernel/endpoint.c kernel/ipc.c kernel/ipc_end.c kernel/ipc_fast.c kernel/watch.c kernel/object.c kernel/fault.c kernel/irq.c kernel/info.c kernel/handle.c kernel/syscall.c kernel/trap.c kernel/check.c kernel/check_waits.c kernel/elf.c
// The kernel's loader: init is mapped as its image says, and nothing that is not quite a program is
// accepted, each with a word on why; the image lies before poison, so nothing is read beyond it.
#include "world.h"
#include <elf.h>

#include "kernel/elf.h"
#include "kernel/pagetable.h"

#define BYTES 0x3000
#define CODE  0x400000ull
#define DATA  0x402000ull

static u8 image[BYTES];
static Elf64_Ehdr *const header = (Elf64_Ehdr *)image;
static Elf64_Phdr *const segment = (Elf64_Phdr *)(image + sizeof(Elf64_Ehdr));
static struct space *space;
static const char *wrong;
static u64 entry;
static cap_t last; /* init's capability for the space */

static void forget(void)
{
	unsigned budget = UINT32_MAX;

	check_all(NULL);
	object_delete_cap(cap_of(init, last), &budget);
	while (object_condemned())
		object_step();
}

/* Code at 4 MiB, data behind it with more memory than file. */
static void make(void)
{
	memset(image, 0, sizeof(image));
	for (unsigned i = 0x1000; i < BYTES; i++)
		image[i] = (u8)(i * 3 + i / 256);
	memcpy(header->e_ident,
	    "\x7f"
	    "ELF\2\1\1",
	    7);
	header->e_type = ET_EXEC;
	header->e_machine = EM_X86_64;
	header->e_version = 1;
	header->e_entry = CODE + 0x10;
	header->e_phoff = sizeof(*header);
	header->e_ehsize = sizeof(*header);
	header->e_phentsize = sizeof(*segment);
	header->e_phnum = 3;
	segment[0] = (Elf64_Phdr){ .p_type = PT_LOAD,
		.p_flags = PF_R | PF_X,
		.p_offset = 0x1000,
		.p_vaddr = CODE,
		.p_filesz = 0x1000,
		.p_memsz = 0x1000,
		.p_align = 0x1000 };
	segment[1] = (Elf64_Phdr){ .p_type = PT_LOAD,
		.p_flags = PF_R | PF_W,
		.p_offset = 0x2123,
		.p_vaddr = DATA + 0x123,
		.p_filesz = 0x800,
		.p_memsz = 0x5000,
		.p_align = 0x1000 };
	segment[2] = (Elf64_Phdr){ .p_type = PT_NOTE, .p_offset = UINT64_MAX };
}

/* Loads the first bytes of the image, which lie at the very end of a frame of their own. */
static bool loads(u64 bytes)
{
	static u8 *page;
	u8 *there;

	if (!page)
		page = (u8 *)malloc(BYTES + PAGE_SIZE);
	there = page + BYTES - bytes;
	host_unpoison(page, BYTES + PAGE_SIZE);
	memcpy(there, image, bytes);
	host_poison(page + BYTES, PAGE_SIZE);
	host_poison(page, (u64)(BYTES - bytes) & ~7ull);
	space = space_create(init, 100 * PAGE_SIZE, 1, "init", 4, 0);
	last = give(init, &space->object, CAP_SPACE);
	wrong = elf_load(space, there, bytes, &entry);
	host_unpoison(page, BYTES + PAGE_SIZE);
	return !wrong;
}

static u64 page_bits(uaddr address)
{
	const pte_t *found = pagetable_find(space->root, address);

	return found ? *found & (PTE_PRESENT | PTE_WRITE | PTE_NX) : 0;
}

static void as_it_says(void)
{
	make();
	EXPECT(loads(BYTES));
	IS(entry, CODE + 0x10);
	for (unsigned i = 0; i < 0x1000; i++)
		EXPECT(*at(space, CODE + i) == image[0x1000 + i]);
	for (unsigned i = 0; i < 0x5123 + 0xedd; i++)
		EXPECT(*at(space, DATA + i) == (i >= 0x123 && i < 0x923 ? image[0x2000 + i] : 0));
	IS(page_bits(CODE), PTE_PRESENT);
	IS(page_bits(DATA), PTE_PRESENT | PTE_WRITE | PTE_NX);
	IS(page_bits(DATA + 0x5000), PTE_PRESENT | PTE_WRITE | PTE_NX);
	IS(page_bits(CODE + 0x1000), 0);
	IS(page_bits(DATA + 0x6000), 0);
}

#define REFUSED(change, word)            \
	(make(), (change), loads(BYTES), \
	    EXPECT(wrong && strstr(wrong, word)) ? (void)0 : (void)printf("# %s\n", wrong))

static void each_field_wrong(void)
{
	for (unsigned i = 0; i < 7; i++)
		REFUSED(image[i] ^= 1, "not a 64-bit ELF file");
	REFUSED(header->e_type = ET_DYN, "fixed addresses");
	REFUSED(header->e_type = ET_REL, "fixed addresses");
	REFUSED(header->e_machine = EM_AARCH64, "x86-64");
	REFUSED(header->e_phentsize = 55, "program headers");
	REFUSED(header->e_phoff = BYTES + 1, "program headers");
	REFUSED(header->e_phoff = UINT64_MAX - 10, "program headers");
	REFUSED(header->e_phoff = BYTES - 3 * sizeof(*segment) + 1, "program headers");
	REFUSED(header->e_phnum = 65535, "program headers");
	REFUSED(header->e_phnum = 0, "entry point");
	REFUSED(header->e_entry = 0, "entry point");
	REFUSED(header->e_entry = DATA + 0x200, "entry point");
	REFUSED(header->e_entry = CODE + 0x1000, "entry point");
	REFUSED(segment[0].p_offset = BYTES, "past the end");
	REFUSED(segment[0].p_offset = UINT64_MAX, "past the end");
	REFUSED(segment[0].p_filesz = UINT64_MAX, "past the end");
	REFUSED(segment[0].p_filesz = 0x2001, "past the end");
	REFUSED(segment[0].p_memsz = 0xfff, "makes no sense");
	REFUSED((segment[0].p_memsz = 0, segment[0].p_filesz = 0), "makes no sense");
	REFUSED(segment[1].p_memsz = UINT64_MAX, "makes no sense");
	REFUSED(segment[1].p_memsz = MEM_MAX, "makes no sense");
	REFUSED(segment[1].p_memsz = 64 << 20, "memory");
	REFUSED(segment[0].p_vaddr = 0, "outside user space");
	REFUSED(segment[0].p_vaddr = USER_END, "outside user space");
	REFUSED(segment[0].p_vaddr = USER_END - 0xfff, "outside user space");
	REFUSED(segment[0].p_vaddr = 0xffff800000000000, "outside user space");
	REFUSED(segment[0].p_vaddr = UINT64_MAX - 0xfff, "outside user space");
	REFUSED(segment[0].p_flags = PF_R | PF_W | PF_X, "writable and executable");
	REFUSED(segment[1].p_vaddr = CODE + 0x800, "overlap");
}

static void cut_off_anywhere(void)
{
	make();
	for (u64 bytes = 0; bytes < BYTES; bytes += bytes < 300 ? 1 : 97) {
		EXPECT(!loads(bytes) || bytes >= 0x2123 + 0x800);
		forget();
	}
}

static void garbage(void)
{
	unsigned good = 0;

	srand(1);
	for (unsigned i = 0; i < 700; i++) {
		unsigned changes = 1 + (unsigned)rand() % 4;

		make();
		for (unsigned c = 0; c < changes; c++) {
			unsigned where =
			    (unsigned)rand() % (sizeof(*header) + 3 * sizeof(*segment));

			image[where] = (u8)rand();
		}
		good += loads(BYTES);
		forget();
	}
	printf("# %u of 700 damaged ones were still programs\n", good);
	EXPECT(good > 0 && good < 700);
}

int main(void)
{
	world_start(0);
	world_room_for_threads(2);
	story("a program is mapped as it says", as_it_says);
	story("each field wrong in turn, and the word for it", each_field_wrong);
	story("cut off anywhere", cut_off_anywhere);
	story("random damage", garbage);
	return world_done();
}
