/* From an ELF image to a running program: what init and process share. (libc/loader.c; checks:
 * libc/elf.c) */
#ifndef ATOLL_LOADER_H
#define ATOLL_LOADER_H

#include <atoll/startup.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* ---- What stands in an ELF image (libc/elf.c: pure, tested on the host) ---------------------- */
#define ELF_SEGMENTS 8

struct elf_segment {
	uint64_t address;      /* as linked; the page it lies in is mapped from its start */
	uint64_t offset, file; /* bytes from the image, at this offset; the rest is zero */
	uint64_t memory;       /* bytes in memory, at least those from the image */
	unsigned protection;   /* PROT_* */
};

struct elf_layout {
	uint64_t entry;
	uint64_t stack; /* bytes, whole pages: as PT_GNU_STACK asks, at least STACK_BYTES */
	unsigned segments;
	struct elf_segment segment[ELF_SEGMENTS]; /* by rising address, no page shared by two */
};

/* Checks an image that nobody vouches for and fills the layout. 0, or -ENOEXEC; *why says then what
 * is wrong with it. Accepted are ELF64 little-endian x86-64 ET_EXEC whose PT_LOAD segments lie
 * between USER_START and LOAD_END, inside the file, congruent to their offsets, never writable and
 * executable, whose entry is in an executable one, and that ask for a stack of STACK_MAX at the
 * most. */
#define LOAD_END 0x00007f0000000000ull /* below it programs; above it stack and startup block */
int elf_check(const void *image, size_t bytes, struct elf_layout *layout, const char **why);

/* ---- Starting it ----------------------------------------------------------------------------- */

/* A capability that the program shall have. program_start mints it with these rights and this badge
 * (0: as it is). A cap of 0 is left out. */
struct program_cap {
	const char *name;
	cap_t cap;
	unsigned rights;
	uint64_t badge;
	uint64_t first, size; /* for struct startup_cap */
};

struct program_fd {
	cap_t cap; /* CAP_SEND and CAP_TRANSFER go on */
	unsigned fd;
};

struct program {
	/* In */
	const void *image; /* the ELF file */
	size_t bytes;
	const char *name; /* of the space: what ps shows */
	uint32_t pid, incarnation;
	uint64_t frames; /* the space's quota */
	unsigned priority, ceiling;
	cap_t supervisor; /* CAP_SEND | CAP_TRANSFER, not narrowed: minted with badge = pid */
	const struct program_cap *cap; /* besides `supervisor` */
	unsigned caps;
	const struct program_fd *fd;
	unsigned fds;
	const char *const *argv, *const *envp; /* ended by NULL; envp may be NULL */
	const char *cwd;                       /* NULL: "/" */

	/* Out; all 0 after an error. The starter keeps them while the program lives. */
	cap_t space, thread;
	cap_t memory; /* segments, stack, startup block: deleting it unmaps them */
	/* Where it is mapped: each of these areas is a window of its own. */
	struct program_area {
		uint64_t address, offset, bytes;
		unsigned protection;
	} area[ELF_SEGMENTS + 2];
	unsigned areas;
	const char *why; /* after an error: what went wrong, for people; else NULL */
};

/* Builds the space and starts the main thread. 0 or an error: -ENOEXEC, -E2BIG (arguments), -EFBIG
 * (larger than `frames`), -ENOMEM (quota), -EINVAL, or what the kernel said. After an error nothing
 * is left behind. Uses the address range at LOADER_WINDOW in the caller's space while it works, so
 * one thread of a space at a time. */
#define LOADER_WINDOW 0x00007e0000000000ull
int program_start(struct program *program);

/* Destroys what program_start made; harmless for one that has ended, or was never started. */
void program_destroy(struct program *program);

#endif
