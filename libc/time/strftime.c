/* Dates as text, in the "C" locale. */
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

static const char *const days[] = { "Sunday", "Monday", "Tuesday", "Wednesday", "Thursday",
	"Friday", "Saturday" };
static const char *const months[] = { "January", "February", "March", "April", "May", "June",
	"July", "August", "September", "October", "November", "December" };

struct out {
	char *text;
	size_t size, length; /* length may be more than size: then it did not fit */
	const struct tm *tm;
};

static void put(struct out *o, const char *s, size_t length)
{
	if (o->length + length < o->size)
		memcpy(o->text + o->length, s, length);
	o->length += length;
}

static void put_number(struct out *o, const char *format, long number)
{
	char text[32];

	put(o, text, (size_t)snprintf(text, sizeof text, format, number));
}

static void put_name(
    struct out *o, const char *const *names, unsigned count, int which, size_t most)
{
	const char *name = which >= 0 && (unsigned)which < count ? names[which] : "?";

	put(o, name, strnlen(name, most));
}

static bool is_leap(long year)
{
	return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

static long year_of(const struct tm *tm)
{
	return 1900l + tm->tm_year;
}

static int monday_based(const struct tm *tm)
{
	return (tm->tm_wday + 6) % 7;
}

/* Weeks begin with Monday, and belong to the year that has most of their days (ISO 8601). */
static int iso_week(const struct tm *tm, long *year)
{
	int week = (tm->tm_yday - monday_based(tm) + 10) / 7;

	*year = year_of(tm);
	if (week == 0) {
		const int before = 365 + is_leap(--*year);

		return (tm->tm_yday + before - monday_based(tm) + 10) / 7;
	}
	/* The last days of December from Monday on, when Thursday is in January. */
	if (week == 53 && tm->tm_yday - monday_based(tm) + 3 >= 365 + is_leap(*year)) {
		++*year;
		return 1;
	}
	return week;
}

static void put_format(struct out *o, const char *format);

static bool put_date(struct out *o, char conversion)
{
	const struct tm *tm = o->tm;
	long year = year_of(tm);
	int week = iso_week(tm, &year);

	switch (conversion) {
	case 'a':
	case 'A':
		put_name(o, days, 7, tm->tm_wday, conversion == 'a' ? 3 : SIZE_MAX);
		return true;
	case 'b':
	case 'h':
	case 'B':
		put_name(o, months, 12, tm->tm_mon, conversion == 'B' ? SIZE_MAX : 3);
		return true;
	case 'C':
		put_number(o, "%02ld", year_of(tm) / 100);
		return true;
	case 'd':
		put_number(o, "%02ld", tm->tm_mday);
		return true;
	case 'e':
		put_number(o, "%2ld", tm->tm_mday);
		return true;
	case 'G':
		put_number(o, "%ld", year);
		return true;
	case 'g':
		put_number(o, "%02ld", (year % 100 + 100) % 100);
		return true;
	case 'j':
		put_number(o, "%03ld", tm->tm_yday + 1);
		return true;
	case 'm':
		put_number(o, "%02ld", tm->tm_mon + 1);
		return true;
	case 'u':
		put_number(o, "%ld", monday_based(tm) + 1);
		return true;
	case 'U':
		put_number(o, "%02ld", (tm->tm_yday - tm->tm_wday + 7) / 7);
		return true;
	case 'V':
		put_number(o, "%02ld", week);
		return true;
	case 'w':
		put_number(o, "%ld", tm->tm_wday);
		return true;
	case 'W':
		put_number(o, "%02ld", (tm->tm_yday - monday_based(tm) + 7) / 7);
		return true;
	case 'y':
		put_number(o, "%02ld", (year_of(tm) % 100 + 100) % 100);
		return true;
	case 'Y':
		put_number(o, "%ld", year_of(tm));
		return true;
	}
	return false;
}

static bool put_time(struct out *o, char conversion)
{
	const struct tm *tm = o->tm;

	switch (conversion) {
	case 'H':
		put_number(o, "%02ld", tm->tm_hour);
		return true;
	case 'I':
		put_number(o, "%02ld", (tm->tm_hour + 11) % 12 + 1);
		return true;
	case 'M':
		put_number(o, "%02ld", tm->tm_min);
		return true;
	case 'S':
		put_number(o, "%02ld", tm->tm_sec);
		return true;
	case 'p':
		put(o, tm->tm_hour >= 12 ? "PM" : "AM", 2);
		return true;
	case 'z':
		put(o, "+0000", 5);
		return true;
	case 'Z':
		put(o, "UTC", 3);
		return true;
	case 'n':
		put(o, "\n", 1);
		return true;
	case 't':
		put(o, "\t", 1);
		return true;
	case '%':
		put(o, "%", 1);
		return true;
	}
	return false;
}

/* What is short for others. */
static bool put_composed(struct out *o, char conversion)
{
	static const struct {
		char conversion;
		const char *format;
	} composed[] = { { 'c', "%a %b %e %H:%M:%S %Y" }, { 'D', "%m/%d/%y" }, { 'F', "%Y-%m-%d" },
		{ 'r', "%I:%M:%S %p" }, { 'R', "%H:%M" }, { 'T', "%H:%M:%S" }, { 'x', "%m/%d/%y" },
		{ 'X', "%H:%M:%S" } };

	for (unsigned i = 0; i < sizeof composed / sizeof *composed; i++)
		if (composed[i].conversion == conversion) {
			put_format(o, composed[i].format);
			return true;
		}
	return false;
}

/* An unknown conversion comes out as it stands. */
static void put_format(struct out *o, const char *format)
{
	while (*format) {
		const char *start = format;

		if (*format++ != '%') {
			put(o, start, 1);
			continue;
		}
		if (*format == 'E' || *format == 'O') /* other digits and eras: not here */
			format++;
		if (!*format ||
		    (!put_date(o, *format) && !put_time(o, *format) && !put_composed(o, *format)))
			put(o, start, (size_t)(format - start) + (*format != 0));
		format += *format != 0;
	}
}

size_t strftime(
    char *restrict text, size_t size, const char *restrict format, const struct tm *restrict tm)
{
	struct out o = { .text = text, .size = size, .tm = tm };

	put_format(&o, format);
	if (o.length >= size)
		return 0;
	text[o.length] = 0;
	return o.length;
}

char *asctime(const struct tm *tm)
{
	static char text[64];

	return strftime(text, sizeof text, "%a %b %e %H:%M:%S %Y\n", tm) ? text : NULL;
}

char *ctime(const time_t *when)
{
	const struct tm *tm = localtime(when);

	return tm ? asctime(tm) : NULL;
}
