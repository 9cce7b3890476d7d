/* Colours, and what else ESC [ ... m says of the characters that come. */
#include "look.h"

#define MAX(a, b) ((a) > (b) ? (a) : (b))

#define FRONT 7 /* light grey on black */
#define BACK  0

uint32_t look_cell(const struct vt_cursor *at, uint32_t character)
{
	unsigned front = at->front + (at->bold && at->front < 8 ? 8 : 0), back = at->back;

	return character | (at->underline ? CELL_UNDERLINE : 0) |
	    CELL_FRONT(at->reverse ? back : front) | CELL_BACK(at->reverse ? front : back);
}

uint32_t look_blank(const struct vt_cursor *at)
{
	return ' ' | CELL_FRONT(FRONT) | CELL_BACK(at->back);
}

void look_reset(struct vt_cursor *at)
{
	at->front = FRONT;
	at->back = BACK;
	at->bold = at->reverse = at->underline = false;
}

/* One of the 256 colours, or one by its parts, becomes the nearest of the 16, roughly. */
static uint8_t nearest(unsigned red, unsigned green, unsigned blue)
{
	unsigned most = MAX(red, MAX(green, blue)), half = most / 2;
	unsigned colour =
	    most < 64 ? 0 : (red > half) | (green > half) << 1 | (unsigned)(blue > half) << 2;

	return (uint8_t)(colour + (most > 200 ? 8 : 0));
}

/* Behind 38 or 48: 5;N or 2;R;G;B. Returns how many numbers that took. */
static unsigned long_colour(const unsigned *p, unsigned left, uint8_t *colour)
{
	if (left >= 2 && p[0] == 5) {
		unsigned n = p[1] - 16;

		if (p[1] < 16)
			*colour = (uint8_t)p[1];
		else if (p[1] < 232)
			*colour = nearest(n / 36 * 51, n / 6 % 6 * 51, n % 6 * 51);
		else if (p[1] < 256)
			*colour = (uint8_t[]){ 0, 8, 7, 15 }[(p[1] - 232) / 6];
		return 2;
	}
	if (left >= 4 && p[0] == 2) {
		*colour = nearest(p[1], p[2], p[3]);
		return 4;
	}
	return left;
}

static void set_by(struct vt_cursor *at, unsigned n)
{
	if (n == 0)
		look_reset(at);
	else if (n == 1 || n == 22)
		at->bold = n == 1;
	else if (n == 4 || n == 24)
		at->underline = n == 4;
	else if (n == 7 || n == 27)
		at->reverse = n == 7;
	else if (n >= 30 && n <= 37)
		at->front = (uint8_t)(n - 30);
	else if (n == 39)
		at->front = FRONT;
	else if (n >= 40 && n <= 47)
		at->back = (uint8_t)(n - 40);
	else if (n == 49)
		at->back = BACK;
	else if (n >= 90 && n <= 97)
		at->front = (uint8_t)(n - 90 + 8);
	else if (n >= 100 && n <= 107)
		at->back = (uint8_t)(n - 100 + 8);
}

void look_set(struct vt_cursor *at, const unsigned *number, unsigned count)
{
	for (unsigned i = 0; i < count; i++) {
		if (number[i] == 38)
			i += long_colour(number + i + 1, count - i - 1, &at->front);
		else if (number[i] == 48)
			i += long_colour(number + i + 1, count - i - 1, &at->back);
		else
			set_by(at, number[i]);
	}
}
