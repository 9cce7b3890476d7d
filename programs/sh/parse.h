/* From text to commands. Pure: no system calls, no variables (expand.c puts values in later).
 *
 *	list     and_or { ( ';' | '&' | newline ) and_or } [ ';' | '&' | newline ]
 *	and_or   pipeline { ( '&&' | '||' ) pipeline }
 *	pipeline [ '!' ] command { '|' command }
 *	command  { NAME=word } { word | redirection }     or   compound { redirection }
 *	compound 'if' list 'then' list { 'elif' list 'then' list } [ 'else' list ] 'fi'
 *	         ( 'while' | 'until' ) list 'do' list 'done'
 *	         'for' NAME [ 'in' { word } ] ( ';' | newline ) 'do' list 'done'
 *	         '{' list '}'
 *	redirection   [ digit ] ( '<' | '>' | '>>' ) word   or   [ digit ] '>&' digit
 *
 * A word is kept as it was written, quotes and all. '#' begins a comment where a word could
 * begin. */
#ifndef SH_PARSE_H
#define SH_PARSE_H

#include <stdbool.h>
#include <stddef.h>

enum redirect_kind { REDIRECT_IN, REDIRECT_OUT, REDIRECT_APPEND, REDIRECT_COPY };

struct redirect {
	int fd;
	enum redirect_kind kind;
	char *word; /* the file, as written; REDIRECT_COPY: a digit */
};

/* What stands behind a command, and so what is done with the next. */
enum connector { THEN_ALWAYS, THEN_IF_TRUE, THEN_IF_FALSE, THEN_IN_BACKGROUND, THEN_PIPE };

enum command_kind {
	COMMAND_SIMPLE,
	COMMAND_IF,
	COMMAND_WHILE,
	COMMAND_UNTIL,
	COMMAND_FOR,
	COMMAND_GROUP
};

struct command {
	enum command_kind kind;
	struct list *condition, *body, *otherwise; /* of a compound one, or NULL */
	bool listed; /* COMMAND_FOR: "in" is there; else it goes over the arguments */
	char **word; /* as written; COMMAND_FOR: the name comes first */
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

/* Line and column, from 1, of an offset. */
void parse_position(const char *text, size_t at, unsigned *line, unsigned *column);
/* Length of NAME in "NAME=...", or 0 if that does not begin with a name and "=". */
size_t assignment_name(const char *word);
/* Length of the name of a variable at the start of the text, or 0. */
size_t name_length(const char *text);

#endif
