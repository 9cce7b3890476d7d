/* Loads init from its boot module: the only program the kernel itself starts. Everybody else is
 * loaded in user space (libc/loader.c).
 *
 * The image is distrusted: every offset, size and address is checked before use, and what is wrong
 * is said in words.
 *
 * Layer 9. Called by main.c; calls memory.c, cap.c. (System V ABI, ch. 4 and 5; AMD64 supplement.)
 */
#include "elf.h"

#include "cap.h"
#include "machine.h"
#include "memory.h"
#include "string.h"

struct elf_header {
	u8 ident[16];
	u16 type, machine;
	u32 version;
	u64 entry, program_offset, section_offset;
	u32 flags;
	u16 header_bytes, program_bytes, programs, section_bytes, sections, names;
};

struct elf_program {
	u32 type, flags;
	u64 offset, address, physical, file_bytes, memory_bytes, align;
};

enum { ELF_EXECUTABLE = 2, ELF_X86_64 = 62, ELF_LOAD = 1, ELF_X = 1, ELF_W = 2, ELF_R = 4 };

bool elf_map(
    struct space *space, uaddr address, u64 bytes, u64 prot, const void *contents, u64 length)
{
	unsigned budget = UINT32_MAX;
	struct memory *memory;
	struct cap *cap;
	u64 lead = address % PAGE_SIZE;

	bytes = ALIGN_UP(bytes + lead, PAGE_SIZE);
	memory = memory_create(bytes / PAGE_SIZE, space->quota);
	if (!memory || cap_reserve(&space->caps, 1))
		return false;
	cap =
	    cap_insert(&space->caps, &memory->object, CAP_READ | CAP_WRITE | CAP_EXECUTE, 0, NULL);
	for (u64 done = 0, piece; done < length; done += piece) {
		u64 at = lead + done;
		paddr frame = memory_frame(memory, at / PAGE_SIZE);

		if (!frame)
			return false;
		piece = MIN(length - done, PAGE_SIZE - at % PAGE_SIZE);
		memcpy(
		    (u8 *)phys_to_virt(frame) + at % PAGE_SIZE, (const u8 *)contents + done, piece);
	}
	return memory_map(cap, space, address - lead, 0, bytes, prot, &budget) == 0;
}

static const char *load_segment(
    struct space *space, const u8 *image, u64 bytes, const struct elf_program *p)
{
	u64 prot =
	    PROT_READ | (p->flags & ELF_W ? PROT_WRITE : 0) | (p->flags & ELF_X ? PROT_EXEC : 0);

	if (p->offset > bytes || p->file_bytes > bytes - p->offset)
		return "a segment reaches past the end of the file";
	if (p->memory_bytes < p->file_bytes || p->memory_bytes == 0 ||
	    p->memory_bytes > MEM_MAX - PAGE_SIZE)
		return "a segment's size makes no sense";
	if (p->address < USER_START || p->address >= USER_END ||
	    p->memory_bytes > USER_END - p->address)
		return "a segment lies outside user space";
	if ((prot & PROT_WRITE) && (prot & PROT_EXEC))
		return "a segment is writable and executable";
	return elf_map(space, p->address, p->memory_bytes, prot, image + p->offset, p->file_bytes)
	    ? NULL
	    : "its segments overlap, or memory is too small";
}

static const char *check_header(const struct elf_header *h, u64 bytes)
{
	/* 64 bits, little endian, version 1 */
	static const u8 magic[] = { 0x7f, 'E', 'L', 'F', 2, 1, 1 };

	if (bytes < sizeof(*h) || memcmp(h->ident, magic, sizeof(magic)) != 0)
		return "not a 64-bit ELF file";
	if (h->type != ELF_EXECUTABLE || h->machine != ELF_X86_64)
		return "not an x86-64 program with fixed addresses";
	if (h->program_bytes != sizeof(struct elf_program) || h->program_offset > bytes ||
	    h->programs > (bytes - h->program_offset) / sizeof(struct elf_program))
		return "its program headers lie outside the file";
	return NULL;
}

const char *elf_load(struct space *space, const void *image, u64 bytes, u64 *entry)
{
	struct elf_header header = { 0 };
	const char *wrong;
	bool entered = false;

	if (bytes >= sizeof(header))
		memcpy(&header, image, sizeof(header));
	wrong = check_header(&header, bytes);
	for (unsigned i = 0; !wrong && i < header.programs; i++) {
		struct elf_program p;

		memcpy(&p, (const u8 *)image + header.program_offset + i * sizeof(p), sizeof(p));
		if (p.type != ELF_LOAD)
			continue;
		wrong = load_segment(space, image, bytes, &p);
		if ((p.flags & ELF_X) && header.entry - p.address < p.memory_bytes)
			entered = true;
	}
	*entry = header.entry;
	return wrong || entered ? wrong
				: "its entry point is not in a segment that can be executed";
}
