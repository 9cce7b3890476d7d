/* expr: sums, comparisons and patterns, one word each. */
#include "program.h"
#include <ctype.h>
#include <inttypes.h>
#include <regex.h>
#include <stdbool.h>

static const char usage[] =
    "usage: expr EXPRESSION\n"
    "Prints what an expression gives. Each number and operator is an argument of its own:\n"
    "  A '|' B   A, or B when A is 0 or empty     A '&' B  A, or 0 when one is\n"
    "  A < B     and <= = != >= >: 1 or 0, of numbers or texts\n"
    "  A + B     and - '*' / %\n"
    "  A : RE    what \\( \\) matches at A's start, or how many bytes\n"
    "  length A  substr A FROM BYTES  index A CHARACTERS  match A RE  + A (no operator)\n"
    "Status: 0, 1 when that is 0 or empty, 2 a mistake, 3 an error.\n";

static char **word;

_Noreturn static void mistake(const char *what)
{
	fprintf(stderr, "expr: %s\n", what);
	exit(2);
}

static char *check(char *text)
{
	if (text)
		return text;
	fprintf(stderr, "expr: out of memory\n");
	exit(3);
}

static char *of_number(int64_t n)
{
	char text[24];

	snprintf(text, sizeof text, "%" PRId64, n);
	return check(strdup(text));
}

static bool is_number(const char *text, int64_t *n)
{
	char *end;

	errno = 0;
	*n = strtoll(text, &end, 10);
	return *end == '\0' && isdigit((unsigned char)text[*text == '-']) && !errno;
}

static int64_t number(const char *text)
{
	int64_t n;

	if (!is_number(text, &n))
		mistake("a number is wanted");
	return n;
}

static bool is_nothing(const char *text)
{
	int64_t n;

	return !*text || (is_number(text, &n) && n == 0);
}

static bool skip(const char *text)
{
	if (!*word || strcmp(*word, text) != 0)
		return false;
	word++;
	return true;
}

static char *matched(const char *text, const char *pattern)
{
	regmatch_t match[2];
	regex_t regex;
	char why[80], *anchored = check(malloc(strlen(pattern) + 2)), *result;
	bool found;
	int error;

	sprintf(anchored, "%s%s", *pattern == '^' ? "" : "^", pattern);
	error = regcomp(&regex, anchored, 0);
	if (error) {
		regerror(error, &regex, why, sizeof why);
		mistake(why);
	}
	found = regexec(&regex, text, 2, match, 0) == 0;
	if (regex.re_nsub == 0)
		result = of_number(found ? match[0].rm_eo : 0);
	else
		result = check(found && match[1].rm_so >= 0
			? strndup(text + match[1].rm_so, (size_t)(match[1].rm_eo - match[1].rm_so))
			: strdup(""));
	regfree(&regex);
	free(anchored);
	return result;
}

static char *either(void);

static char *one(void)
{
	char *text, *other;
	int64_t from, bytes;

	if (!*word)
		mistake("something is missing at the end");
	if (skip("(")) {
		text = either();
		if (!skip(")"))
			mistake("a ) is missing");
		return text;
	}
	if (skip("length"))
		return of_number((int64_t)strlen(one()));
	if (skip("match")) {
		text = one();
		return matched(text, one());
	}
	if (skip("index")) {
		text = one();
		bytes = (int64_t)strcspn(text, one());
		return of_number(text[bytes] ? bytes + 1 : 0);
	}
	if (skip("substr")) {
		text = one();
		from = number(other = one());
		bytes = number(one());
		if (from < 1 || bytes < 1 || from > (int64_t)strlen(text))
			return check(strdup(""));
		return check(strndup(text + from - 1, (size_t)bytes));
	}
	skip("+");
	if (!*word)
		mistake("something is missing at the end");
	return check(strdup(*word++));
}

static char *match(void)
{
	char *text = one();

	while (skip(":"))
		text = matched(text, one());
	return text;
}

static int64_t checked(bool overflow, int64_t n)
{
	if (overflow)
		mistake("the result is too large");
	return n;
}

static char *product(void)
{
	char *text = match();

	for (;;) {
		char sign = skip("*") ? '*' : skip("/") ? '/' : skip("%") ? '%' : '\0';
		int64_t a, b, n = 0;

		if (!sign)
			return text;
		a = number(text);
		b = number(match());
		if (sign == '*') {
			bool overflow = __builtin_mul_overflow(a, b, &n);

			text = of_number(checked(overflow, n));
			continue;
		}
		if (b == 0)
			mistake("division by 0");
		checked(a == INT64_MIN && b == -1, 0);
		text = of_number(sign == '/' ? a / b : a % b);
	}
}

static char *sum(void)
{
	char *text = product();

	for (;;) {
		bool plus = skip("+"), minus = !plus && skip("-"), overflow;
		int64_t a, b, n;

		if (!plus && !minus)
			return text;
		a = number(text);
		b = number(product());
		overflow =
		    plus ? __builtin_add_overflow(a, b, &n) : __builtin_sub_overflow(a, b, &n);
		text = of_number(checked(overflow, n));
	}
}

static char *comparison(void)
{
	static const struct {
		const char *text;
		bool less, equal, greater;
	} kind[] = { { "<", 1, 0, 0 }, { "<=", 1, 1, 0 }, { "=", 0, 1, 0 }, { "==", 0, 1, 0 },
		{ "!=", 1, 0, 1 }, { ">=", 0, 1, 1 }, { ">", 0, 0, 1 } };
	char *text = sum();
	size_t i = 0;

	while (i < sizeof kind / sizeof *kind) {
		int64_t a, b, order;
		char *other;

		if (!skip(kind[i].text)) {
			i++;
			continue;
		}
		other = sum();
		if (is_number(text, &a) && is_number(other, &b))
			order = (a > b) - (a < b);
		else
			order = strcmp(text, other);
		text = of_number(order < 0 ? kind[i].less
			: order > 0        ? kind[i].greater
					   : kind[i].equal);
		i = 0;
	}
	return text;
}

static char *both(void)
{
	char *text = comparison();

	while (skip("&")) {
		char *other = comparison();

		if (is_nothing(text) || is_nothing(other))
			text = of_number(0);
	}
	return text;
}

static char *either(void)
{
	char *text = both();

	while (skip("|")) {
		char *other = both();

		if (is_nothing(text))
			text = is_nothing(other) ? of_number(0) : other;
	}
	return text;
}

/* Memory is given back at the end: an expression is a line long. */
int main(int argc, char **argv)
{
	char *text;

	if (argc == 2)
		program_help(argc, argv, usage);
	word = argv + 1;
	if (argc > 1 && strcmp(*word, "--") == 0)
		word++;
	if (!*word)
		program_usage(usage, 2);
	text = either();
	if (*word)
		mistake("something stands behind the end");
	puts(text);
	return program_end("expr", is_nothing(text), 3);
}
