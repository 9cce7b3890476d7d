/* The line editor: keys in, terminal output out, at the end a line. Pure: no calls but the one it
 * is given.
 *
 * It draws relative to where the terminal's cursor was when the line began, and breaks a long line
 * itself (CR LF after the last column), so it is right on every terminal that has at least
 * `columns` columns. A character is what UTF-8 says, one column wide (wide ones of East Asia are
 * drawn, but the cursor walks beside them); a tab is drawn as one blank; bytes that are no UTF-8
 * count as characters of their own. */
#ifndef CONSOLE_LINE_H
#define CONSOLE_LINE_H

#include "history.h"
#include "protocol.h"
#include <stdbool.h>
#include <stddef.h>

/* What one byte of input can make the editor send at the most: it draws the whole line and clears
 * below. */
#define LINE_ECHO_MAX (2 * CONSOLE_LINE_MAX + 256)

enum line_event {
	LINE_EDITING, /* nothing to tell */
	LINE_DONE,    /* Enter: the text is text[0..length), without newline */
	LINE_PARTIAL, /* Ctrl-D behind some text: hand over the text as it is */
	LINE_EOF,     /* Ctrl-D in an empty line */
	LINE_REDRAW,  /* Ctrl-L: clear the screen, write the prompt, call line_show */
	LINE_TAB,     /* Tab, if `tabs`: what is to stand behind text[0..cursor)? */
};

struct line_place { /* rows count from where the line began */
	unsigned row, column;
};

struct line {
	/* Set by the owner. */
	void (*emit)(struct line *line, const char *bytes, size_t count);
	unsigned columns;
	bool remember; /* lines go into the history, and come back with the arrow keys */
	bool tabs;     /* Tab is told of, instead of going into the line */

	/* Invariants: cursor <= length; cursor is where a character begins. */
	char text[CONSOLE_LINE_MAX + 1]; /* room for the newline that the owner may add */
	unsigned length, cursor;

	unsigned start;       /* column where the text begins */
	struct line_place at; /* of the terminal's cursor; between keys it is the cursor's place */

	/* A key of several bytes, half received. */
	enum { KEY_PLAIN, KEY_ESCAPE, KEY_BRACKET, KEY_SS3 } state;
	unsigned parameter; /* the last number of an escape sequence */
	unsigned char utf8[4];
	unsigned utf8_length;
	bool after_cr; /* a LF that follows belongs to it */

	struct history history;
	unsigned recalled; /* 0: one's own line; else that of the history, counted from 1 */
	char draft[CONSOLE_LINE_MAX]; /* one's own line meanwhile */
	unsigned draft_length;
};

/* Takes one byte of input. After LINE_DONE, LINE_PARTIAL and LINE_EOF the caller takes the text
 * and calls line_reset, which leaves text[] as it is. */
enum line_event line_key(struct line *line, unsigned char byte);
/* Puts bytes in at the cursor, as if they were typed. */
void line_insert(struct line *line, const void *bytes, unsigned count);
/* Forgets the text; draws nothing. */
void line_reset(struct line *line);
/* Draws the text at the terminal's cursor, which is in column `start`. */
void line_show(struct line *line, unsigned start);
/* Moves the terminal's cursor to column 0 of the row where the line began, so that the caller can
 * clear from there. */
void line_hide(struct line *line);
/* Ctrl-C: leaves the text on the screen with ^C behind it, goes to a new row, forgets the text. */
void line_abandon(struct line *line);

#endif
