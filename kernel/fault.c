/* Page faults and other exceptions of user code: a call to the thread's pager, whose reply resumes
 * or kills it. What to do about a fault (demand paging, copy on write, a crash report) is a user
 * program's business.
 *
 * Invariant: the registers of a faulting thread stay as they were at the fault; the message's words
 * stand beside them. A thread whose pager is dead, missing, or waits for the thread itself is
 * killed.
 *
 * Layer 6. Called by trap.c, syscall.c; calls ipc.c, ipc_end.c, endpoint.c, clock.c,
 * printk.c. (Mach's external pagers; L4's page
 * fault protocol.) */
#include "fault.h"

#include "clock.h"
#include "endpoint.h"
#include "ipc.h"
#include "machine.h"
#include "printk.h"
#include "trace.h"

static void log_death(const struct thread *thread)
{
	const struct regs *regs = &thread->regs;

	if (!thread->space->quota->parent)
		printk_console(true); /* init: nobody will be there to tell of it */
	else if (!printk_may(clock_now()))
		return;
	printk("%s: thread %u killed: exception %u, error %lx, at %lx, address %lx, no pager\n",
	    thread->space->name, thread_slot(thread), (unsigned)regs->vector, regs->error,
	    regs->rip, thread->fault[2]);
}

void fault_raise(struct thread *thread)
{
	struct regs *regs = &thread->regs;

	thread->fault[0] = regs->vector;
	thread->fault[1] = regs->error;
	thread->fault[2] = regs->vector == VECTOR_PAGE_FAULT ? machine_fault_address() : 0;
	thread->fault[3] = regs->rip;
	thread->fault[4] = thread->id;
	trace(fault, thread->id, 0, thread->fault[2], regs->error, regs->vector);
	if (thread->pager && !ipc_call_pager(thread, thread->pager, thread->pager_badge))
		return;
	log_death(thread);
	ipc_kill(thread);
}

void fault_set_pager(struct thread *thread, struct endpoint *pager, u64 badge)
{
	struct endpoint *old = thread->pager;

	if (pager)
		pager->object.pins++;
	thread->pager = pager;
	thread->pager_badge = badge;
	if (old)
		endpoint_unpin(old);
}
