/* Regular expressions as POSIX defines them, basic and extended, without \1 to \9. Pure.
 *
 * A pattern becomes a program for a little machine that follows all possible ways at the same time,
 * so no pattern and no line takes longer than their lengths multiplied. It works on bytes. */
#ifndef GREP_MATCH_H
#define GREP_MATCH_H

#include <stdbool.h>
#include <stddef.h>

#define MATCH_EXTENDED 1 /* + ? | ( ) { } without backslashes */
#define MATCH_FOLD     2 /* capitals are as good as small letters */
#define MATCH_FIXED    4 /* nothing in the pattern is special */

struct pattern;

/* NULL: *error says why. */
struct pattern *pattern_compile(const char *text, unsigned flags, const char **error);
/* Does it match anywhere in the line? */
bool pattern_match(struct pattern *pattern, const char *line, size_t length);
void pattern_free(struct pattern *pattern);

#endif
