/* The kernel's own words: to the debug console, into a ring in memory, and to COM1 while that is
 * the kernel's.
 *
 * Invariant: text that came from user code cannot look like the kernel's: whatever is not printable
 * in a %s or %c becomes a dot, so nobody forges a line. The ring always holds the last LOG_BYTES
 * bytes printed.
 *
 * Layer 1. Called by everybody; calls the machine. Takes no locks: an NMI may print in the middle
 * of a line. */
#include "printk.h"

#include "machine.h"

#define LOG_BYTES 16384 /* a power of two */

static char ring[LOG_BYTES];
static size_t written; /* bytes ever printed; the next goes to written % LOG_BYTES */
static bool console = true;

/* A conversion, as its format states it. */
struct conversion {
	unsigned width;
	bool zeros, is_long, negative;
};

static void put(char c)
{
	ring[written++ % LOG_BYTES] = c;
	machine_log(c);
	if (console)
		machine_console(c);
}

static void put_foreign(char c)
{
	put(c >= ' ' && c <= '~' ? c : '.');
}

static void pad(unsigned width, size_t used, char fill)
{
	for (; used < width; used++)
		put(fill);
}

static void put_string(const char *text, struct conversion c)
{
	size_t length = 0;

	if (!text)
		text = "(null)";
	while (text[length])
		length++;
	pad(c.width, length, ' ');
	for (size_t i = 0; i < length; i++)
		put_foreign(text[i]);
}

static void put_number(u64 value, unsigned base, struct conversion c)
{
	char digits[20];
	unsigned used = 0;

	do {
		digits[used++] = "0123456789abcdef"[value % base];
		value /= base;
	} while (value);
	if (!c.zeros)
		pad(c.width, used + c.negative, ' ');
	if (c.negative)
		put('-');
	if (c.zeros)
		pad(c.width, used + c.negative, '0');
	while (used)
		put(digits[--used]);
}

static void put_signed(s64 value, struct conversion c)
{
	c.negative = value < 0;
	put_number(c.negative ? -(u64)value : (u64)value, 10, c);
}

static const char *parse(const char *format, struct conversion *c)
{
	*c = (struct conversion){ 0 };
	if (*format == '0') {
		c->zeros = true;
		format++;
	}
	for (; *format >= '0' && *format <= '9'; format++)
		c->width = c->width * 10 + (unsigned)(*format - '0');
	for (; *format == 'l' || *format == 'z'; format++)
		c->is_long = true;
	return format;
}

void vprintk(const char *format, va_list arguments)
{
	struct conversion c;

	for (; *format; format++) {
		if (*format != '%') {
			put(*format);
			continue;
		}
		format = parse(format + 1, &c);
		switch (*format) {
		case 's':
			put_string(va_arg(arguments, const char *), c);
			break;
		case 'c':
			put_foreign((char)va_arg(arguments, int));
			break;
		case 'd':
			put_signed(c.is_long ? va_arg(arguments, s64) : va_arg(arguments, int), c);
			break;
		case 'u':
			put_number(c.is_long ? va_arg(arguments, u64) : va_arg(arguments, unsigned),
			    10, c);
			break;
		case 'x':
			put_number(c.is_long ? va_arg(arguments, u64) : va_arg(arguments, unsigned),
			    16, c);
			break;
		case 'p':
			put_number((u64)va_arg(arguments, void *), 16,
			    (struct conversion){ 16, .zeros = true });
			break;
		case '\0':
			return;
		default:
			put(*format);
		}
	}
}

void printk(const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	vprintk(format, arguments);
	va_end(arguments);
}

bool printk_may(u64 now)
{
	static u64 second;
	static u32 lines;

	if (now - second >= 1000000000) {
		if (lines > LINES_PER_SECOND)
			printk("(%u more lines like these)\n", lines - LINES_PER_SECOND);
		second = now;
		lines = 0;
	}
	return lines++ < LINES_PER_SECOND;
}

void printk_console(bool on)
{
	console = on;
}

size_t printk_log_read(size_t from, char *to, size_t bytes)
{
	size_t oldest = written > LOG_BYTES ? written - LOG_BYTES : 0, count = 0;

	for (from = MAX(from, oldest); from < written && count < bytes; from++)
		to[count++] = ring[from % LOG_BYTES];
	return count;
}
