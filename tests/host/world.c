/* See world.h. */
#include "world.h"

#include "kernel/ipc_fast.h"
#include "kernel/irq.h"
#include "kernel/machine_inline.h"
#include "kernel/pagetable.h"
#include "kernel/pcid.h"
#include "kernel/ready.h"
#include "kernel/syscall.h"
#include "kernel/timeout.h"
#include "kernel/trace.h"

#define MEMORY (32ull << 20)
#define INIT_CAPS \
	512 /* room that init's table has from the start, so that it does not grow in a story */
#define RESTARTS_MAX 100000

struct space *init;
struct thread *world_running;
cap_t init_irqs, init_ports, init_kernel;
unsigned long world_expectations, world_short_cuts;
static unsigned long failures;
static bool fast;               /* calls try the short cut first */
static struct regs before;      /* a call's registers, as user code set them */
static struct endpoint *nobody; /* dead: a line that is bound to it may be bound anew */
static struct object kernel_object = { .type = OBJECT_KERNEL, .pins = 1 };

/* ---- Stories ------------------------------------------------------------------------ */

bool world_expect(s64 found, s64 wanted, const char *what, const char *file, int line)
{
	world_expectations++;
	if (found == wanted)
		return true;
	if (failures++ < 20)
		printf("# %s:%d: %s is %ld, expected %ld\n", file, line, what, (long)found,
		    (long)wanted);
	return false;
}

static bool is_inits_own(const struct cap *cap)
{
	return cap->handle == init_irqs || cap->handle == init_ports || cap->handle == init_kernel;
}

void world_release_interrupts(void)
{
	for (unsigned line = 0; line < IRQ_LINES; line++)
		if (irq_endpoint(line))
			irq_bind(cap_of(init, init_irqs), line, nobody, 1);
}

/* Everything but init ends; init keeps what it has from the start. */
static void take_down(void)
{
	unsigned budget = UINT32_MAX;
	struct space *space;
	struct cap *cap;
	u32 position = 0;

	for (u32 id = 0; (space = space_next(id)); id = space->id + 1)
		if (space != init)
			object_condemn(&space->object);
	settle();
	world_release_interrupts();
	while ((cap = cap_next(&init->caps, &position)))
		if (!is_inits_own(cap))
			object_delete_cap(cap, &budget);
	settle();
}

/* Both rounds; whether all was as expected. */
static bool tell(void (*body)(void))
{
	u64 frames = frame_available(), used = init->quota->used;
	unsigned long failed = failures;
	u32 threads = thread_count();

	for (unsigned round = 0; round < 2; round++) {
		fast = round == 0 && ipc_fast_call;
		inherit_enabled = true;
		inherit_rings_wait = false;
		body();
		host.fail_at = 0;
		check_all(world_running);
		take_down();
		check_all(world_running);
		IS(space_count(), 1);
		IS(thread_count(), threads);
		IS(init->quota->used, used);
		IS(frame_available(), frames);
	}
	return failures == failed;
}

void story(const char *name, void (*body)(void))
{
	ok(tell(body), "%s", name);
}

void story_of_short_cut(const char *name, void (*body)(void))
{
	if (ipc_fast_call)
		story(name, body);
	else
		ok(true, "%s # SKIP no short cut: FAST=0", name);
}

int world_done(void)
{
	printf("# %lu expectations\n", world_expectations);
	return tap_done();
}

static void make_room(void)
{
	struct cap *cap;
	unsigned budget = UINT32_MAX;
	u32 position = 0;

	for (unsigned i = 0; i < INIT_CAPS; i++)
		give(init, &kernel_object, 0);
	while ((cap = cap_next(&init->caps, &position)))
		object_delete_cap(cap, &budget);
}

void world_start(unsigned tags)
{
	unsigned budget = UINT32_MAX;
	struct cap *ep;

	host_boot_memory(MEMORY);
	machine_features.pcid = machine_features.invpcid = tags > 0;
	pcid_init(tags);
	thread_init();
	irq_init();
	list_init(&kernel_object.watches);
	list_init(&kernel_object.dying);
	init = space_create(NULL, MEMORY, PRIORITIES - 1, "init", 4, 1);
	object_set_root(init);
	make_room();
	if (timeout_reserve()) /* the first frame for timeouts stays */
		timeout_release(NULL);
	init_irqs = give(init, &irq_object, CAP_IRQ | CAP_TRANSFER);
	init_ports = give(init, &ports_object, CAP_PORTS | CAP_TRANSFER);
	init_kernel = give(init, &kernel_object, CAP_INFO | CAP_POWER | CAP_TRACE | CAP_TRANSFER);
	ep = cap_of(init, new_endpoint(init));
	nobody = CONTAINER_OF(ep->object, struct endpoint, object);
	irq_bind(cap_of(init, init_irqs), IRQ_LINES - 1, nobody, 1);
	object_delete_cap(ep, &budget);
	settle();
}

void world_room_for_threads(unsigned count)
{
	struct space *space = new_space_with("room", count + 100, 0);
	struct thread **thread = calloc(count, sizeof(*thread));
	unsigned budget = UINT32_MAX;
	struct cap *cap;
	u32 position = 0;

	for (unsigned i = 0; i < count; i++)
		thread[i] = new_inactive(space, 0);
	for (unsigned i = count; i-- > 0;) /* so that the lowest slots are used first again */
		ipc_kill(thread[i]);
	free(thread);
	while ((cap = cap_next(&init->caps, &position)))
		if (!is_inits_own(cap))
			object_delete_cap(cap, &budget);
	while (object_condemned())
		object_step();
}

/* ---- Things ------------------------------------------------------------------------- */

cap_t give(struct space *space, struct object *object, u32 rights)
{
	if (cap_reserve(&space->caps, 1))
		panic("no room for a capability of the story");
	return cap_insert(&space->caps, object, rights, 0, NULL)->handle;
}

struct cap *cap_of(struct space *space, cap_t handle)
{
	struct cap *cap;
	int error = cap_find(&space->caps, handle, 0, &cap);

	return error && error != -EPIPE ? NULL : cap;
}

cap_t give_copy(struct space *from, cap_t handle, struct space *to, u32 rights, u64 badge)
{
	struct cap *cap = cap_of(from, handle);

	if (cap_reserve(&to->caps, 1))
		panic("no room for a capability of the story");
	return cap_insert(&to->caps, cap->object, rights, badge ? badge : cap->badge, cap)->handle;
}

struct cap *cap_next(const struct cap_table *table, u32 *position)
{
	struct cap *cap = NULL;

	while (!cap && *position < cap_entries(table))
		cap = cap_at(table, (*position)++);
	return cap;
}

struct endpoint *endpoint_of(struct space *space, cap_t handle)
{
	return CONTAINER_OF(cap_of(space, handle)->object, struct endpoint, object);
}

cap_t map_pages(struct space *space, uaddr address, u64 pages, u64 prot)
{
	unsigned budget = UINT32_MAX;
	struct memory *memory = memory_create(pages, space->quota);
	cap_t handle;

	if (!memory)
		panic("no memory for the story");
	handle = give(space, &memory->object, CAP_READ | CAP_WRITE | CAP_EXECUTE | CAP_TRANSFER);
	if (memory_map(cap_of(space, handle), space, address, 0, pages * PAGE_SIZE, prot, &budget))
		panic("no mapping for the story");
	return handle;
}

struct space *new_space_with(const char *name, u64 frames, u8 ceiling)
{
	struct space *space =
	    space_create(init, frames * PAGE_SIZE, ceiling, name, strlen(name), 0);

	if (!space)
		panic("no space for the story");
	give(init, &space->object, CAP_SPACE | CAP_TRANSFER);
	map_pages(space, AREA, AREA_PAGES, PROT_READ | PROT_WRITE);
	return space;
}

struct space *new_space(const char *name)
{
	return new_space_with(name, 2000, PRIORITIES - 1);
}

struct thread *new_inactive(struct space *space, u8 priority)
{
	struct thread *thread = thread_create(space, 0x400000, 0x500000, 0, priority);

	if (!thread)
		panic("no thread for the story");
	return thread;
}

struct thread *new_thread(struct space *space, u8 priority)
{
	struct thread *thread = new_inactive(space, priority);

	thread_make_ready(thread);
	return thread;
}

cap_t new_endpoint(struct space *space)
{
	struct endpoint *endpoint = endpoint_create(space->quota);

	if (!endpoint)
		panic("no endpoint for the story");
	return give(space, &endpoint->object, CAP_SEND | CAP_RECV | CAP_NOTIFY | CAP_TRANSFER);
}

u8 *at(struct space *space, uaddr address)
{
	const pte_t *entry = pagetable_find(space->root, address);

	if (!entry || !(*entry & PTE_PRESENT))
		panic("the story's own address %lx is not mapped", address);
	return (u8 *)phys_to_virt(PTE_FRAME(*entry)) + address % PAGE_SIZE;
}

void put_ext(struct space *space, uaddr address, struct msg_ext ext)
{
	if (space_write(space, address, &ext, sizeof(ext)))
		panic("no memory at the story's own address %lx", address);
}

struct msg_ext get_ext(struct space *space, uaddr address)
{
	struct msg_ext ext;

	if (space_read(space, &ext, address, sizeof(ext)))
		panic("no memory at the story's own address %lx", address);
	return ext;
}

/* ---- The short cut: x86/current.h and entry.S ---------------------------------------- */

static struct thread *current_thread, *resumed;

struct thread *machine_current(void)
{
	return current_thread;
}

void machine_set_current(struct thread *thread)
{
	resumed = thread;
}

void machine_load_cr3_now(u64 cr3)
{
	machine_load_cr3(cr3);
}

/* As the real one: words and label are left where they are, the rest is scrubbed. */
void machine_resume(struct thread *thread, u64 badge, u64 label, u64 token)
{
	struct regs *to = &thread->regs;
	const struct regs *from = &current_thread->regs;

	to->rbx = from->rbx;
	to->r12 = from->r12;
	to->r13 = from->r13;
	to->r14 = from->r14;
	to->r15 = from->r15;
	to->rdi = badge;
	to->rsi = label;
	to->rdx = token;
	to->rax = to->r8 = to->r9 = to->r10 = 0;
}

void machine_resume_caller(struct thread *thread, u64 label)
{
	machine_resume(thread, 0, label, 0);
}

void machine_long_call(u64 rdi, u64 rsi, u64 rdx, u64 r10)
{
}

void machine_long_reply_recv(u64 rdi, u64 rsi, u64 rdx, u64 r10, u64 r8)
{
}

struct thread *world_short_cut(struct thread *thread)
{
	const struct regs *r = &thread->regs;

	current_thread = thread;
	resumed = NULL;
	if (r->rax == SYS_ipc_call)
		r->r10 == DEADLINE_FOREVER ? ipc_fast_call(r->rdi, r->rsi, r->rdx)
					   : ipc_fast_call_until(r->rdi, r->rsi, r->rdx, r->r10);
	else if (r->rax == SYS_ipc_reply_recv && r->r10 == DEADLINE_FOREVER)
		ipc_fast_reply_recv(r->rdi, r->rsi, r->rdx, r->r10, r->r8);
	else if (r->rax == SYS_notify && ipc_fast_notify(r->rdi, r->rsi) == 0)
		thread_result(resumed = thread, 0);
	return resumed;
}

/* To whom the call would lead, if by the short cut. */
static struct thread *other_side(const struct thread *t)
{
	const struct cap *cap = cap_of(t->space, t->regs.rdi);

	if (t->regs.rax == SYS_ipc_reply_recv)
		return waitq_empty(&t->callers)
		    ? NULL
		    : CONTAINER_OF(waitq_first(&t->callers), struct thread, waiter);
	return cap && cap->rights & CAP_SEND
	    ? CONTAINER_OF(cap->object, struct endpoint, object)->waiting
	    : NULL;
}

/* Whom the short cut led to, or NULL. */
static struct thread *short_cut(struct thread *t)
{
	struct thread *to;

	if ((t->regs.rax > SYS_ipc_reply_recv && t->regs.rax != SYS_notify) || !inherit_enabled ||
	    object_condemned())
		return NULL;
	to = t->regs.rax == SYS_notify ? t : other_side(t);
	for (unsigned i = 0; to && i < 2; i++) { /* both have tags that are good, as if they ran */
		space_load(to->space);
		space_load(t->space);
	}
	to = world_short_cut(t);
	world_short_cuts += to != NULL;
	if (to)
		space_entered(to->space); /* as its next entry says */
	return to;
}

static void queue_front(struct thread *t)
{
	if (t && t->state == STATE_READY && !ready_queued(&t->ready))
		ready_insert_front(&t->ready, t->effective);
}

void world_enter(struct thread *t, void (*operation)(struct thread *))
{
	bool runs = !ready_queued(&t->ready); /* kernel_trap.c has one that does */

	if (!runs)
		ready_remove(&t->ready);
	operation(t);
	if (!runs)
		queue_front(t);
	queue_front(thread_handed);
	thread_handed = NULL;
}

static void dispatch(struct thread *t)
{
	struct thread *to = fast && !trace_on ? short_cut(t) : NULL;

	if (to)
		queue_front(to);
	else
		syscall_dispatch(t);
}

/* ---- Calls -------------------------------------------------------------------------- */

s64 world_call_once(struct thread *t, u64 number, const u64 argument[6])
{
	u64 rip = 0x400002;
	s64 result;

	if (t->state != STATE_READY)
		panic("the story lets a thread call that is not READY, but in state %u", t->state);
	t->regs.vector = ENTRY_SYSCALL;
	t->regs.rip = rip;
	t->regs.rax = number;
	t->regs.rdi = argument[0];
	t->regs.rsi = argument[1];
	t->regs.rdx = argument[2];
	t->regs.r10 = argument[3];
	t->regs.r8 = argument[4];
	t->regs.r9 = argument[5];
	t->object.pins++; /* as trap.c does for the running thread: it may end itself */
	before = t->regs;
	world_enter(t, dispatch);
	result = t->state != STATE_READY ? WAITS : t->regs.rip != rip ? RESTART : (s64)t->regs.rax;
	object_unpin(&t->object);
	check_all(world_running);
	return result;
}

bool world_only_rax_changed(const struct thread *t)
{
	struct regs now = t->regs;

	now.rax = before.rax;
	now.rip = before.rip;
	return t->state == STATE_READY && memcmp(&now, &before, sizeof(now)) == 0;
}

s64 world_call(struct thread *t, u64 number, const u64 argument[6])
{
	for (unsigned i = 0; i < RESTARTS_MAX; i++) {
		s64 result = world_call_once(t, number, argument);

		if (result != RESTART)
			return result;
		object_step();
		check_all(world_running);
		if (t->state != STATE_READY)
			return WAITS;
	}
	panic("a call that never ends");
}

s64 call(struct thread *thread, cap_t endpoint, u64 label, uaddr ext, u64 deadline)
{
	return SYS(thread, ipc_call, endpoint, label, ext, deadline);
}

s64 recv(struct thread *thread, cap_t endpoint, uaddr ext, u64 deadline)
{
	return SYS(thread, ipc_recv, endpoint, 0, ext, deadline);
}

s64 reply(struct thread *thread, u64 token, u64 label, uaddr ext)
{
	return SYS(thread, ipc_reply, token, label, ext);
}

s64 reply_recv(struct thread *thread, u64 token, u64 label, uaddr ext, cap_t endpoint, u64 deadline)
{
	return SYS(thread, ipc_reply_recv, token, label, ext, deadline, endpoint);
}

void set_words(struct thread *thread, u64 first)
{
	thread->regs.rbx = first;
	thread->regs.r12 = first + 1;
	thread->regs.r13 = first + 2;
	thread->regs.r14 = first + 3;
	thread->regs.r15 = first + 4;
}

bool has_words(const struct thread *thread, u64 first)
{
	const struct regs *r = &thread->regs;

	return r->rbx == first && r->r12 == first + 1 && r->r13 == first + 2 &&
	    r->r14 == first + 3 && r->r15 == first + 4;
}

/* ---- Time and ends ------------------------------------------------------------------ */

u64 in(u64 ns)
{
	return clock_now() + ns;
}

void later(u64 ns)
{
	host.tsc += ns;
	while (timeout_next() <= host.tsc)
		trap_idle(VECTOR_TIMER);
	check_all(world_running);
}

void settle(void)
{
	for (unsigned i = 0; object_condemned(); i++) {
		if (i == RESTARTS_MAX)
			panic("something never stops dying");
		object_step();
		check_all(world_running);
	}
}

void kill_thread(struct thread *thread)
{
	ipc_kill(thread);
	settle();
}

void destroy(struct space *space)
{
	object_condemn(&space->object);
	settle();
}
