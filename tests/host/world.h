/* A world for stories about the whole kernel: a first space, "init", that owns everything; spaces,
 * threads and endpoints made in a line; system calls on behalf of any READY thread, with everything
 * checked after each (kernel/check.c). A story is one line of TAP; at its end the world is taken
 * down, and every frame must have come back. */
#ifndef TESTS_WORLD_H
#define TESTS_WORLD_H

#include "machine.h"
#include "tap.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kernel/cap.h"
#include "kernel/check.h"
#include "kernel/clock.h"
#include "kernel/endpoint.h"
#include "kernel/frame.h"
#include "kernel/inherit.h"
#include "kernel/ipc.h"
#include "kernel/memory.h"
#include "kernel/object.h"
#include "kernel/space.h"
#include "kernel/thread.h"

#define AREA       0x100000ull /* each space has AREA_PAGES pages there to read and write */
#define AREA_PAGES 8
#define PAGE(n)    (AREA + (n)*PAGE_SIZE)
#define NOWHERE    0x7000000ull     /* nothing is mapped there */
#define NO_CAP     (4000 | 1 << 16) /* a handle of nothing */
#define FOREVER    DEADLINE_FOREVER
#define WAITS      (-5000) /* instead of a result: the thread waits now, or is dead */

extern struct space *init;
extern cap_t init_irqs, init_ports, init_kernel; /* init's capabilities for the hardware, all rights
						  */

/* The thread that runs, in tests that enter the kernel by trap.c; else NULL. */
extern struct thread *world_running;

/* Once in a process. tags: PCIDs (0: the processor has none). */
void world_start(unsigned tags);
/* The kernel keeps its table of threads at the size it once had; stories about many need that
 * before they start. */
void world_room_for_threads(unsigned count);
/* Runs the story, with the short cut of the message path and without, and tells how it went. */
void story(const char *name, void (*body)(void));
/* Skips what makes no sense without the short cut (make FAST=0). */
void story_of_short_cut(const char *name, void (*body)(void));
int world_done(void);

/* ---- Expectations ------------------------------------------------------------------- */

#define EXPECT(condition) world_expect(!!(condition), 1, #condition, __FILE__, __LINE__)
#define IS(found, wanted) world_expect((s64)(found), (s64)(wanted), #found, __FILE__, __LINE__)
bool world_expect(s64 found, s64 wanted, const char *what, const char *file, int line);
extern unsigned long world_expectations, world_short_cuts;

/* ---- Things ------------------------------------------------------------------------- */

struct space *new_space(const char *name);
struct space *new_space_with(const char *name, u64 frames, u8 ceiling);
/* READY; INACTIVE. */
struct thread *new_thread(struct space *space, u8 priority);
struct thread *new_inactive(struct space *space, u8 priority);
/* The first entry in use at or behind *position, which then is behind it; NULL: none is left. */
struct cap *cap_next(const struct cap_table *table, u32 *position);
cap_t new_endpoint(struct space *space);
/* A capability with all rights for an object. */
cap_t give(struct space *space, struct object *object, u32 rights);
/* One derived from a capability of another table. */
cap_t give_copy(struct space *from, cap_t handle, struct space *to, u32 rights, u64 badge);
struct cap *cap_of(struct space *space, cap_t handle); /* NULL: no such */
struct endpoint *endpoint_of(struct space *space, cap_t handle);
/* Maps pages of a new memory object. */
cap_t map_pages(struct space *space, uaddr address, u64 pages, u64 prot);
/* The byte that user code of the space sees at address; it must be mapped. */
u8 *at(struct space *space, uaddr address);
/* Writes a struct msg_ext there. */
void put_ext(struct space *space, uaddr address, struct msg_ext ext);
struct msg_ext get_ext(struct space *space, uaddr address);

/* ---- Calls -------------------------------------------------------------------------- */

/* SYS(thread, name, arguments...): the result, or WAITS. Restarts are made as user code would, with
 * what is dying taken apart in between. */
#define SYS(thread, name, ...) world_call(thread, SYS_##name, (const u64[6]){ __VA_ARGS__ })
s64 world_call(struct thread *thread, u64 number, const u64 argument[6]);
/* As entry.S: tries the short cut for a thread that is in no queue. To whom it led, or NULL. */
struct thread *world_short_cut(struct thread *thread);
/* One entry into the kernel, no more: RESTART if it wants to be called again. */
#define SYS_ONCE(thread, name, ...) \
	world_call_once(thread, SYS_##name, (const u64[6]){ __VA_ARGS__ })
s64 world_call_once(struct thread *thread, u64 number, const u64 argument[6]);
/* As trap.c: carries an operation out for a thread, which is in no queue meanwhile. Afterwards
 * nobody runs: all that are READY are queued, this one before its equals and behind whom it handed
 * the processor. */
void world_enter(struct thread *thread, void (*operation)(struct thread *));

/* The call fails so, the thread goes on, and none of its registers but rax has changed. */
#define FAILS(thread, error, name, ...) \
	(IS(SYS(thread, name, __VA_ARGS__), error), EXPECT(world_only_rax_changed(thread)))
bool world_only_rax_changed(const struct thread *thread);

/* The message calls. Words are set before with set_words. */
s64 call(struct thread *thread, cap_t endpoint, u64 label, uaddr ext, u64 deadline);
s64 recv(struct thread *thread, cap_t endpoint, uaddr ext, u64 deadline);
s64 reply(struct thread *thread, u64 token, u64 label, uaddr ext);
s64 reply_recv(
    struct thread *thread, u64 token, u64 label, uaddr ext, cap_t endpoint, u64 deadline);
void set_words(struct thread *thread, u64 first); /* first, first + 1, ... */
bool has_words(const struct thread *thread, u64 first);

#define ANSWER(t) ((s64)(t)->regs.rax) /* of a call that waited */
#define BADGE(t)  ((t)->regs.rdi)
#define LABEL(t)  ((t)->regs.rsi)
#define TOKEN(t)  ((t)->regs.rdx)

/* ---- Time and ends ------------------------------------------------------------------ */

/* So many nanoseconds later; whatever expires by then does. */
void later(u64 ns);
u64 in(u64 ns); /* the deadline so many nanoseconds from now */
void kill_thread(struct thread *thread);
void destroy(struct space *space);
/* A bound interrupt line keeps even a dead endpoint: no line does after this. */
void world_release_interrupts(void);
/* Takes apart whatever is dying. */
void settle(void);

#endif
