/* A terminal before anybody has typed: how its parts reach each other. */
#include "console.h"
#include <stddef.h>

#define TERMINAL_OF(part, member) \
	((struct terminal *)((char *)(part)-offsetof(struct terminal, member)))

static void line_emits(struct line *line, const char *bytes, size_t count)
{
	echo(TERMINAL_OF(line, line), bytes, count);
}

static void output_shows(struct output *output, unsigned char byte)
{
	struct terminal *terminal = TERMINAL_OF(output, output);

	vt_put(terminal->vt, byte);
	terminal->changed = true;
}

void terminal_init(struct terminal *terminal, struct vt *vt, unsigned rows, unsigned columns)
{
	static char ring[OUTPUT_RING]; /* the serial line's */

	terminal->vt = vt;
	terminal->output.ring = vt ? NULL : ring;
	terminal->output.show = output_shows;
	terminal->line.emit = line_emits;
	terminal->line.columns = columns;
	terminal->rows = rows;
}
