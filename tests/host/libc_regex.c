// SOURCES: tests/host/libc_regex_atoll.c
// Regular expressions: POSIX's cases one by one, then random ones against the host's regexec, which
// must match from and to the same places, then patterns that ruin backtrackers.
#include "libc_regex.h"
#include "tap.h"
#include <regex.h>
#include <stdlib.h>
#include <string.h>

static char why[WHY_BYTES];

static bool matches(const char *text, int flags, const char *line)
{
	return atoll_regex(text, flags | NOSUB, line, strlen(line), NULL, 0, why) == 0;
}

static const struct {
	const char *pattern;
	int flags;
	const char *yes, *no;
} cases[] = {
	{ "", 0, "", NULL },
	{ "", 0, "x", NULL },
	{ "abc", 0, "xxabcxx", "ab" },
	{ "a.c", 0, "abc", "ac" },
	{ "^ab", 0, "abx", "xab" },
	{ "ab$", 0, "xab", "abx" },
	{ "^$", 0, "", "x" },
	{ "a*", 0, "", NULL },
	{ "ba*c", 0, "baaac", "bxc" },
	{ "*a", 0, "*a", "aa" },
	{ "^*a", 0, "*a", "x*a" },
	{ "a^b", 0, "a^b", "ab" },
	{ "a$b", 0, "a$b", "ab" },
	{ "a+", 0, "a+", "aa" },
	{ "a\\+b", 0, "aaab", "b" },
	{ "a\\?b", 0, "b", "x" },
	{ "a|b", 0, "a|b", "a" },
	{ "a\\|b", 0, "b", "c" },
	{ "\\(ab\\)*c", 0, "ababc", "x" },
	{ "^\\(ab\\)*c", 0, "c", "abac" },
	{ "\\(^a\\)", 0, "ab", "ba" },
	{ "\\(a$\\)", 0, "ba", "ab" },
	{ "a\\{3\\}", 0, "aaa", "aa" },
	{ "^a\\{2,3\\}$", 0, "aaa", "aaaa" },
	{ "^a\\{2,\\}$", 0, "aaaaaa", "a" },
	{ "^\\(ab\\)\\{0,2\\}$", 0, "abab", "ababab" },
	{ "^xa\\{0\\}y", 0, "xy", "xay" },
	{ "[abc]d", 0, "cd", "d" },
	{ "[^abc]d", 0, "xd", "ad" },
	{ "[a-f]", 0, "e", "g" },
	{ "[]a]", 0, "]", "b" },
	{ "[^]a]", 0, "b", "]" },
	{ "[a-]", 0, "-", "b" },
	{ "[[:digit:]][[:alpha:]_]", 0, "1_", "11" },
	{ "[[:nope", 0, NULL, "x" },
	{ "[\\]", 0, "\\", "x" },
	{ "\\.", 0, ".", "x" },
	{ "\\*", 0, "*", "x" },
	{ "\\[a", 0, "[a", "a" },
	{ "a\\{", 0, NULL, "a" },
	{ "x)", 0, "x)", "x" },
	{ "a+b", EXTENDED, "aab", "b" },
	{ "a)", EXTENDED, "a)", "a" },
	{ "a?b", EXTENDED, "b", "a" },
	{ "(ab|cd)+e", EXTENDED, "abcde", "ae" },
	{ "^(a|b)*$", EXTENDED, "abba", "abc" },
	{ "a{2}", EXTENDED, "aa", "a" },
	{ "a|b|cc", EXTENDED, "xcc", "c" },
	{ "^(|a)$", EXTENDED, "", "b" },
	{ "\\(", EXTENDED, "(", "x" },
	{ "a^", EXTENDED, NULL, "a^" },
	{ "()*x", EXTENDED, "x", "y" },
	{ "(a*)*b", EXTENDED, "aab", "aa" },
	{ "(a*)+", EXTENDED, "", NULL },
	{ "hello", FOLD, "HeLLo", "hell" },
	{ "HELLO", FOLD, "hello", "hell" },
	{ "[A-C]x", FOLD, "bX", "dx" },
	{ "[^a]x", FOLD, "bx", "AX" },
	{ "a.*[", FIXED, "xa.*[x", "abc[" },
	{ "\\(", FIXED, "\\(", "(" },
	{ "^a|b)", FIXED, "x^a|b)", "a" },
	{ "HE*", FIXED | FOLD, "the*", "he" },
	{ "^b$", NEWLINE, "a\nb\nc", "ab" },
	{ "a.b", NEWLINE, "a b", "a\nb" },
	{ "a[^x]b", NEWLINE, "a b", "a\nb" },
	{ "a.b", 0, "a\nb", "ab" },
	{ "m.*we", 0, "M\303\266we m\303\266we", "x" },
};

static void test_table(void)
{
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		bool yes = !cases[i].yes || matches(cases[i].pattern, cases[i].flags, cases[i].yes);
		bool no = !cases[i].no || !matches(cases[i].pattern, cases[i].flags, cases[i].no);

		ok(yes && no, "\"%s\" (%d) matches \"%s\", not \"%s\"", cases[i].pattern,
		    cases[i].flags, cases[i].yes ? cases[i].yes : "-",
		    cases[i].no ? cases[i].no : "-");
	}
}

static void test_errors(void)
{
	static const struct {
		const char *pattern;
		int flags;
		const char *message;
	} table[] = {
		{ "[abc", 0, "[ is not closed" },
		{ "[", 0, "[ is not closed" },
		{ "\\(a", 0, "( or )" },
		{ "a\\", 0, "nothing follows" },
		{ "\\(a\\)\\1", 0, "not supported" },
		{ "[b-a]", 0, "range" },
		{ "[[:none:]]", 0, "class" },
		{ "[[.a.]]", 0, "not supported" },
		{ "a\\{x\\}", 0, "{ is not closed" },
		{ "a\\{,3\\}", 0, "makes no sense" },
		{ "a\\{3,2\\}", 0, "makes no sense" },
		{ "a\\{256\\}", 0, "makes no sense" },
		{ "(a", EXTENDED, "( or )" },
		{ "*a", EXTENDED, "nothing to repeat" },
		{ "a|+", EXTENDED, "nothing to repeat" },
		{ "((((a{255}){255}){255}){255})", EXTENDED, "too large" },
	};
	char deep[4000];

	for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
		bool refused =
		    atoll_regex(table[i].pattern, table[i].flags, "", 0, NULL, 0, why) < 0;

		ok(refused && strstr(why, table[i].message), "\"%s\": %s", table[i].pattern, why);
	}
	memset(deep, '(', sizeof deep - 1);
	deep[sizeof deep - 1] = '\0';
	ok(!matches(deep, EXTENDED, "") && strstr(why, "too large"), "4000 groups: %s", why);
	memset(deep, '|', sizeof deep - 1);
	ok(!matches(deep, EXTENDED, "") && strstr(why, "too large"), "4000 alternatives: %s", why);
}

/* Where groups matched. */
static void test_groups(void)
{
	static const struct {
		const char *pattern;
		int flags;
		const char *line, *found;
	} table[] = {
		{ "b*", 0, "abb", "0-0 " },
		{ "bb*", 0, "abbb", "1-4 " },
		{ "\\(a*\\)\\(b\\)", 0, "xaab", "1-4 1-3 3-4 " },
		{ "(a|ab)(c|bcd)", EXTENDED, "abcd", "0-4 0-1 1-4 " },
		{ "(a)|(b)", EXTENDED, "b", "0-1 - 0-1 " },
		{ "(a|b)*", EXTENDED, "abab", "0-4 3-4 " },
		{ "x(y){2}z", EXTENDED, "xyyz", "0-4 2-3 " },
		{ "(.*)(=)(.*)", EXTENDED, "a=b=c", "0-5 0-3 3-4 4-5 " },
		{ "[0-9]+|[0-9]+[.][0-9]+", EXTENDED, "v1.25", "1-5 " },
	};

	for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
		char text[80] = "";
		long found[4][2];
		size_t groups = 1;

		for (const char *at = table[i].found; *at; at++)
			groups += at[0] == ' ' && at[1];
		atoll_regex(table[i].pattern, table[i].flags, table[i].line, strlen(table[i].line),
		    found, groups, why);
		for (size_t g = 0; g < groups; g++) {
			if (found[g][0] < 0)
				strcat(text, "- ");
			else
				sprintf(text + strlen(text), "%ld-%ld ", found[g][0], found[g][1]);
		}
		ok(strcmp(text, table[i].found) == 0, "\"%s\" in \"%s\": %s", table[i].pattern,
		    table[i].line, text);
	}
}

/* Random patterns of what both know, against the host's. */
static void test_host(void)
{
	static const char *const pieces[] = { "a", "b", ".", "[ab]", "[^a]", "*", "\\(", "\\)",
		"\\{2\\}", "\\{1,3\\}", "^", "$", "c", "\\{0,1\\}" };
	int compared = 0, different = 0, disputed = 0;

	srand(4);
	for (int i = 0; i < 6000; i++) {
		char text[64] = "", line[12];
		regex_t regex;
		regmatch_t where = { -1, -1 };
		long found[1][2];
		int ours, count = 1 + rand() % 6, length = rand() % 10;

		for (int k = 0; k < count; k++)
			strcat(text, pieces[rand() % (int)(sizeof pieces / sizeof *pieces)]);
		for (int k = 0; k < length; k++)
			line[k] = "abc"[rand() % 3];
		line[length] = '\0';
		/* What POSIX leaves undefined: a repetition behind an anchor, a group's start, or
		 * another one. */
		if (strstr(text, "^*") || strstr(text, "(*") || strstr(text, "\\{") == text ||
		    strstr(text, "^\\{") || strstr(text, "(\\{") || strstr(text, "**") ||
		    strstr(text, "*\\{") || strstr(text, "}\\{") || strstr(text, "}*") ||
		    strstr(text, "$*") || strstr(text, "$\\{") || strstr(text, "\\()") ||
		    text[0] == '*')
			continue;
		if (regcomp(&regex, text, 0) != 0)
			continue;
		ours = atoll_regex(text, 0, line, (size_t)length, found, 1, why);
		if (ours < 0)
			disputed++;
		else if ((regexec(&regex, line, 1, &where, 0) == 0) != (ours == 0) ||
		    (ours == 0 && (found[0][0] != where.rm_so || found[0][1] != where.rm_eo))) {
			if (different++ < 5)
				printf("# %s against \"%s\": the host says %d to %d\n", text, line,
				    where.rm_so, where.rm_eo);
		}
		compared++;
		regfree(&regex);
	}
	ok(different == 0 && disputed == 0 && compared > 1500,
	    "%d random patterns as the host matches them", compared);
}

static void test_time(void)
{
	static const char pattern[] = "(a*)*(a*)*(a|aa)+$|(a?){30}a{30}b";
	static char line[100001];

	memset(line, 'a', 100000);
	line[50000] = 'c';
	ok(matches(pattern, EXTENDED, line), "a pattern that would take a backtracker for ever");
	line[99999] = 'c';
	ok(!matches(pattern, EXTENDED, line), "also when it does not match");
}

int main(void)
{
	test_table();
	test_errors();
	test_groups();
	test_host();
	test_time();
	return tap_done();
}
