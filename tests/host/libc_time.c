// SOURCES:
// Dates: seconds to dates and back, dates out of order, and every conversion of strftime, at random
// against the host's. The sources are included below under other names.
#define _GNU_SOURCE
#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
// clang-format off
#include "tap.h"

#define time atoll_time
#define difftime atoll_difftime
#define clock atoll_clock
#define gmtime atoll_gmtime
#define localtime atoll_localtime
#define gmtime_r atoll_gmtime_r
#define localtime_r atoll_localtime_r
#define mktime atoll_mktime
#define asctime atoll_asctime
#define ctime atoll_ctime
#define strftime atoll_strftime
struct tm *gmtime_r(const time_t *restrict when, struct tm *restrict result);
struct tm *localtime(const time_t *when);
#include "../../libc/time/calendar.c"
#include "../../libc/time/strftime.c"
#undef time
#undef difftime
#undef clock
#undef gmtime
#undef localtime
#undef gmtime_r
#undef localtime_r
#undef mktime
#undef asctime
#undef ctime
#undef strftime
// clang-format on

static uint64_t seed = 31415;

static uint64_t random64(void)
{
	uint64_t high;

	seed = seed * 6364136223846793005u + 1442695040888963407u;
	high = seed >> 32;
	seed = seed * 6364136223846793005u + 1442695040888963407u;
	return high << 32 | seed >> 32;
}

static int pick(int below)
{
	return (int)((random64() >> 20) % (uint64_t)below);
}

static bool equal(const struct tm *a, const struct tm *b)
{
	return a->tm_sec == b->tm_sec && a->tm_min == b->tm_min && a->tm_hour == b->tm_hour &&
	    a->tm_mday == b->tm_mday && a->tm_mon == b->tm_mon && a->tm_year == b->tm_year &&
	    a->tm_wday == b->tm_wday && a->tm_yday == b->tm_yday;
}

static void test_dates(void)
{
	bool there = true, back = true, odd = true;

	for (int round = 0; round < 100000; round++) {
		time_t when = (time_t)random64() >> pick(64);
		struct tm mine, theirs, *answer;
		int error;

		errno = 0;
		answer = atoll_gmtime_r(&when, &mine);
		error = errno;
		if (!gmtime_r(&when, &theirs)) {
			there &= !answer && error == ERANGE;
			continue;
		}
		there &= answer && equal(&mine, &theirs);
		back &= atoll_mktime(&mine) == when && equal(&mine, &theirs);
		mine = (struct tm){ .tm_year = pick(400) - 200,
			.tm_mon = pick(80) - 40,
			.tm_mday = pick(2000) - 1000,
			.tm_hour = pick(200) - 100,
			.tm_min = pick(2000) - 1000,
			.tm_sec = pick(INT_MAX) - INT_MAX / 2 };
		theirs = mine;
		odd &= atoll_mktime(&mine) == timegm(&theirs) && equal(&mine, &theirs);
	}
	ok(there, "seconds to dates, until the year fits no int");
	ok(back, "and back");
	ok(odd, "dates with 40 months and -1,000 minutes are put in order");
}

static void test_text(void)
{
	static const char conversions[] = "aAbBcCdDeFgGhHIjmMnprRStTuUVwWxXyYz%";
	char mine[200], theirs[200], format[8] = "%";
	bool all = true, sizes = true;

	for (int round = 0; round < 100000; round++) {
		/* years of four digits: what follows is told in various ways */
		time_t when = (time_t)(random64() % 253000000000u) - 30000000000;
		size_t size = (size_t)(pick(4) ? 200 : pick(12)), length[2];
		struct tm tm;

		gmtime_r(&when, &tm);
		format[1] = conversions[round % (int)(sizeof conversions - 1)];
		memset(mine, '#', sizeof mine);
		length[0] = atoll_strftime(mine, size, format, &tm);
		length[1] = strftime(theirs, size, format, &tm);
		if (length[0] != length[1] || (length[0] && strcmp(mine, theirs) != 0)) {
			printf("# %s of %jd: %s, host %s\n", format, (intmax_t)when, mine, theirs);
			all = false;
		}
		for (size_t i = size; i < sizeof mine; i++)
			sizes &= mine[i] == '#';
	}
	ok(all, "every conversion");
	ok(sizes, "nothing behind the buffer's end");
	ok(strcmp(atoll_ctime(&(time_t){ 86400 }), "Fri Jan  2 00:00:00 1970\n") == 0, "ctime");
	ok(atoll_strftime(mine, 200, "%Q 5%", &(struct tm){ 0 }) == 5 && !strcmp(mine, "%Q 5%"),
	    "no such conversion: as it stands");
	ok(atoll_strftime(mine, 200, "[%Ey%Od%Z]", &(struct tm){ .tm_mday = 7 }) == 9 &&
		!strcmp(mine, "[0007UTC]"),
	    "other digits are the same ones");
}

int main(void)
{
	test_dates();
	test_text();
	return tap_done();
}
