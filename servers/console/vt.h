/* A terminal like those that programs expect (VT100 and its heirs, ECMA-48): bytes in, cells
 * changed. Pure. See vt.c. */
#ifndef CONSOLE_VT_H
#define CONSOLE_VT_H

#include "cells.h"
#include <stdbool.h>
#include <stdint.h>

#define VT_PARAMETERS    16
#define VT_PARAMETER_MAX 9999 /* larger ones count as this */
#define VT_REPLACEMENT   0xfffd

struct vt_cursor {
	unsigned row, column; /* invariant: inside */
	bool wrap;            /* the last column is full: the next character goes to the next row */
	/* What characters look like from now on. */
	uint8_t front, back;
	bool bold, reverse, underline;
};

struct vt {
	struct cells cells;
	struct vt_cursor at, saved;
	unsigned top, bottom; /* rows that scroll: invariant: top < bottom <= rows */
	bool hidden;          /* the cursor */
	bool no_wrap;         /* what goes beyond the last column stays in it */

	/* A sequence half received. */
	enum { VT_GROUND, VT_ESCAPE, VT_CHARSET, VT_CSI, VT_STRING } state;
	bool private, ignored; /* ESC [ ?; one of a kind that is not known */
	unsigned parameter[VT_PARAMETERS], parameters;
	/* A character of UTF-8, half received. */
	uint32_t character, least;
	unsigned missing;
};

/* An empty terminal; memory is for rows * columns cells. */
void vt_init(struct vt *vt, uint32_t *memory, unsigned rows, unsigned columns);
void vt_put(struct vt *vt, unsigned char byte);

#endif
