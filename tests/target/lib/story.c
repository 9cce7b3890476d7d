/* What on-target stories share: see story.h. */
#include "story.h"

#include <atoll/name.h>
#include <atoll/startup.h>
#include <stdlib.h>
#include <string.h>

#define STACK_SIZE  16384
#define SMALL_STACK 1024
#define PATIENCE    2000 /* ms to wait for something that should happen */

const struct boot_info *as_init(void)
{
	return startup_block() ? NULL : (const struct boot_info *)BOOT_INFO;
}

cap_t kernel_cap(void)
{
	static cap_t kernel;
	int64_t found;

	if (kernel)
		return kernel;
	found =
	    as_init() ? (int64_t)as_init()->kernel : name_lookup("kernel", time_in_ms(PATIENCE));
	if (found < 0)
		bail_out("no capability called `kernel`: %s", error_name((int)-found));
	return kernel = (cap_t)found;
}

int own_priority(void)
{
	static int priority = -1; /* asked for by main first */
	struct info_thread info;

	if (priority < 0 && !as_init())
		priority = (int)startup_block()->priority;
	else if (priority < 0 && thread_info(own_id(), &info))
		priority = info.base;
	return priority;
}

cap_t map_pages(uint64_t address, unsigned pages)
{
	int64_t memory = mem_create((uint64_t)pages * PAGE_SIZE);

	if (memory < 0 ||
	    mem_map((cap_t)memory, 0, address, 0, (uint64_t)pages * PAGE_SIZE,
		PROT_READ | PROT_WRITE) != 0)
		bail_out("no memory for %u pages", pages);
	return (cap_t)memory;
}

void unmap_pages(cap_t memory)
{
	cap_delete(memory); /* and with it its windows */
}

/* ---- Threads -------------------------------------------------------------------------- */

static void worker_main(struct worker *w, uint64_t id)
{
	static unsigned endings;

	w->id = id;
	w->run(w);
	w->when = __atomic_add_fetch(&endings, 1, __ATOMIC_RELAXED);
	w->done = true;
	thread_kill(0);
}

void do_call(struct worker *w)
{
	w->result = ipc_call(w->ep, &w->msg, w->deadline);
}

void do_recv(struct worker *w)
{
	w->result = ipc_recv(w->ep, &w->msg, w->deadline);
}

void do_lock(struct worker *w)
{
	w->result = lock_wait(w->lock, w->deadline);
}

void do_raw(struct worker *w)
{
	w->raw.rflags |= 0x202;
	raw_call(&w->raw);
	w->result = (int64_t)w->raw.rax;
}

/* As a called function finds its stack: the return address would lie at a multiple of 16. */
static uint64_t stack_top(void *stack)
{
	return (uint64_t)stack + STACK_SIZE - 8;
}

void prepare(struct worker *w, int priority)
{
	int64_t cap;

	w->stack = malloc(STACK_SIZE);
	w->id = 0;
	w->done = false;
	w->turns = 0;
	w->result = 1; /* no call answers that */
	cap = thread_create(0, (uint64_t)worker_main, stack_top(w->stack), (uint64_t)w,
	    (unsigned)(own_priority() + priority), w->pager);
	if (cap < 0 || !w->stack)
		bail_out("no thread: %s", error_name((int)-cap));
	w->cap = (cap_t)cap;
}

void begin(struct worker *w, int priority)
{
	prepare(w, priority);
	thread_start(w->cap);
}

cap_t begin_small(void (*run)(uint64_t argument, uint64_t id), uint64_t argument, unsigned priority)
{
	static uint64_t end, top; /* of a piece of memory for many; of the last stack */
	int64_t cap;

	if (top == end) {
		top = ((uint64_t)malloc(512 * SMALL_STACK + 16) + 15) & ~15ull;
		end = top + 512 * SMALL_STACK;
		if (top < 16)
			bail_out("no memory for stacks");
	}
	top += SMALL_STACK;
	cap = thread_create(0, (uint64_t)run, top - 8, argument, priority, 0);
	if (cap < 0)
		bail_out("no thread: %s", error_name((int)-cap));
	thread_start((cap_t)cap);
	return (cap_t)cap;
}

void sleep_ms(unsigned ms)
{
	struct msg m = { 0 };

	ipc_recv(0, &m, time_in_ms(ms));
}

/* thread_set of nothing: EINVAL as long as it lives, EPIPE afterwards. */
bool dead(cap_t thread)
{
	const uint64_t deadline = time_in_ms(PATIENCE);
	int error;

	while ((error = thread_set(thread, 99, 0)) == -EINVAL && time_now() < deadline)
		sleep_ms(1);
	return error == -EPIPE;
}

bool finished(struct worker *w)
{
	return dead(w->cap) && w->done;
}

void end(struct worker *w)
{
	thread_kill(w->cap);
	cap_delete(w->cap);
	free(w->stack);
	w->stack = NULL;
}

bool thread_info(uint64_t id, struct info_thread *info)
{
	int64_t got = kernel_info(kernel_cap(), INFO_THREADS, (uint16_t)id, info, sizeof *info);

	return id && got == sizeof *info && info->id == id;
}

bool in_state(const struct worker *w, unsigned state)
{
	const uint64_t deadline = time_in_ms(PATIENCE);
	struct info_thread info = { 0 };

	while (!(thread_info(w->id, &info) && info.state == state) && time_now() < deadline)
		sleep_ms(1);
	return info.state == state;
}

int effective_priority(uint64_t id)
{
	struct info_thread info;

	return thread_info(id, &info) ? info.effective : -1;
}

/* Taking a free lock, the kernel writes the taker's id into the word. */
uint64_t own_id(void)
{
	uint64_t word = 0;

	lock_wait(&word, DEADLINE_FOREVER);
	return word;
}

/* ---- Faults --------------------------------------------------------------------------- */

struct faulter {
	void (*run)(void *argument);
	void *argument;
};

static void fault_main(struct faulter *f)
{
	f->run(f->argument);
	thread_kill(0);
}

struct fault fault_of(void (*run)(void *argument), void *argument)
{
	static char stack[STACK_SIZE] __attribute__((aligned(16)));
	static cap_t pager;
	struct faulter f = { run, argument };
	struct fault fault = { 0 };
	struct msg m = { 0 };
	int64_t thread;

	if (!pager)
		pager = (cap_t)endpoint_create();
	thread = thread_create(0, (uint64_t)fault_main, stack_top(stack), (uint64_t)&f,
	    (unsigned)own_priority(), pager);
	if (thread < 0)
		bail_out("no thread: %s", error_name((int)-thread));
	watch((cap_t)thread, WATCH_DEATH, pager, 1);
	thread_start((cap_t)thread);
	if (ipc_recv(pager, &m, time_in_ms(PATIENCE)) == 0 && m.token) {
		fault = (struct fault){ MSG_OP(m.label) == FAULT_OP, m.word[0], m.word[1],
			m.word[2], m.word[3], m.word[4], m.badge };
		m.label = MSG_LABEL(1, 0, 0, 0); /* kill it */
		ipc_reply(m.token, &m);
		ipc_recv(pager, &m, time_in_ms(PATIENCE)); /* the watch */
	}
	thread_kill((cap_t)thread);
	cap_delete((cap_t)thread);
	endpoint_unbind(pager);
	return fault;
}

/* ---- Child spaces --------------------------------------------------------------------- */

struct program_header {
	uint32_t type, flags;
	uint64_t offset, address, physical, in_file, in_memory, align;
};
struct elf_header {
	uint8_t ident[16];
	uint16_t type, machine;
	uint32_t version;
	uint64_t entry, programs_at, sections_at;
	uint32_t flags;
	uint16_t size, program_size, programs;
};
enum { PT_LOAD = 1, PF_X = 1, PF_W = 2 };

extern const struct elf_header __ehdr_start;

#define CHILD_STACKS  0x0000520000000000ull
#define CHILD_THREADS 16
#define IMAGE_COPY    0x0000530000000000ull
#define PAGE_MASK     (~(uint64_t)(PAGE_SIZE - 1))

static cap_t shared;

static const struct program_header *programs(void)
{
	return (const void *)((const char *)&__ehdr_start + __ehdr_start.programs_at);
}

static uint64_t start_of(const struct program_header *p)
{
	return p->address & PAGE_MASK;
}

static uint64_t pages_of(const struct program_header *p)
{
	return ((p->address + p->in_memory + PAGE_SIZE - 1) & PAGE_MASK) - start_of(p);
}

static uint64_t image_bytes(void)
{
	uint64_t bytes = 0;

	for (unsigned i = 0; i < __ehdr_start.programs; i++)
		if (programs()[i].type == PT_LOAD)
			bytes += pages_of(&programs()[i]);
	return bytes;
}

/* Copies this program as it is now into the memory object. */
static int copy_image(cap_t image, uint64_t bytes)
{
	uint64_t at = IMAGE_COPY;
	int error = mem_map(image, 0, IMAGE_COPY, 0, bytes, PROT_READ | PROT_WRITE);

	if (error)
		return error;
	for (unsigned i = 0; i < __ehdr_start.programs; i++) {
		const struct program_header *p = &programs()[i];

		if (p->type != PT_LOAD)
			continue;
		memcpy((char *)at + p->address % PAGE_SIZE, (const void *)p->address, p->in_memory);
		at += pages_of(p);
	}
	return mem_unmap(0, IMAGE_COPY, bytes);
}

static int map_image(const struct child *c)
{
	uint64_t offset = 0;
	int error = 0;

	for (unsigned i = 0; i < __ehdr_start.programs && !error; i++) {
		const struct program_header *p = &programs()[i];
		unsigned protection = PROT_READ | (p->flags & PF_X ? PROT_EXEC : 0) |
		    (p->flags & PF_W ? PROT_WRITE : 0);

		if (p->type != PT_LOAD)
			continue;
		error = mem_map(c->image, c->space, start_of(p), offset, pages_of(p), protection);
		offset += pages_of(p);
	}
	if (!error)
		error = mem_map(c->image, c->space, CHILD_STACKS, offset,
		    CHILD_THREADS * STACK_SIZE, PROT_READ | PROT_WRITE);
	if (!error)
		error = mem_map(shared, c->space, SHARED, 0, SHARED_BYTES, PROT_READ | PROT_WRITE);
	return error;
}

bool child_make(struct child *c, uint64_t frames)
{
	return child_make_below(c, frames, (unsigned)own_priority() + HIGHEST);
}

bool child_make_below(struct child *c, uint64_t frames, unsigned ceiling)
{
	const uint64_t bytes = image_bytes();
	int64_t image = mem_create(bytes + CHILD_THREADS * STACK_SIZE), space;

	*c = (struct child){ 0 };
	if (!shared)
		shared = map_pages(SHARED, SHARED_BYTES / PAGE_SIZE);
	if (image < 0)
		return false;
	space = space_create(frames, ceiling, "child", 5, 0xc);
	if (space < 0) {
		cap_delete((cap_t)image);
		return false;
	}
	c->space = (cap_t)space;
	c->image = (cap_t)image;
	if (copy_image(c->image, bytes) == 0 && map_image(c) == 0)
		return true;
	child_end(c);
	return false;
}

int64_t child_start(
    struct child *c, void (*run)(uint64_t argument), uint64_t argument, int priority, cap_t pager)
{
	int64_t thread;

	thread = thread_create(c->space, (uint64_t)run, CHILD_STACKS + ++c->stacks * STACK_SIZE - 8,
	    argument, (unsigned)(own_priority() + priority), pager);
	if (thread >= 0)
		thread_start((cap_t)thread);
	return thread;
}

_Noreturn void child_exit(void)
{
	for (;;)
		thread_kill(0);
}

cap_t child_give(struct child *c, cap_t cap, unsigned rights, uint64_t badge)
{
	int64_t handle = cap_mint(cap, rights, badge, c->space);

	if (handle < 0)
		bail_out("a child cannot be given a capability: %s", error_name((int)-handle));
	return (cap_t)handle;
}

void child_end(struct child *c)
{
	if (c->space) {
		space_destroy(c->space);
		cap_delete(c->space);
	}
	if (c->image)
		cap_delete(c->image);
	*c = (struct child){ 0 };
}

/* ---- The kernel's books --------------------------------------------------------------- */

struct info_system system_info(void)
{
	struct info_system info = { 0 };

	if (kernel_info(kernel_cap(), INFO_SYSTEM, 0, &info, sizeof info) != sizeof info)
		bail_out("kernel_info does not answer");
	return info;
}

struct info_space space_info(uint64_t tag)
{
	struct info_space info = { 0 };
	const uint64_t wanted = tag ? tag : as_init() ? 1 : startup_block()->pid;

	while (kernel_info(kernel_cap(), INFO_SPACES, info.id + 1ull, &info, sizeof info) > 0)
		if (info.tag == wanted)
			return info;
	return (struct info_space){ 0 };
}

uint64_t settled_frames(void)
{
	uint64_t before, now = system_info().frames_free;

	for (int tries = 0; tries < 50; tries++) {
		before = now;
		sleep_ms(5);
		now = system_info().frames_free;
		if (now == before)
			break;
	}
	return now;
}

void warm_up(void)
{
	struct worker w = { .run = do_recv };
	struct child c;

	prepare(&w, SAME);
	end(&w);
	child_make(&c, 64);
	child_end(&c);
	fault_of(free, NULL);
	kernel_cap();
}

bool slow_kernel(void)
{
	uint64_t least = UINT64_MAX;

	for (int i = 0; i < 100; i++) {
		const uint64_t start = __builtin_ia32_rdtsc();
		uint64_t took;

		for (int k = 0; k < 16; k++)
			yield();
		took = __builtin_ia32_rdtsc() - start;
		least = took < least ? took : least;
	}
	return least / 16 > 20000; /* cycles; otherwise it is about 1,000 */
}
