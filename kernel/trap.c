/* Every way into the kernel, and the way out of all but the short cut (ipc_fast.c).
 *
 * The machine saves the thread's registers in the thread and calls trap_syscall or trap_user. One
 * operation is carried out, which moves threads from state to state but never waits. Then leave()
 * does a bounded step of whatever is dying, takes the first of the ready queue, loads its space and
 * registers, and returns it. So a backtrace in the kernel is always the whole story, and nothing in
 * the kernel ever calls upward.
 *
 * Invariants: the current thread is the one whose registers, FPU state and FS base the processor
 * has. While user code runs it is READY but in no queue, so that the short cut need not take it out
 * of one; inside the kernel it is queued before its equals, and pinned, so that even killed its
 * memory outlasts its use here. The timer is armed for the earliest
 * deadline or the end of the slice, whichever comes first, and is not touched while that has not
 * changed for the earlier.
 *
 * Layer 8. Called by x86/entry.S; calls syscall.c, fault.c, irq.c, object.c, ipc.c, thread.c,
 * timeout.c, space.c. */
#include "trap.h"

#include "check.h"
#include "clock.h"
#include "fault.h"
#include "info.h"
#include "inherit.h"
#include "ipc.h"
#include "ipc_fast.h"
#include "irq.h"
#include "machine.h"
#include "object.h"
#include "space.h"
#include "syscall.h"
#include "thread.h"
#include "timeout.h"

#define SLICE_NS     10000000ull /* among equals, while more than one of them is ready */
#define EXPIRY_LIMIT 16          /* deadlines dealt with in one entry */
#define STEP_LIMIT   16          /* none more after so many steps of priority inheritance */

#define VECTOR_DEVICE_NOT_AVAILABLE 7

static u64 since;     /* TSC when the last switch was made here: short cuts do not count */
static u64 slice_end; /* TSC */
static u64 armed = TIMEOUT_NONE;

/* ---- Time ----------------------------------------------------------------------------- */

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
	if (now >= slice_end && running && running->state == STATE_READY) {
		ready_rotate(&running->ready);
		slice_end = now + clock_to_tsc(SLICE_NS) - boot_tsc_entry;
	}
}

/* Arms the timer for what comes next: a deadline, or the end of the slice when equals wait for it.
 */
static void arm_timer(const struct thread *next)
{
	u64 event = timeout_next();

	if (next && ready_shared(&next->ready))
		event = MIN(event, slice_end);
	if (event >= armed)
		return;
	armed = event;
	machine_timer_arm(event);
}

/* ---- Out ------------------------------------------------------------------------------ */

static struct thread *first_ready(void)
{
	struct ready *top = ready_top();

	return top ? CONTAINER_OF(top, struct thread, ready) : NULL;
}

/* Nobody can run: finish what is dying, else sleep until an interrupt makes somebody ready. */
static struct thread *idle(void)
{
	struct thread *next;
	u64 start = machine_tsc();

	while (!(next = first_ready())) {
		if (object_condemned()) {
			object_step();
			machine_take_interrupts();
			continue;
		}
		arm_timer(NULL);
		machine_wait_for_interrupt();
	}
	counters.tsc_idle += machine_tsc() - start;
	return next;
}

static void switch_to(struct thread *old, struct thread *next, u64 now)
{
	if (!thread_was_handed(next))
		slice_end = now + clock_to_tsc(SLICE_NS) - boot_tsc_entry;
	counters.switches++;
	space_load(next->space);
	machine_switch(next, old ? &old->machine : NULL, &next->machine);
	since = now;
}

/* No short cut while something is dying, for which each exit does a step, nor when nobody inherits,
 * nor in a kernel without. */
static void set_short_cut(void)
{
	static bool on;
	bool wanted = inherit_enabled && !object_condemned() && ipc_fast_call;

	if (on != wanted)
		machine_short_cut(on = wanted);
}

/* The way out: a step of pending destruction, then whoever is first, with its time accounted
 * and the timer armed for what comes next. */
static struct thread *leave(struct thread *old)
{
	struct thread *next;
	u64 now;

	if (object_condemned())
		object_step();
	next = first_ready();
	if (next != old) {
		now = machine_tsc();
		if (old)
			old->cpu_tsc += now - since;
		if (!next) {
			next = idle();
			now = machine_tsc();
		}
		if (next != old)
			switch_to(old, next, now);
		else
			since = now;
	} else {
		thread_was_handed(next); /* a slice that was not passed on at once is not at all */
	}
	arm_timer(next);
	ready_remove(&next->ready);
	if (old)
		object_unpin(&old->object);
	set_short_cut();
	check_exit(next);
	return next;
}

/* ---- In ------------------------------------------------------------------------------- */

static void enter(struct thread *current)
{
	current->object.pins++;
	space_entered(current->space);
	ready_insert_front(&current->ready, current->effective);
}

struct thread *trap_syscall(struct thread *current)
{
	counters.calls++;
	enter(current);
	syscall_dispatch(current);
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

	enter(current);
	if (vector >= VECTOR_IRQ) {
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
	interrupt(NULL, vector);
}

/* The first way out: nobody ran before. */
struct thread *trap_first(void)
{
	counters.tsc_user = machine_tsc();
	return leave(NULL);
}
