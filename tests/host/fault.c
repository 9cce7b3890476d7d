// SOURCES: libc/fault.c
// A crash is told in words that say where to look.
#include "tap.h"
#include <atoll/startup.h>
#include <atoll/supervisor.h>
#include <string.h>

static void told(uint64_t vector, uint64_t code, uint64_t address, const char *expected, int signal)
{
	const uint64_t word[MSG_WORDS] = { vector, code, address, 0x401234, 7 };
	char text[128];

	fault_describe(word, text, sizeof text);
	ok(!strcmp(text, expected) && fault_signal(vector) == signal, "%s", text);
}

int main(void)
{
	const uint64_t word[MSG_WORDS] = { 14, 4, 0, 0x401234, 7 };
	char little[12];

	told(14, 4, 0, "page fault reading 0x0 (null pointer) at 0x401234", 11);
	told(14, 6, STACK_TOP - STACK_BYTES - 8,
	    "page fault writing 0x7fffffcdfff8 (stack overflow) at 0x401234", 11);
	told(14, 6, STACK_TOP - STACK_MAX - 8,
	    "page fault writing 0x7ffffecffff8 (stack overflow) at 0x401234", 11);
	told(14, 6, STACK_TOP, "page fault writing 0x7fffffd00000 at 0x401234", 11);
	told(14, 6, THREAD_STACKS + THREAD_PLACE + THREAD_PLACE / 2 - 8,
	    "page fault writing 0x20000002fff8 (stack overflow of a thread) at 0x401234", 11);
	told(14, 6, THREAD_STACKS + THREAD_PLACE / 2,
	    "page fault writing 0x200000010000 at 0x401234", 11);
	told(14, 6, 0x1000, "page fault writing 0x1000 at 0x401234", 11);
	told(14, 7, 0x401000, "page fault writing 0x401000 (protected) at 0x401234", 11);
	told(14, 0x15, 0x500000, "page fault executing 0x500000 (protected) at 0x401234", 11);
	told(0, 0, 0, "division by zero at 0x401234", 8);
	told(6, 0, 0, "illegal instruction at 0x401234", 4);
	told(3, 0, 0, "breakpoint at 0x401234", 5);
	told(13, 0, 0, "privileged instruction or address not canonical at 0x401234", 11);
	told(30, 0, 0, "exception 30 at 0x401234", 9);
	told(UINT64_MAX, 0, 0, "exception 18446744073709551615 at 0x401234", 9);
	ok(fault_describe(word, little, sizeof little) == 49 && !strcmp(little, "page fault "),
	    "cut to the room there is");
	return tap_done();
}
