/* From registers to operations: each function here takes one call's arguments out of the registers,
 * turns handles into objects, and calls one operation. The only file that reads a thread's raw
 * registers for arguments.
 *
 * The order of checks: handles and rights, then values, then memory; the message calls check what
 * stands in the struct msg_ext when they have read it. What each call means and every error it
 * answers is in docs/abi/.
 *
 * Layer 7. Called by trap.c; calls the layers below. */
#include "syscall.h"

#include "cap.h"
#include "endpoint.h"
#include "fault.h"
#include "handle.h"
#include "info.h"
#include "inherit.h"
#include "ipc.h"
#include "irq.h"
#include "lock.h"
#include "machine.h"
#include "memory.h"
#include "object.h"
#include "printk.h"
#include "trace.h"
#include "watch.h"

/* Pages that one entry maps at the most: 32 KiB of zeroing, and as many tables at the worst. */
#define PAGE_BUDGET 8

#define ARG0(t) ((t)->regs.rdi)
#define ARG1(t) ((t)->regs.rsi)
#define ARG2(t) ((t)->regs.rdx)
#define ARG3(t) ((t)->regs.r10)
#define ARG4(t) ((t)->regs.r8)
#define ARG5(t) ((t)->regs.r9)

/* ---- Messages ------------------------------------------------------------------------- */

static s64 do_ipc_call(struct thread *t)
{
	return ipc_call(t, ARG0(t), ARG1(t), ARG2(t), ARG3(t));
}

static s64 do_ipc_recv(struct thread *t)
{
	return ipc_recv(t, ARG0(t), ARG2(t), ARG3(t));
}

static s64 do_ipc_reply(struct thread *t)
{
	return ipc_reply(t, ARG0(t), ARG1(t), ARG2(t));
}

static s64 do_ipc_reply_recv(struct thread *t)
{
	return ipc_reply_recv(t, ARG0(t), ARG1(t), ARG2(t), ARG4(t), ARG3(t));
}

static s64 do_delegate(struct thread *t)
{
	return ipc_delegate(t, ARG0(t), ARG1(t));
}

static s64 do_notify(struct thread *t)
{
	return ipc_notify(t, ARG0(t), ARG1(t));
}

/* ---- Threads -------------------------------------------------------------------------- */

static s64 do_yield(struct thread *t)
{
	thread_yield(t);
	return 0;
}

/* The place for the capability is reserved first: a thread that nobody can name must not come to
 * be. */
static s64 do_thread_create(struct thread *t)
{
	struct space *space;
	struct thread *new;
	struct cap *pager = NULL;
	int error = handle_space(t, ARG0(t), &space);

	if (!error && ARG5(t))
		error = handle_find(t, ARG5(t), CAP_SEND, &pager);
	if (error)
		return error;
	if (ARG1(t) >= USER_END || ARG2(t) > USER_END || ARG4(t) >= PRIORITIES)
		return -EINVAL;
	if (ARG4(t) > space->ceiling)
		return -EPERM;
	error = cap_reserve(&t->space->caps, 1);
	if (error)
		return error;
	new = thread_create(space, ARG1(t), ARG2(t), ARG3(t), ARG4(t));
	if (!new)
		return -ENOMEM;
	if (pager)
		fault_set_pager(
		    new, CONTAINER_OF(pager->object, struct endpoint, object), pager->badge);
	t->regs.rdx = new->id;
	return handle_give(t, &new->object, CAP_THREAD);
}

static s64 do_thread_start(struct thread *t)
{
	struct thread *thread;
	int error = handle_thread(t, ARG0(t), &thread);

	if (error)
		return error;
	if (thread->state != STATE_INACTIVE)
		return -EBUSY;
	thread_make_ready(thread);
	return 0;
}

static s64 set_priority(struct thread *thread, u64 priority)
{
	if (priority >= PRIORITIES)
		return -EINVAL;
	if (priority > thread->space->ceiling)
		return -EPERM;
	thread->base = priority;
	inherit_update(thread);
	return 0;
}

static s64 set_pager(struct thread *t, struct thread *thread, cap_t handle)
{
	struct cap *cap;
	int error;

	if (!handle) {
		fault_set_pager(thread, NULL, 0);
		return 0;
	}
	error = handle_find(t, handle, CAP_SEND, &cap);
	if (!error)
		fault_set_pager(thread, cap_endpoint(cap), cap->badge);
	return error;
}

static s64 do_thread_set(struct thread *t)
{
	struct thread *thread;
	int error = handle_thread(t, ARG0(t), &thread);

	if (error)
		return error;
	switch (ARG1(t)) {
	case THREAD_PRIORITY:
		return set_priority(thread, ARG2(t));
	case THREAD_TLS:
		thread_bar_short_cut(thread);
		return machine_set_tls(&thread->machine, thread == t, ARG2(t)) ? 0 : -EINVAL;
	case THREAD_PAGER:
		return set_pager(t, thread, ARG2(t));
	default:
		return -EINVAL;
	}
}

static s64 do_thread_kill(struct thread *t)
{
	struct thread *thread;
	int error = handle_thread(t, ARG0(t), &thread);

	if (!error)
		ipc_kill(thread);
	return error;
}

/* ---- Spaces, endpoints, capabilities -------------------------------------------------- */

static s64 do_space_create(struct thread *t)
{
	u64 frames = ARG0(t), ceiling = ARG1(t), length = ARG3(t);
	char name[KERNEL_NAME_MAX];
	struct space *space;
	int error;

	if (ceiling >= PRIORITIES || length >= KERNEL_NAME_MAX || frames > UINT64_MAX / PAGE_SIZE)
		return -EINVAL;
	if (ceiling > t->space->ceiling)
		return -EPERM;
	error = space_read(t->space, name, ARG2(t), length);
	if (!error)
		error = cap_reserve(&t->space->caps, 1);
	if (error)
		return error;
	space = space_create(t->space, frames * PAGE_SIZE, ceiling, name, length, ARG4(t));
	return space ? handle_give(t, &space->object, CAP_SPACE) : -ENOMEM;
}

static s64 do_space_destroy(struct thread *t)
{
	struct cap *cap;
	int error = handle_find(t, ARG0(t), CAP_SPACE, &cap);

	if (error && error != -EPIPE)
		return error;
	object_condemn(cap->object);
	return cap->object->apart ? 0 : RESTART; /* trap.c does the work, a step an entry */
}

static s64 do_endpoint_create(struct thread *t)
{
	int error = cap_reserve(&t->space->caps, 1);
	struct endpoint *endpoint;

	if (error)
		return error;
	endpoint = endpoint_create(t->space->quota);
	return endpoint ? handle_give(t, &endpoint->object, CAP_SEND | CAP_RECV | CAP_NOTIFY)
			: -ENOMEM;
}

static s64 do_endpoint_unbind(struct thread *t)
{
	return ipc_unbind(t, ARG0(t));
}

static s64 do_cap_mint(struct thread *t)
{
	u32 rights = ARG1(t);
	struct space *space;
	struct cap *cap;
	u64 badge;
	int error = handle_space(t, ARG3(t), &space);

	if (!error)
		error = handle_find(t, ARG0(t), space == t->space ? 0 : CAP_TRANSFER, &cap);
	if (error)
		return error;
	if (ARG1(t) == 0 || ARG1(t) > CAP_ALL)
		return -EINVAL;
	if ((rights & ~cap->rights) || !cap_derive_badge(cap, rights, ARG2(t), &badge))
		return -EPERM;
	error = cap_reserve(&space->caps, 1);
	return error ? error
		     : (s64)cap_insert(&space->caps, cap->object, rights, badge, cap)->handle;
}

/* Deleting and revoking work on what is left of a dead object too. */
static int find_dead_or_alive(struct thread *t, cap_t handle, struct cap **cap)
{
	int error = handle_find(t, handle, 0, cap);

	return error == -EPIPE ? 0 : error;
}

static s64 do_cap_delete(struct thread *t)
{
	unsigned budget = OBJECT_BUDGET;
	struct cap *cap;
	int error = find_dead_or_alive(t, ARG0(t), &cap);

	if (error)
		return error;
	return object_delete_cap(cap, &budget) ? 0 : RESTART;
}

static s64 do_cap_revoke(struct thread *t)
{
	unsigned budget = OBJECT_BUDGET;
	struct cap *cap;
	int error = find_dead_or_alive(t, ARG0(t), &cap);

	if (error)
		return error;
	return object_revoke(cap, &budget) ? 0 : RESTART;
}

static s64 do_watch(struct thread *t)
{
	struct endpoint *target;
	struct cap *cap;
	int error = handle_find(t, ARG0(t), 0, &cap);

	if (!error)
		error = handle_target(t, ARG2(t), ARG3(t), &target);
	if (error)
		return error;
	return ARG1(t) > WATCH_DERIVED ? -EINVAL : watch_add(cap, ARG1(t), target, ARG3(t));
}

/* ---- Memory --------------------------------------------------------------------------- */

static s64 do_mem_create(struct thread *t)
{
	u64 bytes = ARG0(t);
	struct memory *memory;
	int error;

	if (bytes == 0 || bytes > MEM_MAX || bytes % PAGE_SIZE != 0)
		return -EINVAL;
	error = cap_reserve(&t->space->caps, 1);
	if (error)
		return error;
	memory = memory_create(bytes / PAGE_SIZE, t->space->quota);
	return memory ? handle_give(t, &memory->object, CAP_READ | CAP_WRITE | CAP_EXECUTE)
		      : -ENOMEM;
}

static s64 do_mem_map(struct thread *t)
{
	unsigned budget = PAGE_BUDGET;
	struct space *space;
	struct cap *cap;
	int error = handle_find(t, ARG0(t), CAP_READ, &cap);

	if (!error)
		error = handle_space(t, ARG1(t), &space);
	return error ? error : memory_map(cap, space, ARG2(t), ARG3(t), ARG4(t), ARG5(t), &budget);
}

static s64 do_mem_unmap(struct thread *t)
{
	unsigned budget = OBJECT_BUDGET;
	struct space *space;
	int error = handle_space(t, ARG0(t), &space);

	return error ? error : memory_unmap(space, ARG1(t), ARG2(t), &budget);
}

static s64 do_mem_protect(struct thread *t)
{
	unsigned budget = OBJECT_BUDGET;
	struct space *space;
	int error = handle_space(t, ARG0(t), &space);

	return error ? error : memory_protect(space, ARG1(t), ARG2(t), ARG3(t), &budget);
}

/* ---- Devices -------------------------------------------------------------------------- */

static s64 do_irq_bind(struct thread *t)
{
	struct endpoint *endpoint;
	struct cap *cap;
	int error = handle_find(t, ARG0(t), CAP_IRQ, &cap);

	if (!error)
		error = handle_target(t, ARG2(t), ARG3(t), &endpoint);
	return error ? error : irq_bind(cap, ARG1(t), endpoint, ARG3(t));
}

static s64 do_irq_ack(struct thread *t)
{
	struct cap *cap;
	int error = handle_find(t, ARG0(t), CAP_IRQ, &cap);

	return error ? error : irq_ack(cap, ARG1(t));
}

static s64 do_port_in(struct thread *t)
{
	struct cap *cap;
	int error = handle_find(t, ARG0(t), CAP_PORTS, &cap);

	return error ? error : port_in(cap, ARG1(t), ARG2(t));
}

static s64 do_port_out(struct thread *t)
{
	struct cap *cap;
	int error = handle_find(t, ARG0(t), CAP_PORTS, &cap);

	return error ? error : port_out(cap, ARG1(t), ARG2(t), ARG3(t));
}

/* ---- Locks, kernel -------------------------------------------------------------------- */

static s64 do_lock_wait(struct thread *t)
{
	return lock_wait(t, ARG0(t), ARG1(t));
}

static s64 do_lock_wake(struct thread *t)
{
	return lock_wake(t, ARG0(t));
}

static s64 do_kernel_info(struct thread *t)
{
	struct cap *cap;
	int error = handle_find(t, ARG0(t), CAP_INFO, &cap);

	return error ? error : info_write(t->space, ARG1(t), ARG2(t), ARG3(t), ARG4(t));
}

static s64 do_poweroff(struct thread *t)
{
	struct cap *cap;
	int error = handle_find(t, ARG0(t), CAP_POWER, &cap);

	if (error)
		return error;
	if (ARG1(t) > POWEROFF_REBOOT)
		return -EINVAL;
	if (ARG1(t) == POWEROFF_REBOOT) {
		printk("reboot\n");
		machine_reboot();
	}
	printk("power off, status %u\n", (unsigned)ARG1(t));
	machine_poweroff(ARG1(t));
}

/* Frames join the ring a few an entry, made where there are none yet. */
static s64 do_trace_into(struct thread *t)
{
	struct memory *memory;
	struct cap *cap;
	int error = handle_find(t, ARG0(t), CAP_TRACE, &cap);

	if (!error && !ARG1(t)) {
		trace_end(trace_owner);
		return 0;
	}
	if (!error)
		error = handle_find(t, ARG1(t), CAP_WRITE, &cap);
	if (error)
		return error;
	memory = CONTAINER_OF(cap->object, struct memory, object);
	if (memory->pages > TRACE_PAGES)
		return -EINVAL;
	if (trace_on || (trace_owner && trace_owner != &memory->object))
		return -EBUSY;
	return memory_trace(memory, PAGE_BUDGET);
}

/* ---- Dispatch ------------------------------------------------------------------------- */

#define HANDLER(number, name, arguments) [number] = do_##name,
s64 (*const syscall_handlers[])(struct thread *) = { ATOLL_CALLS(HANDLER) };
_Static_assert(ARRAY_SIZE(syscall_handlers) == SYS_COUNT, "every call has its function");
