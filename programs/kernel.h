/* What programs that look at the kernel share: ps, top, ipcstat. Each ends the program when the
 * kernel does not tell, and says why. */
#ifndef KERNEL_H
#define KERNEL_H

#include "program.h"
#include <atoll/name.h>
#include <atoll/sys.h>
#include <inttypes.h>

_Noreturn static inline void kernel_fails(const char *program, const char *what, int64_t error)
{
	errno = (int)-error;
	program_error(program, what);
	exit(1);
}

static inline cap_t kernel_open(const char *program)
{
	int64_t kernel = name_lookup("kernel", DEADLINE_NOW);

	if (kernel < 0)
		kernel_fails(program, "no capability `kernel`", kernel);
	return (cap_t)kernel;
}

static inline struct info_system kernel_system(const char *program, cap_t kernel)
{
	struct info_system info;
	int64_t got = kernel_info(kernel, INFO_SYSTEM, 0, &info, sizeof info);

	if (got != sizeof info)
		kernel_fails(program, "the kernel does not tell", got < 0 ? got : -EPROTO);
	return info;
}

/* All threads, however many there are: to be freed. */
static inline struct info_thread *kernel_threads(const char *program, cap_t kernel, size_t *count)
{
	struct info_thread *threads = NULL;
	uint64_t next = 0;

	for (*count = 0;;) {
		struct info_thread *more = realloc(threads, (*count + 32) * sizeof *threads);
		int64_t bytes;

		if (!more)
			kernel_fails(program, "threads", -ENOMEM);
		threads = more;
		bytes =
		    kernel_info(kernel, INFO_THREADS, next, threads + *count, 32 * sizeof *threads);
		if (bytes < 0)
			kernel_fails(program, "the kernel does not tell", bytes);
		if (bytes == 0)
			return threads;
		*count += (size_t)bytes / sizeof *threads;
		next = threads[*count - 1].slot + 1u;
	}
}

static inline const char *kernel_state_name(uint8_t state)
{
	static const char *const names[] = { [STATE_INACTIVE] = "not started",
		[STATE_READY] = "READY",
		[STATE_SEND] = "SEND",
		[STATE_RECEIVE] = "RECEIVE",
		[STATE_REPLY] = "REPLY",
		[STATE_LOCK] = "LOCK",
		[STATE_DEAD] = "dead" };

	return state < sizeof names / sizeof *names && names[state] ? names[state] : "?";
}

/* A number of an option from 1 to `most`; ends the program when it is none. */
static inline unsigned long kernel_number(const char *program, const char *text, unsigned long most)
{
	char *end;
	unsigned long value = strtoul(text, &end, 10);

	if (*text >= '0' && *text <= '9' && !*end && value >= 1 && value <= most)
		return value;
	fprintf(stderr, "%s: %s: not a number from 1 to %lu\n", program, text, most);
	exit(2);
}

/* Times a second, of a difference over so many nanoseconds. */
static inline uint64_t kernel_rate(uint64_t difference, uint64_t ns)
{
	return ns ? (uint64_t)((unsigned __int128)difference * 1000000000 / ns) : 0;
}

/* So many thousandths of it. */
static inline uint64_t kernel_share(uint64_t part, uint64_t whole)
{
	return whole ? (uint64_t)((unsigned __int128)part * 1000 / whole) : 0;
}

#endif
