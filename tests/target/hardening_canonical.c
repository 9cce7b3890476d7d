/* Nobody brings the kernel to return to an address that is none. SYSRET and IRETQ to a
 * non-canonical address fault in ring 0, on Intel's processors and in Bochs (docs/notes/sysret.md);
 * QEMU lets them pass. Two guards stand in the way, one behind the other: the calls refuse such
 * addresses, and entry_return looks before it leaves. So each attempt here may be refused, or its
 * thread may end in a fault of its own; what counts is that there is an afterwards. */
#include "lib/story.h"
#include <string.h>

#define LAST_PAGE (NON_CANONICAL - PAGE_SIZE)

static const struct {
	const char *what;
	uint64_t address;
} each[] = { { "the first that is not canonical", NON_CANONICAL },
	{ "one in the middle", 0x1234567890abcdef },
	{ "the last that is not canonical", KERNEL_START - 1 },
	{ "the kernel's first", KERNEL_START }, { "the very last", UINT64_MAX } };

/* IRETQ, for a thread that never ran. */
static void new_threads(void)
{
	for (unsigned i = 0; i < COUNT(each); i++) {
		int64_t thread = thread_create(
		    0, each[i].address, WINDOW, 0, (unsigned)(own_priority() + HIGHER), 0);

		if (thread > 0) {
			thread_start((cap_t)thread);
			ok(dead((cap_t)thread), "a thread that starts at %s faults", each[i].what);
			cap_delete((cap_t)thread);
		} else {
			is(thread, -EINVAL, "thread_create EINVAL: a thread that starts at %s",
			    each[i].what);
		}
	}
}

/* SYSRET, for a call made by the last two bytes below. */
static void call_at_the_end(struct worker *w)
{
	__asm__ volatile("call *%0"
			 :
			 : "r"(NON_CANONICAL - 2), "a"(SYS_yield)
			 : "rcx", "r11", "memory");
}

static void last_page(void)
{
	static const uint8_t syscall_instruction[] = { 0x0f, 0x05 };
	cap_t memory = (cap_t)mem_create(PAGE_SIZE);
	struct worker w = { .run = call_at_the_end };
	int error;

	mem_map(memory, 0, WINDOW, 0, PAGE_SIZE, PROT_READ | PROT_WRITE);
	memcpy((char *)WINDOW + PAGE_SIZE - 2, syscall_instruction, 2);
	mem_unmap(0, WINDOW, PAGE_SIZE);
	error = mem_map(memory, 0, LAST_PAGE, 0, PAGE_SIZE, PROT_READ | PROT_EXEC);
	if (error) {
		is(error, -EINVAL, "mem_map EINVAL: the last page of the lower half");
	} else {
		begin(&w, HIGHER);
		ok(dead(w.cap), "a call made by the last two bytes below does not come back");
		end(&w);
		mem_unmap(0, LAST_PAGE, PAGE_SIZE);
	}
	cap_delete(memory);
}

int main(void)
{
	new_threads();
	last_page();
	ok(time_now() > 0, "and everything goes on");
	return tap_done();
}
