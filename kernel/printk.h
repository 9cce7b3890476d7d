/* The kernel's own words. See printk.c. */
#ifndef KERNEL_PRINTK_H
#define KERNEL_PRINTK_H

#include <stdarg.h>

#include "types.h"

/* %s %c %d %u %x %p, with l or z, a width, and 0 to fill it; %%. Anything else is printed as it
 * stands. */
void printk(const char *format, ...) __attribute__((format(printf, 1, 2)));
void vprintk(const char *format, va_list arguments) __attribute__((format(printf, 1, 0)));

/* Whether a line may be printed that user code can cause as often as it likes: LINES_PER_SECOND
 * may, and then the log tells how many more there were. now: nanoseconds. */
bool printk_may(u64 now);
#define LINES_PER_SECOND 10

/* Whether COM1 gets a copy: yes from boot on, no when the console server takes it over, yes again
 * in a panic. */
void printk_console(bool on);

/* Copies bytes of the log from position `from` on (0: the first ever printed; forgotten ones are
 * skipped). Returns how many. */
size_t printk_log_read(size_t from, char *to, size_t bytes);

#endif
