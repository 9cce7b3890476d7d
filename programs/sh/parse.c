/* The parser: one token ahead, a function for each rule. See parse.h. Compound commands are in
 * parse_compound.c. */
#include "grammar.h"
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void *grow(void *array, size_t *count, size_t size)
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

/* ---- Grammar --------------------------------------------------------------------------------- */

bool at_word(const struct parser *p, const char *word)
{
	size_t length = strlen(word);

	return p->token == TOKEN_WORD && p->next - p->start == length &&
	    strncmp(p->text + p->start, word, length) == 0;
}

static bool at_any(const struct parser *p, const char *const *words)
{
	for (; *words; words++)
		if (at_word(p, *words))
			return true;
	return false;
}

/* What ends a list inside a command. */
static bool at_ender(const struct parser *p)
{
	static const char *const enders[] = { "then", "elif", "else", "fi", "do", "done", "}",
		"esac", NULL };

	return p->token == TOKEN_CLOSE || p->token == TOKEN_BRANCH_END || at_any(p, enders);
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
		return fail(p, at, false,
		    redirect.kind == REDIRECT_HERE ? "a word must follow %.*s"
						   : "a file name must follow %.*s",
		    p->text + at, length);
	if (redirect.kind == REDIRECT_COPY &&
	    (p->next - p->start != 1 || !isdigit((unsigned char)p->text[p->start])))
		return fail(p, at, false, "a digit must follow %.*s", p->text + at, length);
	redirect.word = token_text(p);
	if (redirect.kind == REDIRECT_HERE)
		redirect.here = new_here(
		    p, redirect.word, strlen(redirect.word), p->text[at + length - 1] == '-');
	command->redirect = grow(command->redirect, &command->redirects, sizeof *command->redirect);
	command->redirect[command->redirects - 1] = redirect;
	return true;
}

void skip_newlines(struct parser *p)
{
	while (p->token == TOKEN_NEWLINE)
		advance(p);
}

/* Something else was to come. */
bool wanted(struct parser *p, const char *what)
{
	char message[64];

	if (p->token == TOKEN_BAD)
		return false;
	snprintf(message, sizeof message, "%s is missing %s%%.*s", what,
	    p->token == TOKEN_END ? "at the end" : "before ");
	return fail(p, p->start, p->token == TOKEN_END, message, p->text + p->start,
	    p->token == TOKEN_END ? 0 : p->next - p->start);
}

bool expect(struct parser *p, const char *word)
{
	char quoted[16];

	snprintf(quoted, sizeof quoted, "\"%s\"", word);
	if (!at_word(p, word))
		return wanted(p, quoted);
	advance(p);
	return p->token != TOKEN_BAD;
}

void add_word(struct parser *p, struct command *command)
{
	command->word = grow(command->word, &command->words, sizeof *command->word);
	command->word[command->words - 1] = token_text(p);
	advance(p);
}

/* NAME ( ) */
static bool at_function(const struct parser *p)
{
	const char *behind = p->text + p->next;

	return p->token == TOKEN_WORD && name_length(p->text + p->start) == p->next - p->start &&
	    behind[strspn(behind, " \t")] == '(';
}

/* Words and redirections in any order, at least one of either; or a compound command, and
 * redirections of it. */
static bool parse_command(struct parser *p)
{
	struct list *list = p->list;
	struct command *command;
	bool compound = at_compound(p), function = !compound && at_function(p);

	/* Better said so than looked for in /bin. */
	if (at_word(p, "function") || at_word(p, "!"))
		return fail(p, p->start, false, "\"%.*s\" is not supported", p->text + p->start,
		    p->next - p->start);
	if (at_ender(p) ||
	    (p->token != TOKEN_WORD && p->token != TOKEN_REDIRECT && p->token != TOKEN_BAD &&
		!compound))
		return wanted(p, "a command");
	list->command = grow(list->command, &list->commands, sizeof *list->command);
	command = &list->command[list->commands - 1];
	command->start = p->start;
	if (compound ? !parse_compound(p, command) : function && !parse_function(p, command))
		return false;
	command->end = p->behind;
	while ((p->token == TOKEN_WORD && !compound && !function) || p->token == TOKEN_REDIRECT) {
		/* Those behind a function are its body's. */
		if (p->token == TOKEN_WORD)
			add_word(p, command);
		else if (parse_redirect(p, function ? command->body->command : command))
			advance(p);
		else
			return false;
		command->end = p->behind;
	}
	if (function)
		command->body->command->end = command->end;
	return p->token != TOKEN_BAD;
}

static bool parse_pipeline(struct parser *p)
{
	size_t first = p->list->commands, start = p->start;
	bool negated = at_word(p, "!");

	if (negated)
		advance(p);
	while (parse_command(p)) {
		if (p->token != TOKEN_PIPE) {
			p->list->command[first].negated = negated;
			p->list->command[first].whole = start;
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

/* Inside a command what ends it is not looked at further. */
bool parse_list(struct parser *p, bool inside)
{
	skip_newlines(p);
	while (p->token != TOKEN_END && !(inside && at_ender(p))) {
		if (!parse_and_or(p))
			return false;
		if (p->token == TOKEN_BACKGROUND)
			p->list->command[p->list->commands - 1].then = THEN_IN_BACKGROUND;
		if (p->token == TOKEN_BACKGROUND || p->token == TOKEN_SEMICOLON)
			advance(p);
		else if (p->token != TOKEN_END && p->token != TOKEN_NEWLINE &&
		    !(inside && at_ender(p)))
			return wanted(p, "; or a new line");
		skip_newlines(p);
	}
	return p->token != TOKEN_BAD;
}

bool parse(const char *text, struct list *list, struct syntax_error *error)
{
	struct parser p = { .text = text, .list = list, .error = error };

	*list = (struct list){ 0 };
	*error = (struct syntax_error){ 0 };
	advance(&p);
	if (parse_list(&p, false))
		return true;
	list_free(list);
	return false;
}

static void part_free(struct list *part)
{
	if (part)
		list_free(part);
	free(part);
}

static void redirect_free(struct redirect *redirect)
{
	if (redirect->here) {
		free(redirect->here->end);
		free(redirect->here->body);
	}
	free(redirect->here);
	free(redirect->word);
}

void list_free(struct list *list)
{
	for (size_t i = 0; i < list->commands; i++) {
		struct command *command = &list->command[i];

		for (size_t w = 0; w < command->words; w++)
			free(command->word[w]);
		for (size_t r = 0; r < command->redirects; r++)
			redirect_free(&command->redirect[r]);
		part_free(command->condition);
		part_free(command->body);
		part_free(command->otherwise);
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
