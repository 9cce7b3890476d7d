/* s/RE/TEXT/. */
#include "ed.h"
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#define GROUPS 10

static char *result;
static size_t length, room;

static void add(const char *bytes, size_t count)
{
	if (length + count + 1 > room) {
		room = 2 * (length + count + 1);
		result = check(realloc(result, room));
	}
	memcpy(result + length, bytes, count);
	length += count;
	result[length] = '\0';
}

/* & is what matched, \1 a group, \ before others: themselves. */
static void add_replacement(const char *text, const char *old, const regmatch_t *match)
{
	for (; *text; text++) {
		bool quoted = *text == '\\' && text[1];
		int group = *text == '&' ? 0 : -1;

		text += quoted;
		if (quoted && isdigit((unsigned char)*text))
			group = *text - '0';
		if (group < 0)
			add(text, 1);
		else if (match[group].rm_so >= 0)
			add(old + match[group].rm_so,
			    (size_t)(match[group].rm_eo - match[group].rm_so));
	}
}

/* From the nth match on, or it alone. False: there is none. */
static bool replace(const char *old, const regex_t *regex, const char *text, long nth, bool all)
{
	regoff_t at = 0, end = (regoff_t)strlen(old), behind = -1;
	regmatch_t match[GROUPS];
	bool any = false;

	length = 0;
	add("", 0);
	for (long n = 1; at <= end; n++) {
		match[0] = (regmatch_t){ at, end };
		if (regexec(regex, old, GROUPS, match, REG_STARTEND | (at ? REG_NOTBOL : 0)) != 0)
			break;
		add(old + at, (size_t)(match[0].rm_so - at));
		if (match[0].rm_eo == match[0].rm_so && match[0].rm_so == behind) {
			n--; /* nothing, right behind a match, is none */
		} else if (n == nth || (n > nth && all)) {
			add_replacement(text, old, match);
			any = true;
		} else {
			add(old + match[0].rm_so, (size_t)(match[0].rm_eo - match[0].rm_so));
		}
		at = behind = match[0].rm_eo;
		if (any && !all)
			break;
		if (match[0].rm_eo == match[0].rm_so) {
			if (at < end)
				add(old + at, 1);
			at++;
		}
	}
	if (at < end)
		add(old + at, (size_t)(end - at));
	return any;
}

/* The text behind the expression, to the separator or the end. */
static char *read_text(const char **at, char separator, bool *ended)
{
	char *text = check(malloc(strlen(*at) + 1)), *to = text;

	while (**at && **at != separator) {
		if ((*at)[0] == '\\' && (*at)[1]) {
			if ((*at)[1] != separator || separator == '&')
				*to++ = **at;
			++*at;
		}
		*to++ = *(*at)++;
	}
	*to = '\0';
	*ended = **at == separator;
	*at += *ended;
	return text;
}

void substitute(const char **at, long from, long to)
{
	char separator = **at, *text, how = '\0', *end;
	const regex_t *regex;
	bool all = false, ended, any = false;
	long nth = 1;

	if (!separator || separator == ' ' || separator == '\n')
		fail("s wants /RE/TEXT/");
	regex = read_expression(at);
	text = read_text(at, separator, &ended);
	if (!ended)
		how = 'p';
	for (;; ++*at) {
		if (**at == 'g')
			all = true;
		else if (**at && strchr("pnl", **at))
			how = **at;
		else if (isdigit((unsigned char)**at)) {
			nth = strtol(*at, &end, 10);
			*at = end - 1;
		} else
			break;
	}
	for (long i = from; i <= to; i++) {
		if (!replace(line[i].text, regex, text, nth, all))
			continue;
		line[i].text = check(strdup(result));
		current = i;
		any = changed = true;
	}
	free(text);
	if (!any)
		fail("nothing matches");
	if (how)
		print_line(current, how);
}
