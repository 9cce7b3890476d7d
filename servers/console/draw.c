/* Drawing the line. It knows two things: where the terminal's cursor is (line->at), and where any
 * byte of the text stands (place_of, which walks from the start: a line is short). */
#include "draw.h"
#include <string.h>

/* ---- Characters ------------------------------------------------------------------------------ */

unsigned draw_expected(unsigned char lead)
{
	if (lead >= 0xc2 && lead < 0xe0)
		return 2;
	if (lead >= 0xe0 && lead < 0xf0)
		return 3;
	return lead >= 0xf0 && lead < 0xf8 ? 4 : 1;
}

/* Bytes of the character at `index`: one if it is not well formed. */
static unsigned char_length(const struct line *line, unsigned index)
{
	unsigned expected = draw_expected((unsigned char)line->text[index]);

	if (expected > line->length - index)
		return 1;
	for (unsigned i = 1; i < expected; i++)
		if ((line->text[index + i] & 0xc0) != 0x80)
			return 1;
	return expected;
}

unsigned draw_next(const struct line *line, unsigned index)
{
	return index < line->length ? index + char_length(line, index) : index;
}

unsigned draw_previous(const struct line *line, unsigned index)
{
	for (unsigned back = 4; back > 1; back--)
		if (index >= back && char_length(line, index - back) == back)
			return index - back;
	return index > 0 ? index - 1 : 0;
}

/* ---- Drawing --------------------------------------------------------------------------------- */

void draw_text(struct line *line, const char *text)
{
	line->emit(line, text, strlen(text));
}

/* Past one character. A row that is full ends at once: see draw. */
static void advance(const struct line *line, struct line_place *place)
{
	if (++place->column >= line->columns) {
		place->column = 0;
		place->row++;
	}
}

static struct line_place place_of(const struct line *line, unsigned index)
{
	struct line_place place = { 0, line->start };

	for (unsigned i = 0; i < index; i = draw_next(line, i))
		advance(line, &place);
	return place;
}

/* ESC [ count letter. printf would be a tenth of the server. */
static void draw_sequence(struct line *line, unsigned count, char letter)
{
	char sequence[16], *at = sequence + sizeof sequence;

	*--at = '\0';
	*--at = letter;
	do
		*--at = (char)('0' + count % 10);
	while ((count /= 10) > 0);
	*--at = '[';
	*--at = '\033';
	draw_text(line, at);
}

/* Moves the terminal's cursor. */
static void go(struct line *line, struct line_place to)
{
	if (to.row < line->at.row)
		draw_sequence(line, line->at.row - to.row, 'A');
	else if (to.row > line->at.row)
		draw_sequence(line, to.row - line->at.row, 'B');
	if (to.column < line->at.column && line->at.column - to.column <= 4) {
		line->emit(line, "\b\b\b\b", line->at.column - to.column);
	} else if (to.column != line->at.column) {
		draw_text(line, "\r");
		if (to.column > 0) /* ESC [ 0 C would move by one */
			draw_sequence(line, to.column, 'C');
	}
	line->at = to;
}

/* Draws the text from `index`, where the terminal's cursor is, to the end; clears what an earlier,
 * longer text left (`shorter`); then goes to the cursor. */
void draw_from(struct line *line, unsigned index, bool shorter)
{
	while (index < line->length) {
		unsigned length = char_length(line, index);

		line->emit(line, line->text[index] == '\t' ? " " : line->text + index, length);
		advance(line, &line->at);
		if (line->at.column == 0)
			draw_text(line, "\r\n");
		index += length;
	}
	if (shorter)
		draw_text(line, "\033[J");
	go(line, place_of(line, line->cursor));
}

void draw_go(struct line *line, unsigned index)
{
	go(line, place_of(line, index));
}

void line_show(struct line *line, unsigned start)
{
	line->start = start;
	line->at = (struct line_place){ 0, start };
	draw_from(line, 0, false);
}

void line_hide(struct line *line)
{
	go(line, (struct line_place){ 0, 0 });
}
