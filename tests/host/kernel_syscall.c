// SOURCES: tests/host/world.c tests/host/machine.c tests/host/machine_memory.c kernel/printk.c kernel/pagetable.c kernel/pcid.c kernel/trace.c kernel/cap.c kernel/space.c kernel/copy.c kernel/memory.c kernel/ready.c kernel/timeout.c kernel/waitq.c kernel/thread.c kernel/inherit.c kernel/lock.c kernel/transfer.c kernel/endpoint.c kernel/ipc.c kernel/ipc_end.c kernel/ipc_fast.c kernel/watch.c kernel/object.c kernel/fault.c kernel/irq.c kernel/info.c kernel/handle.c kernel/syscall.c kernel/trap.c kernel/check.c kernel/check_waits.c
// The calls that no other test is about: threads, spaces, what the kernel tells; each of their
// errors, and the numbers that are no call. (Messages: kernel_ipc, capabilities: kernel_cap,
// memory: kernel_memory, interrupts: kernel_trap.)
#include "world.h"

#include "kernel/info.h"
#include "kernel/printk.h"
#include "kernel/syscall.h"

static struct space *a, *b;
static struct thread *t;
static cap_t ep, b_cap;

static void cast(void)
{
	a = new_space_with("a", 2000, 40);
	b = new_space_with("b", 2000, 20);
	t = new_thread(a, 10);
	ep = new_endpoint(a);
	b_cap = give(a, &b->object, CAP_SPACE | CAP_TRANSFER);
}

static struct thread *thread_of(cap_t handle)
{
	return CONTAINER_OF(cap_of(a, handle)->object, struct thread, object);
}

/* ---- Threads ------------------------------------------------------------------------ */

static void created_and_started(void)
{
	cap_t handle;
	struct thread *new;

	cast();
	handle = (cap_t)SYS(t, thread_create, b_cap, 0x401000, 0x500000, 77, 20, ep);
	new = thread_of(handle);
	EXPECT(new->space == b &&new->state == STATE_INACTIVE &&new->base == 20);
	EXPECT(new->regs.rip == 0x401000 && new->regs.rsp == 0x500000 && new->regs.rdi == 77 &&
	    new->regs.rsi == new->id);
	EXPECT(t->regs.rdx == new->id); /* its maker knows it too */
	EXPECT(new->regs.rax == 0 && new->regs.rbx == 0 && new->regs.r15 == 0 &&
	    new->regs.vector == ENTRY_NEW);
	EXPECT(new->pager == endpoint_of(a, ep) &&
	    cap_of(a, handle)->rights == (CAP_THREAD | CAP_TRANSFER));
	IS(SYS(t, thread_start, handle), 0);
	IS(new->state, STATE_READY);
	FAILS(t, -EBUSY, thread_start, handle);
	FAILS(t, -EBUSY, thread_start, 0); /* oneself */
	IS(SYS(t, thread_kill, handle), 0);
	FAILS(t, -EPIPE, thread_start, handle);
	settle();
	FAILS(t, -EPIPE, thread_set, handle, THREAD_PRIORITY, 5);
}

static void create_errors(void)
{
	cap_t weak, dead;

	cast();
	weak = give_copy(a, ep, a, CAP_RECV, 0);
	dead = give_copy(b, new_endpoint(b), a, CAP_SEND, 0);
	FAILS(t, -EBADF, thread_create, NO_CAP, 0x400000, 0x500000, 0, 5, 0);
	FAILS(t, -EPERM, thread_create, ep, 0x400000, 0x500000, 0, 5, 0);
	FAILS(t, -EBADF, thread_create, 0, 0x400000, 0x500000, 0, 5, NO_CAP);
	FAILS(t, -EPERM, thread_create, 0, 0x400000, 0x500000, 0, 5, weak);
	FAILS(t, -EINVAL, thread_create, 0, USER_END, 0x500000, 0, 5, 0);
	FAILS(t, -EINVAL, thread_create, 0, 0xffff800000000000, 0x500000, 0, 5, 0);
	FAILS(t, -EINVAL, thread_create, 0, 0x400000, USER_END + 1, 0, 5, 0);
	FAILS(t, -EINVAL, thread_create, 0, 0x400000, UINT64_MAX, 0, 5, 0);
	FAILS(t, -EINVAL, thread_create, 0, 0x400000, 0x500000, 0, PRIORITIES, 0);
	FAILS(t, -EINVAL, thread_create, 0, 0x400000, 0x500000, 0, UINT64_MAX, 0);
	FAILS(t, -EPERM, thread_create, 0, 0x400000, 0x500000, 0, 41, 0);
	FAILS(t, -EPERM, thread_create, b_cap, 0x400000, 0x500000, 0, 21, 0); /* the ceiling is the
										 new thread's
										 space's */
	EXPECT(SYS(t, thread_create, 0, 0x400000, USER_END, 0, 40, 0) > 0);
	b->quota->limit = b->quota->used;
	FAILS(t, -ENOMEM, thread_create, b_cap, 0x400000, 0x500000, 0, 5, 0); /* b pays */
	destroy(b);
	FAILS(t, -EPIPE, thread_create, b_cap, 0x400000, 0x500000, 0, 5, 0);
	FAILS(t, -EPIPE, thread_create, 0, 0x400000, 0x500000, 0, 5, dead);
}

static void set_and_its_errors(void)
{
	cap_t other;

	cast();
	other = (cap_t)SYS(t, thread_create, b_cap, 0x400000, 0x500000, 0, 5, 0);
	IS(SYS(t, thread_set, 0, THREAD_PRIORITY, 40), 0);
	IS(t->base, 40);
	IS(t->effective, 40);
	FAILS(t, -EPERM, thread_set, 0, THREAD_PRIORITY, 41);
	FAILS(t, -EPERM, thread_set, other, THREAD_PRIORITY, 21);
	FAILS(t, -EINVAL, thread_set, 0, THREAD_PRIORITY, PRIORITIES);
	FAILS(t, -EINVAL, thread_set, 0, THREAD_PRIORITY, UINT64_MAX);
	IS(SYS(t, thread_set, other, THREAD_PRIORITY, 0), 0);
	IS(SYS(t, thread_set, 0, THREAD_TLS, 0x7fffffffffff), 0);
	IS(t->machine.tls, 0x7fffffffffff);
	FAILS(t, -EINVAL, thread_set, 0, THREAD_TLS, 0x800000000000);
	FAILS(t, -EINVAL, thread_set, 0, THREAD_TLS, 0xffff800000000000);
	IS(t->machine.tls, 0x7fffffffffff);
	IS(SYS(t, thread_set, other, THREAD_PAGER, ep), 0);
	EXPECT(thread_of(other)->pager == endpoint_of(a, ep));
	IS(SYS(t, thread_set, other, THREAD_PAGER, 0), 0);
	EXPECT(!thread_of(other)->pager);
	FAILS(t, -EBADF, thread_set, other, THREAD_PAGER, NO_CAP);
	FAILS(t, -EPERM, thread_set, other, THREAD_PAGER, give_copy(a, ep, a, CAP_RECV, 0));
	FAILS(t, -EINVAL, thread_set, 0, 3, 0);
	FAILS(t, -EINVAL, thread_set, 0, UINT64_MAX, 0);
	FAILS(t, -EBADF, thread_set, NO_CAP, THREAD_PRIORITY, 1);
	FAILS(t, -EPERM, thread_set, ep, THREAD_PRIORITY, 1);
	FAILS(t, -EBADF, thread_start, NO_CAP);
	FAILS(t, -EPERM, thread_start, ep);
}

/* The pager's endpoint is kept by the thread, and let go with it. */
static void pager_is_pinned(void)
{
	cap_t own = 0, other;

	cast();
	own = new_endpoint(a);
	other = (cap_t)SYS(t, thread_create, 0, 0x400000, 0x500000, 0, 5, own);
	IS(SYS(t, cap_delete, own), 0);
	settle();
	EXPECT(thread_of(other)->pager->object.apart && thread_of(other)->pager->object.pins == 1);
	IS(SYS(t, thread_set, other, THREAD_PAGER, ep), 0);
	IS(endpoint_of(a, ep)->object.pins, 1);
	IS(SYS(t, thread_kill, other), 0);
	settle();
	IS(endpoint_of(a, ep)->object.pins, 0);
}

/* ---- Spaces ------------------------------------------------------------------------- */

static struct space *made(cap_t handle)
{
	return CONTAINER_OF(cap_of(a, handle)->object, struct space, object);
}

static void space_created(void)
{
	struct space *new;

	cast();
	memcpy(at(a, PAGE(0)), "a\1b c\x7f\xff.", 8);
	new = made((cap_t)SYS(t, space_create, 100, 40, PAGE(0), 8, 4711));
	EXPECT(!strcmp(new->name, "a?b?c??.")); /* nothing that could forge a line of the log */
	IS(new->tag, 4711);
	IS(new->ceiling, 40);
	IS(new->quota->limit, 100 * PAGE_SIZE);
	EXPECT(new->quota->parent == a->quota &&new->quota->used > 0);
	EXPECT(made((cap_t)SYS(t, space_create, 100, 0, 0, 0, 0))->name[0] == 0);
}

static void space_create_errors(void)
{
	cast();
	FAILS(t, -EINVAL, space_create, 100, PRIORITIES, 0, 0, 0);
	FAILS(t, -EINVAL, space_create, 100, UINT64_MAX, 0, 0, 0);
	FAILS(t, -EINVAL, space_create, 100, 1, PAGE(0), KERNEL_NAME_MAX, 0);
	FAILS(t, -EINVAL, space_create, 100, 1, PAGE(0), UINT64_MAX, 0);
	FAILS(t, -EINVAL, space_create, UINT64_MAX / PAGE_SIZE + 1, 1, 0, 0, 0);
	FAILS(t, -EPERM, space_create, 100, 41, 0, 0, 0);
	FAILS(t, -EFAULT, space_create, 100, 1, NOWHERE, 1, 0);
	FAILS(t, -EFAULT, space_create, 100, 1, PAGE(AREA_PAGES) - 3, 4, 0);
	FAILS(t, -ENOMEM, space_create, 0, 1, 0, 0, 0);
	FAILS(t, -ENOMEM, space_create, 4, 1, 0, 0, 0);
	EXPECT(SYS(t, space_create, UINT64_MAX / PAGE_SIZE, 1, 0, 0, 0) > 0); /* a limit, not a
										 reservation */
	a->quota->limit = a->quota->used + 3 * PAGE_SIZE;
	FAILS(t, -ENOMEM, space_create, 100, 1, 0, 0, 0);
	a->quota->limit = UINT32_MAX;
}

static void spaces_nest_so_deep(void)
{
	struct space *inner;
	unsigned depth = 0;

	cast();
	for (inner = a; inner; depth++) {
		struct space *next = space_create(inner, 1000 * PAGE_SIZE, 1, "deep", 4, 0);

		if (next)
			give(a, &next->object, CAP_SPACE);
		inner = next;
	}
	IS(depth, QUOTA_DEPTH_MAX - 1); /* init's is the first, a's the second */
}

/* ---- What the kernel tells ---------------------------------------------------------- */

static void info_of_everything(void)
{
	static struct info_thread threads[40];
	static struct info_space spaces[8];
	struct info_system system;
	cap_t kernel;

	cast();
	kernel = give_copy(init, init_kernel, a, CAP_INFO, 0);
	for (unsigned i = 0; i < 36; i++)
		new_inactive(b, 5);
	later(1000);
	IS(SYS(t, kernel_info, kernel, INFO_SYSTEM, 0, PAGE(0), sizeof(system)), sizeof(system));
	memcpy(&system, at(a, PAGE(0)), sizeof(system));
	EXPECT(system.threads == 37 && system.spaces == 3 && system.uptime_ns == clock_now());
	EXPECT(system.frames_free == frame_available() && system.frames_total == frame_total());
	IS(SYS(t, kernel_info, kernel, INFO_SYSTEM, 0, PAGE(0), 8), 8); /* an older program's */
	IS(SYS(t, kernel_info, kernel, INFO_SYSTEM, 0, PAGE(0), UINT64_MAX), sizeof(system));
	/* so many records a call at the most; the rest from the last one's slot + 1 */
	IS(SYS(t, kernel_info, kernel, INFO_THREADS, 0, PAGE(0), sizeof(threads)),
	    8 * sizeof(threads[0]));
	memcpy(threads, at(a, PAGE(0)), 8 * sizeof(threads[0]));
	for (unsigned i = 0; i < 8; i++)
		if (threads[i].id == t->id)
			EXPECT(!strcmp(threads[i].name, "a") && threads[i].state == STATE_READY);
		else
			EXPECT(!strcmp(threads[i].name, "b") &&
			    threads[i].state == STATE_INACTIVE && threads[i].base == 5);
	EXPECT(SYS(t, kernel_info, kernel, INFO_THREADS, 33, PAGE(0), sizeof(threads)) > 0);
	IS(SYS(t, kernel_info, kernel, INFO_THREADS, 0, PAGE(0), 2 * sizeof(threads[0]) - 1),
	    sizeof(threads[0]));
	IS(SYS(t, kernel_info, kernel, INFO_THREADS, 0, PAGE(0), 0), 0);
	IS(SYS(t, kernel_info, kernel, INFO_THREADS, 0x10000, PAGE(0), 5000), 0);
	IS(SYS(t, kernel_info, kernel, INFO_THREADS, 1ull << 32, PAGE(0), 5000), 0);
	IS(SYS(t, kernel_info, kernel, INFO_THREADS, UINT64_MAX, PAGE(0), 5000), 0);
	IS(SYS(t, kernel_info, kernel, INFO_SPACES, 0, PAGE(0), sizeof(spaces)),
	    3 * sizeof(spaces[0]));
	memcpy(spaces, at(a, PAGE(0)), sizeof(spaces));
	EXPECT(!strcmp(spaces[0].name, "init") && !strcmp(spaces[1].name, "a") &&
	    spaces[2].threads == 36);
	EXPECT(spaces[1].ceiling == 40 && spaces[1].caps == a->caps.used && spaces[1].windows == 1);
	IS(SYS(t, kernel_info, kernel, INFO_SPACES, spaces[2].id + 1, PAGE(0), sizeof(spaces)), 0);
	IS(SYS(t, kernel_info, kernel, INFO_SPACES, 1ull << 32, PAGE(0), sizeof(spaces)), 0);
	IS(SYS(t, kernel_info, kernel, INFO_SPACES, UINT64_MAX, PAGE(0), sizeof(spaces)), 0);
	printk("hello from the kernel\n");
	IS(SYS(t, kernel_info, kernel, INFO_LOG, 0, PAGE(0), 5000) > 20, 1);
	IS(SYS(t, kernel_info, kernel, INFO_IRQS, IRQ_LINES, PAGE(0), 5000), 0);
	IS(SYS(t, kernel_info, kernel, INFO_IRQS, UINT64_MAX, PAGE(0), 5000), 0);
	EXPECT(
	    SYS(t, kernel_info, kernel, INFO_CAPS, INFO_CAP(t->space->id, 0), PAGE(0), 5000) > 0);
	IS(SYS(t, kernel_info, kernel, INFO_CAPS,
	       INFO_CAP(t->space->id, cap_entries(&t->space->caps)), PAGE(0), 5000),
	    0);
	IS(SYS(t, kernel_info, kernel, INFO_CAPS, INFO_CAP(t->space->id, UINT32_MAX), PAGE(0),
	       5000),
	    0);
	IS(SYS(t, kernel_info, kernel, INFO_CAPS, INFO_CAP(999, 0), PAGE(0), 5000), 0);
	IS(SYS(t, kernel_info, kernel, INFO_CAPS, UINT64_MAX, PAGE(0), 5000), 0);
	IS(SYS(t, kernel_info, kernel, INFO_LOG, UINT64_MAX, PAGE(0), 5000), 0);
}

/* What is told of waiting: on whom. */
static void info_of_waiting(void)
{
	struct info_thread info[2];
	struct thread *server;
	unsigned i;

	cast();
	server = new_thread(a, 5);
	IS(recv(server, ep, 0, DEADLINE_NOW), -ETIMEDOUT);
	IS(call(t, ep, MSG_LABEL(1, 1, 0, 0), 0, FOREVER), WAITS);
	IS(info_write(a, INFO_THREADS, 0, PAGE(0), sizeof(info)), sizeof(info));
	memcpy(info, at(a, PAGE(0)), sizeof(info));
	i = info[1].id == server->id;
	EXPECT(info[!i].state == STATE_SEND && info[!i].waits_on == server->id);
	EXPECT(info[i].effective == 10 && info[i].base == 5 && info[i].waits_on == 0);
}

static void info_errors(void)
{
	cap_t kernel;

	cast();
	kernel = give_copy(init, init_kernel, a, CAP_INFO, 0);
	FAILS(t, -EPERM, kernel_info, ep, INFO_SYSTEM, 0, PAGE(0), 100);
	FAILS(t, -EBADF, kernel_info, NO_CAP, INFO_SYSTEM, 0, PAGE(0), 100);
	FAILS(t, -EINVAL, kernel_info, kernel, INFO_CAPS + 1, 0, PAGE(0), 100);
	FAILS(t, -EINVAL, kernel_info, kernel, UINT64_MAX, 0, PAGE(0), 100);
	for (u64 what = INFO_SYSTEM; what <= INFO_LOG; what++) {
		printk("so that the log is not empty\n");
		FAILS(t, -EFAULT, kernel_info, kernel, what, 0, NOWHERE, 500);
		FAILS(t, -EFAULT, kernel_info, kernel, what, 0, 0xffff800000000000, 500);
		FAILS(t, -EFAULT, kernel_info, kernel, what, 0, UINT64_MAX - 3, 500);
		FAILS(t, -EFAULT, kernel_info, kernel, what, 0, TIME_PAGE, 500);
	}
}

/* ---- The rest ----------------------------------------------------------------------- */

static void power_off(void)
{
	cap_t power;

	cast();
	power = give_copy(init, init_kernel, a, CAP_POWER, 0);
	FAILS(t, -EINVAL, poweroff, power, POWEROFF_REBOOT + 1);
	FAILS(t, -EPERM, poweroff, give_copy(init, init_kernel, a, CAP_INFO, 0), 1);
	FAILS(t, -EBADF, poweroff, NO_CAP, 1);
	t->regs.rax = SYS_poweroff;
	t->regs.rdi = power;
	t->regs.rsi = 7;
	EXPECT(ENDS(syscall_dispatch(t), 7));
}

static void numbers_that_are_no_call(void)
{
	static const u64 number[] = { SYS_COUNT, SYS_COUNT + 1, 1000, 1ull << 32, 1ull << 63,
		UINT64_MAX };

	cast();
	for (unsigned i = 0; i < ARRAY_SIZE(number); i++) {
		IS(world_call(t, number[i], (const u64[6]){ ep, 0, 0, FOREVER, ep, 0 }), -ENOSYS);
		EXPECT(world_only_rax_changed(t));
	}
}

static void ports(void)
{
	cap_t some, all;

	cast();
	all = give_copy(init, init_ports, a, CAP_PORTS, 0);
	host.port_value = 0xffffffff;
	IS(SYS(t, port_in, all, 0xfffc, 4), 0xffffffff); /* a value, not an error */
	IS(SYS(t, port_out, all, 0, 1, 0x1ff), 0);
	FAILS(t, -EINVAL, port_in, all, 0xfffd, 4);
	FAILS(t, -EINVAL, port_in, all, 0x10000, 1);
	FAILS(t, -EINVAL, port_in, all, UINT64_MAX, 1);
	FAILS(t, -EINVAL, port_in, all, UINT64_MAX - 3, 4);
	FAILS(t, -EINVAL, port_in, all, 0x80, 3);
	FAILS(t, -EINVAL, port_in, all, 0x80, 0);
	FAILS(t, -EINVAL, port_in, all, 0x80, 8);
	FAILS(t, -EINVAL, port_out, all, 0x80, UINT64_MAX, 1);
	FAILS(t, -EPERM, port_in, ep, 0x80, 1);
	some = give_copy(init, init_ports, a, CAP_PORTS, PORT_RANGE(0x70, 2));
	IS(SYS(t, port_in, some, 0x70, 2), 0x1ff);
	FAILS(t, -EPERM, port_in, some, 0x6f, 1);
	FAILS(t, -EPERM, port_in, some, 0x71, 2);
	FAILS(t, -EPERM, port_out, some, 0x72, 1, 0);
	FAILS(t, -EBADF, port_out, NO_CAP, 0x80, 1, 1);
}

int main(void)
{
	world_start(0);
	story("a thread is created, started, ended", created_and_started);
	story("every error of thread_create", create_errors);
	story("thread_set, thread_start and every error of theirs", set_and_its_errors);
	story("a pager's endpoint is kept by the thread", pager_is_pinned);
	story("a space is created, its name made harmless", space_created);
	story("every error of space_create", space_create_errors);
	story("spaces nest so deep and no deeper", spaces_nest_so_deep);
	story("what the kernel tells", info_of_everything);
	story("who waits on whom is told", info_of_waiting);
	story("every error of kernel_info", info_errors);
	story("power off", power_off);
	story("numbers that are no call", numbers_that_are_no_call);
	story("every error of port_in and port_out", ports);
	return world_done();
}
