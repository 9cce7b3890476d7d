/* Between libc_regex.c, which has the host's regex.h, and libc_regex_atoll.c, which has ours. */
#ifndef LIBC_REGEX_TEST_H
#define LIBC_REGEX_TEST_H

#include <stddef.h>

#define WHY_BYTES 80

/* As regcomp and regexec together: 0, 1 (no match), or an error, negated and explained in why. */
int atoll_regex(const char *pattern, int flags, const char *text, size_t length, long (*found)[2],
    size_t groups, char *why);

/* Flags as ours. */
enum { EXTENDED = 1, FOLD = 2, NOSUB = 4, NEWLINE = 8, FIXED = 16 };

#endif
