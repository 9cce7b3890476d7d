/* What on-target stories share: threads that do one thing and tell what came of it, faults that are
 * caught, child spaces, what the kernel tells about itself, and system calls with every register
 * in view.
 *
 * A story runs as an ordinary program; or as init itself, when it is the boot module of that name
 * (tools/run --module init=build/tests/target/NAME): then it holds all hardware (as_init). */
#ifndef TESTS_TARGET_STORY_H
#define TESTS_TARGET_STORY_H

#include "tap.h"
#include <atoll/errno.h>
#include <atoll/sys.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define COUNT(array) (sizeof(array) / sizeof *(array))

/* What init is given; NULL in an ordinary program. */
const struct boot_info *as_init(void);

/* Capability for kernel_info: one's own as init, else by the name server. */
cap_t kernel_cap(void);
/* Base priority of main. Helpers' priorities are told relative to it. */
int own_priority(void);
enum { LOWER = -2, SAME = 0, HIGHER = 2, HIGHEST = 4 };

#define ALL_ENDPOINT (CAP_SEND | CAP_RECV | CAP_NOTIFY)

/* A handle that was never given. */
#define NO_CAP ((cap_t)0x7777 << 16 | 0x0fff)

/* ---- Addresses of every wrong kind ---------------------------------------------------- */
#define NULL_PAGE     0x10ull
#define KERNEL_START  0xffff800000000000ull
#define NON_CANONICAL 0x0000800000000000ull
#define UNMAPPED      0x0000600000000000ull

/* Where stories map things: WINDOW for whatever a test wants, SHARED the same 64 KiB in a child. */
#define WINDOW       0x0000500000000000ull
#define SHARED       0x0000510000000000ull
#define SHARED_BYTES 65536
/* Two fresh pages at address, read and write, the one behind them missing. Returns the memory. */
cap_t map_pages(uint64_t address, unsigned pages);
void unmap_pages(cap_t memory);

/* ---- System calls with every register in view (raw.c) --------------------------------- */
struct registers {
	uint64_t rax, rbx, rcx, rdx, rsi, rdi, rbp, r8, r9, r10, r11, r12, r13, r14, r15, rflags;
};
#define REGISTERS (sizeof(struct registers) / 8)

/* Loads all of them, executes SYSCALL, stores all of them. */
void raw_call(struct registers *r);

/* ---- Threads -------------------------------------------------------------------------- */

/* A thread of the story's space. The fields are whatever `run` makes of them; the three runs below
 * say which they use. */
struct worker {
	void (*run)(struct worker *w);
	cap_t ep, own, pager, cap; /* own: an endpoint that it receives from; cap: the thread's */
	uint64_t deadline;
	uint64_t *lock;
	struct msg msg;
	struct registers raw;
	volatile uint64_t id; /* 0 until it runs */
	volatile int64_t result;
	volatile bool done;     /* `run` returned */
	volatile unsigned when; /* its place in the order of endings */
	/* order.h: with what it signs, how often it has, where main holds it back, for whom it may
	 * look out */
	char name;
	volatile unsigned turns;
	uint64_t gate;
	const struct worker *partner;
	void *stack;
};

void do_call(struct worker *w); /* ep, msg, deadline -> result, msg */
void do_recv(struct worker *w); /* the same */
void do_lock(struct worker *w); /* lock, deadline -> result */
void do_raw(struct worker *w);  /* raw -> raw, result: its rax. No libc in between */

/* Makes and starts it. Of a higher priority it has run until it blocks when this returns. */
void begin(struct worker *w, int priority);
/* Makes it, but does not start it. */
void prepare(struct worker *w, int priority);
/* One with a stack of a KiB, for stories that need thousands; it never returns. Its capability. */
cap_t begin_small(
    void (*run)(uint64_t argument, uint64_t id), uint64_t argument, unsigned priority);
/* Waits until it has returned, two seconds at the most. */
bool finished(struct worker *w);
/* Kills it if need be and gives back what it took. */
void end(struct worker *w);
/* Waits until it is in that state (STATE_*), two seconds at the most. */
bool in_state(const struct worker *w, unsigned state);
/* What the kernel says of a thread; false when there is none of this id. */
bool thread_info(uint64_t id, struct info_thread *info);
int effective_priority(uint64_t id);
uint64_t own_id(void);
/* Waits until the thread behind the capability is dead, two seconds at the most. */
bool dead(cap_t thread);
void sleep_ms(unsigned ms);

/* ---- Faults --------------------------------------------------------------------------- */
struct fault {
	bool happened;
	uint64_t vector, error, address, ip, id, badge;
};

/* Runs it in a thread of its own and catches the fault that ends it, if one does. */
struct fault fault_of(void (*run)(void *argument), void *argument);

/* ---- Child spaces --------------------------------------------------------------------- */

/* A space in which a copy of this program lies at the same addresses: functions, constants, and
 * variables with the values they had. It shares SHARED, and has the capabilities it is given. */
struct child {
	cap_t space, image;
	uint64_t stacks; /* how many of its stacks are in use */
};

/* False: out of memory, and nothing is left behind. frames: what the child itself may spend. */
bool child_make(struct child *c, uint64_t frames);
/* The same, none of whose threads gets a base priority above the ceiling. */
bool child_make_below(struct child *c, uint64_t frames, unsigned ceiling);
/* A thread of it that runs this, which must not return (child_exit). Its capability, or an error.
 */
int64_t child_start(
    struct child *c, void (*run)(uint64_t argument), uint64_t argument, int priority, cap_t pager);
/* What a child's `run` ends with. */
_Noreturn void child_exit(void);
/* The child's handle of a copy. */
cap_t child_give(struct child *c, cap_t cap, unsigned rights, uint64_t badge);
void child_end(struct child *c);

/* ---- The kernel's books --------------------------------------------------------------- */
struct info_system system_info(void);
/* Of the space with this tag or, with 0, of the story's own. */
struct info_space space_info(uint64_t tag);
/* Makes what a story keeps for good once it has used a worker or a child, so that the books can be
 * compared before and after. */
void warm_up(void);
/* Whether a kernel entry takes so long that a story should do with less: a kernel made with CHECK=1
 * looks at everything each time. */
bool slow_kernel(void);
/* Waits until nothing is dying any more: the number of free frames, twice the same. */
uint64_t settled_frames(void);

#endif
