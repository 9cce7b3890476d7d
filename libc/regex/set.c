/* [abc], [a-z], [[:digit:]], [^...]. */
#include "program.h"
#include <ctype.h>
#include <string.h>

static void add(unsigned char *set, int byte)
{
	set[byte / 8] |= (unsigned char)(1 << byte % 8);
}

static bool has(const unsigned char *set, int byte)
{
	return set[byte / 8] >> byte % 8 & 1;
}

/* [:name:] at *at. */
static int add_class(const char **at, unsigned char *set)
{
	static const struct {
		const char *name;
		int (*is)(int);
	} classes[] = {
		{ "alnum", isalnum },
		{ "alpha", isalpha },
		{ "blank", isblank },
		{ "cntrl", iscntrl },
		{ "digit", isdigit },
		{ "graph", isgraph },
		{ "lower", islower },
		{ "print", isprint },
		{ "punct", ispunct },
		{ "space", isspace },
		{ "upper", isupper },
		{ "xdigit", isxdigit },
	};
	const char *name = *at + 2, *end = strstr(name, ":]");

	for (size_t i = 0; end && i < sizeof classes / sizeof *classes; i++) {
		size_t length = strlen(classes[i].name);

		if ((size_t)(end - name) != length || strncmp(name, classes[i].name, length) != 0)
			continue;
		for (int byte = 0; byte < 256; byte++)
			if (classes[i].is(byte))
				add(set, byte);
		*at = end + 2;
		return 0;
	}
	return REG_ECTYPE;
}

/* One character or range. */
static int add_range(const char **at, unsigned char *set)
{
	unsigned char low = (unsigned char)*(*at)++, high = low;

	if ((*at)[0] == '-' && (*at)[1] && (*at)[1] != ']') {
		high = (unsigned char)(*at)[1];
		*at += 2;
	}
	if (high < low)
		return REG_ERANGE;
	for (int byte = low; byte <= high; byte++)
		add(set, byte);
	return 0;
}

/* Letters are doubled before the set is negated: [^a] excludes A too when capitals do not count.
 */
int regex_set(const char **at, unsigned char set[32], int flags)
{
	bool negated = *++*at == '^';
	const char *first;
	int error;

	*at += negated;
	for (first = *at; **at != ']' || *at == first;) {
		if (!**at)
			return REG_EBRACK;
		if ((*at)[0] == '[' && ((*at)[1] == '.' || (*at)[1] == '='))
			return REG_ECOLLATE;
		error =
		    (*at)[0] == '[' && (*at)[1] == ':' ? add_class(at, set) : add_range(at, set);
		if (error)
			return error;
	}
	++*at;
	for (int byte = 0; byte < 256 && flags & REG_ICASE; byte++)
		if (has(set, byte))
			add(set, tolower(byte));
	for (int i = 0; i < 32 && negated; i++)
		set[i] = (unsigned char)~set[i];
	if (negated && flags & REG_NEWLINE)
		set['\n' / 8] &= (unsigned char)~(1 << '\n' % 8);
	return 0;
}
