/* Checks an ELF image that nobody vouches for: elf_check() of atoll/loader.h.
 *
 * Everything is copied out of the image before it is looked at (it need not be aligned), and every
 * sum is made so that it cannot overflow. What passes here can be loaded by copying alone. No
 * system calls: tests/host/elf.c. */
#include <atoll/loader.h>
#include <errno.h>
#include <string.h>

/* The parts of the ELF-64 format (System V ABI, chapters 4 and 5; AMD64 supplement) that are
 * needed. */
struct elf_header {
	uint8_t ident[16];
	uint16_t type, machine;
	uint32_t version;
	uint64_t entry, program_offset, section_offset;
	uint32_t flags;
	uint16_t header_size, program_size, program_count;
	uint16_t section_size, section_count, section_names;
};

struct elf_program {
	uint32_t type, flags;
	uint64_t offset, address, physical, file, memory, align;
};

_Static_assert(sizeof(struct elf_header) == 64, "as in the ELF-64 format");
_Static_assert(sizeof(struct elf_program) == 56, "as in the ELF-64 format");

enum { CLASS_64 = 2, LITTLE_ENDIAN_DATA = 1, TYPE_EXEC = 2, MACHINE_X86_64 = 62 };
enum { PT_LOAD = 1, PT_INTERP = 3, PT_GNU_STACK = 0x6474e551 };
enum { PF_X = 1, PF_W = 2, PF_R = 4 };

#define PAGE_DOWN(address) ((address) & ~(uint64_t)(PAGE_SIZE - 1))

static const char *check_header(const struct elf_header *header, size_t bytes)
{
	static const uint8_t magic[4] = { 0x7f, 'E', 'L', 'F' };

	if (memcmp(header->ident, magic, sizeof magic))
		return "not an ELF file";
	if (header->ident[4] != CLASS_64 || header->ident[5] != LITTLE_ENDIAN_DATA ||
	    header->machine != MACHINE_X86_64)
		return "ELF file for another machine";
	if (header->ident[6] != 1 || header->version != 1)
		return "ELF file of an unknown version";
	if (header->type != TYPE_EXEC)
		return "ELF file, but no executable linked to fixed addresses";
	if (header->program_size != sizeof(struct elf_program))
		return "program headers of an unknown size";
	if (header->program_offset > bytes ||
	    header->program_count > (bytes - header->program_offset) / sizeof(struct elf_program))
		return "program headers beyond the end of the file";
	return NULL;
}

static const char *check_segment(const struct elf_program *program, size_t bytes)
{
	if (program->file > program->memory)
		return "segment with more bytes in the file than in memory";
	if (program->offset > bytes || program->file > bytes - program->offset)
		return "segment beyond the end of the file";
	if (program->address < USER_START || program->address >= LOAD_END ||
	    program->memory > LOAD_END - program->address)
		return "segment outside the addresses of programs";
	if (program->memory > MEM_MAX)
		return "segment too large";
	if (program->align & (program->align - 1) ||
	    (program->align > 1 && (program->address - program->offset) & (program->align - 1)))
		return "segment not aligned";
	if (program->flags & PF_W && program->flags & PF_X)
		return "segment both writable and executable";
	return NULL;
}

static unsigned protection_of(uint32_t flags)
{
	/* A segment without any right is mapped readable: its bytes came out of a file that is
	 * readable. */
	return PROT_READ | (flags & PF_W ? PROT_WRITE : 0) | (flags & PF_X ? PROT_EXEC : 0);
}

/* Adds a checked PT_LOAD to the layout: by rising address, and never two in one page. */
static const char *add_segment(struct elf_layout *layout, const struct elf_program *program)
{
	struct elf_segment *segment = &layout->segment[layout->segments];

	if (layout->segments == ELF_SEGMENTS)
		return "too many segments";
	if (layout->segments) {
		const struct elf_segment *last = segment - 1;

		if (PAGE_DOWN(program->address) <= PAGE_DOWN(last->address + last->memory - 1))
			return "segments that overlap, share a page or are not in order";
	}
	*segment = (struct elf_segment){ program->address, program->offset, program->file,
		program->memory, protection_of(program->flags) };
	layout->segments++;
	return NULL;
}

/* What the linker's -z stack-size wants; 0, as mostly, is no wish. */
static const char *add_stack(struct elf_layout *layout, const struct elf_program *program)
{
	if (program->memory > STACK_MAX)
		return "stack larger than any may be";
	if (program->memory > layout->stack)
		layout->stack = PAGE_DOWN(program->memory + PAGE_SIZE - 1);
	return NULL;
}

static bool entry_executable(const struct elf_layout *layout)
{
	for (unsigned i = 0; i < layout->segments; i++) {
		const struct elf_segment *segment = &layout->segment[i];

		if (segment->protection & PROT_EXEC && layout->entry >= segment->address &&
		    layout->entry - segment->address < segment->file)
			return true;
	}
	return false;
}

/* NULL: it can be loaded, and how is in *layout; else why not, in words for people. */
static const char *check(const uint8_t *image, size_t bytes, struct elf_layout *layout)
{
	struct elf_header header;
	const char *why;

	if (bytes < sizeof header)
		return "too short for an ELF file";
	memcpy(&header, image, sizeof header);
	why = check_header(&header, bytes);
	layout->entry = header.entry;
	layout->stack = STACK_BYTES;
	for (unsigned i = 0; !why && i < header.program_count; i++) {
		struct elf_program program;

		memcpy(
		    &program, image + header.program_offset + i * sizeof program, sizeof program);
		if (program.type == PT_INTERP)
			why = "program that needs a dynamic linker";
		if (program.type == PT_GNU_STACK && !why)
			why = add_stack(layout, &program);
		if (program.type != PT_LOAD || !program.memory)
			continue;
		why = check_segment(&program, bytes);
		if (!why)
			why = add_segment(layout, &program);
	}
	if (!why && !layout->segments)
		why = "no segment to load";
	if (!why && !entry_executable(layout))
		why = "entry outside the executable segments";
	return why;
}

int elf_check(const void *image, size_t bytes, struct elf_layout *layout, const char **why)
{
	memset(layout, 0, sizeof *layout);
	*why = check(image, bytes, layout);
	return *why ? -ENOEXEC : 0;
}
