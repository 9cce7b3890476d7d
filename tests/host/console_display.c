// SOURCES: servers/console/display.c servers/console/font.c servers/console/vt.c servers/console/look.c servers/console/cells.c
// What is drawn: a font that nobody vouches for, pixels of every size, the adapter's text; nothing
// is written outside the screen (memory of its exact size, with AddressSanitizer around).
#include "../../servers/console/display.h"
#include "tap.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define GLYPHS 256
#define HEIGHT 4

/* Version 1: glyph n has n in its first row and 0x81 in its last; 'A' is glyph 1, U+2500 and 'B'
 * glyph 2, U+FFFD glyph 3, '?' glyph 4, a sequence of glyph 5 is left out. */
static uint8_t psf1[4 + GLYPHS * HEIGHT + 2 * (GLYPHS + 16)];
static size_t psf1_bytes;

static void put_word(uint16_t word)
{
	memcpy(psf1 + psf1_bytes, &word, 2);
	psf1_bytes += 2;
}

static void make_font(void)
{
	memcpy(psf1, (uint8_t[]){ 0x36, 4, 2, HEIGHT }, 4);
	for (unsigned i = 1; i < GLYPHS; i++) {
		psf1[4 + i * HEIGHT] = (uint8_t)i;
		psf1[4 + i * HEIGHT + HEIGHT - 1] = 0x81;
	}
	psf1_bytes = 4 + GLYPHS * HEIGHT;
	for (unsigned i = 0; i < GLYPHS; i++) {
		static const uint16_t extra[6][3] = { { ' ' }, { 'A' }, { 0x2500, 'B' }, { 0xfffd },
			{ '?' }, { 0xfffe, 'C', 'D' } };

		for (unsigned j = 0; i < 6 && j < 3 && extra[i][j]; j++)
			put_word(extra[i][j]);
		put_word(0xffff);
	}
}

/* Of a font in memory of its exact size: the first row of a character's glyph; -1: no font. */
static int glyph_of(const void *bytes, size_t count, uint32_t character)
{
	struct font font;
	uint8_t *copy = malloc(count ? count : 1);
	int row = -1;

	memcpy(copy, bytes, count);
	if (font_open(&font, copy, count))
		row = font_glyph(&font, character)[0];
	free(font.map);
	free(copy);
	return row;
}

static void test_font(void)
{
	uint8_t psf2[32 + 3 * HEIGHT + 20] = { 0x72, 0xb5, 0x4a, 0x86 };
	uint32_t header[7] = { 0, 32, 1, 3, HEIGHT, HEIGHT, 8 };
	bool right = true;

	ok(glyph_of(psf1, psf1_bytes, 'A') == 1 && glyph_of(psf1, psf1_bytes, 'B') == 2 &&
		glyph_of(psf1, psf1_bytes, 0x2500) == 2,
	    "characters and their glyphs");
	ok(glyph_of(psf1, psf1_bytes, 'C') == 3 && glyph_of(psf1, psf1_bytes, 0x1f41a) == 3,
	    "U+FFFD for those that are not there");
	ok(glyph_of(psf1, 4 + GLYPHS * HEIGHT, 7) == 7, "an empty map is none");
	psf1[2] = 0;
	ok(glyph_of(psf1, psf1_bytes, 'A') == 'A', "without a map characters are glyphs");
	psf1[2] = 2;
	memcpy(psf2 + 4, header, sizeof header);
	memset(psf2 + 32, 0x11, HEIGHT);
	memset(psf2 + 32 + HEIGHT, 0x22, HEIGHT);
	memset(psf2 + 32 + 2 * HEIGHT, 0x33, HEIGHT);
	memcpy(psf2 + 32 + 3 * HEIGHT, "?\377A\342\224\200\376xy\377\303\274\377", 13);
	ok(glyph_of(psf2, sizeof psf2, '?') == 0x11 &&
		glyph_of(psf2, sizeof psf2, 0x2500) == 0x22 &&
		glyph_of(psf2, sizeof psf2, 0xfc) == 0x33 &&
		glyph_of(psf2, sizeof psf2, 'x') == 0x11,
	    "version 2");
	ok(glyph_of(psf1, psf1_bytes, 'A') == 1 && glyph_of(psf1, 0, 'A') < 0 &&
		glyph_of(psf1, 3, 'A') < 0 && glyph_of(psf1, 4 + GLYPHS * HEIGHT - 1, 'A') < 0,
	    "a font that is cut off is none");
	srand(1);
	for (int round = 0; round < 20000; round++) {
		uint8_t bytes[sizeof psf2];

		memcpy(bytes, round % 2 ? psf2 : psf1, sizeof bytes);
		for (int i = rand() % 6; i > 0; i--)
			bytes[4 + rand() % 50] = (uint8_t)rand();
		right &= glyph_of(bytes, (size_t)rand() % (sizeof bytes + 1),
			     (uint32_t)rand() % 0x3000) < 256;
	}
	ok(right, "20,000 damaged fonts");
}

/* ---- Screens --------------------------------------------------------------------------------- */

static struct display display;
static struct vt vt;
static uint8_t *memory;
static uint32_t *cells;

/* A screen in memory of its exact size, at an odd place when `odd`. */
static int open_screen(struct screen_format format)
{
	size_t bytes = (size_t)format.pitch * format.height;
	int error;

	free(memory);
	free(cells);
	free(display.shown);
	free(display.font.map);
	memory = malloc(bytes);
	memset(memory, 0xee, bytes);
	display = (struct display){ .format = format };
	font_open(&display.font, psf1, psf1_bytes);
	error = display_open(&display, memory, bytes);
	cells = NULL;
	if (error)
		return error;
	cells = malloc(display.rows * display.columns * sizeof *cells);
	vt_init(&vt, cells, display.rows, display.columns);
	vt.hidden = true;
	return 0;
}

static void put(const char *text)
{
	for (; *text; text++)
		vt_put(&vt, (unsigned char)*text);
	display_draw(&display, &vt);
}

static uint32_t pixel(unsigned x, unsigned y)
{
	unsigned bytes = (display.format.bits + 7u) / 8;
	uint32_t value = 0;

	memcpy(&value, memory + (size_t)y * display.format.pitch + x * bytes, bytes);
	return value;
}

static const struct screen_format formats[] = {
	{ SCREEN_PIXELS, 32, { 16, 8, 0 }, { 8, 8, 8 }, 203, 50, 203 * 4 + 4, 0 },
	{ SCREEN_PIXELS, 24, { 16, 8, 0 }, { 8, 8, 8 }, 203, 50, 203 * 3 + 1, 0 },
	{ SCREEN_PIXELS, 16, { 11, 5, 0 }, { 5, 6, 5 }, 203, 50, 203 * 2, 0 },
	{ SCREEN_PIXELS, 15, { 10, 5, 0 }, { 5, 5, 5 }, 203, 50, 203 * 2 + 2, 0 },
	{ SCREEN_PIXELS, 32, { 0, 8, 16 }, { 8, 8, 8 }, 203, 50, 203 * 4, 0 },
};

static uint32_t colour(const struct screen_format *f, unsigned red, unsigned green, unsigned blue)
{
	return (uint32_t)(red >> (8 - f->depth[0])) << f->shift[0] |
	    (uint32_t)(green >> (8 - f->depth[1])) << f->shift[1] |
	    (uint32_t)(blue >> (8 - f->depth[2])) << f->shift[2];
}

static void test_pixels(void)
{
	for (unsigned i = 0; i < sizeof formats / sizeof *formats; i++) {
		const struct screen_format *f = &formats[i];
		uint32_t red = colour(f, 0xaa, 0, 0), blue = colour(f, 0, 0, 0xaa);
		bool right = open_screen(*f) == 0 && display.rows == 12 && display.columns == 25;

		right &= pixel(0, 0) == 0 && pixel(202, 49) == 0;
		put("\033[12;25H\033[31;44mA");
		/* Glyph 1: the last pixel of its first row; the outer ones of its last. */
		right &= pixel(199, 44) == red && pixel(198, 44) == blue &&
		    pixel(192, 44) == blue && pixel(192, 47) == red && pixel(199, 47) == red &&
		    pixel(193, 47) == blue;
		right &= pixel(191, 44) == 0 && pixel(200, 44) == 0 && pixel(199, 43) == 0;
		ok(right, "pixels of %u bits", f->bits);
	}
	open_screen(formats[0]);
	put("\033[33mA\033[93mA");
	ok(pixel(7, 0) == 0xaa5500 && pixel(15, 0) == 0xffff55, "brown, and yellow");
	vt.hidden = false;
	put("\r");
	ok(pixel(7, 0) == 0 && pixel(6, 0) == 0xaa5500, "the cursor turns the colours");
	put("\033[C");
	ok(pixel(7, 0) == 0xaa5500 && pixel(15, 0) == 0, "and goes on");
	memory[4 * 7] = 0x77;
	put("A");
	ok(memory[4 * 7] == 0x77, "what is there already is not drawn again");
	put("\033[H\033[0;4mA");
	ok(pixel(1, 2) == 0xaaaaaa && pixel(1, 1) == 0, "underlined");
}

static void test_text(void)
{
	struct screen_format text = { SCREEN_TEXT, 16, { 0 }, { 0 }, 80, 25, 160, 0 };

	ok(open_screen(text) == 0 && display.rows == 25 && display.columns == 80, "text");
	put("\033[1;31;42mA\303\274\342\224\200\342\202\254\033[7mx");
	ok(memory[0] == 'A' && memory[2] == 0x81 && memory[4] == 0xc4 && memory[6] == '?',
	    "characters of the adapter's");
	ok(memory[1] == (0x2c) && memory[9] == 0x42, "colours");
	put("\033[25;80H\033[0mZ");
	ok(memory[3998] == 'Z' && memory[3999] == 7, "the last one");
}

static void test_refused(void)
{
	struct screen_format f = formats[0], got;
	static const char *const wrong[] = { "", "screen=", "screen=1",
		"screen=1,32,8,8,8,0,8,8,8,16", "screen=1,32,8,8,8,0,8,8,8,16,8,1",
		"screen=1,32,8,8,8,0,8,8,8,16,-8", "screen=1,32,8,8,8,0,8,8,8,16,8 ",
		"screen=1,32,99999999999,8,8,0,8,8,8,16,8", "other" };
	bool none = true;

	ok(display_format("screen=1,32,1024,768,4096,16,8,8,7,0,6", &got) &&
		got.kind == SCREEN_PIXELS && got.bits == 32 && got.width == 1024 &&
		got.height == 768 && got.pitch == 4096 && got.shift[0] == 16 && got.depth[1] == 7 &&
		got.depth[2] == 6,
	    "the format's text");
	for (unsigned i = 0; i < sizeof wrong / sizeof *wrong; i++)
		none &= !display_format(wrong[i], &got);
	ok(none, "and others");
	f.width = 204;
	f.pitch = 203 * 4;
	ok(open_screen(f) == ENOTSUP, "rows that overlap");
	f = formats[0];
	f.height = 7;
	ok(open_screen(f) == ENOTSUP, "too low for two rows");
	f = formats[0];
	f.kind = 7;
	ok(open_screen(f) == ENOTSUP, "a kind that is not known");
	f = formats[0];
	f.shift[0] = 30;
	ok(open_screen(f) == ENOTSUP, "a colour outside the pixel");
	f = formats[0];
	f.bits = 0;
	ok(open_screen(f) == ENOTSUP, "pixels of no bits");
	open_screen(formats[0]);
	ok(display_open(&display, memory, 203 * 4 * 50) == ENOTSUP, "larger than its memory");
}

/* Whatever is written, all that is seen is what the cells say. */
static void test_random(void)
{
	bool right = true;

	srand(1);
	for (int round = 0; round < 200 && right; round++) {
		struct screen_format f = formats[rand() % 5];

		f.width = 128 + (uint32_t)rand() % 100;
		f.height = 8 + (uint32_t)rand() % 40;
		f.pitch = f.width * 4;
		right = open_screen(f) == 0;
		vt.hidden = rand() % 2;
		for (int i = 0; i < 300 && right; i++) {
			char text[8] = { "\033\033AB\n\r"[rand() % 6], "[[[MA"[rand() % 5],
				(char)('0' + rand() % 10), "ABCHJKLMPm@"[rand() % 11] };

			put(text);
		}
		for (unsigned i = 0; right && vt.hidden && i < display.rows * display.columns;
		     i++) {
			unsigned row = i / display.columns, column = i % display.columns;
			uint32_t cell = cells_row(&vt.cells, row)[column];
			bool on = font_glyph(&display.font, CELL_CHARACTER(cell))[0] & 1;

			right = pixel(column * 8 + 7, row * HEIGHT) ==
			    display.colour[on ? CELL_FRONT_OF(cell) : CELL_BACK_OF(cell)];
		}
	}
	ok(right, "200 screens by chance");
}

int main(void)
{
	make_font();
	test_font();
	test_pixels();
	test_text();
	test_refused();
	test_random();
	free(memory);
	free(cells);
	free(display.shown);
	free(display.font.map);
	return tap_done();
}
