/* What a fault message (FAULT_OP, abi.h) says, in words and as a signal. No system calls:
 * tests/host/fault.c. */
#include <atoll/startup.h>
#include <atoll/supervisor.h>
#include <stdio.h>

enum { VECTOR_PAGE_FAULT = 14 };
/* Bits of a page fault's error code (Intel SDM vol. 3, 4.7). */
enum { PAGE_PRESENT = 1, PAGE_WRITE = 2, PAGE_FETCH = 16 };

static const struct {
	int signal;
	const char *text;
} exceptions[32] = {
	[0] = { END_ARITHMETIC, "division by zero" },
	[1] = { END_TRAP, "debug exception" },
	[3] = { END_TRAP, "breakpoint" },
	[4] = { END_SEGMENT, "overflow" },
	[5] = { END_SEGMENT, "bound exceeded" },
	[6] = { END_ILLEGAL, "illegal instruction" },
	[7] = { END_ARITHMETIC, "no floating point" },
	[11] = { END_BUS, "segment not present" },
	[12] = { END_BUS, "stack address not canonical" },
	[13] = { END_SEGMENT, "privileged instruction or address not canonical" },
	[14] = { END_SEGMENT, "page fault" },
	[16] = { END_ARITHMETIC, "floating point error" },
	[17] = { END_BUS, "unaligned access" },
	[19] = { END_ARITHMETIC, "floating point error" },
	[21] = { END_SEGMENT, "control protection" },
};

int fault_signal(uint64_t vector)
{
	int signal = vector < 32 ? exceptions[vector].signal : 0;

	return signal ? signal : END_KILL;
}

/* What a fault at this address mostly comes from. */
static const char *likely(unsigned long code, unsigned long address)
{
	if (code & PAGE_PRESENT)
		return " (protected)";
	if (address < PAGE_SIZE)
		return " (null pointer)";
	/* Nothing else lies there. */
	if (address < STACK_TOP && address >= STACK_TOP - STACK_MAX - STACK_BYTES)
		return " (stack overflow)";
	if (address >= THREAD_STACKS && address < THREAD_STACKS_END &&
	    address % THREAD_PLACE < THREAD_PLACE / 2)
		return " (stack overflow of a thread)";
	return "";
}

int fault_describe(const uint64_t word[MSG_WORDS], char *text, unsigned long size)
{
	unsigned long vector = word[0], code = word[1], address = word[2], rip = word[3];

	if (vector == VECTOR_PAGE_FAULT) {
		const char *what = code & PAGE_FETCH ? "executing"
		    : code & PAGE_WRITE              ? "writing"
						     : "reading";

		return snprintf(text, size, "page fault %s 0x%lx%s at 0x%lx", what, address,
		    likely(code, address), rip);
	}
	if (vector < 32 && exceptions[vector].text)
		return snprintf(text, size, "%s at 0x%lx", exceptions[vector].text, rip);
	return snprintf(text, size, "exception %lu at 0x%lx", vector, rip);
}
