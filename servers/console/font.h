/* A console font (PSF, version 1 or 2) that lies in memory, trusting nothing in it. Pure. */
#ifndef CONSOLE_FONT_H
#define CONSOLE_FONT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define FONT_WIDTH  8  /* only such */
#define FONT_HEIGHT 32 /* at the most */

struct font {
	const uint8_t *glyphs; /* height bytes each, a row a byte, the left pixel its highest bit */
	unsigned count, height;
	/* By rising character: character << 16 | glyph. From malloc; NULL: characters are glyphs.
	 */
	uint32_t *map;
	unsigned mapped;
};

/* bytes stays where it is, and is looked at later. False: it is no font that we can use. */
bool font_open(struct font *font, const void *bytes, size_t count);
/* height rows; of a character that the font has not, those of U+FFFD, or of '?', or of anything. */
const uint8_t *font_glyph(const struct font *font, uint32_t character);

#endif
