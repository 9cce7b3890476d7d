/* The parser: one token ahead, no recursion, for the grammar has none. See parse.h. */
#include "parse.h"
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum token {
	TOKEN_END,
	TOKEN_NEWLINE,
	TOKEN_WORD,
	TOKEN_SEMICOLON,
	TOKEN_BACKGROUND,
	TOKEN_AND,
	TOKEN_OR,
	TOKEN_PIPE,
	TOKEN_REDIRECT,
	TOKEN_BAD
};

struct parser {
	const char *text;
	size_t next;              /* behind the token */
	enum token token;         /* looked at now */
	size_t start;             /* where it starts */
	struct redirect redirect; /* TOKEN_REDIRECT: without its word */
	struct list *list;
	struct syntax_error *error;
};

static bool fail(struct parser *p, size_t at, bool incomplete, const char *message,
    const char *what, size_t length)
{
	p->error->at = at;
	p->error->incomplete = incomplete;
	snprintf(p->error->message, sizeof p->error->message, message, (int)length, what);
	p->token = TOKEN_BAD;
	return false;
}

/* An array grown by one zeroed element; in this program memory that is not there ends it. */
static void *grow(void *array, size_t *count, size_t size)
{
	char *grown = realloc(array, (*count + 1) * size);

	if (!grown) {
		fprintf(stderr, "sh: out of memory\n");
		exit(2);
	}
	memset(grown + *count * size, 0, size);
	++*count;
	return grown;
}

/* ---- Tokens ---------------------------------------------------------------------------------- */

static bool ends_word(char c)
{
	return c == '\0' || strchr(" \t\r\n;&|<>()", c) != NULL;
}

/* Behind the quoted text that begins at `at`, or 0: it is not closed. */
static size_t skip_quotes(const char *text, size_t at)
{
	char quote = text[at++];

	for (; text[at] != quote; at++) {
		if (text[at] == '\\' && quote == '"' && text[at + 1] != '\0')
			at++;
		if (text[at] == '\0')
			return 0;
	}
	return at + 1;
}

/* To the end of a word: over quotes, which may hold anything, and over what a backslash quotes. */
static void scan_word(struct parser *p)
{
	const char *text = p->text;

	p->token = TOKEN_WORD;
	while (!ends_word(text[p->next])) {
		size_t at = p->next;

		if (text[at] == '\'' || text[at] == '"') {
			p->next = skip_quotes(text, at);
			if (p->next == 0) {
				fail(p, at, true, "this quote (%.*s) is not closed", text + at, 1);
				return;
			}
		} else if (text[at] == '`' || (text[at] == '$' && text[at + 1] == '(')) {
			fail(p, at, false, "%.*s: commands inside words are not supported",
			    text + at, text[at] == '$' ? 2 : 1);
			return;
		} else if (text[at] == '\\') {
			if (text[at + 1] == '\0') {
				fail(p, at, true, "nothing follows this %.*s", text + at, 1);
				return;
			}
			p->next += 2;
		} else {
			p->next++;
		}
	}
}

/* At '<' or '>'. */
static void scan_redirect(struct parser *p, int fd)
{
	const char *at = p->text + p->next;

	p->token = TOKEN_REDIRECT;
	p->redirect = (struct redirect){ fd >= 0 ? fd : *at == '>',
		*at == '>' ? REDIRECT_OUT : REDIRECT_IN, NULL };
	if (at[0] == '<' && (at[1] == '<' || at[1] == '>' || at[1] == '&')) {
		fail(p, p->next, false, "%.*s is not supported", at, 2);
	} else if (at[0] == '>' && at[1] == '>') {
		p->redirect.kind = REDIRECT_APPEND;
		p->next += 2;
	} else if (at[0] == '>' && at[1] == '&') {
		p->redirect.kind = REDIRECT_COPY;
		p->next += 2;
	} else {
		p->next++;
	}
}

static void skip_blanks(struct parser *p)
{
	const char *text = p->text;

	for (;;) {
		if (text[p->next] == '\\' && text[p->next + 1] == '\n')
			p->next += 2;
		else if (text[p->next] == ' ' || text[p->next] == '\t' || text[p->next] == '\r')
			p->next++;
		else
			break;
	}
	if (text[p->next] == '#')
		p->next += strcspn(text + p->next, "\n");
}

static void scan_operator(struct parser *p, enum token token, size_t length)
{
	p->token = token;
	p->next += length;
}

/* Looks at the next token. */
static void advance(struct parser *p)
{
	const char *at;

	if (p->token == TOKEN_BAD)
		return;
	skip_blanks(p);
	p->start = p->next;
	at = p->text + p->next;
	if (at[0] == '\0')
		p->token = TOKEN_END;
	else if (at[0] == '\n')
		scan_operator(p, TOKEN_NEWLINE, 1);
	else if (at[0] == '&' && at[1] == '&')
		scan_operator(p, TOKEN_AND, 2);
	else if (at[0] == '|' && at[1] == '|')
		scan_operator(p, TOKEN_OR, 2);
	else if (at[0] == '&')
		scan_operator(p, TOKEN_BACKGROUND, 1);
	else if (at[0] == ';')
		scan_operator(p, TOKEN_SEMICOLON, 1);
	else if (at[0] == '|')
		scan_operator(p, TOKEN_PIPE, 1);
	else if (at[0] == '(' || at[0] == ')')
		fail(p, p->start, false, "%.*s is not supported", at, 1);
	else if (isdigit((unsigned char)at[0]) && (at[1] == '<' || at[1] == '>')) {
		p->next++;
		scan_redirect(p, at[0] - '0');
	} else if (at[0] == '<' || at[0] == '>')
		scan_redirect(p, -1);
	else
		scan_word(p);
}

/* ---- Grammar --------------------------------------------------------------------------------- */

/* What other shells have and this one has not: better said so than looked for in /bin. */
static bool is_reserved(const char *word, size_t length)
{
	static const char *const reserved[] = { "if", "then", "else", "elif", "fi", "for", "while",
		"until", "do", "done", "case", "esac", "{", "}", "!" };

	for (size_t i = 0; i < sizeof reserved / sizeof *reserved; i++)
		if (strlen(reserved[i]) == length && strncmp(word, reserved[i], length) == 0)
			return true;
	return false;
}

static bool at_bang(const struct parser *p)
{
	return p->token == TOKEN_WORD && p->next - p->start == 1 && p->text[p->start] == '!';
}

static char *token_text(const struct parser *p)
{
	char *text = strndup(p->text + p->start, p->next - p->start);

	if (!text) {
		fprintf(stderr, "sh: out of memory\n");
		exit(2);
	}
	return text;
}

static bool parse_redirect(struct parser *p, struct command *command)
{
	struct redirect redirect = p->redirect;
	size_t at = p->start, length = p->next - p->start;

	advance(p);
	if (p->token == TOKEN_BAD)
		return false;
	if (p->token != TOKEN_WORD)
		return fail(p, at, false, "a file name must follow %.*s", p->text + at, length);
	if (redirect.kind == REDIRECT_COPY &&
	    (p->next - p->start != 1 || !isdigit((unsigned char)p->text[p->start])))
		return fail(p, at, false, "a digit must follow %.*s", p->text + at, length);
	redirect.word = token_text(p);
	command->redirect = grow(command->redirect, &command->redirects, sizeof *command->redirect);
	command->redirect[command->redirects - 1] = redirect;
	return true;
}

/* Words and redirections in any order, at least one of either. */
static bool parse_command(struct parser *p)
{
	struct list *list = p->list;
	struct command *command;

	if (p->token == TOKEN_WORD && is_reserved(p->text + p->start, p->next - p->start))
		return fail(p, p->start, false, "\"%.*s\" is not supported", p->text + p->start,
		    p->next - p->start);
	if (p->token != TOKEN_WORD && p->token != TOKEN_REDIRECT && p->token != TOKEN_BAD) {
		if (p->token == TOKEN_END)
			return fail(
			    p, p->start, true, "a command is missing at the end%.*s", "", 0);
		return fail(p, p->start, false, "a command is missing before %.*s",
		    p->text + p->start, p->next - p->start);
	}
	list->command = grow(list->command, &list->commands, sizeof *list->command);
	command = &list->command[list->commands - 1];
	command->start = p->start;
	while (p->token == TOKEN_WORD || p->token == TOKEN_REDIRECT) {
		if (p->token == TOKEN_REDIRECT) {
			if (!parse_redirect(p, command))
				return false;
		} else {
			command->word = grow(command->word, &command->words, sizeof *command->word);
			command->word[command->words - 1] = token_text(p);
		}
		command->end = p->next;
		advance(p);
	}
	return p->token != TOKEN_BAD;
}

static void skip_newlines(struct parser *p)
{
	while (p->token == TOKEN_NEWLINE)
		advance(p);
}

static bool parse_pipeline(struct parser *p)
{
	size_t first = p->list->commands;
	bool negated = at_bang(p);

	if (negated)
		advance(p);
	while (parse_command(p)) {
		if (p->token != TOKEN_PIPE) {
			p->list->command[first].negated = negated;
			return true;
		}
		p->list->command[p->list->commands - 1].then = THEN_PIPE;
		advance(p);
		skip_newlines(p);
	}
	return false;
}

static bool parse_and_or(struct parser *p)
{
	while (parse_pipeline(p)) {
		struct command *command = &p->list->command[p->list->commands - 1];

		if (p->token != TOKEN_AND && p->token != TOKEN_OR)
			return true;
		command->then = p->token == TOKEN_AND ? THEN_IF_TRUE : THEN_IF_FALSE;
		advance(p);
		skip_newlines(p);
	}
	return false;
}

static bool parse_list(struct parser *p)
{
	skip_newlines(p);
	while (p->token != TOKEN_END) {
		if (!parse_and_or(p))
			return false;
		if (p->token == TOKEN_BACKGROUND)
			p->list->command[p->list->commands - 1].then = THEN_IN_BACKGROUND;
		if (p->token != TOKEN_END)
			advance(p);
		skip_newlines(p);
	}
	return true;
}

bool parse(const char *text, struct list *list, struct syntax_error *error)
{
	struct parser p = { .text = text, .list = list, .error = error };

	*list = (struct list){ 0 };
	*error = (struct syntax_error){ 0 };
	advance(&p);
	if (parse_list(&p))
		return true;
	list_free(list);
	return false;
}

void list_free(struct list *list)
{
	for (size_t i = 0; i < list->commands; i++) {
		struct command *command = &list->command[i];

		for (size_t w = 0; w < command->words; w++)
			free(command->word[w]);
		for (size_t r = 0; r < command->redirects; r++)
			free(command->redirect[r].word);
		free(command->word);
		free(command->redirect);
	}
	free(list->command);
	*list = (struct list){ 0 };
}

void parse_position(const char *text, size_t at, unsigned *line, unsigned *column)
{
	*line = *column = 1;
	for (size_t i = 0; i < at && text[i]; i++) {
		++*column;
		if (text[i] == '\n') {
			++*line;
			*column = 1;
		}
	}
}

size_t name_length(const char *text)
{
	size_t length = 0;

	if (isdigit((unsigned char)text[0]))
		return 0;
	while (isalnum((unsigned char)text[length]) || text[length] == '_')
		length++;
	return length;
}

size_t assignment_name(const char *word)
{
	size_t length = name_length(word);

	return word[length] == '=' ? length : 0;
}
