// SOURCES:
// stdlib.h but for malloc: numbers from text against the host's on random strings, sorting,
// searching, the environment. The sources are included below, see libc_rename.h.
#define _GNU_SOURCE
#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
// clang-format off
#include "tap.h"

#define HOST_STRING
#define HOST_HEAP
#include "libc_rename.h"
#define div_t     atoll_div_t
#define ldiv_t    atoll_ldiv_t
#define lldiv_t   atoll_lldiv_t
#define imaxdiv_t atoll_imaxdiv_t
extern char **environ;
#undef RAND_MAX
/* Atoll's <inttypes.h> would define the host's macros anew. */
typedef struct {
	intmax_t quot, rem;
} imaxdiv_t;
intmax_t strtoimax(const char *restrict s, char **restrict end, int base);
uintmax_t strtoumax(const char *restrict s, char **restrict end, int base);
#include "../../libc/include/stdlib.h"
#include "../../libc/stdlib/div.c"
#include "../../libc/stdlib/getenv.c"
#include "../../libc/stdlib/qsort.c"
#include "../../libc/stdlib/rand.c"
#include "../../libc/stdlib/strtol.c"
#undef div_t
#undef ldiv_t
#undef lldiv_t
#undef imaxdiv_t
#include "libc_rename.h"
// clang-format on

/* setenv never frees the values it replaces: somebody may hold them. */
const char *__asan_default_options(void);
const char *__asan_default_options(void)
{
	return "detect_leaks=0";
}

static uint64_t seed = 7;

static unsigned pick(unsigned below)
{
	seed = seed * 6364136223846793005u + 1442695040888963407u;
	return (unsigned)(seed >> 33) % below;
}

/* Something like a number: blanks, signs, prefixes, digits around the limits, rubbish behind. */
static void random_number(char *s)
{
	static const char *const start[] = { "", "", " ", "\t\n ", "-", "+", " -", "+-", "x",
		"- " };
	static const char *const prefix[] = { "", "", "0", "0x", "0X", "00x", "0xg", "x" };
	static const char *const limit[] = { "9223372036854775807", "9223372036854775808",
		"18446744073709551615", "18446744073709551616", "7fffffffffffffff",
		"8000000000000000", "ffffffffffffffff", "10000000000000000",
		"777777777777777777777", "1777777777777777777777", "2000000000000000000000", "0" };
	static const char digits[] = "0123456789abcdefzZ89 .";
	char *end;

	end = stpcpy(stpcpy(s, start[pick(10)]), prefix[pick(8)]);
	if (pick(3) == 0)
		end = stpcpy(end, limit[pick(12)]);
	for (unsigned n = pick(pick(4) ? 6 : 30); n; n--)
		*end++ = digits[pick(pick(2) ? 10 : sizeof digits - 1)];
	*end = 0;
}

static void test_numbers(void)
{
	bool longs = true, unsigneds = true, plain = true;

	for (int round = 0; round < 100000; round++) {
		static const int bases[] = { 0, 10, 16, 8, 2, 36, 1, -1, 37, 3 };
		char s[80], *ends[2];
		int base = bases[pick(10)], errors[2];

		random_number(s);
		ends[0] = ends[1] = s;
		errno = 0;
		long long a = atoll_strtoll(s, &ends[0], base);
		errors[0] = errno;
		errno = 0;
		long long b = strtoll(s, &ends[1], base);
		errors[1] = errno;
		/* The host leaves the end alone when the base makes no sense; C does not say. */
		if (base < 0 || base == 1 || base > 36)
			ends[1] = ends[0];
		if (longs && (a != b || ends[0] != ends[1] || errors[0] != errors[1]))
			printf("# strtoll(\"%s\", %d) = %lld, %lld; %d, %d\n", s, base, a, b,
			    errors[0], errors[1]);
		longs &= a == b && ends[0] == ends[1] && errors[0] == errors[1];
		errno = 0;
		unsigned long long c = atoll_strtoull(s, &ends[0], base);
		errors[0] = errno;
		errno = 0;
		unsigned long long d = strtoull(s, &ends[1], base);
		errors[1] = errno;
		if (base < 0 || base == 1 || base > 36)
			ends[1] = ends[0];
		unsigneds &= c == d && ends[0] == ends[1] && errors[0] == errors[1];
		plain &= atoll_strtol(s, NULL, base) == strtol(s, NULL, base) &&
		    atoll_atoi(s) == atoi(s) && atoll_atol(s) == atol(s) &&
		    atoll_atoll(s) == atoll(s) && atoll_strtoul(s, NULL, base) == c &&
		    atoll_strtoimax(s, NULL, base) == a && atoll_strtoumax(s, NULL, base) == c;
	}
	ok(longs, "strtoll: value, end and errno");
	ok(unsigneds, "strtoull: value, end and errno");
	ok(plain, "strtol, strtoul, strtoimax, strtoumax, atoi, atol, atoll");
}

static size_t element_size;
static unsigned long comparisons;

static int compare(const void *a, const void *b)
{
	comparisons++;
	return memcmp(a, b, element_size < 2 ? element_size : 2);
}

/* Sorted, and the same elements as before (their sum by byte position stands for that). */
static bool sorts(size_t count, unsigned values)
{
	unsigned char *array = malloc(count * element_size + 1), *sorted;
	unsigned long before[256] = { 0 }, after[256] = { 0 };
	bool fine = true;

	for (size_t i = 0; i < count * element_size; i++) {
		array[i] = (unsigned char)pick(values);
		before[i % element_size % 256] += array[i] * array[i];
	}
	sorted = malloc(count * element_size + 1);
	memcpy(sorted, array, count * element_size);
	qsort(sorted, count, element_size, compare);
	atoll_qsort(array, count, element_size, compare);
	for (size_t i = 0; i < count * element_size; i++)
		after[i % element_size % 256] += array[i] * array[i];
	fine &= memcmp(before, after, sizeof before) == 0;
	/* Equal keys may come in any order, so only keys are compared. */
	for (size_t i = 0; i < count; i++)
		fine &= compare(array + i * element_size, sorted + i * element_size) == 0;
	for (size_t i = 0; i < count && fine; i += 1 + i / 4) {
		unsigned char *found =
		    atoll_bsearch(array + i * element_size, array, count, element_size, compare);

		fine &= found && (size_t)(found - array) % element_size == 0 &&
		    compare(found, array + i * element_size) == 0;
	}
	free(array);
	free(sorted);
	return fine;
}

static int compare_ints(const void *a, const void *b)
{
	comparisons++;
	return (*(const int *)a > *(const int *)b) - (*(const int *)a < *(const int *)b);
}

static void test_sorting(void)
{
	static const size_t sizes[] = { 1, 2, 4, 8, 12, 64, 100, 200 };
	static int ints[4096];
	bool all = true;
	int absent = 3;

	for (int round = 0; round < 800; round++) {
		element_size = sizes[pick(8)];
		all &= sorts(pick(60), pick(2) ? 256 : 3);
	}
	ok(all, "qsort against the host's, and bsearch finds each");
	for (int kind = 0; kind < 4; kind++) {
		bool ordered = true;

		for (int i = 0; i < 4096; i++)
			ints[i] = kind == 0 ? i * 2
			    : kind == 1     ? -i * 2
			    : kind == 2     ? 0
			    : i % 2         ? i * 2
					    : -i * 2;
		comparisons = 0;
		atoll_qsort(ints, 4096, sizeof *ints, compare_ints);
		for (int i = 1; i < 4096; i++)
			ordered &= ints[i - 1] <= ints[i];
		ok(ordered && comparisons < 4096 * 12 * 2,
		    "qsort of ordered input %d: %lu comparisons", kind, comparisons);
	}
	ok(!atoll_bsearch(&absent, ints, 4096, sizeof *ints, compare_ints) &&
		!atoll_bsearch(&absent, ints, 0, sizeof *ints, compare_ints),
	    "bsearch finds nothing");
	atoll_qsort(ints, 0, sizeof *ints, compare_ints);
	atoll_qsort(ints, 5, 0, compare_ints);
	ok(true, "qsort of nothing");
}

static void test_environment(void)
{
	static char a[] = "A=1", b[] = "LONG=two=2";
	static char *start[] = { a, b, NULL };
	bool many = true;

	atoll_environ = start;
	ok(strcmp(atoll_getenv("A"), "1") == 0 && strcmp(atoll_getenv("LONG"), "two=2") == 0,
	    "getenv");
	ok(!atoll_getenv("LON") && !atoll_getenv("LONGER") && !atoll_getenv(""),
	    "getenv: only the whole name counts");
	ok(atoll_setenv("A", "x", 0) == 0 && strcmp(atoll_getenv("A"), "1") == 0,
	    "setenv without overwriting");
	ok(atoll_setenv("A", "x", 1) == 0 && strcmp(atoll_getenv("A"), "x") == 0,
	    "setenv with overwriting");
	for (int i = 0; i < 100; i++) {
		char name[16];

		snprintf(name, sizeof name, "N%d", i);
		many &= atoll_setenv(name, name + 1, 1) == 0;
	}
	for (int i = 0; i < 100; i++) {
		char name[16];

		snprintf(name, sizeof name, "N%d", i);
		many &= atoll_getenv(name) && strcmp(atoll_getenv(name), name + 1) == 0;
	}
	ok(many && strcmp(atoll_getenv("LONG"), "two=2") == 0, "setenv of 100 more");
	ok(atoll_unsetenv("N50") == 0 && !atoll_getenv("N50") && atoll_getenv("N99") &&
		atoll_getenv("N51"),
	    "unsetenv");
	ok(atoll_setenv("", "x", 1) == -1 && errno == EINVAL && atoll_setenv("A=B", "x", 1) == -1 &&
		atoll_unsetenv("A=B") == -1,
	    "a name is not empty and has no =");
}

static void test_rest(void)
{
	bool varied = true;
	unsigned s = 5;
	int first;

	ok(atoll_abs(-5) == 5 && atoll_labs(-5) == 5 && atoll_llabs(LLONG_MIN + 1) == LLONG_MAX,
	    "abs");
	ok(atoll_div(-7, 2).quot == -3 && atoll_div(-7, 2).rem == -1 &&
		atoll_ldiv(7, -2).quot == -3 && atoll_lldiv(7, -2).rem == 1 &&
		atoll_imaxdiv(9, 4).rem == 1,
	    "div");
	atoll_srand(3);
	first = atoll_rand();
	for (int i = 0; i < 1000; i++)
		varied &= atoll_rand() >= 0 && atoll_rand_r(&s) >= 0;
	atoll_srand(3);
	ok(varied && atoll_rand() == first && atoll_rand() != first, "rand repeats after srand");
	atoll_srandom(3);
	ok(atoll_random() == first, "random is rand by another name");
}

int main(void)
{
	test_numbers();
	test_sorting();
	test_environment();
	test_rest();
	return tap_done();
}
