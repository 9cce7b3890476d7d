/* What the kernel tells about itself, and to whom; and the calls that are none: numbers that do not
 * exist, and poweroff without the right. */
#include "lib/story.h"
#include <string.h>

static union {
	struct info_system system;
	struct info_thread threads[64];
	struct info_space spaces[64];
	struct info_irq irqs[16];
	struct info_cap caps[64];
	char text[4096];
} buffer;

static void errors(void)
{
	cap_t kernel = kernel_cap(), ep = (cap_t)endpoint_create();
	cap_t blind = (cap_t)cap_mint(kernel, CAP_TRANSFER, 0, 0);
	static const uint64_t wrong[] = { 0, UNMAPPED, KERNEL_START, NON_CANONICAL, TIME_PAGE };

	is(kernel_info(NO_CAP, INFO_SYSTEM, 0, &buffer, sizeof buffer), -EBADF,
	    "kernel_info EBADF: handle never given");
	is(kernel_info(0, INFO_SYSTEM, 0, &buffer, sizeof buffer), -EBADF,
	    "kernel_info EBADF: handle 0");
	is(kernel_info(ep, INFO_SYSTEM, 0, &buffer, sizeof buffer), -EPERM,
	    "kernel_info EPERM: not the kernel");
	if ((int64_t)blind > 0)
		is(kernel_info(blind, INFO_SYSTEM, 0, &buffer, sizeof buffer), -EPERM,
		    "kernel_info EPERM: without CAP_INFO");
	is(kernel_info(kernel, INFO_CAPS + 1, 0, &buffer, sizeof buffer), -EINVAL,
	    "kernel_info EINVAL: what to tell");
	is(kernel_info(kernel, ~0u, 0, &buffer, sizeof buffer), -EINVAL,
	    "kernel_info EINVAL: what to tell, 2^32-1");
	for (unsigned i = 0; i < COUNT(wrong); i++) {
		for (unsigned what = INFO_SYSTEM; what <= INFO_IRQS; what++)
			is(kernel_info(kernel, what, 0, (void *)wrong[i], 4096), -EFAULT,
			    "kernel_info EFAULT: %u, buffer at %lx", what, wrong[i]);
	}
	cap_delete(ep);
	if ((int64_t)blind > 0)
		cap_delete(blind);
}

static void poweroff_errors(void)
{
	cap_t ep = (cap_t)endpoint_create(), blind = (cap_t)cap_mint(kernel_cap(), CAP_INFO, 0, 0);

	is(poweroff(NO_CAP, 0), -EBADF, "poweroff EBADF: handle never given");
	is(poweroff(0, 0), -EBADF, "poweroff EBADF: handle 0");
	is(poweroff(ep, 0), -EPERM, "poweroff EPERM: not the kernel");
	is(poweroff(blind, 0), -EPERM, "poweroff EPERM: may ask, may not switch off");
	if (!as_init())
		is(poweroff(kernel_cap(), 0), -EPERM,
		    "poweroff EPERM: the capability that programs can look up");
	cap_delete(ep);
	cap_delete(blind);
}

static void system_records(void)
{
	struct info_system a = system_info(), b;

	do { /* a busy host may stand still until it is over: then nobody sleeps */
		sleep_ms(5);
		b = system_info();
	} while (b.idle_ns == a.idle_ns && b.uptime_ns < a.uptime_ns + 5000000000);
	ok(b.uptime_ns >= a.uptime_ns + 5000000, "kernel_info: time goes on");
	ok(b.idle_ns > a.idle_ns, "kernel_info: and nobody had anything to do");
	ok(b.calls >= a.calls + 2 && b.interrupts > a.interrupts,
	    "kernel_info: calls and interrupts are counted");
	ok(a.frames_free < a.frames_total && a.threads > 0 && a.spaces > 0,
	    "kernel_info: what there is");
	is(kernel_info(kernel_cap(), INFO_SYSTEM, 0, &buffer, 16), 16,
	    "kernel_info: as much as the buffer takes");
	is(kernel_info(kernel_cap(), INFO_SYSTEM, 0, NULL, 0), 0,
	    "kernel_info: nothing into nothing");
	is(kernel_info(kernel_cap(), INFO_SYSTEM, 0, &buffer, sizeof buffer), sizeof a,
	    "kernel_info: no more than there is");
}

static void thread_records(void)
{
	const uint64_t me = own_id();
	struct worker w[40];
	unsigned found = 0;
	uint64_t first = 0;
	bool rising = true;
	int64_t got;

	for (unsigned i = 0; i < COUNT(w); i++) {
		w[i] = (struct worker){ .run = do_recv, .deadline = DEADLINE_FOREVER };
		begin(&w[i], HIGHER);
	}
	while ((got = kernel_info(kernel_cap(), INFO_THREADS, first, &buffer, sizeof buffer)) > 0) {
		for (int64_t i = 0; i < got / (int64_t)sizeof *buffer.threads; i++) {
			const struct info_thread *t = &buffer.threads[i];

			rising &= t->slot >= first && (uint16_t)t->id == t->slot;
			first = t->slot + 1ull;
			for (unsigned k = 0; k < COUNT(w); k++)
				found += t->id == w[k].id && t->state == STATE_RECEIVE &&
				    t->waits_on == 0 && t->base == own_priority() + HIGHER;
			found += t->id == me && t->state == STATE_READY;
		}
	}
	is(got, 0, "kernel_info: 0 when there are no more");
	ok(rising, "kernel_info: threads by slot");
	is(found, COUNT(w) + 1, "kernel_info: finds all, in more than one call");
	for (unsigned i = 0; i < COUNT(w); i++)
		end(&w[i]);
	is(kernel_info(kernel_cap(), INFO_THREADS, 65536, &buffer, sizeof buffer), 0,
	    "kernel_info: no slot 65,536");
	is(kernel_info(kernel_cap(), INFO_THREADS, ~0ull, &buffer, sizeof buffer), 0,
	    "kernel_info: no slot 2^64-1");
	is(kernel_info(kernel_cap(), INFO_THREADS, 0, &buffer, sizeof *buffer.threads - 1), 0,
	    "kernel_info: no record fits");
}

static void space_records(void)
{
	const int64_t got = kernel_info(kernel_cap(), INFO_SPACES, 0, &buffer, sizeof buffer);
	bool rising = true;

	ok(got > 0 && got % (int64_t)sizeof *buffer.spaces == 0, "kernel_info: whole records");
	for (int64_t i = 1; i < got / (int64_t)sizeof *buffer.spaces; i++)
		rising &= buffer.spaces[i].id > buffer.spaces[i - 1].id;
	ok(rising, "kernel_info: spaces by number");
	is(kernel_info(kernel_cap(), INFO_SPACES, ~0ull, &buffer, sizeof buffer), 0,
	    "kernel_info: no space 2^64-1");
}

static void irq_records(void)
{
	const struct info_irq *irq = buffer.irqs;
	int64_t got = kernel_info(kernel_cap(), INFO_IRQS, 0, &buffer, sizeof buffer);
	uint64_t before;

	if (as_init()) {
		is(got, 0, "kernel_info: no driver has bound a line");
		return;
	}
	ok(got >= (int64_t)sizeof *irq && irq->line == 4 && !strcmp(irq->name, "console"),
	    "kernel_info: the serial line's interrupts are the console's");
	before = irq->count;
	note("what the console writes raises some");
	sleep_ms(5);
	kernel_info(kernel_cap(), INFO_IRQS, 4, &buffer, sizeof *irq);
	ok(irq->count > before && irq->count < system_info().interrupts,
	    "kernel_info: they are counted");
	is(kernel_info(kernel_cap(), INFO_IRQS, 5, &buffer, sizeof buffer), 0,
	    "kernel_info: no other line");
	is(kernel_info(kernel_cap(), INFO_IRQS, ~0ull, &buffer, sizeof buffer), 0,
	    "kernel_info: no line 2^64-1");
}

/* The record of one of our capabilities. */
static struct info_cap record_of(uint32_t space, cap_t handle)
{
	struct info_cap found = { 0 };
	uint64_t first = INFO_CAP(space, 0);
	int64_t got;

	while ((got = kernel_info(kernel_cap(), INFO_CAPS, first, &buffer, sizeof buffer)) > 0) {
		const struct info_cap *cap = buffer.caps;

		for (; cap < buffer.caps + got / (int64_t)sizeof *cap; cap++) {
			if (cap->handle == handle && cap->space == space)
				found = *cap;
			first = INFO_CAP(space, cap->index + 1);
		}
	}
	return found;
}

static uint32_t own_space(void)
{
	uint64_t first = own_id() & 0xffff;

	kernel_info(kernel_cap(), INFO_THREADS, first, &buffer, sizeof *buffer.threads);
	return buffer.threads[0].space;
}

static uint32_t space_named(const char *name)
{
	uint64_t first = 0;

	while (kernel_info(kernel_cap(), INFO_SPACES, first, &buffer, sizeof *buffer.spaces) > 0) {
		if (!strcmp(buffer.spaces[0].name, name))
			return buffer.spaces[0].id;
		first = buffer.spaces[0].id + 1ull;
	}
	return 0;
}

/* Not those of the one behind it. */
static void no_such_space(cap_t any)
{
	cap_t gone = (cap_t)space_create(8, 0, "gone", 4, 0);
	cap_t there = (cap_t)space_create(8, 0, "there", 5, 0);
	uint32_t id = space_named("gone");

	cap_mint(any, CAP_SEND, 0, there);
	ok(id && record_of(space_named("there"), 0).space == 0, "kernel_info: two spaces");
	space_destroy(gone);
	cap_delete(gone);
	while (space_named("gone"))
		sleep_ms(1);
	is(kernel_info(kernel_cap(), INFO_CAPS, INFO_CAP(id, 0), &buffer, sizeof buffer), 0,
	    "kernel_info: of one that is gone nothing");
	space_destroy(there);
	cap_delete(there);
}

static void cap_records(void)
{
	const uint32_t space = own_space();
	cap_t ep = (cap_t)endpoint_create(), memory = (cap_t)mem_create(2 * PAGE_SIZE);
	cap_t narrow = (cap_t)cap_mint(ep, CAP_SEND, 77, 0);
	struct msg m = { 0 };
	struct info_cap cap = record_of(space, narrow);

	ok(cap.type == INFO_CAP_ENDPOINT && cap.rights == CAP_SEND && cap.badge == 77 && !cap.dead,
	    "kernel_info: a capability's kind, rights, badge");
	is(cap.what, 0, "kernel_info: nobody receives");
	ipc_recv(ep, &m, DEADLINE_NOW);
	is(record_of(space, ep).what, (int64_t)own_id(), "kernel_info: we do");
	cap = record_of(space, memory);
	ok(cap.type == INFO_CAP_MEMORY && cap.what == 2 * PAGE_SIZE, "kernel_info: its bytes");
	no_such_space(ep);
	cap_delete(ep);
	cap_delete(memory);
	ok(!record_of(space, memory).handle, "kernel_info: deleted, it is not there");
	ok(record_of(space, narrow).type == INFO_CAP_ENDPOINT, "kernel_info: what is derived is");
	cap_delete(narrow);
	is(kernel_info(kernel_cap(), INFO_CAPS, INFO_CAP(space, 4096), &buffer, sizeof buffer), 0,
	    "kernel_info: no entry 4,096");
	is(kernel_info(kernel_cap(), INFO_CAPS, ~0ull, &buffer, sizeof buffer), 0,
	    "kernel_info: no space 2^32-1");
	is(kernel_info(
	       kernel_cap(), INFO_CAPS, INFO_CAP(space, 0), &buffer, sizeof(struct info_cap) - 1),
	    0, "kernel_info: no record fits");
	is(kernel_info(kernel_cap(), INFO_CAPS, INFO_CAP(space, 0), (void *)KERNEL_START, 4096),
	    -EFAULT, "kernel_info EFAULT: capabilities into the kernel");
}

static void log_text(void)
{
	int64_t got = kernel_info(kernel_cap(), INFO_LOG, 0, &buffer, sizeof buffer);
	bool plain = true;

	ok(got > 0, "kernel_info: the kernel's own messages");
	for (int64_t i = 0; i < got; i++)
		plain &= (buffer.text[i] >= ' ' && buffer.text[i] < 0x7f) || buffer.text[i] == '\n';
	ok(plain, "kernel_info: in plain characters");
	is(kernel_info(kernel_cap(), INFO_LOG, ~0ull, &buffer, sizeof buffer), 0,
	    "kernel_info: nothing at the end");
}

/* ---- Calls that do not exist ------------------------------------------------------------ */

static void no_such_call(void)
{
	static const uint64_t wrong[] = { SYS_COUNT, SYS_COUNT + 1, 255, 4096, 1ull << 31,
		1ull << 32, (1ull << 32) + SYS_yield, 1ull << 63, ~0ull };

	for (unsigned i = 0; i < COUNT(wrong); i++) {
		struct registers r = { .rax = wrong[i], .rflags = 0x202 };

		raw_call(&r);
		is((int64_t)r.rax, -ENOSYS, "ENOSYS: call %lx", wrong[i]);
	}
}

/* ---- The time page ---------------------------------------------------------------------- */

static void write_time(void *argument)
{
	((volatile struct time_page *)TIME_PAGE)->mult = 0;
}

static void run_time(void *argument)
{
	((void (*)(void))TIME_PAGE)();
}

static void time_page(void)
{
	const uint64_t before = time_now(), kernel = system_info().uptime_ns, after = time_now();
	bool forward = true;

	ok(before <= kernel && kernel <= after,
	    "time_now: the kernel's clock and the program's are one");
	for (uint64_t i = 0, last = 0, now; i < 100000; i++, last = now)
		forward &= (now = time_now()) >= last;
	ok(forward, "time_now: never goes back");
	ok(fault_of(write_time, NULL).happened, "the time page cannot be written");
	ok(fault_of(run_time, NULL).happened, "the time page cannot be executed");
}

int main(void)
{
	errors();
	poweroff_errors();
	system_records();
	thread_records();
	space_records();
	irq_records();
	cap_records();
	log_text();
	no_such_call();
	time_page();
	return tap_done();
}
