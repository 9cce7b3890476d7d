/* Which lines: 3 . $ 'x /RE/ ?RE? with + and -, one or two of them. */
#include "ed.h"
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

regex_t *read_expression(const char **at)
{
	static regex_t regex;
	static bool any;
	char separator = *(*at)++, *text = check(malloc(strlen(*at) + 1)), *to = text, why[80];
	bool inside = false; /* [...], where the separator is nothing special */
	int error = 0;

	while (**at && (**at != separator || inside)) {
		if (**at == '[')
			inside = true;
		else if (**at == ']')
			inside = false;
		if ((*at)[0] == '\\' && (*at)[1] && !inside) {
			if ((*at)[1] != separator)
				*to++ = **at;
			++*at;
		}
		*to++ = *(*at)++;
	}
	*to = '\0';
	*at += **at == separator;
	if (*text) {
		if (any)
			regfree(&regex);
		error = regcomp(&regex, text, 0);
		any = error == 0;
		if (error)
			regerror(error, &regex, why, sizeof why);
	}
	free(text);
	if (error)
		fail(why);
	if (!any)
		fail("there is no expression yet");
	return &regex;
}

/* The next line that matches, or the one before; round and round. */
static long search(const char **at)
{
	bool forward = **at == '/';
	const regex_t *regex = read_expression(at);
	long i = current;

	for (long tried = 0; tried < lines; tried++) {
		i += forward ? 1 : -1;
		i = i > lines ? 1 : i < 1 ? lines : i;
		if (regexec(regex, line[i].text, 0, NULL, 0) == 0)
			return i;
	}
	fail("no line matches");
}

static long marked(char letter)
{
	for (long i = 1; i <= lines; i++)
		if (line[i].mark == letter)
			return i;
	fail("no line has this mark");
}

static void skip_blanks(const char **at)
{
	*at += strspn(*at, " \t");
}

/* -1: there is none. */
static long one(const char **at)
{
	long n = -1;
	char *end;

	skip_blanks(at);
	if (isdigit((unsigned char)**at)) {
		n = strtol(*at, &end, 10);
		*at = end;
	} else if (**at == '.' || **at == '$') {
		n = *(*at)++ == '.' ? current : lines;
	} else if (**at == '\'') {
		n = marked((*at)[1]);
		*at += 2;
	} else if (**at == '/' || **at == '?') {
		n = search(at);
	}
	for (skip_blanks(at);
	     **at == '+' || **at == '-' || (n >= 0 && isdigit((unsigned char)**at));
	     skip_blanks(at)) {
		long sign = **at == '-' ? -1 : 1;

		n = n < 0 ? current : n;
		*at += !isdigit((unsigned char)**at);
		if (isdigit((unsigned char)**at)) {
			n += sign * strtol(*at, &end, 10);
			*at = end;
		} else {
			n += sign;
		}
		if (n < 0)
			fail("there is no such line");
	}
	if (n > lines)
		fail("there is no such line");
	return n;
}

long read_address(const char **at, long otherwise)
{
	long n = one(at);

	return n < 0 ? otherwise : n;
}

/* "A,B"; "A;B" counts B from A; "," alone is all lines, ";" from this one on. Of more than two the
 * last two count. */
struct range read_range(const char **at)
{
	struct range range = { current, current, 0 };
	long n = one(at);

	if (n >= 0)
		range = (struct range){ n, n, 1 };
	while (**at == ',' || **at == ';') {
		char separator = *(*at)++;
		bool first = range.count > 0;

		range.from = first ? range.to : separator == ',' ? 1 : current;
		if (separator == ';')
			current = range.from;
		n = one(at);
		range.to = n >= 0 ? n : first ? range.from : lines;
		range.count = 2;
	}
	if (range.from > range.to)
		fail("the lines are in the wrong order");
	return range;
}
