// SOURCES: programs/grep/match.c programs/grep/compile.c
// grep's matcher: POSIX expressions one by one, then against the host's regexec, then patterns that
// ruin backtrackers.
#include "../../programs/grep/match.h"
#include "tap.h"
#include <regex.h>
#include <stdlib.h>
#include <string.h>

static bool matches(const char *text, unsigned flags, const char *line)
{
	const char *error;
	struct pattern *pattern = pattern_compile(text, flags, &error);
	bool result = pattern && pattern_match(pattern, line, strlen(line));

	pattern_free(pattern);
	return result;
}

static const struct {
	const char *pattern;
	unsigned flags;
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
	{ "a+b", MATCH_EXTENDED, "aab", "b" },
	{ "a?b", MATCH_EXTENDED, "b", "a" },
	{ "(ab|cd)+e", MATCH_EXTENDED, "abcde", "ae" },
	{ "^(a|b)*$", MATCH_EXTENDED, "abba", "abc" },
	{ "a{2}", MATCH_EXTENDED, "aa", "a" },
	{ "a|b|cc", MATCH_EXTENDED, "xcc", "c" },
	{ "^(|a)$", MATCH_EXTENDED, "", "b" },
	{ "\\(", MATCH_EXTENDED, "(", "x" },
	{ "a^", MATCH_EXTENDED, NULL, "a^" },
	{ "()*x", MATCH_EXTENDED, "x", "y" },
	{ "(a*)*b", MATCH_EXTENDED, "aab", "aa" },
	{ "(a*)+", MATCH_EXTENDED, "", NULL },
	{ "hello", MATCH_FOLD, "HeLLo", "hell" },
	{ "HELLO", MATCH_FOLD, "hello", "hell" },
	{ "[A-C]x", MATCH_FOLD, "bX", "dx" },
	{ "[^a]x", MATCH_FOLD, "bx", "AX" },
	{ "a.*[", MATCH_FIXED, "xa.*[x", "abc[" },
	{ "\\(", MATCH_FIXED, "\\(", "(" },
	{ "^a|b)", MATCH_FIXED, "x^a|b)", "a" },
	{ "HE*", MATCH_FIXED | MATCH_FOLD, "the*", "he" },
	{ "m.*we", 0, "M\303\266we m\303\266we", "x" },
};

static void test_table(void)
{
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		bool yes = !cases[i].yes || matches(cases[i].pattern, cases[i].flags, cases[i].yes);
		bool no = !cases[i].no || !matches(cases[i].pattern, cases[i].flags, cases[i].no);

		ok(yes && no, "\"%s\" (%u) matches \"%s\", not \"%s\"", cases[i].pattern,
		    cases[i].flags, cases[i].yes ? cases[i].yes : "-",
		    cases[i].no ? cases[i].no : "-");
	}
}

static void test_errors(void)
{
	static const struct {
		const char *pattern;
		unsigned flags;
		const char *message;
	} table[] = {
		{ "[abc", 0, "[ is not closed" },
		{ "[", 0, "[ is not closed" },
		{ "\\(a", 0, "( is not closed" },
		{ "a\\", 0, "nothing follows" },
		{ "\\(a\\)\\1", 0, "not supported" },
		{ "[b-a]", 0, "range" },
		{ "[[:none:]]", 0, "class" },
		{ "[[.a.]]", 0, "not supported" },
		{ "a\\{x\\}", 0, "{ is not closed" },
		{ "a\\{,3\\}", 0, "makes no sense" },
		{ "a\\{3,2\\}", 0, "makes no sense" },
		{ "a\\{256\\}", 0, "makes no sense" },
		{ "(a", MATCH_EXTENDED, "( is not closed" },
		{ "a)", MATCH_EXTENDED, "" },
		{ "*a", MATCH_EXTENDED, "nothing to repeat" },
		{ "a|+", MATCH_EXTENDED, "nothing to repeat" },
		{ "((((a{255}){255}){255}){255})", MATCH_EXTENDED, "too large" },
	};
	char deep[4000];
	const char *error;

	for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
		struct pattern *pattern = pattern_compile(table[i].pattern, table[i].flags, &error);

		ok((!pattern && strstr(error, table[i].message)) || !table[i].message[0],
		    "\"%s\": %s", table[i].pattern, pattern ? "" : error);
		pattern_free(pattern);
	}
	memset(deep, '(', sizeof deep - 1);
	deep[sizeof deep - 1] = '\0';
	ok(!pattern_compile(deep, MATCH_EXTENDED, &error) && strstr(error, "groups"),
	    "4000 groups: %s", error);
	memset(deep, '|', sizeof deep - 1);
	ok(!pattern_compile(deep, MATCH_EXTENDED, &error) && strstr(error, "alternatives"),
	    "4000 alternatives: %s", error);
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
		const char *error;
		struct pattern *pattern;
		regex_t regex;
		int count = 1 + rand() % 6, length = rand() % 10;

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
		pattern = pattern_compile(text, 0, &error);
		if (regcomp(&regex, text, REG_NOSUB) != 0) {
			pattern_free(pattern);
			continue;
		}
		if (!pattern) {
			disputed++;
		} else if (pattern_match(pattern, line, (size_t)length) !=
		    (regexec(&regex, line, 0, NULL, 0) == 0)) {
			if (different++ < 5)
				printf("# %s against \"%s\": the host says %d\n", text, line,
				    regexec(&regex, line, 0, NULL, 0) == 0);
		}
		compared++;
		pattern_free(pattern);
		regfree(&regex);
	}
	ok(different == 0 && disputed == 0 && compared > 1500,
	    "%d random patterns as the host matches them", compared);
}

static void test_time(void)
{
	static char line[100001];
	const char *error;
	struct pattern *pattern =
	    pattern_compile("(a*)*(a*)*(a|aa)+$|(a?){30}a{30}b", MATCH_EXTENDED, &error);

	memset(line, 'a', 100000);
	line[50000] = 'c';
	ok(pattern && pattern_match(pattern, line, 100000),
	    "a pattern that would take a backtracker for ever");
	line[99999] = 'c';
	ok(!pattern_match(pattern, line, 100000), "also when it does not match");
	pattern_free(pattern);
}

int main(void)
{
	test_table();
	test_errors();
	test_host();
	test_time();
	return tap_done();
}
