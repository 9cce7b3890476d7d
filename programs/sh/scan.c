/* Tokens. See scan.h. */
#include "scan.h"
#include <ctype.h>
#include <stdio.h>
#include <string.h>

bool fail(struct parser *p, size_t at, bool incomplete, const char *message, const char *what,
    size_t length)
{
	p->error->at = at;
	p->error->incomplete = incomplete;
	snprintf(p->error->message, sizeof p->error->message, message, (int)length, what);
	p->token = TOKEN_BAD;
	return false;
}

/* ---- Tokens ---------------------------------------------------------------------------------- */

static bool ends_word(char c)
{
	return c == '\0' || strchr(" \t\r\n;&|<>()", c) != NULL;
}

static size_t skip_quotes(const char *text, size_t at);

static bool begins_substitution(const char *at)
{
	return *at == '`' || (*at == '$' && (at[1] == '(' || at[1] == '{'));
}

/* Over one thing that may hold anything: a quote, what a backslash quotes, a substitution; else one
 * byte. 0: it is not closed. */
static size_t skip_one(const char *text, size_t at)
{
	if (text[at] == '\'' || text[at] == '"')
		return skip_quotes(text, at);
	if (begins_substitution(text + at))
		return skip_substitution(text, at);
	if (text[at] == '\\' && text[at + 1])
		return at + 2;
	return at + 1;
}

size_t skip_substitution(const char *text, size_t at)
{
	char opens = text[at + 1], closes = opens == '(' ? ')' : '}';
	unsigned open = 1;

	if (text[at] == '`') {
		for (at++; text[at] && text[at] != '`'; at++)
			at += text[at] == '\\' && text[at + 1];
		return text[at] ? at + 1 : 0;
	}
	for (at += 2; open > 0;) {
		if (!text[at])
			return 0;
		open += text[at] == opens && opens == '(';
		open -= text[at] == closes;
		at = skip_one(text, at);
		if (!at)
			return 0;
	}
	return at;
}

/* Behind the quoted text that begins at `at`, or 0: it is not closed. */
static size_t skip_quotes(const char *text, size_t at)
{
	char quote = text[at++];

	while (text[at] != quote) {
		if (text[at] == '\0')
			return 0;
		at = quote == '\'' || text[at] == '\'' ? at + 1 : skip_one(text, at);
		if (!at)
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
		} else if (begins_substitution(text + at)) {
			p->next = skip_substitution(text, at);
			if (p->next == 0) {
				fail(p, at, true, "%.*s is not closed", text + at,
				    text[at] == '$' ? 2 : 1);
				return;
			}
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
	p->redirect = (struct redirect){ .fd = fd >= 0 ? fd : *at == '>',
		.kind = *at == '>' ? REDIRECT_OUT : REDIRECT_IN };
	if (at[0] == '<' && at[1] == '>') {
		fail(p, p->next, false, "%.*s is not supported", at, 2);
	} else if (at[0] == '<' && at[1] == '<') {
		p->redirect.kind = REDIRECT_HERE;
		p->next += at[2] == '-' ? 3 : 2;
	} else if (at[0] == '>' && at[1] == '>') {
		p->redirect.kind = REDIRECT_APPEND;
		p->next += 2;
	} else if (at[1] == '&') {
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

void advance(struct parser *p)
{
	const char *at;

	if (p->token == TOKEN_BAD)
		return;
	p->behind = p->next;
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
	else if (at[0] == ';' && at[1] == ';')
		scan_operator(p, TOKEN_BRANCH_END, 2);
	else if (at[0] == ';')
		scan_operator(p, TOKEN_SEMICOLON, 1);
	else if (at[0] == '|')
		scan_operator(p, TOKEN_PIPE, 1);
	else if (at[0] == '(' || at[0] == ')')
		scan_operator(p, at[0] == '(' ? TOKEN_OPEN : TOKEN_CLOSE, 1);
	else if (isdigit((unsigned char)at[0]) && (at[1] == '<' || at[1] == '>')) {
		p->next++;
		scan_redirect(p, at[0] - '0');
	} else if (at[0] == '<' || at[0] == '>')
		scan_redirect(p, -1);
	else
		scan_word(p);
	if (p->token == TOKEN_NEWLINE || p->token == TOKEN_END)
		read_here(p);
}
