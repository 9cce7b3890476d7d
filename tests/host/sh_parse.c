// SOURCES: programs/sh/parse.c programs/sh/parse_compound.c programs/sh/scan.c programs/sh/here.c programs/sh/expand.c programs/sh/parameter.c programs/sh/arithmetic.c libc/posix/fnmatch.c programs/sh/variables.c
// The shell's pure parts: grammar and positions of errors, quoting and values, patterns, variables.
#include "../../programs/sh/expand.h"
#include "../../programs/sh/parse.h"
#include "../../programs/sh/variables.h"
#include "tap.h"
#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>

/* ---- Parsing: a list is shown as a string ---------------------------------------------------- */

static char shown[4096];

static char *show(char *at, const struct list *list);

static char *show_part(char *at, const char *name, const struct list *part)
{
	if (!part)
		return at;
	at += sprintf(at, "%s(", name);
	at = show(at, part);
	return at + sprintf(at, ")");
}

static char *show(char *at, const struct list *list)
{
	static const char *const compound[] = { "", "if", "while", "until", "for", "case", "branch",
		"group", "subshell", "function" };
	static const char *const then[] = { ";", "&&", "||", "&", "|" };
	static const char *const kind[] = { "<", ">", ">>", ">&", "<<" };

	for (size_t i = 0; i < list->commands; i++) {
		const struct command *c = &list->command[i];

		at += sprintf(at, "%s%s", c->negated ? "!" : "", compound[c->kind]);
		for (size_t w = 0; w < c->words; w++)
			at += sprintf(at, "[%s]", c->word[w]);
		at += sprintf(at, "%s", c->listed ? "in" : "");
		at = show_part(at, "", c->condition);
		at = show_part(at, "do", c->body);
		at = show_part(at, "else", c->otherwise);
		for (size_t r = 0; r < c->redirects; r++)
			at += sprintf(at, "{%d%s%s}", c->redirect[r].fd, kind[c->redirect[r].kind],
			    c->redirect[r].word);
		at += sprintf(at, "%s", then[c->then]);
	}
	*at = '\0';
	return at;
}

static void parses(const char *text, const char *want)
{
	struct syntax_error error;
	struct list list;

	strcpy(shown, "error");
	if (parse(text, &list, &error)) {
		show(shown, &list);
		list_free(&list);
	}
	if (!ok(strcmp(shown, want) == 0, "parses: %s", strchr(text, '\n') ? want : text))
		printf("# got %s\n", shown);
}

static void refuses(const char *text, size_t at, const char *message, bool incomplete)
{
	struct syntax_error error = { 0 };
	struct list list;
	bool parsed = parse(text, &list, &error);

	if (!ok(!parsed && error.at == at && error.incomplete == incomplete &&
		    strstr(error.message, message),
		"refuses: %s: %s", strchr(text, '\n') ? "" : text, message))
		printf("# parsed %d, at %zu, incomplete %d: %s\n", parsed, error.at,
		    error.incomplete, error.message);
}

static void test_parse(void)
{
	struct syntax_error error;
	unsigned line, column;
	struct list list;

	parses("", "");
	parses("  # nothing but a comment", "");
	parses("ls", "[ls];");
	parses("ls -l /etc;pwd", "[ls][-l][/etc];[pwd];");
	parses("a&&b||c;d&e", "[a]&&[b]||[c];[d]&[e];");
	parses("a|b | c&&d|\n e; ! f|g &", "[a]|[b]|[c]&&[d]|[e];![f]|[g]&");
	parses("!a; a !; '!' b", "[!a];[a][!];['!'][b];");
	parses("a &", "[a]&");
	parses("if a; then b; fi", "if([a];)do([b];);");
	parses(
	    "if a;b\nthen\nc|d\nelse e&\nfi>f&&g", "if([a];[b];)do([c]|[d];)else([e]&){1>f}&&[g];");
	parses("if a; then b; elif c; then d; else e; fi",
	    "if([a];)do([b];)else(if([c];)do([d];)else([e];););");
	parses("while a; do until b; do c; done; done | d",
	    "while([a];)do(until([b];)do([c];);)|[d];");
	parses("for x in a 'b c' $(d); do e; done; for y do f; done",
	    "for[x][a]['b c'][$(d)]indo([e];);for[y]do([f];);");
	parses("for x in; do e; done", "for[x]indo([e];);");
	parses("{ a; b; } 2>c; !  { d; }", "groupdo([a];[b];){2>c};!groupdo([d];);");
	parses("echo if then fi; a $(b \")\" '(' $(c)) `d \\` e` \"$(f \"g\")\"",
	    "[echo][if][then][fi];[a][$(b \")\" '(' $(c))][`d \\` e`][\"$(f \"g\")\"];");
	parses("a;", "[a];");
	parses("a # b ; c\nd", "[a];[d];");
	parses("a#b 'c#d' e\\#f", "[a#b]['c#d'][e\\#f];");
	parses("\n\n a \n\n b \n", "[a];[b];");
	parses("a &&\n\n b", "[a]&&[b];");
	parses("a \\\n b", "[a][b];");
	parses("a\r\nb\r\n", "[a];[b];");
	parses("echo 'a b;c' \"d && e\" f\\ g", "[echo]['a b;c'][\"d && e\"][f\\ g];");
	parses("echo \"a \\\" b\" 'c\\'", "[echo][\"a \\\" b\"]['c\\'];");
	parses("X=1 Y='a b' cmd", "[X=1][Y='a b'][cmd];");
	parses("a<in>out", "[a]{0<in}{1>out};");
	parses("a >> log 2> err 2>&1 <x", "[a]{1>>log}{2>err}{2>&1}{0<x};");
	parses(">only", "{1>only};");
	parses("a 2 >x; a 22>x; a2>x", "[a][2]{1>x};[a][22]{1>x};[a2]{1>x};");
	parses("echo $ $x ${y}z \"$?\"", "[echo][$][$x][${y}z][\"$?\"];");

	refuses(";", 0, "missing before ;", false);
	refuses("a ;; b", 2, "missing before ;;", false);
	refuses("a && ; b", 5, "missing before ;", false);
	refuses("& a", 0, "missing before &", false);
	refuses("a && || b", 5, "missing before ||", false);
	refuses("a &&", 4, "missing at the end", true);
	refuses("a ||  ", 6, "missing at the end", true);
	refuses("echo 'abc", 5, "not closed", true);
	refuses("echo ab\"c\\\"", 7, "not closed", true);
	refuses("echo \"abc\\", 5, "not closed", true);
	refuses("echo \\", 5, "nothing follows", true);
	refuses("a |", 3, "missing at the end", true);
	refuses("| a", 0, "missing before |", false);
	refuses("a | | b", 4, "missing before |", false);
	refuses("a | ; b", 4, "missing before ;", false);
	refuses("! ! a", 2, "\"!\" is not supported", false);
	refuses("a | ! b", 4, "\"!\" is not supported", false);
	refuses("!", 1, "missing at the end", true);
	parses("(a; b) | c; ((d))", "subshelldo([a];[b];)|[c];subshelldo(subshelldo([d];););");
	parses("case x in (a|b*) c;; d) ;; *) e; esac",
	    "case[x]do(branch[a][b*]do([c];);branch[d];branch[*]do([e];););");
	parses("case x in esac; f() { a; } >b; f(){ c; }",
	    "case[x]do();function[f]do(groupdo([a];){1>b};);function[f]do(groupdo([c];););");
	parses("a <<E b\nx\nE\nc", "[a][b]{0<<E};[c];");
	parses("a <<A; b <<-B 2<&1\nA\n\tB\nc", "[a]{0<<A};[b]{0<<B}{2>&1};[c];");
	parses("a ${x:-b c} ${x#\"}\"} $((1 + (2))) x",
	    "[a][${x:-b c}][${x#\"}\"}][$((1 + (2)))][x];");
	refuses("(a", 2, "\")\" is missing at the end", true);
	refuses("a )", 2, "; or a new line is missing before )", false);
	refuses("a; )", 3, "command is missing before )", false);
	refuses("case x in a) b", 14, "\";;\" is missing at the end", true);
	refuses("case x in a b) c;; esac", 12, "\")\" is missing before b", false);
	refuses("case x y", 7, "\"in\" is missing before y", false);
	refuses("f() a", 4, "{ is missing before a", false);
	refuses("f(x)", 2, "\")\" is missing before x", false);
	refuses("a <<E\nb\n", 5, "not ended by a line \"E\"", true);
	refuses("a <<", 2, "a word must follow <<", false);
	refuses("a ${b", 2, "not closed", true);
	refuses("echo `a", 5, "not closed", true);
	refuses("echo x$(a", 6, "not closed", true);
	refuses("echo $(a ')'", 5, "not closed", true);
	refuses("echo \"$(a", 5, "not closed", true);
	refuses("a >", 2, "must follow >", false);
	refuses("a > ; b", 2, "must follow >", false);
	refuses("a 2>&x", 2, "digit must follow 2>&", false);
	refuses("a >&", 2, "must follow >&", false);
	refuses("case x", 6, "\"in\" is missing at the end", true);
	refuses("if a", 4, "\"then\" is missing at the end", true);
	refuses("if a; then b", 12, "\"fi\" is missing at the end", true);
	refuses("if a; then b; else", 18, "command is missing at the end", true);
	refuses("if a; b; fi", 9, "\"then\" is missing before fi", false);
	refuses("if ; then b; fi", 3, "command is missing before ;", false);
	refuses("if a; then fi", 11, "command is missing before fi", false);
	refuses("while a; do b", 13, "\"done\" is missing at the end", true);
	refuses("while a; do b; fi", 15, "\"done\" is missing before fi", false);
	refuses("for; do a; done", 3, "a name is missing before ;", false);
	refuses("for i in a do b; done", 17, "\"do\" is missing before done", false);
	refuses("{ a", 3, "\"}\" is missing at the end", true);
	refuses("a; fi", 3, "command is missing before fi", false);
	refuses("if a; then b; fi c", 17, "; or a new line is missing before c", false);
	refuses("if a; then b &&; fi", 15, "command is missing before ;", false);
	parses("echo if", "[echo][if];");
	refuses("one\ntwo '", 8, "not closed", true);
	parse_position("one\ntwo '", 8, &line, &column);
	ok(line == 2 && column == 5, "line and column");
	ok(parse("a; b x && c 2>d & e", &list, &error) && list.command[1].start == 3 &&
		list.command[2].end == 15,
	    "where it stands");
	list_free(&list);
}

/* ---- Expansion ------------------------------------------------------------------------------- */

static const char *value(const char *name)
{
	return !strcmp(name, "?")    ? "7"
	    : !strcmp(name, "1")     ? "first"
	    : !strcmp(name, "EMPTY") ? ""
	    : !strcmp(name, "TWO")   ? " a  b "
	    : !strcmp(name, "STAR")  ? "x*"
	    : !strcmp(name, "Q")     ? "it's \"$A\""
				     : NULL;
}

/* "TEXT" prints <TEXT> and newlines. */
static char *output(const char *text, size_t length)
{
	char *printed = malloc(length + 8);

	sprintf(printed, "<%.*s>\n\n", (int)length, text);
	return printed;
}

static char *const *arguments_of_shell(void)
{
	static char one[] = "one", two[] = "t w", *all[] = { one, two, NULL };

	return all;
}

static char asked[256];

static void match(const char *pattern, struct arguments *names)
{
	snprintf(asked, sizeof asked, "%s", pattern);
	if (!strcmp(pattern, "x*")) {
		arguments_add(names, strdup("x1"));
		arguments_add(names, strdup("x2"));
	}
}

static char wrong[80], set[80];

static void note_wrong(const char *what, const char *why)
{
	snprintf(wrong, sizeof wrong, "%s: %s", what, why);
}

static bool note_set(const char *name, const char *text)
{
	snprintf(set, sizeof set, "%s=%s", name, text);
	return true;
}

static const struct expander expander = { .value = value,
	.assign = note_set,
	.wrong = note_wrong,
	.output = output,
	.arguments = arguments_of_shell,
	.match = match };

static void expands(const char *word, const char *want)
{
	struct arguments arguments = { 0 };
	char got[1024] = "";

	expand_word(&expander, word, &arguments);
	for (size_t i = 0; i < arguments.count; i++)
		sprintf(got + strlen(got), "[%s]", arguments.argument[i]);
	arguments_free(&arguments);
	if (!ok(strcmp(got, want) == 0, "expands: %s", strchr(word, '\n') ? want : word))
		printf("# got %s\n", got);
}

static void test_expand(void)
{
	char *text;

	expands("plain", "[plain]");
	expands("$(a b)x", "[<a][b>x]");
	expands("\"$(a  b)\"`c`", "[<a  b><c>]");
	expands("\"`a`\"'$(b)'", "[<a>$(b)]");
	expands("$@", "[one][t][w]");
	expands("\"-$@-\"", "[-one][t w-]");
	expands("'a b'\"c d\"e\\ f", "[a bc de f]");
	expands("''", "[]");
	expands("\"\"", "[]");
	expands("$NONE", "");
	expands("$EMPTY", "");
	expands("\"$EMPTY\"", "[]");
	expands("x$EMPTY", "[x]");
	expands("$?", "[7]");
	expands("a$?b${?}c$1", "[a7b7cfirst]");
	expands("$TWO", "[a][b]");
	expands("x${TWO}y", "[x][a][b][y]");
	expands("\"$TWO\"", "[ a  b ]");
	expands("'$TWO' \\$TWO", "[$TWO $TWO]");
	expands("$Q", "[it's][\"$A\"]");
	expands("$ $- ${ ${x a$", "[$ $- ${ ${x a$]");
	expands("\"a\\\"b\\\\c\\$d\\e\\'\"", "[a\"b\\c$d\\e\\']");
	expands("a\\\nb\"c\\\nd\"", "[abcd]");
	expands("x*", "[x1][x2]");
	expands("$STAR", "[x1][x2]");
	expands("\"x*\"", "[x*]");
	expands("x\\*", "[x*]");
	expands("y*", "[y*]");
	expands("'a-b'[c\\]d]\"*\"?", "[a-b[c]d]*?]");
	ok(!strcmp(asked, "a\\-b[c\\]d]\\*?"), "what was quoted has backslashes in the pattern: %s",
	    asked);
	expands("${1}${NONE:-a b}${EMPTY:-\"a b\"}${EMPTY-x}", "[firsta][ba b]");
	expands("${#1}${1#f?}${1##*r}${1%s*}${1%%[!f]*}", "[5rststfirf]");
	expands("${Q:+yes}${NONE:+no}${A:=5}", "[yes5]");
	ok(!strcmp(set, "A=5"), "${A:=5} sets A");
	expands("${NONE:?it is not}", "");
	ok(!strcmp(wrong, "NONE: it is not"), "${NONE:?...} is told");
	expands("$((1+2*3))$(( (2-7) / 2 ))$((1 ? 2 : 3/0))$((B=4))", "[7-224]");
	ok(!strcmp(set, "B=4"), "a sum sets B");
	expands("$((1/0))x", "[x]");
	ok(!strcmp(wrong, "1/0: division by 0"), "division by 0 is told");
	expands("$((-9223372036854775807-1))$(((-9223372036854775807-1)/-1))",
	    "[-9223372036854775808-9223372036854775808]");
	text = expand_text(&expander, "a$TWO*\"b\"");
	ok(!strcmp(text, "a a  b *b"), "a text is one, with no splitting and no matching");
	free(text);
	text = expand_text(&expander, "$NONE");
	ok(!strcmp(text, ""), "and may be empty");
	free(text);
}

static void test_patterns(void)
{
	static const struct {
		const char *pattern, *name;
		bool want;
	} table[] = {
		{ "*", "", true },
		{ "*", "abc", true },
		{ "?", "", false },
		{ "a*c", "abbbc", true },
		{ "a*c", "abbbd", false },
		{ "*.c", "x.c.c", true },
		{ "*a*b*c*", "xxaxxbxxcxx", true },
		{ "*a*b*c*", "xxaxxcxxbxx", false },
		{ "a?c", "abc", true },
		{ "[abc]x", "bx", true },
		{ "[abc]x", "dx", false },
		{ "[a-m]*", "hello", true },
		{ "[!a-m]*", "hello", false },
		{ "[^a-m]*", "zebra", true },
		{ "[]x]", "]", true },
		{ "[]x]", "x", true },
		{ "[a-]", "-", true },
		{ "[x", "[x", true },
		{ "[x", "x", false },
		{ "\\*", "*", true },
		{ "\\*", "a", false },
		{ "[\\]a]", "]", true },
		{ "a\\", "a", false },
		{ "[a\\", "[a", false },
		{ "", "", true },
		{ "", "a", false },
		{ "[a-\\", "b", false },
		{ "**a", "a", true },
	};
	bool right = true;

	for (size_t i = 0; i < sizeof table / sizeof *table; i++)
		if ((fnmatch(table[i].pattern, table[i].name, 0) == 0) != table[i].want) {
			printf("# %s against %s\n", table[i].pattern, table[i].name);
			right = false;
		}
	ok(right, "%zu patterns", sizeof table / sizeof *table);
	ok(!(fnmatch("*a*a*a*a*a*a*a*a*a*a*a*a*a*a*b",
		 "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", 0) == 0),
	    "many stars end soon");
}

static void test_variables(void)
{
	char *given[] = { (char *)"PATH=/bin", (char *)"=odd", (char *)"X", (char *)"A=1=2", NULL };
	char *extra[] = { (char *)"A=3", (char *)"B=4", NULL };
	char **environment;
	bool exported;

	variables_import(given);
	ok(!strcmp(variable_get("PATH"), "/bin") && !strcmp(variable_get("A"), "1=2") &&
		!variable_get("X") && !variable_get("PAT"),
	    "imported");
	variable_set("C", "5");
	variable_set("A", "6");
	environment = variables_environment(NULL, false);
	ok(!strcmp(environment[0], "PATH=/bin") && !strcmp(environment[1], "A=6") &&
		!environment[2],
	    "only the exported go on");
	free(environment);
	environment = variables_environment(extra, false);
	ok(!strcmp(environment[0], "A=3") && !strcmp(environment[1], "B=4") &&
		!strcmp(environment[2], "PATH=/bin") && !environment[3],
	    "those of the command hide them");
	free(environment);
	variable_export("C");
	variable_export("D");
	variable_unset("PATH");
	variable_unset("NONE");
	ok(!variable_get("PATH") && !strcmp(variable_get("D"), "") &&
		!strcmp(variable_list(1, &exported), "C=5") && exported &&
		!variable_list(3, &exported),
	    "export and unset");
	ok(assignment_name("A_1=x") == 3 && !assignment_name("1A=x") && !assignment_name("=x") &&
		!assignment_name("A") && !assignment_name("A-B=x"),
	    "names");
}

/* Nothing that can be typed makes the parser or the expander misbehave. */
static void test_garbage(void)
{
	static const char letters[] = "ab '\"\\$&|;<>#\n*?[]{}=!-12()`\t";
	int parsed = 0;

	srand(3);
	for (int i = 0; i < 100000; i++) {
		struct syntax_error error;
		struct list list;
		char text[40];
		int length = rand() % (int)(sizeof text - 1);

		for (int k = 0; k < length; k++)
			text[k] = letters[rand() % (int)(sizeof letters - 1)];
		text[length] = '\0';
		if (!parse(text, &list, &error)) {
			if (error.at > (size_t)length || !error.message[0])
				ok(false, "an error has a place and a reason");
			continue;
		}
		parsed++;
		for (size_t c = 0; c < list.commands; c++)
			for (size_t w = 0; w < list.command[c].words; w++) {
				struct arguments arguments = { 0 };

				expand_word(&expander, list.command[c].word[w], &arguments);
				arguments_free(&arguments);
			}
		list_free(&list);
	}
	ok(parsed > 1000, "100,000 lines of garbage, %d of them commands", parsed);
}

int main(void)
{
	test_parse();
	test_expand();
	test_patterns();
	test_variables();
	test_garbage();
	return tap_done();
}
