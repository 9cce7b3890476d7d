/* The clock, read from the kernel's time page without entering the kernel. */
#include <atoll/sys.h>

uint64_t time_now(void)
{
	const volatile struct time_page *page = (const volatile struct time_page *)TIME_PAGE;
	unsigned __int128 product;
	uint32_t version;
	uint64_t ns;

	/* The scale may be set anew between two of these loads; then the version differs
	 * afterwards. */
	do {
		version = page->version;
		product = (unsigned __int128)(__builtin_ia32_rdtsc() - page->tsc_base) * page->mult;
		ns = page->ns_base + (uint64_t)(product >> page->shift);
	} while (version != page->version);
	return ns;
}

uint64_t time_in_ns(uint64_t ns)
{
	uint64_t deadline;

	return __builtin_add_overflow(time_now(), ns, &deadline) ? DEADLINE_FOREVER : deadline;
}

uint64_t time_in_ms(uint64_t ms)
{
	uint64_t ns;

	return __builtin_mul_overflow(ms, 1000000, &ns) ? DEADLINE_FOREVER : time_in_ns(ns);
}
