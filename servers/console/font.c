/* PSF fonts: a header, the glyphs, then for each glyph the characters that it stands for. Version 1
 * has them as 16-bit numbers, 0xffff ends a glyph's; version 2 as UTF-8, 0xff ends. What follows a
 * 0xfffe or 0xfe is a sequence for one glyph, which we do not do. */
#include "font.h"
#include <stdlib.h>

#define PSF1_MAGIC    0x0436
#define PSF1_512      1
#define PSF1_MAP      (2 | 4)
#define PSF1_HEADER   4
#define PSF2_MAGIC    0x864ab572
#define PSF2_MAP      1
#define PSF2_HEADER   32
#define CHARACTER_END UINT32_MAX       /* of a glyph's characters */
#define SEQUENCE      (UINT32_MAX - 1) /* a sequence comes */

struct reader {
	const uint8_t *at, *end;
	bool wide; /* version 2 */
};

static uint32_t word_at(const uint8_t *bytes, unsigned count)
{
	uint32_t value = 0;

	for (unsigned i = 0; i < count; i++)
		value |= (uint32_t)bytes[i] << 8 * i;
	return value;
}

/* The next character of the table, CHARACTER_END or SEQUENCE; the caller has seen that at < end. */
static uint32_t next(struct reader *r)
{
	uint32_t c;
	unsigned more;

	if (!r->wide) {
		c = r->end - r->at < 2 ? 0xffff : word_at(r->at, 2);
		r->at += r->end - r->at < 2 ? 1 : 2;
		return c == 0xffff ? CHARACTER_END : c == 0xfffe ? SEQUENCE : c;
	}
	c = *r->at++;
	if (c >= 0xfe)
		return c == 0xff ? CHARACTER_END : SEQUENCE;
	more = c >= 0xf0 ? 3 : c >= 0xe0 ? 2 : c >= 0xc0 ? 1 : 0;
	c &= 0xff >> (more ? more + 2 : 0);
	for (; more > 0 && r->at < r->end && (*r->at & 0xc0) == 0x80; more--)
		c = c << 6 | (*r->at++ & 0x3f);
	return c;
}

static int by_value(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return (x > y) - (x < y);
}

/* Characters above U+FFFF are left out: nobody has them in a console font. No memory: no map. */
static void read_map(struct font *font, struct reader r)
{
	unsigned glyph = 0, room = 0;
	bool sequence = false;

	while (r.at < r.end && glyph < font->count) {
		uint32_t c = next(&r);

		if (c == CHARACTER_END) {
			glyph++;
			sequence = false;
		} else if (c == SEQUENCE) {
			sequence = true;
		} else if (!sequence && c < 0x10000) {
			if (font->mapped == room) {
				uint32_t *more;

				room = room ? 2 * room : 1024;
				more = realloc(font->map, room * sizeof *more);
				if (!more)
					break;
				font->map = more;
			}
			font->map[font->mapped++] = c << 16 | glyph;
		}
	}
	if (font->map)
		qsort(font->map, font->mapped, sizeof *font->map, by_value);
}

bool font_open(struct font *font, const void *bytes, size_t count)
{
	const uint8_t *b = bytes;
	size_t header, size;
	bool wide, map;

	*font = (struct font){ 0 };
	if (count >= PSF2_HEADER && word_at(b, 4) == PSF2_MAGIC) {
		header = word_at(b + 8, 4);
		map = word_at(b + 12, 4) & PSF2_MAP;
		font->count = word_at(b + 16, 4);
		font->height = word_at(b + 24, 4);
		wide = true;
		if (word_at(b + 20, 4) != font->height || word_at(b + 28, 4) != FONT_WIDTH)
			return false;
	} else if (count >= PSF1_HEADER && word_at(b, 2) == PSF1_MAGIC) {
		header = PSF1_HEADER;
		map = b[2] & PSF1_MAP;
		font->count = b[2] & PSF1_512 ? 512 : 256;
		font->height = b[3];
		wide = false;
	} else {
		return false;
	}
	if (font->count < 1 || font->count > 0xffff || font->height < 1 ||
	    font->height > FONT_HEIGHT || header > count)
		return false;
	size = (size_t)font->count * font->height;
	if (size > count - header)
		return false;
	font->glyphs = b + header;
	if (map)
		read_map(font, (struct reader){ font->glyphs + size, b + count, wide });
	return true;
}

static const uint8_t *find(const struct font *font, uint32_t character)
{
	unsigned low = 0, high = font->mapped;

	if (!font->map)
		return character < font->count ? font->glyphs + character * font->height : NULL;
	while (low < high) {
		unsigned middle = (low + high) / 2;
		uint32_t entry = font->map[middle];

		if (entry >> 16 == character)
			return font->glyphs + (entry & 0xffff) * font->height;
		if (entry >> 16 < character)
			low = middle + 1;
		else
			high = middle;
	}
	return NULL;
}

const uint8_t *font_glyph(const struct font *font, uint32_t character)
{
	const uint8_t *glyph = find(font, character);

	if (!glyph)
		glyph = find(font, 0xfffd);
	if (!glyph)
		glyph = find(font, '?');
	return glyph ? glyph : font->glyphs;
}
