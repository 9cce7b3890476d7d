/* System calls that nobody answers: into the kernel and out of it again. */
#include "bench.h"

#define BATCH 16 /* pages that mem_map does in one entry, at the most */

/* One call, again and again. */
#define ROW(name, number, a, b, c, d)                               \
	do {                                                        \
		row(name);                                          \
		for (unsigned i = 0; i < REPETITIONS; i++) {        \
			uint32_t begin = BEGIN();                   \
			int64_t result = call(number, a, b, c, d);  \
			uint32_t end = END();                       \
			must(result == -ENOSYS ? 0 : result, name); \
			sample(begin, end);                         \
		}                                                   \
		row_end(0);                                         \
	} while (0)

/* An endpoint where nobody waits; the bit is set the first time. */
static void notify_nobody(void)
{
	cap_t endpoint = (cap_t)must(endpoint_create(), "endpoint_create");

	ROW("notify", SYS_notify, endpoint, 1, 0, 0);
	cap_delete(endpoint);
}

static void yielder(uint64_t endpoint)
{
	for (;;)
		call(SYS_yield, 0, 0, 0, 0);
}

/* To an equal in another space, and back: two switches. */
static void yield_to_equal(void)
{
	struct peer p;

	peer_start(&p, OTHER_SPACE, yielder, SAME);
	ROW("switch", SYS_yield, 0, 0, 0, 0);
	peer_end(&p);
}

/* 64 KiB of memory, page by page new: what one entry does at the most. Taking it away again does
 * not count. */
static void map_pages_anew(void)
{
	const uint64_t bytes = BATCH * PAGE_SIZE;

	row("map.64k");
	for (unsigned i = 0; i < REPETITIONS; i++) {
		cap_t memory = (cap_t)must(mem_create(bytes), "mem_create");
		uint32_t begin = BEGIN();
		int64_t result = mem_map(memory, 0, WINDOW, 0, bytes, PROT_READ | PROT_WRITE);
		uint32_t end = END();

		must(result, "mem_map");
		sample(begin, end);
		cap_delete(memory);
	}
	row_end(0);
}

/* 64 capabilities that were minted from one: what one entry does at the most. */
static void revoke_many(void)
{
	cap_t endpoint = (cap_t)must(endpoint_create(), "endpoint_create");

	row("revoke.64");
	for (unsigned i = 0; i < REPETITIONS; i++) {
		uint32_t begin, end;
		int64_t result;

		for (unsigned k = 0; k < 64; k++)
			must(cap_mint(endpoint, CAP_SEND, k + 1, 0), "cap_mint");
		begin = BEGIN();
		result = call(SYS_cap_revoke, endpoint, 0, 0, 0);
		end = END();
		must(result, "cap_revoke");
		sample(begin, end);
	}
	row_end(0);
	cap_delete(endpoint);
}

void bench_calls(void)
{
	ROW("null", SYS_COUNT, 0, 0, 0, 0); /* there is none of this number */
	ROW("yield", SYS_yield, 0, 0, 0, 0);
	notify_nobody();
	yield_to_equal();
	map_pages_anew();
	revoke_many();
}
