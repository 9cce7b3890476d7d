/* Seconds and dates (the Gregorian calendar, before its time, too). A day's number and its date are
 * computed from March 1 on, so that the leap day is the last of its year. */
#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <time.h>

#define DAY       86400ll
#define ERA_YEARS 400ll
#define ERA_DAYS  146097ll /* so many have 400 years */
#define MARCH_0   719468ll /* days from 0000-03-01 to 1970-01-01 */

/* Downwards, unlike C. */
static int64_t divide(int64_t a, int64_t b, int64_t *rest)
{
	int64_t quotient = a / b - (a % b < 0);

	*rest = a - quotient * b;
	return quotient;
}

/* Of a date in days since 1970: month from 0, may be outside a year, too. */
static int64_t days_of(int64_t year, int64_t month, int64_t day)
{
	int64_t year_of_era, era;

	year += divide(month - 2, 12, &month); /* now March is 0 */
	era = divide(year, ERA_YEARS, &year_of_era);
	return era * ERA_DAYS + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 +
	    (153 * month + 2) / 5 + day - 1 - MARCH_0;
}

/* The other way round: the year, and the rest into *parts. */
static int64_t date_of(int64_t days, struct tm *parts)
{
	int64_t day, year, month;
	const int64_t era = divide(days + MARCH_0, ERA_DAYS, &day);

	year = (day - day / 1460 + day / 36524 - day / 146096) / 365;
	day -= 365 * year + year / 4 - year / 100;
	month = (5 * day + 2) / 153;
	parts->tm_mday = (int)(day - (153 * month + 2) / 5 + 1);
	parts->tm_mon = (int)(month < 10 ? month + 2 : month - 10);
	return era * ERA_YEARS + year + (month >= 10);
}

struct tm *gmtime_r(const time_t *restrict when, struct tm *restrict result)
{
	int64_t second, weekday, year;
	const int64_t days = divide(*when, DAY, &second);

	year = date_of(days, result) - 1900;
	if (year < INT_MIN || year > INT_MAX) {
		errno = ERANGE;
		return NULL;
	}
	divide(days + 4, 7, &weekday); /* 1970 began with a Thursday */
	result->tm_year = (int)year;
	result->tm_wday = (int)weekday;
	result->tm_yday = (int)(days - days_of(year + 1900, 0, 1));
	result->tm_hour = (int)(second / 3600);
	result->tm_min = (int)(second / 60 % 60);
	result->tm_sec = (int)(second % 60);
	result->tm_isdst = 0;
	return result;
}

struct tm *localtime_r(const time_t *restrict when, struct tm *restrict result)
{
	return gmtime_r(when, result);
}

struct tm *gmtime(const time_t *when)
{
	static struct tm result;

	return gmtime_r(when, &result);
}

struct tm *localtime(const time_t *when)
{
	return gmtime(when);
}

time_t mktime(struct tm *parts)
{
	const time_t when =
	    (days_of(1900ll + parts->tm_year, parts->tm_mon, 1) + parts->tm_mday - 1) * DAY +
	    parts->tm_hour * 3600ll + parts->tm_min * 60ll + parts->tm_sec;
	struct tm result;

	if (!gmtime_r(&when, &result))
		return -1;
	*parts = result;
	return when;
}
