/* The startup block: all that a program is given when it starts, written by who starts it
 * (libc/loader.c).
 *
 * It lies readable and writable at STARTUP, whose address the main thread gets in rdi: it is the
 * program's own memory, so nobody else trusts what stands there later. init alone has none: the
 * kernel started it (rdi is BOOT_INFO, see abi.h). Layout: struct startup, then the strings of argv
 * and of envp, each ended by NUL. */
#ifndef ATOLL_STARTUP_H
#define ATOLL_STARTUP_H

#include <atoll/abi.h>
#include <stdint.h>

#define STARTUP             0x00007fffffe00000ull
#define STARTUP_MAGIC       0x70757472617473ull /* "startup" */
#define STARTUP_VERSION     1
#define STARTUP_MAX         65536 /* bytes, strings and all */
#define STARTUP_CAPS        16
#define STARTUP_DESCRIPTORS 16
#define STARTUP_NAME        16  /* of a named capability, with its NUL */
#define STARTUP_CWD         256 /* with its NUL */

/* The main thread's stack: below it lies an unmapped page, so that running over it faults. */
#define STACK_TOP   0x00007fffffd00000ull
#define STACK_BYTES (128u << 10) /* unless the program asks for more */
#define STACK_MAX   (16u << 20)
/* Those of further threads (libc/threads/stack.c): places of which the upper half is mapped. */
#define THREAD_STACKS     0x0000200000000000ull
#define THREAD_STACKS_END 0x0000200001000000ull
#define THREAD_PLACE      (128u << 10)

/* A capability with a name.
 *
 *   name        the name server
 *   supervisor  who started it: atoll/supervisor.h
 *   endpoint    (servers) its own endpoint: all rights, not narrowed
 *   kernel      (asked for in init.conf) kernel_info
 *   irqs ports archive screen            what a driver needs of the hardware, and the boot archive;
 *               one each of irqs and ports for each that init.conf names
 *   interrupt   (console) notify capability of another server's endpoint, bit 0: Ctrl-C was typed
 *   names       (process) the name server, not narrowed: from it those of the programs are minted
 *
 * None names the program's own space: handle 0 does, wherever a space is asked for. So a program
 * whose starter is gone does not keep itself alive.
 *
 * first and size say what it covers, where that is not plain: of `ports` the first port and their
 * number, of `irqs` the line and 1, of `archive` and `screen` offset and bytes within the object.
 * How the screen is laid out stands in an argument, "screen=" and the fields of struct
 * screen_format (abi.h) as far as `depth`, in the order kind, bits, width, height, pitch, shift and
 * depth of red, green, blue. */
struct startup_cap {
	char name[STARTUP_NAME];
	cap_t cap;
	uint64_t first, size;
};

/* An open descriptor: an endpoint capability that speaks atoll/io.h. */
struct startup_descriptor {
	cap_t cap;
	uint32_t fd, flags; /* flags: 0 for now */
};

struct startup {
	uint64_t magic;
	uint32_t version;
	uint32_t bytes;       /* of all of it, strings included */
	uint32_t pid;         /* also its badge at every server, and the tag of its space */
	uint32_t incarnation; /* how often it was restarted */
	uint32_t argc, envc;
	uint32_t strings; /* offset from the start: argc strings, then envc, each ended by NUL */
	uint32_t caps, descriptors; /* how many of the arrays below */
	uint32_t priority;          /* of the main thread */
	uint32_t stack;             /* bytes of its stack */
	uint64_t frames;            /* of its quota, what the program itself does not take up */
	struct startup_cap cap[STARTUP_CAPS];
	struct startup_descriptor descriptor[STARTUP_DESCRIPTORS];
	char cwd[STARTUP_CWD]; /* absolute */
};

/* This process's block; NULL in init. */
const struct startup *startup_block(void);
/* Leaves so many frames of the quota to what the program makes itself (memory, capabilities): the
 * heap does without them. */
void startup_set_aside(uint64_t frames);
/* The capability of this name ("space", "name", "supervisor", "endpoint" ...), or 0. */
cap_t startup_cap(const char *name);
/* The capability of this name with what it covers; NULL: there is none. */
const struct startup_cap *startup_named(const char *name);
/* Of several capabilities of one name (`ports`, `irqs`) that which covers a port or a line; NULL:
 * none does. */
const struct startup_cap *startup_covering(const char *name, uint64_t what);

#endif
