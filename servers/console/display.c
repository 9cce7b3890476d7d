/* Drawing on the screen. Its memory is slow, and slowest to read, so it is only ever written, and
 * where a cell is there already it is not written again: `shown` is what there is.
 *
 * Invariant: nothing is written outside [memory, memory + pitch * height), whatever the cells are:
 * display_open has seen that rows and columns fit, and cells are drawn inside theirs. */
#include "display.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define MIN(a, b) ((a) < (b) ? (a) : (b))
#define FIELDS    11
#define TEXT_CELL 2          /* bytes */
#define NOT_SHOWN UINT32_MAX /* no cell is like that */

/* ---- Formats --------------------------------------------------------------------------------- */

bool display_format(const char *text, struct screen_format *format)
{
	static const char key[] = "screen=";
	unsigned long field[FIELDS];
	char *end;

	if (strncmp(text, key, sizeof key - 1))
		return false;
	text += sizeof key - 1;
	for (unsigned i = 0; i < FIELDS; i++) {
		if (*text < '0' || *text > '9')
			return false;
		field[i] = strtoul(text, &end, 10);
		if (*end != (i + 1 < FIELDS ? ',' : '\0') || field[i] > UINT32_MAX)
			return false;
		text = end + 1;
	}
	*format = (struct screen_format){ .kind = (uint8_t)field[0],
		.bits = (uint8_t)field[1],
		.width = (uint32_t)field[2],
		.height = (uint32_t)field[3],
		.pitch = (uint32_t)field[4] };
	for (unsigned i = 0; i < 3; i++) {
		format->shift[i] = (uint8_t)field[5 + 2 * i];
		format->depth[i] = (uint8_t)field[6 + 2 * i];
	}
	return true;
}

/* ANSI's colours as a VGA has them: 0xaa for one that is on, a brown instead of dark yellow. */
static void make_colours(struct display *d)
{
	for (unsigned i = 0; i < 16; i++) {
		unsigned low = i & 8 ? 0x55 : 0, high = i & 8 ? 0xff : 0xaa;
		unsigned part[3] = { i & 1 ? high : low, i & 2 ? high : low, i & 4 ? high : low };

		if (i == 3)
			part[1] = 0x55;
		d->colour[i] = 0;
		for (unsigned c = 0; c < 3; c++)
			d->colour[i] |= (uint32_t)(part[c] >> (8 - d->format.depth[c]))
			    << d->format.shift[c];
	}
}

static unsigned pixel_bytes(const struct screen_format *format)
{
	return (format->bits + 7u) / 8;
}

static bool can_be(const struct screen_format *f, uint64_t size)
{
	if (f->pitch == 0 || f->height > size / f->pitch || f->width > f->pitch / pixel_bytes(f))
		return false;
	if (f->kind == SCREEN_TEXT)
		return f->bits == 8 * TEXT_CELL;
	for (unsigned i = 0; i < 3; i++)
		if (f->depth[i] < 1 || f->depth[i] > 8 || f->shift[i] + f->depth[i] > f->bits)
			return false;
	return f->kind == SCREEN_PIXELS && f->bits > 8 && f->bits <= 32;
}

int display_open(struct display *d, void *memory, uint64_t size)
{
	size_t cells;

	if (d->format.bits == 0 || !can_be(&d->format, size))
		return ENOTSUP;
	d->memory = memory;
	d->rows = d->format.height;
	d->columns = d->format.width;
	if (d->format.kind == SCREEN_PIXELS) {
		d->rows /= d->font.height;
		d->columns /= FONT_WIDTH;
		make_colours(d);
	}
	d->rows = MIN(d->rows, CELLS_ROWS);
	d->columns = MIN(d->columns, CELLS_COLUMNS);
	if (d->rows < 2 || d->columns < 16)
		return ENOTSUP;
	cells = (size_t)d->rows * d->columns;
	d->shown = malloc(cells * sizeof *d->shown);
	if (!d->shown)
		return ENOMEM;
	for (size_t i = 0; i < cells; i++)
		d->shown[i] = NOT_SHOWN;
	memset(memory, 0, (size_t)d->format.pitch * d->format.height);
	return 0;
}

/* ---- One cell -------------------------------------------------------------------------------- */

/* In one write where that is possible. */
static void put_pixel(uint8_t *at, unsigned bytes, uint32_t pixel)
{
	if (bytes == 4)
		memcpy(at, &pixel, 4);
	else
		for (unsigned i = 0; i < bytes; i++)
			at[i] = (uint8_t)(pixel >> 8 * i);
}

static void draw_pixels(const struct display *d, unsigned row, unsigned column, uint32_t cell)
{
	const uint8_t *glyph = font_glyph(&d->font, CELL_CHARACTER(cell));
	uint32_t front = d->colour[CELL_FRONT_OF(cell)], back = d->colour[CELL_BACK_OF(cell)];
	unsigned bytes = pixel_bytes(&d->format), height = d->font.height;
	uint8_t *at = d->memory + (size_t)row * height * d->format.pitch +
	    (size_t)column * FONT_WIDTH * bytes;

	for (unsigned y = 0; y < height; y++, at += d->format.pitch) {
		unsigned bits = cell & CELL_UNDERLINE && y + 2 == height ? 0xff : glyph[y];

		for (unsigned x = 0; x < FONT_WIDTH; x++)
			put_pixel(at + x * bytes, bytes, bits & 0x80 >> x ? front : back);
	}
}

/* What the adapter's own font has: code page 437. */
static uint8_t adapter_code(uint32_t character)
{
	static const unsigned short codes[256] =
	    u" ☺☻♥♦♣♠•◘○◙♂♀♪♫☼►◄↕‼¶§▬↨↑↓→←∟↔▲▼"
	    u" !\"#$%&'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_"
	    u"`abcdefghijklmnopqrstuvwxyz{|}~⌂"
	    u"ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜ¢£¥₧ƒáíóúñÑªº¿⌐¬½¼¡«»"
	    u"░▒▓│┤╡╢╖╕╣║╗╝╜╛┐└┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀"
	    u"αßΓπΣσµτΦΘΩδ∞φε∩≡±≥≤⌠⌡÷≈°∙·√ⁿ²■\u00a0";

	if (character >= 0x20 && character < 0x7f)
		return (uint8_t)character;
	for (unsigned i = 1; i < 256; i++)
		if (codes[i] == character)
			return (uint8_t)i;
	return '?';
}

/* The adapter's colours have red and blue the other way round; the background has no bright ones.
 */
static unsigned adapter_colour(unsigned colour)
{
	return (colour & 10) | (colour & 1) << 2 | (colour >> 2 & 1);
}

static void draw_text(const struct display *d, unsigned row, unsigned column, uint32_t cell)
{
	uint8_t *at = d->memory + (size_t)row * d->format.pitch + (size_t)column * TEXT_CELL;

	at[0] = adapter_code(CELL_CHARACTER(cell));
	at[1] = (uint8_t)(adapter_colour(CELL_FRONT_OF(cell)) |
	    (adapter_colour(CELL_BACK_OF(cell)) & 7) << 4);
}

/* ---- All of them ----------------------------------------------------------------------------- */

static void show(struct display *d, unsigned row, unsigned column, uint32_t cell)
{
	uint32_t *shown = &d->shown[(size_t)row * d->columns + column];

	if (*shown == cell)
		return;
	*shown = cell;
	if (d->format.kind == SCREEN_TEXT)
		draw_text(d, row, column, cell);
	else
		draw_pixels(d, row, column, cell);
}

/* As the cursor shows it: front and back the other way round. */
static uint32_t turned(uint32_t cell)
{
	return (cell & ~(CELL_FRONT(15) | CELL_BACK(15))) | CELL_FRONT(CELL_BACK_OF(cell)) |
	    CELL_BACK(CELL_FRONT_OF(cell));
}

void display_draw(struct display *d, struct vt *vt)
{
	const struct vt_cursor *at = &vt->at;

	for (unsigned row = 0; row < d->rows; row++) {
		const uint32_t *cell = cells_row(&vt->cells, row);

		for (unsigned column = 0; column < d->columns; column++)
			show(d, row, column,
			    row == at->row && column == at->column && !vt->hidden
				? turned(cell[column])
				: cell[column]);
	}
}
