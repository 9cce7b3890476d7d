/* Every way into the kernel, and the only way out.
 *
 * The machine saves the thread's registers in the thread and calls trap_syscall or trap_user. One
 * operation is carried out, which moves threads from state to state but never waits. Then leave()
 * does a bounded step of whatever is dying, takes the first of the ready queue, loads its space and
 * registers, and returns it. So a backtrace in the kernel is always the whole story, and nothing in
 * the kernel ever calls upward.
 *
 * Invariants: `running` is the thread whose registers, FPU state and FS base the processor has; it
 * is pinned, so even killed its memory outlasts its use here. The timer is armed for the earliest
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

static struct thread *running;
static u64 since;     /* TSC when it began to run */
static u64 slice_end; /* TSC */
static u64 armed = TIMEOUT_NONE;

/* ---- Time ----------------------------------------------------------------------------- */

/* What is left expires at once in an entry of its own: the timer is armed for what has passed. */
static void expire(u64 now)
{
	u64 steps = inherit_steps;

	for (unsigned i = 0; i < EXPIRY_LIMIT && inherit_steps - steps < STEP_LIMIT; i++) {
		struct timeout *timeout = timeout_expire(now);

		if (!timeout)
			return;
		ipc_cancel(CONTAINER_OF(timeout, struct thread, timeout), -ETIMEDOUT);
	}
}

static void on_timer(void)
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

static void switch_to(struct thread *next, u64 now)
{
	struct thread *old = running;

	if (!thread_was_handed(next))
		slice_end = now + clock_to_tsc(SLICE_NS) - boot_tsc_entry;
	counters.switches++;
	next->object.pins++;
	space_load(next->space);
	machine_switch(next, old ? &old->machine : NULL, &next->machine);
	running = next;
	since = now;
	if (old)
		object_unpin(&old->object);
}

/* The only way out: a step of pending destruction, then whoever is first, with its time accounted
 * and the timer armed for what comes next. */
static struct thread *leave(void)
{
	struct thread *next;
	u64 now;

	if (object_condemned())
		object_step();
	next = first_ready();
	if (next != running) {
		now = machine_tsc();
		if (running)
			running->cpu_tsc += now - since;
		if (!next) {
			next = idle();
			now = machine_tsc();
		}
		if (next != running)
			switch_to(next, now);
		else
			since = now;
	} else {
		thread_was_handed(next); /* a slice that was not passed on at once is not at all */
	}
	arm_timer(next);
	check_exit(next);
	return next;
}

/* ---- In ------------------------------------------------------------------------------- */

struct thread *trap_syscall(struct thread *current)
{
	counters.calls++;
	if (!ipc_fast(current))
		syscall_dispatch(current);
	return leave();
}

static void interrupt(unsigned vector)
{
	counters.interrupts++;
	if (vector == VECTOR_TIMER)
		on_timer();
	else if (vector >= VECTOR_IRQ && vector < VECTOR_IRQ + IRQ_LINES)
		irq_arrived(vector - VECTOR_IRQ);
}

struct thread *trap_user(struct thread *current)
{
	u64 vector = current->regs.vector;

	if (vector >= VECTOR_IRQ) {
		interrupt(vector);
	} else if (vector == VECTOR_DEVICE_NOT_AVAILABLE && !current->machine.uses_fpu) {
		machine_fpu_first_use(&current->machine);
	} else {
		counters.faults++;
		fault_raise(current);
	}
	return leave();
}

void trap_idle(unsigned vector)
{
	interrupt(vector);
}

/* The first way out: nobody ran before. */
struct thread *trap_first(void)
{
	counters.tsc_user = machine_tsc();
	return leave();
}
