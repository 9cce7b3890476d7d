/* The screen: draws cells, as pixels with a font or as the adapter's characters. Knows nothing of
 * the kernel: tested on the host. See display.c. */
#ifndef CONSOLE_DISPLAY_H
#define CONSOLE_DISPLAY_H

#include "font.h"
#include "vt.h"
#include <atoll/abi.h>

struct display {
	struct screen_format format;
	uint8_t *memory; /* the first row */
	struct font font;
	unsigned rows, columns; /* of characters */
	uint32_t *shown;     /* the cells that are on it now, rows * columns; the cursor's turned */
	uint32_t colour[16]; /* as pixels */
};

/* Reads "screen=..." (atoll/startup.h) into format. False: it is not as it says there. */
bool display_format(const char *text, struct screen_format *format);
/* Makes the screen black. size: bytes of memory. font: of display->font, already open, when the
 * screen is of pixels. 0, or ENOTSUP (the format), ENOMEM. */
int display_open(struct display *display, void *memory, uint64_t size);
/* Draws what has changed since the last time, or, when another terminal was shown then, all that is
 * different now. */
void display_draw(struct display *display, struct vt *vt);

#endif
