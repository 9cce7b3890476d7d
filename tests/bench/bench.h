/* What the benchmarks share: the marks that a measured stretch lies between, the row it makes, and
 * the other side of a conversation.
 *
 * Under `tools/run --icount` a TSC tick is one guest instruction, so a row is an exact number, the
 * same on every run. BEGIN and END are RDTSC; each also leaves a symbol behind, so that tools/path
 * can step through the same stretch and count again. All of it is compiled for general registers
 * only: a thread that never touches a vector register is switched without saving them. */
#ifndef TESTS_BENCH_H
#define TESTS_BENCH_H

#include "libc/x86/message.h"
#include "tests/target/lib/story.h"

#define REPETITIONS 32 /* of each stretch */

/* ---- A stretch ------------------------------------------------------------------------ */

/* clang-format off */
#define MARK(kind) "\nmark_" kind "_%=:\n\t" /* %=: a number of its own */
#define BEGIN_MARKED(kind) ({ \
	uint32_t tsc_; \
	__asm__ volatile("rdtsc\n\tmov %%eax, %0" MARK(kind) : "=r"(tsc_)::"rax", "rdx", "memory"); \
	tsc_; })
#define BEGIN() BEGIN_MARKED("begin")
#define END() ({ \
	uint32_t tsc_; \
	__asm__ volatile(MARK("end") "rdtsc" : "=a"(tsc_)::"rdx", "memory"); \
	tsc_; })
/* The stretch begins at the next interrupt; what comes before it is taken off (row_end). */
#define BEGIN_AT_INTERRUPT() BEGIN_MARKED("interrupt")
/* clang-format on */

#define MEASURING 2 /* RDTSC and MOV of BEGIN itself */

/* ---- A row ---------------------------------------------------------------------------- */

/* The samples that follow are this row's. tools/path stops here. */
void row(const char *name);
void sample(uint32_t begin, uint32_t end);
/* Prints "row NAME LEAST MEDIAN", all samples less `skip`; returns the least. */
uint32_t row_end(uint32_t skip);
void row_left_out(const char *name, const char *why);
/* Ends the run when this is an error. */
int64_t must(int64_t result, const char *what);

/* ---- System calls in line --------------------------------------------------------------- */
static inline int64_t call(uint64_t number, uint64_t a, uint64_t b, uint64_t c, uint64_t d)
{
	register uint64_t r10 __asm__("r10") = d;
	int64_t result = (int64_t)number;

	__asm__ volatile("syscall"
			 : "+a"(result)
			 : "D"(a), "S"(b), "d"(c), "r"(r10)
			 : "rcx", "r11", "memory");
	return result;
}

/* The message calls in line, their words in registers all along (struct crossing). ext: the address
 * of a struct msg_ext, or 0. */
#define IN_LINE static inline __attribute__((always_inline))

IN_LINE int ask(cap_t endpoint, struct crossing *c, uint64_t label, uint64_t ext, uint64_t deadline)
{
	c->rdi = endpoint;
	c->rsi = label;
	c->rdx = ext;
	return cross(SYS_ipc_call, c, deadline, 0);
}

IN_LINE int listen(cap_t endpoint, struct crossing *c, uint64_t ext)
{
	c->rdi = endpoint;
	c->rdx = ext;
	return cross(SYS_ipc_recv, c, DEADLINE_FOREVER, endpoint);
}

/* To who asked last. */
IN_LINE int answer(cap_t endpoint, struct crossing *c, uint64_t label, uint64_t ext)
{
	c->rdi = c->rdx;
	c->rsi = label;
	c->rdx = ext;
	return cross(SYS_ipc_reply_recv, c, DEADLINE_FOREVER, endpoint);
}

/* ---- The other side --------------------------------------------------------------------- */
enum place { SAME_SPACE, OTHER_SPACE };

/* A thread with an endpoint of its own, which it receives from. */
struct peer {
	cap_t endpoint; /* our handle of it: all rights */
	cap_t thread;
	struct child child;
};

/* It runs this, which never returns, with its handle of the endpoint. */
void peer_start(struct peer *p, enum place place, void (*run)(uint64_t endpoint), int priority);
void peer_end(struct peer *p);

/* ---- The groups of rows ------------------------------------------------------------------ */
void bench_calls(void);    /* calls.c: system calls that nobody answers */
void bench_messages(void); /* messages.c: round trips */
void bench_windows(void);  /* windows.c: through shared memory */
void bench_events(void);   /* events.c: faults, interrupts, locks */
void bench_servers(void);  /* servers.c: what needs the whole system */

#endif
