/* Patterns for names: * ? [...]. */
#include <ctype.h>
#include <fnmatch.h>
#include <stdbool.h>
#include <string.h>

/* "digit:]...": is c one? An unknown class has nothing. */
static bool class_has(const char *name, char c)
{
	static const struct {
		const char *name;
		int (*is)(int);
	} classes[] = { { "alnum:]", isalnum }, { "alpha:]", isalpha }, { "blank:]", isblank },
		{ "digit:]", isdigit }, { "lower:]", islower }, { "print:]", isprint },
		{ "punct:]", ispunct }, { "space:]", isspace }, { "upper:]", isupper },
		{ "xdigit:]", isxdigit } };

	for (size_t i = 0; i < sizeof classes / sizeof *classes; i++)
		if (strncmp(classes[i].name, name, strlen(classes[i].name)) == 0)
			return classes[i].is((unsigned char)c);
	return false;
}

/* At a '['. Does the set have c? *end is behind it; NULL: the bracket is not closed, so it is no
 * set. */
static bool set_has(const char *pattern, char c, const char **end)
{
	const char *at = pattern + 1;
	bool negated = *at == '!' || *at == '^', found = false;

	*end = NULL;
	at += negated;
	for (const char *start = at; *at != ']' || at == start; at++) {
		char low, high;

		if (at[0] == '[' && at[1] == ':' && strstr(at, ":]")) {
			found = found || class_has(at + 2, c);
			at = strstr(at, ":]") + 1;
			continue;
		}
		at += *at == '\\';
		if (!*at)
			return false;
		low = high = *at;
		if (at[1] == '-' && at[2] && at[2] != ']') {
			at += 2;
			at += *at == '\\';
			high = *at;
			if (!high)
				return false;
		}
		found = found ||
		    ((unsigned char)low <= (unsigned char)c &&
			(unsigned char)c <= (unsigned char)high);
	}
	*end = at + 1;
	return found != negated;
}

/* One position of the name against one of the pattern: where the pattern goes on, or NULL. */
static const char *match_one(const char *pattern, char c)
{
	const char *end;
	bool has;

	if (*pattern == '?')
		return pattern + 1;
	if (*pattern == '[') {
		has = set_has(pattern, c, &end);
		if (end)
			return has ? end : NULL;
	}
	pattern += *pattern == '\\';
	return *pattern && *pattern == c ? pattern + 1 : NULL;
}

/* When it goes wrong behind a star, the star takes one more; only the last star ever needs to, so
 * this takes the time of pattern times name at the most. */
int fnmatch(const char *pattern, const char *name, int flags)
{
	const char *star = NULL, *resume = NULL, *next;

	(void)flags;
	while (*name) {
		if (*pattern == '*') {
			star = ++pattern;
			resume = name;
		} else if ((next = match_one(pattern, *name)) != NULL) {
			pattern = next;
			name++;
		} else if (star) {
			pattern = star;
			name = ++resume;
		} else {
			return FNM_NOMATCH;
		}
	}
	while (*pattern == '*')
		pattern++;
	return *pattern ? FNM_NOMATCH : 0;
}
