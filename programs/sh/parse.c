/* The parser: one token ahead, a function for each rule. See parse.h. */
#include "scan.h"
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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

/* ---- Grammar --------------------------------------------------------------------------------- */

static bool at_word(const struct parser *p, const char *word)
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
static const char *const enders[] = { "then", "elif", "else", "fi", "do", "done", "}", NULL };
/* What other shells have and this one has not: better said so than looked for in /bin. */
static const char *const missing[] = { "case", "esac", "function", NULL };

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

static void skip_newlines(struct parser *p)
{
	while (p->token == TOKEN_NEWLINE)
		advance(p);
}

/* Something else was to come. */
static bool wanted(struct parser *p, const char *what)
{
	char message[64];

	if (p->token == TOKEN_BAD)
		return false;
	snprintf(message, sizeof message, "%s is missing %s%%.*s", what,
	    p->token == TOKEN_END ? "at the end" : "before ");
	return fail(p, p->start, p->token == TOKEN_END, message, p->text + p->start,
	    p->token == TOKEN_END ? 0 : p->next - p->start);
}

static bool expect(struct parser *p, const char *word)
{
	char quoted[16];

	snprintf(quoted, sizeof quoted, "\"%s\"", word);
	if (!at_word(p, word))
		return wanted(p, quoted);
	advance(p);
	return p->token != TOKEN_BAD;
}

static bool parse_list(struct parser *p, bool inside);

/* A list inside a command, at least one command long. */
static bool parse_inside(struct parser *p, struct list **list)
{
	struct list *outer = p->list;
	size_t none = 0;
	bool good;

	p->list = *list = grow(NULL, &none, sizeof **list);
	good = parse_list(p, true) && ((*list)->commands > 0 || wanted(p, "a command"));
	p->list = outer;
	return good;
}

/* Behind "if" or "elif". Another one is an "if" in the place of "else". */
static bool parse_if(struct parser *p, struct command *command)
{
	size_t none = 0;

	command->kind = COMMAND_IF;
	advance(p);
	if (!parse_inside(p, &command->condition) || !expect(p, "then") ||
	    !parse_inside(p, &command->body))
		return false;
	if (at_word(p, "elif")) {
		struct command *other;

		command->otherwise = grow(NULL, &none, sizeof *command->otherwise);
		other = command->otherwise->command =
		    grow(NULL, &command->otherwise->commands, sizeof *other);
		return parse_if(p, other);
	}
	if (at_word(p, "else")) {
		advance(p);
		if (!parse_inside(p, &command->otherwise))
			return false;
	}
	return expect(p, "fi");
}

static bool parse_body(struct parser *p, struct command *command)
{
	return expect(p, "do") && parse_inside(p, &command->body) && expect(p, "done");
}

static bool parse_while(struct parser *p, struct command *command)
{
	command->kind = at_word(p, "while") ? COMMAND_WHILE : COMMAND_UNTIL;
	advance(p);
	return parse_inside(p, &command->condition) && parse_body(p, command);
}

static void add_word(struct parser *p, struct command *command)
{
	command->word = grow(command->word, &command->words, sizeof *command->word);
	command->word[command->words - 1] = token_text(p);
	advance(p);
}

static bool parse_for(struct parser *p, struct command *command)
{
	command->kind = COMMAND_FOR;
	advance(p);
	if (p->token != TOKEN_WORD || name_length(p->text + p->start) != p->next - p->start)
		return wanted(p, "a name");
	add_word(p, command);
	skip_newlines(p);
	command->listed = at_word(p, "in");
	if (command->listed)
		for (advance(p); p->token == TOKEN_WORD;)
			add_word(p, command);
	if (p->token == TOKEN_SEMICOLON)
		advance(p);
	else if (command->listed && p->token != TOKEN_NEWLINE)
		return wanted(p, "; or a new line");
	skip_newlines(p);
	return parse_body(p, command);
}

static bool parse_group(struct parser *p, struct command *command)
{
	command->kind = COMMAND_GROUP;
	advance(p);
	return parse_inside(p, &command->body) && expect(p, "}");
}

/* What begins with a reserved word. */
static bool parse_compound(struct parser *p, struct command *command)
{
	if (at_word(p, "if"))
		return parse_if(p, command);
	if (at_word(p, "for"))
		return parse_for(p, command);
	if (at_word(p, "{"))
		return parse_group(p, command);
	return parse_while(p, command);
}

/* Words and redirections in any order, at least one of either; or a compound command, and
 * redirections of it. */
static bool parse_command(struct parser *p)
{
	static const char *const beginners[] = { "if", "while", "until", "for", "{", NULL };
	struct list *list = p->list;
	struct command *command;
	bool compound = at_any(p, beginners);

	if (at_any(p, missing) || at_word(p, "!"))
		return fail(p, p->start, false, "\"%.*s\" is not supported", p->text + p->start,
		    p->next - p->start);
	if (at_any(p, enders) ||
	    (p->token != TOKEN_WORD && p->token != TOKEN_REDIRECT && p->token != TOKEN_BAD))
		return wanted(p, "a command");
	list->command = grow(list->command, &list->commands, sizeof *list->command);
	command = &list->command[list->commands - 1];
	command->start = p->start;
	if (compound && !parse_compound(p, command))
		return false;
	command->end = p->behind;
	while ((p->token == TOKEN_WORD && !compound) || p->token == TOKEN_REDIRECT) {
		if (p->token == TOKEN_REDIRECT) {
			if (!parse_redirect(p, command))
				return false;
			advance(p);
		} else {
			add_word(p, command);
		}
		command->end = p->behind;
	}
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
static bool parse_list(struct parser *p, bool inside)
{
	skip_newlines(p);
	while (p->token != TOKEN_END && !(inside && at_any(p, enders))) {
		if (!parse_and_or(p))
			return false;
		if (p->token == TOKEN_BACKGROUND)
			p->list->command[p->list->commands - 1].then = THEN_IN_BACKGROUND;
		if (p->token == TOKEN_BACKGROUND || p->token == TOKEN_SEMICOLON)
			advance(p);
		else if (p->token != TOKEN_END && p->token != TOKEN_NEWLINE &&
		    !(inside && at_any(p, enders)))
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

void list_free(struct list *list)
{
	for (size_t i = 0; i < list->commands; i++) {
		struct command *command = &list->command[i];

		for (size_t w = 0; w < command->words; w++)
			free(command->word[w]);
		for (size_t r = 0; r < command->redirects; r++)
			free(command->redirect[r].word);
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
