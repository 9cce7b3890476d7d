/* The grammar's compound commands. See parse.h. */
#include "grammar.h"
#include <stdlib.h>

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

/* ")" or ";;". */
static bool expect_token(struct parser *p, enum token token, const char *name)
{
	if (p->token != token)
		return wanted(p, name);
	advance(p);
	return p->token != TOKEN_BAD;
}

static bool parse_subshell(struct parser *p, struct command *command)
{
	command->kind = COMMAND_SUBSHELL;
	advance(p);
	return parse_inside(p, &command->body) && expect_token(p, TOKEN_CLOSE, "\")\"");
}

/* [ '(' ] word { '|' word } ')' [ list ] */
static bool parse_branch(struct parser *p, struct command *branch)
{
	branch->kind = COMMAND_BRANCH;
	if (p->token == TOKEN_OPEN)
		advance(p);
	for (;;) {
		if (p->token != TOKEN_WORD)
			return wanted(p, "a pattern");
		add_word(p, branch);
		if (p->token != TOKEN_PIPE)
			break;
		advance(p);
	}
	if (!expect_token(p, TOKEN_CLOSE, "\")\""))
		return false;
	skip_newlines(p);
	return p->token == TOKEN_BRANCH_END || at_word(p, "esac") || parse_inside(p, &branch->body);
}

/* The last branch need not have its ";;". */
static bool parse_case(struct parser *p, struct command *command)
{
	size_t none = 0;

	command->kind = COMMAND_CASE;
	advance(p);
	if (p->token != TOKEN_WORD)
		return wanted(p, "a word");
	add_word(p, command);
	skip_newlines(p);
	if (!expect(p, "in"))
		return false;
	command->body = grow(NULL, &none, sizeof *command->body);
	for (skip_newlines(p); !at_word(p, "esac"); skip_newlines(p)) {
		struct list *branches = command->body;

		branches->command =
		    grow(branches->command, &branches->commands, sizeof *branches->command);
		if (!parse_branch(p, &branches->command[branches->commands - 1]))
			return false;
		if (at_word(p, "esac"))
			break;
		if (!expect_token(p, TOKEN_BRANCH_END, "\";;\""))
			return false;
	}
	return expect(p, "esac");
}

static const struct {
	const char *word; /* NULL: it begins with "(" */
	bool (*parse)(struct parser *p, struct command *command);
} compounds[] = { { "if", parse_if }, { "while", parse_while }, { "until", parse_while },
	{ "for", parse_for }, { "case", parse_case }, { "{", parse_group },
	{ NULL, parse_subshell } };
#define COMPOUNDS (sizeof compounds / sizeof *compounds)

/* Its index, or COMPOUNDS. */
static size_t find_compound(const struct parser *p)
{
	size_t i = 0;

	while (i < COMPOUNDS &&
	    !(compounds[i].word ? at_word(p, compounds[i].word) : p->token == TOKEN_OPEN))
		i++;
	return i;
}

bool at_compound(const struct parser *p)
{
	return find_compound(p) < COMPOUNDS;
}

bool parse_compound(struct parser *p, struct command *command)
{
	return compounds[find_compound(p)].parse(p, command);
}

bool parse_function(struct parser *p, struct command *command)
{
	size_t none = 0;
	struct command *body;

	command->kind = COMMAND_FUNCTION;
	add_word(p, command);
	advance(p);
	if (!expect_token(p, TOKEN_CLOSE, "\")\""))
		return false;
	skip_newlines(p);
	if (!at_compound(p))
		return wanted(p, "{");
	command->body = grow(NULL, &none, sizeof *command->body);
	body = command->body->command =
	    grow(NULL, &command->body->commands, sizeof *command->body->command);
	body->start = p->start;
	if (!parse_compound(p, body))
		return false;
	body->end = p->behind;
	return true;
}
