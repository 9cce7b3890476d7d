/* From text to commands. Pure: no system calls, no variables (expand.c puts values in later).
 *
 *	list     and_or { ( ';' | '&' | newline ) and_or } [ ';' | '&' | newline ]
 *	and_or   pipeline { ( '&&' | '||' ) pipeline }
 *	pipeline [ '!' ] command { '|' command }
 *	command  { NAME=word } { word | redirection }     or   compound { redirection }
 *	         or   NAME '(' ')' compound { redirection }
 *	compound 'if' list 'then' list { 'elif' list 'then' list } [ 'else' list ] 'fi'
 *	         ( 'while' | 'until' ) list 'do' list 'done'
 *	         'for' NAME [ 'in' { word } ] ( ';' | newline ) 'do' list 'done'
 *	         'case' word 'in' { [ '(' ] word { '|' word } ')' [ list ] ';;' } 'esac'
 *	         '{' list '}'   or   '(' list ')'
 *	redirection   [ digit ] ( '<' | '>' | '>>' ) word   or   [ digit ] ( '<&' | '>&' ) digit
 *	         or   [ digit ] ( '<<' | '<<-' ) word, and what it gives from the next line on
 *
 * A word is kept as it was written, quotes and all. '#' begins a comment where a word could
 * begin. */
#ifndef SH_PARSE_H
#define SH_PARSE_H

#include <stdbool.h>
#include <stddef.h>

enum redirect_kind { REDIRECT_IN, REDIRECT_OUT, REDIRECT_APPEND, REDIRECT_COPY, REDIRECT_HERE };

/* What stands in the lines behind a command: << WORD. */
struct here {
	struct here *next; /* that waits for the end of the line, too */
	char *end;         /* the line that ends it, without quotes */
	char *body;
	bool quoted;     /* nothing in the body is expanded */
	bool tabs;       /* <<-: tabs at the start of lines do not count */
	size_t from, to; /* where in the text it stands, its last line included */
};

struct redirect {
	int fd;
	enum redirect_kind kind;
	char *word; /* the file, as written; REDIRECT_COPY: a digit */
	struct here *here;
};

/* What stands behind a command, and so what is done with the next. */
enum connector { THEN_ALWAYS, THEN_IF_TRUE, THEN_IF_FALSE, THEN_IN_BACKGROUND, THEN_PIPE };

enum command_kind {
	COMMAND_SIMPLE,
	COMMAND_IF,
	COMMAND_WHILE,
	COMMAND_UNTIL,
	COMMAND_FOR,
	COMMAND_CASE,   /* the body are its branches */
	COMMAND_BRANCH, /* the words are its patterns; body or NULL */
	COMMAND_GROUP,
	COMMAND_SUBSHELL,
	COMMAND_FUNCTION, /* word[0] is the name; the body one compound command */
};

struct command {
	enum command_kind kind;
	struct list *condition, *body, *otherwise; /* of a compound one, or NULL */
	bool listed; /* COMMAND_FOR: "in" is there; else it goes over the arguments */
	char **word; /* as written; COMMAND_FOR, COMMAND_CASE: the name, the word comes first */
	size_t words, redirects;
	struct redirect *redirect;
	enum connector then;
	bool negated;      /* '!' stands before the pipeline that it begins */
	size_t whole;      /* where in the text the pipeline starts that it begins */
	size_t start, end; /* where in the text it stands */
};

struct list {
	struct command *command;
	size_t commands;
};

struct syntax_error {
	size_t at;       /* offset in the text; 0-based */
	bool incomplete; /* more text would mend it: an open quote; &&, ||, | or \ at the end; no
			  * "fi"
			  */
	char message[80];
};

/* True: *list is to be freed with list_free. False: *error says why, and there is nothing to
 * free. */
bool parse(const char *text, struct list *list, struct syntax_error *error);
void list_free(struct list *list);

/* A part of the text, to be parsed again: from a place to the end of the last command, and behind
 * it what their << have further down. Allocated. */
char *part_text(
    const char *text, size_t from, const struct command *first, const struct command *last);
/* Line and column, from 1, of an offset. */
void parse_position(const char *text, size_t at, unsigned *line, unsigned *column);
/* Length of NAME in "NAME=...", or 0 if that does not begin with a name and "=". */
size_t assignment_name(const char *word);
/* Length of the name of a variable at the start of the text, or 0. */
size_t name_length(const char *text);

#endif
