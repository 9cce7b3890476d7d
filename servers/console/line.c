/* The line editor. Reading order: line_key at the end, what the keys do above it; draw.c draws.
 *
 * Every key changes the text, then draws from the first byte that differs. */
#include "draw.h"
#include <string.h>

#define CTRL(letter) ((letter)&0x1f)
#define ESCAPE       27
#define RUBOUT       127

/* ---- Editing --------------------------------------------------------------------------------- */

static void bell(struct line *line)
{
	draw_text(line, "\a");
}

static void move(struct line *line, unsigned index)
{
	line->cursor = index;
	draw_go(line, index);
}

void line_insert(struct line *line, const void *bytes, unsigned count)
{
	unsigned index = line->cursor;

	if (count > CONSOLE_LINE_MAX - line->length) {
		bell(line);
		return;
	}
	memmove(line->text + index + count, line->text + index, line->length - index);
	memcpy(line->text + index, bytes, count);
	line->length += count;
	line->cursor += count;
	draw_from(line, index, false);
}

/* Takes out [from, to) and leaves the cursor there. */
static void erase(struct line *line, unsigned from, unsigned to)
{
	if (from == to)
		return;
	draw_go(line, from);
	memmove(line->text + from, line->text + to, line->length - to);
	line->length -= to - from;
	line->cursor = from;
	draw_from(line, from, true);
}

static void replace(struct line *line, const char *text, size_t length)
{
	draw_go(line, 0);
	memcpy(line->text, text, length);
	line->length = line->cursor = length;
	draw_from(line, 0, true);
}

static unsigned word_start(const struct line *line)
{
	unsigned index = line->cursor;

	while (index > 0 && line->text[index - 1] == ' ')
		index--;
	while (index > 0 && line->text[index - 1] != ' ')
		index--;
	return index;
}

static unsigned word_end(const struct line *line)
{
	unsigned index = line->cursor;

	while (index < line->length && line->text[index] == ' ')
		index++;
	while (index < line->length && line->text[index] != ' ')
		index++;
	return index;
}

/* Shows the line `wanted` - 1 lines back in the history, or for 0 one's own again. */
static void recall(struct line *line, unsigned wanted)
{
	const char *text = wanted ? history_get(&line->history, wanted - 1) : NULL;

	if (!line->remember || (wanted && !text)) {
		bell(line);
		return;
	}
	if (line->recalled == 0) {
		memcpy(line->draft, line->text, line->length);
		line->draft_length = line->length;
	}
	line->recalled = wanted;
	if (text)
		replace(line, text, strlen(text));
	else
		replace(line, line->draft, line->draft_length);
}

void line_reset(struct line *line)
{
	line->length = line->cursor = 0;
	line->recalled = line->draft_length = 0;
	line->utf8_length = 0;
	line->state = KEY_PLAIN;
	line->at = (struct line_place){ 0, line->start };
}

void line_abandon(struct line *line)
{
	move(line, line->length);
	draw_text(line, "^C\r\n");
	line_reset(line);
}

/* ---- Keys ------------------------------------------------------------------------------------ */

/* The keys that have a name, however the terminal or the fingers spell them. */
enum key {
	KEY_UP,
	KEY_DOWN,
	KEY_LEFT,
	KEY_RIGHT,
	KEY_HOME,
	KEY_END,
	KEY_DELETE,
	KEY_WORD_LEFT,
	KEY_WORD_RIGHT,
	KEY_NONE
};

/* Does what a key means. Those that find nothing to do are silent, but the arrows through the
 * history ring the bell at its ends. */
static void named_key(struct line *line, enum key key)
{
	switch (key) {
	case KEY_UP:
		recall(line, line->recalled + 1);
		break;
	case KEY_DOWN:
		if (line->recalled)
			recall(line, line->recalled - 1);
		else
			bell(line);
		break;
	case KEY_LEFT:
		move(line, draw_previous(line, line->cursor));
		break;
	case KEY_RIGHT:
		move(line, draw_next(line, line->cursor));
		break;
	case KEY_HOME:
		move(line, 0);
		break;
	case KEY_END:
		move(line, line->length);
		break;
	case KEY_DELETE:
		erase(line, line->cursor, draw_next(line, line->cursor));
		break;
	case KEY_WORD_LEFT:
		move(line, word_start(line));
		break;
	case KEY_WORD_RIGHT:
		move(line, word_end(line));
		break;
	case KEY_NONE:
		break;
	}
}

/* ESC [ parameters letter, as terminals since the VT100 send; the last parameter is kept (5: with
 * Ctrl). */
static void bracket_key(struct line *line, unsigned char byte)
{
	static const char letters[] = "ABDCHF";
	static const char numbers[] = {
		[1] = KEY_HOME, [3] = KEY_DELETE, [4] = KEY_END, [7] = KEY_HOME, [8] = KEY_END
	};
	const char *letter = memchr(letters, byte, sizeof letters - 1);
	enum key key = KEY_NONE;

	if (byte >= '0' && byte <= '9') {
		line->parameter = (line->parameter * 10 + byte - '0') % 1000;
		return;
	}
	if (byte == ';') {
		line->parameter = 0;
		return;
	}
	if (byte < 0x40)
		return; /* still inside the sequence */
	line->state = KEY_PLAIN;
	if (letter)
		key = (enum key)(letter - letters);
	else if (byte == '~' && line->parameter < sizeof numbers && numbers[line->parameter])
		key = (enum key)numbers[line->parameter];
	if (line->parameter == 5 && (key == KEY_LEFT || key == KEY_RIGHT))
		key = key == KEY_LEFT ? KEY_WORD_LEFT : KEY_WORD_RIGHT;
	named_key(line, key);
}

/* Behind an escape: the start of a longer sequence, or a letter typed with Alt. */
static void escape_key(struct line *line, unsigned char byte)
{
	line->state = KEY_PLAIN;
	line->parameter = 0;
	switch (byte) {
	case '[':
		line->state = KEY_BRACKET;
		break;
	case 'O':
		line->state = KEY_SS3;
		break;
	case 'b':
		named_key(line, KEY_WORD_LEFT);
		break;
	case 'f':
		named_key(line, KEY_WORD_RIGHT);
		break;
	case ESCAPE:
		line->state = KEY_ESCAPE;
		break;
	}
}

/* One of the 32 control characters, or Rubout. Those without a meaning are ignored: what they might
 * do on a screen would put it out of step with the line. */
static enum line_event control_key(struct line *line, unsigned char byte)
{
	switch (byte) {
	case '\r':
	case '\n':
		move(line, line->length);
		draw_text(line, "\r\n");
		if (line->remember)
			history_add(&line->history, line->text, line->length);
		return LINE_DONE;
	case CTRL('D'):
		if (line->length == 0)
			return LINE_EOF;
		if (line->cursor == line->length)
			return LINE_PARTIAL;
		named_key(line, KEY_DELETE);
		break;
	case CTRL('L'):
		return LINE_REDRAW;
	case CTRL('A'):
		named_key(line, KEY_HOME);
		break;
	case CTRL('B'):
		named_key(line, KEY_LEFT);
		break;
	case CTRL('E'):
		named_key(line, KEY_END);
		break;
	case CTRL('F'):
		named_key(line, KEY_RIGHT);
		break;
	case CTRL('N'):
		named_key(line, KEY_DOWN);
		break;
	case CTRL('P'):
		named_key(line, KEY_UP);
		break;
	case CTRL('H'):
	case RUBOUT:
		erase(line, draw_previous(line, line->cursor), line->cursor);
		break;
	case CTRL('K'):
		erase(line, line->cursor, line->length);
		break;
	case CTRL('U'):
		erase(line, 0, line->cursor);
		break;
	case CTRL('W'):
		erase(line, word_start(line), line->cursor);
		break;
	case '\t':
		if (line->tabs)
			return LINE_TAB;
		line_insert(line, &byte, 1);
		break;
	case ESCAPE:
		line->state = KEY_ESCAPE;
		break;
	}
	return LINE_EDITING;
}

/* Bytes of one character are gathered before they are inserted: the terminal must not see the rest
 * of the line between them. A sequence that breaks off is inserted as it came. */
static bool utf8_key(struct line *line, unsigned char byte)
{
	bool continues = line->utf8_length > 0 && (byte & 0xc0) == 0x80;

	if (line->utf8_length > 0 && !continues) {
		line_insert(line, line->utf8, line->utf8_length);
		line->utf8_length = 0;
	}
	if (byte < 0x80)
		return false;
	line->utf8[line->utf8_length++] = byte;
	if (line->utf8_length >= draw_expected(line->utf8[0])) {
		line_insert(line, line->utf8, line->utf8_length);
		line->utf8_length = 0;
	}
	return true;
}

/* A key may be several bytes: what the ones so far mean is kept in line->state and line->utf8. */
enum line_event line_key(struct line *line, unsigned char byte)
{
	bool lf_of_crlf = line->after_cr && byte == '\n';

	line->after_cr = byte == '\r';
	if (lf_of_crlf || utf8_key(line, byte))
		return LINE_EDITING;
	switch (line->state) {
	case KEY_ESCAPE:
		escape_key(line, byte);
		return LINE_EDITING;
	case KEY_BRACKET:
		bracket_key(line, byte);
		return LINE_EDITING;
	case KEY_SS3:
		/* ESC O letter: cursor keys of a terminal in application mode; the letters are the
		 * same. */
		line->state = KEY_BRACKET;
		bracket_key(line, byte);
		line->state = KEY_PLAIN;
		return LINE_EDITING;
	case KEY_PLAIN:
		break;
	}
	if (byte < 0x20 || byte == RUBOUT)
		return control_key(line, byte);
	line_insert(line, &byte, 1);
	return LINE_EDITING;
}
