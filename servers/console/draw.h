/* The line's picture on the terminal: what line.c draws with. Pure. */
#ifndef CONSOLE_DRAW_H
#define CONSOLE_DRAW_H

#include "line.h"

/* Bytes of a character that begins so, if it is well formed; else 1. */
unsigned draw_expected(unsigned char lead);
/* The characters behind and before a place in the text; the place itself at either end. */
unsigned draw_next(const struct line *line, unsigned index);
unsigned draw_previous(const struct line *line, unsigned index);

/* Sends text as it is; the terminal's cursor must not move by it. */
void draw_text(struct line *line, const char *text);
/* Moves the terminal's cursor to where a byte of the text stands. */
void draw_go(struct line *line, unsigned index);
/* Draws the text from `index`, where the terminal's cursor is, to the end; clears what an earlier,
 * longer text left (`shorter`); then goes to the line's cursor. */
void draw_from(struct line *line, unsigned index, bool shorter);

#endif
