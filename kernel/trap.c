/* Every way into the kernel, and the way out of all but the short cut (ipc_fast.c).
 *
 * The machine saves the thread's registers in the thread and calls trap_syscall or trap_user. One
 * operation is carried out, which moves threads from state to state but never waits. Then leave()
 * does a bounded step of whatever is dying, chooses who runs next, loads its space and registers,
 * and returns it. So a backtrace in the kernel is always the whole story, and nothing in
 * the kernel ever calls upward.
 *
 * Invariants: the current thread is the one whose registers, FPU state and FS base the processor
 * has. While user code runs it is READY, and in no queue, so that nobody need take it out of one
 * when it waits; who was handed the processor is in none either. When nobody higher is ready the
 * way out looks at no queue at all. The timer is armed for the earliest deadline or the end of the
 * slice, whichever comes first, and is not touched while that has not changed for the earlier.
 *
 * Layer 8. Called by x86/entry.S, main.c; calls syscall.c, fault.c, irq.c, object.c, ipc_end.c,
 * ready.c, timeout.c, space.c. */
#include "trap.h"

#include "check.h"
#include "clock.h"
#include "fault.h"
#include "info.h"
#include "inherit.h"
#include "ipc.h"
#include "ipc_fast.h"
#include "irq.h"
#include "machine_inline.h"
#include "object.h"
#include "pcid.h"
#include "space.h"
#include "syscall.h"
#include "thread.h"
#include "timeout.h"
#include "trace.h"

#define SLICE_NS     10000000ull /* among equals, while more than one of them is ready */
#define EXPIRY_LIMIT 16          /* deadlines dealt with in one entry */
#define STEP_LIMIT   16          /* none more after so many steps of priority inheritance */

#define VECTOR_DEVICE_NOT_AVAILABLE 7

static u64 since;     /* TSC when the last switch was made here: short cuts do not count */
static u64 slice_end; /* TSC */
static u64 armed = TIMEOUT_NONE;
static bool calm; /* nothing was dying at the last exit */

/* ---- Time ----------------------------------------------------------------------------- */

static u64 slice(void)
{
	return clock_to_tsc(SLICE_NS) - boot_tsc_entry;
}

/* What is left expires at once in an entry of its own: the timer is armed for what has passed. */
static void expire(u64 now)
{
	u64 steps = inherit_steps;

	for (unsigned i = 0; i < EXPIRY_LIMIT && inherit_steps - steps < STEP_LIMIT; i++) {
		struct timeout *timeout;

		if (!timeout_expire(now, &timeout))
			return;
		if (timeout)
			ipc_cancel(CONTAINER_OF(timeout, struct thread, timeout), -ETIMEDOUT);
	}
}

static void on_timer(struct thread *running)
{
	u64 now = machine_tsc();

	machine_timer_done();
	armed = TIMEOUT_NONE;
	expire(now);
	/* without equals it goes on: a slice that ends in a higher server is over when that answers
	 */
	if (now >= slice_end && running && running->state == STATE_READY &&
	    !list_empty(ready_level(running->effective)))
		thread_yield(running);
}

/* Whether the end of the slice of who runs next is an event: equals wait for it. */
static bool slice_counts(const struct thread *next)
{
	return next && ready_highest == next->effective;
}

/* Arms the timer for what comes next, if that is before what it is armed for. */
static COLD void arm_timer(const struct thread *next)
{
	u64 event = timeout_next();

	if (slice_counts(next))
		event = MIN(event, slice_end);
	if (event >= armed)
		return;
	armed = event;
	machine_timer_arm(event);
}

/* ---- Out ------------------------------------------------------------------------------ */

/* A step of what is dying, which may be the running thread itself: then that is nobody's memory.
 * The thread, or NULL. */
static COLD struct thread *destroy_step(struct thread *thread)
{
	bool dead;

	if (thread_handed)
		ready_insert_front(&thread_handed->ready, thread_handed->effective);
	thread_handed = NULL;
	if (thread)
		thread->object.pins++;
	object_step();
	if (!thread)
		return NULL;
	dead = thread->state == STATE_DEAD;
	object_unpin(&thread->object);
	return dead ? NULL : thread;
}

static struct thread *take_ready(void)
{
	struct ready *first = ready_take();

	return first ? CONTAINER_OF(first, struct thread, ready) : NULL;
}

/* Somebody higher comes first. To begin a whole slice after that would let a thread that is often
 * interrupted keep its equals waiting for ever. */
static void preempt(struct thread *thread)
{
	u64 now = machine_tsc();

	thread->slice_left = slice_end > now ? slice_end - now : 1;
	ready_insert_front(&thread->ready, thread->effective);
}

/* Who runs next, and is in no queue then: who was handed the processor, or who has it, unless
 * somebody higher is ready. NULL: nobody can. */
static INLINE struct thread *choose(struct thread *running, struct thread *handed)
{
	struct thread *next = NULL;

	if (running && running->state == STATE_READY && !ready_queued(&running->ready))
		next = running;
	if (handed) {
		if (next)
			ready_insert_front(&next->ready, next->effective);
		next = handed;
	}
	if (next) {
		if (LIKELY(ready_highest <= next->effective))
			return next;
		preempt(next);
	}
	return take_ready();
}

/* Nobody can run: finish what is dying, else sleep until an interrupt makes somebody ready. */
static COLD struct thread *idle(struct thread **last)
{
	struct thread *next;
	u64 start = machine_tsc();

	while (!(next = take_ready())) {
		if (object_condemned()) {
			*last = destroy_step(*last);
			machine_take_interrupts();
			continue;
		}
		arm_timer(NULL);
		machine_wait_for_interrupt();
	}
	counters.tsc_idle += machine_tsc() - start;
	return next;
}

/* The space is loaded here already, to see whether that takes a flush. Whom idling brought is told
 * there. */
static __attribute__((noinline, cold)) void trace_change(
    const struct thread *old, const struct thread *next, bool idled)
{
	u64 flushed = pcid_flushed(0);

	if (!idled)
		trace(change, next->id, old ? old->id : 0, 0, 0, 0);
	space_load(next->space);
	if (pcid_flushed(0) != flushed)
		trace(flush, next->id, 0, 0, 0, 0);
}

/* The same, told and accounted for. A whole slice begins, also for the same that wakes. */
static COLD struct thread *idle_through(struct thread **last)
{
	struct thread *next;

	trace(change, 0, *last ? (*last)->id : 0, 0, 0, 0);
	next = idle(last);
	trace(change, next->id, 0, 0, 0, 0);
	since = machine_tsc();
	slice_end = since + slice();
	return next;
}

/* From one thread to the next, or to whom idling brings: with its time accounted. */
static INLINE struct thread *change(
    struct thread *old, struct thread *next, const struct thread *handed)
{
	u64 now = machine_tsc();
	bool idled = false;

	if (LIKELY(old != NULL))
		old->cpu_tsc += now - since;
	since = now;
	if (UNLIKELY(!next)) {
		next = idle_through(&old);
		if (next == old)
			return next;
		idled = true;
	}
	if (next != handed)
		slice_end = since + (next->slice_left ?: slice());
	next->slice_left = 0;
	counters.switches++;
	if (UNLIKELY(trace_on))
		trace_change(old, next, idled);
	space_load(next->space);
	machine_switch(next, old ? &old->machine : NULL, &next->machine);
	return next;
}

/* No short cut while something is dying, for which each exit does a step, nor when nobody inherits,
 * nor in a kernel without. */
static COLD void set_short_cut(void)
{
	if (calm == !object_condemned())
		return;
	calm = !calm;
	machine_short_cut(calm && inherit_enabled && ipc_fast_call);
}

/* The way out: a step of pending destruction, then whoever is next, with the timer armed for what
 * comes then. */
static __attribute__((noinline)) struct thread *leave(struct thread *current)
{
	struct thread *next, *handed, *old = current;
	bool dying = object_condemned();

	if (UNLIKELY(dying))
		old = destroy_step(current);
	handed = thread_handed;
	thread_handed = NULL;
	next = choose(old, handed);
	if (LIKELY(next != current))
		next = change(old, next, handed);
	if (UNLIKELY(timeout_first < armed || (slice_counts(next) && slice_end < armed)))
		arm_timer(next);
	if (UNLIKELY(dying || !calm))
		set_short_cut();
	check_exit(next);
	return next;
}

/* ---- In ------------------------------------------------------------------------------- */

/* Whether nothing has happened that the way out would look at. Nobody's deadline is set but that of
 * the thread itself, when it begins to wait. */
static inline bool goes_on(const struct thread *current)
{
	return current->state == STATE_READY && ready_highest < current->effective &&
	    !thread_handed && !object_condemned();
}

struct thread *trap_syscall(struct thread *current)
{
	counters.calls++;
	trace(call, current->id, 0, 0, 0, current->regs.rax);
	space_entered(current->space);
	syscall_dispatch(current);
	if (goes_on(current)) {
		check_exit(current);
		return current;
	}
	return leave(current);
}

static void interrupt(struct thread *current, unsigned vector)
{
	counters.interrupts++;
	if (vector == VECTOR_TIMER)
		on_timer(current);
	else if (vector >= VECTOR_IRQ && vector < VECTOR_IRQ + IRQ_LINES)
		irq_arrived(vector - VECTOR_IRQ);
}

struct thread *trap_user(struct thread *current)
{
	u64 vector = current->regs.vector;

	space_entered(current->space);
	if (vector >= VECTOR_IRQ) {
		trace(interrupt, current->id, 0, 0, 0, current->regs.vector);
		interrupt(current, vector);
	} else if (vector == VECTOR_DEVICE_NOT_AVAILABLE && !current->machine.special.uses_fpu) {
		machine_fpu_first_use(&current->machine);
	} else {
		counters.faults++;
		fault_raise(current);
	}
	return leave(current);
}

void trap_idle(unsigned vector)
{
	trace(interrupt, 0, 0, 0, 0, vector);
	interrupt(NULL, vector);
}

/* The first way out: nobody ran before. */
struct thread *trap_first(void)
{
	counters.tsc_user = machine_tsc();
	return leave(NULL);
}
