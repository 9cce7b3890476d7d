/* What goes to the terminal: through a bounded ring when it is slow, and what we know of its
 * present line. Pure. */
#ifndef CONSOLE_OUTPUT_H
#define CONSOLE_OUTPUT_H

#include "line.h"
#include <stdbool.h>
#include <stddef.h>

/* Programs fill CONSOLE_OUTPUT bytes of it at the most, so that there is room for echo: two keys'
 * worth. */
#define OUTPUT_RING   25600
#define OUTPUT_PROMPT 256
_Static_assert(
    OUTPUT_RING >= CONSOLE_OUTPUT + LINE_ECHO_MAX + 2 * OUTPUT_PROMPT, "no room for echo");

struct output {
	/* Set by the owner: OUTPUT_RING bytes; or NULL, and what is put goes to `show` at once. */
	char *ring;
	void (*show)(struct output *output, unsigned char byte);

	size_t first, used; /* invariant: used <= OUTPUT_RING */

	/* The terminal's present line, as programs wrote it. When somebody asks for a line it is
	 * the prompt. */
	unsigned column; /* of the cursor; escape sequences count as nothing */
	bool escape;     /* inside an escape sequence */
	char prompt[OUTPUT_PROMPT];
	size_t prompt_length; /* OUTPUT_PROMPT: it was too long to keep */
};

/* Bytes that programs may write now. */
size_t output_room(const struct output *output);
/* May another key be handled? Its echo must fit. */
bool output_takes_echo(const struct output *output);
/* Takes what there is room for, and returns how much that is. cooked: LF becomes CR LF. columns:
 * the terminal's. */
size_t output_write(
    struct output *output, const char *bytes, size_t count, bool cooked, unsigned columns);
/* Takes all; what does not fit is lost (never, when output_takes_echo was asked). Does not change
 * the present line. */
void output_echo(struct output *output, const char *bytes, size_t count);
/* The terminal's cursor is at the start of an empty line now. */
void output_new_line(struct output *output);
/* Takes the oldest byte out, if there is one. */
bool output_take(struct output *output, unsigned char *byte);

#endif
