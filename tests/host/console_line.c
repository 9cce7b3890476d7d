// SOURCES: servers/console/line.c servers/console/draw.c servers/console/history.c servers/console/vt.c servers/console/look.c servers/console/cells.c
// The console's line editor before a terminal of our own: after every key the screen must show the
// text that the keys mean, with the cursor in the right place, whatever the window's width. What a
// virtual terminal (vt.c) shows then must be the same.
#include "../../servers/console/line.h"
#include "../../servers/console/vt.h"
#include "tap.h"
#include "terminal.h"
#include <stdlib.h>
#include <string.h>

static size_t emitted;
static struct vt vt;
static bool scrolled; /* it has fewer rows than ours, and is not compared any more */

static void clear(unsigned columns)
{
	static uint32_t memory[CELLS_ROWS * COLUMNS];

	terminal_clear(columns);
	vt_init(&vt, memory, CELLS_ROWS, columns);
	scrolled = false;
}

static void put_char(unsigned char byte)
{
	terminal_put(byte);
	vt_put(&vt, byte);
	scrolled |= terminal.row >= CELLS_ROWS - 1;
}

/* The first character of a cell, which has one or none. */
static uint32_t character(const char *cell)
{
	const unsigned char *c = (const unsigned char *)cell;

	if (c[0] < 0x80)
		return c[0] ? c[0] : ' ';
	if (c[0] < 0xe0)
		return (c[0] & 0x1fu) << 6 | (c[1] & 0x3f);
	if (c[0] < 0xf0)
		return (c[0] & 0x0fu) << 12 | (c[1] & 0x3fu) << 6 | (c[2] & 0x3f);
	return (c[0] & 0x07u) << 18 | (c[1] & 0x3fu) << 12 | (c[2] & 0x3fu) << 6 | (c[3] & 0x3f);
}

static bool vt_same(const char *why)
{
	for (unsigned row = 0; row < vt.cells.rows && !scrolled; row++)
		for (unsigned column = 0; column < vt.cells.columns; column++)
			if (CELL_CHARACTER(cells_row(&vt.cells, row)[column]) !=
			    character(terminal.cell[row][column])) {
				printf("# %s: a virtual terminal shows U+%04X at %u,%u\n", why,
				    (unsigned)CELL_CHARACTER(cells_row(&vt.cells, row)[column]),
				    row, column);
				return false;
			}
	return scrolled || (vt.at.row == terminal.row && vt.at.column == terminal.column);
}

static void emit(struct line *from, const char *bytes, size_t count)
{
	emitted += count;
	for (size_t i = 0; i < count; i++)
		put_char((unsigned char)bytes[i]);
}

/* ---- What ought to be seen ------------------------------------------------------------------- */

static struct line line;

static void begin(unsigned columns, unsigned start)
{
	memset(&line, 0, sizeof line);
	line.emit = emit;
	line.columns = columns;
	line.remember = true;
	clear(columns);
	for (unsigned i = 0; i < start; i++)
		put_char('>');
	emitted = 0;
	line_show(&line, start);
}

static enum line_event type(const char *keys)
{
	enum line_event event = LINE_EDITING;

	for (; *keys; keys++)
		event = line_key(&line, (unsigned char)*keys);
	return event;
}

/* The text is well-formed UTF-8 here. */
static bool screen_right(const char *why)
{
	unsigned row = 0, column = line.start, cursor_row = row, cursor_column = column;

	for (unsigned i = 0; i < line.length;) {
		char want[CELL] = { 0 };
		unsigned n = 0;

		if (i == line.cursor)
			cursor_row = row, cursor_column = column;
		do
			want[n++] = line.text[i++];
		while (i < line.length && ((unsigned char)line.text[i] & 0xc0) == 0x80 &&
		    n < CELL - 1);
		if (want[0] == '\t')
			want[0] = ' ';
		if (strcmp(terminal.cell[row][column], want)) {
			printf("# %s: row %u column %u has '%s', not '%s'\n", why, row, column,
			    terminal.cell[row][column], want);
			return false;
		}
		if (++column == line.columns)
			row++, column = 0;
	}
	if (line.cursor == line.length)
		cursor_row = row, cursor_column = column;
	if (terminal.row != cursor_row || terminal.column != cursor_column) {
		printf("# %s: cursor at %u,%u, not %u,%u\n", why, terminal.row, terminal.column,
		    cursor_row, cursor_column);
		return false;
	}
	for (unsigned r = row; r < row + 3; r++)
		for (unsigned c = r == row ? column : 0; c < COLUMNS; c++)
			if (terminal.cell[r][c][0]) {
				printf("# %s: rubbish at %u,%u\n", why, r, c);
				return false;
			}
	return terminal.unknown == 0 && vt_same(why);
}

static bool text_is(const char *text)
{
	bool same = line.length == strlen(text) && memcmp(line.text, text, line.length) == 0;

	if (!same)
		printf("# text is '%.*s', not '%s'\n", (int)line.length, line.text, text);
	return same && screen_right("text_is");
}

#define UP     "\033[A"
#define DOWN   "\033[B"
#define RIGHT  "\033[C"
#define LEFT   "\033[D"
#define HOME   "\033[H"
#define END    "\033[F"
#define DELETE "\033[3~"

static void test_keys(void)
{
	begin(80, 2);
	ok(type("hello") == LINE_EDITING && text_is("hello"), "typing");
	ok(emitted == 5, "typing at the end sends the letters and nothing else");
	type(LEFT LEFT "X");
	ok(text_is("helXlo"), "a letter in the middle");
	type("\001A\005Z");
	ok(text_is("AhelXloZ"), "Ctrl-A, Ctrl-E");
	type(HOME DELETE END "\177");
	ok(text_is("helXlo"), "Home, Delete, End, Backspace");
	type("\033OH1\033OF2\033[1~3\033[4~4\033[7~5\033[8~6\033OD\033OC");
	ok(text_is("531helXlo246"), "Home and End as other terminals send them");
	type("\002\002\002\013");
	ok(text_is("531helXlo"), "Ctrl-B, Ctrl-K");
	type("\002\002\025");
	ok(text_is("lo"), "Ctrl-U");
	type("\006\006 one two  three  \027");
	ok(text_is("lo one two  "), "Ctrl-F, Ctrl-W");
	type("\027\027\027\027\027");
	ok(text_is(""), "Ctrl-W down to nothing");
	type("ab cd ef\033[1;5D\033[1;5DX\033[1;5CY\033bZ\033fT");
	ok(text_is("ab ZXcdYT ef"), "word by word");
	type("\025\013\177\010" LEFT RIGHT DELETE "\004");
	ok(text_is(""), "keys that find nothing to do");
	type("\001\002\016\020\033[99x\033[1;2;3;4;5R\033q\033\033[D\037\021");
	line_key(&line, 0);
	ok(text_is(""), "unknown sequences and control characters leave no trace");
	ok(type("tab\there") == LINE_EDITING && text_is("tab\there"),
	    "a tab is kept and shown as a blank");
}

static void test_ends(void)
{
	begin(80, 2);
	ok(type("\004") == LINE_EOF, "Ctrl-D in an empty line is the end of input");
	line_reset(&line);
	ok(type("abc\004") == LINE_PARTIAL && line.length == 3, "Ctrl-D behind text hands it over");
	line_reset(&line);
	begin(80, 2);
	ok(type("abc\001\004") == LINE_EDITING && text_is("bc"), "Ctrl-D inside deletes");
	ok(type(LEFT "\r") == LINE_DONE && line.length == 2, "Enter is carriage return");
	ok(terminal.row == 1 && terminal.column == 0, "Enter goes to the next row");
	line_reset(&line);
	ok(type("\n") == LINE_EDITING, "the LF of CR LF is no second Enter");
	ok(type("\n") == LINE_DONE, "a LF alone is");
	line_reset(&line);
	ok(type("x\014") == LINE_REDRAW && line.length == 1, "Ctrl-L asks for a redraw");
	begin(20, 3);
	type("0123456789012345678901234567890123456789" HOME);
	line_abandon(&line);
	ok(line.length == 0 && terminal.column == 0 && terminal.row == 3,
	    "Ctrl-C goes below a long line");
	begin(20, 3);
	type("0123456789012345678901234567890123456789" LEFT LEFT LEFT);
	line_hide(&line);
	ok(terminal.row == 0 && terminal.column == 0, "line_hide goes to the first row");
}

static void test_utf8(void)
{
	begin(20, 2);
	type("gr\303\274n");
	ok(text_is("gr\303\274n") && terminal.column == 6, "an umlaut is one column");
	type(LEFT LEFT "\342\202\254");
	ok(text_is("gr\342\202\254\303\274n"), "a euro sign before it");
	type("\177" DELETE);
	ok(text_is("grn"), "Backspace and Delete take whole characters");
	type("\360\237\220\232\001" RIGHT RIGHT RIGHT "\004");
	ok(text_is("gr\360\237\220\232"), "four bytes");
	begin(20, 2);
	type("\303a\377b\200\342\202c");
	ok(line.length == 8, "bytes that are no UTF-8 are kept as they come");
	type("\001" DELETE DELETE DELETE DELETE DELETE DELETE DELETE DELETE);
	ok(line.length == 0, "and each can be deleted");
}

static void test_history(void)
{
	begin(80, 2);
	history_add(&line.history, "first", 5);
	history_add(&line.history, "second", 6);
	history_add(&line.history, "second", 6);
	history_add(&line.history, "", 0);
	type("mine" UP);
	ok(text_is("second"), "Up recalls the line before; repeated and empty ones are not kept");
	type(UP);
	ok(text_is("first"), "Up again");
	terminal.bells = 0;
	type(UP);
	ok(text_is("first") && terminal.bells == 1, "there is no more: a bell");
	type("\020\016");
	ok(text_is("second"), "Ctrl-P, Ctrl-N do the same");
	type(DOWN);
	ok(text_is("mine"), "Down gives one's own line back");
	type(DOWN);
	ok(text_is("mine") && terminal.bells == 3, "and no further");
	type(UP "X\r");
	line_reset(&line);
	line_show(&line, 0);
	ok(!strcmp(history_get(&line.history, 0), "secondX") &&
		!strcmp(history_get(&line.history, 1), "second"),
	    "an edited line is a new one");
	line.remember = false;
	type("secret\r");
	line_reset(&line);
	ok(!strcmp(history_get(&line.history, 0), "secondX"), "nothing is kept when told so");
	type(UP);
	ok(line.length == 0, "nor recalled");
}

static void test_history_bounds(void)
{
	static struct history history;
	char text[HISTORY_BYTES + 10];
	bool right = true;

	ok(history_get(&history, 0) == NULL, "an empty history");
	memset(text, 'x', sizeof text);
	history_add(&history, text, HISTORY_BYTES);
	ok(history_get(&history, 0) == NULL, "a line too long to keep is not kept");
	history_add(&history, text, HISTORY_BYTES - 1);
	ok(strlen(history_get(&history, 0)) == HISTORY_BYTES - 1, "one that fits exactly is");
	for (int i = 0; i < 5000; i++) {
		int length = snprintf(text, sizeof text, "line %d %.*s", i, i % 50,
		    "--------------------------------------------------");

		history_add(&history, text, (size_t)length);
		for (int age = 0; i % 50 == 0 && age <= i && age < 100; age++) {
			int number = -1;

			sscanf(history_get(&history, (unsigned)age), "line %d", &number);
			right = right && number == i - age;
		}
	}
	ok(right && history.used <= HISTORY_BYTES, "5000 lines: the newest stay, in order");
	ok(history_get(&history, 100000) == NULL, "nothing beyond the oldest");
}

static void test_long(void)
{
	begin(20, 5);
	for (int i = 0; i < CONSOLE_LINE_MAX; i++)
		line_key(&line, "abcdefghij"[i % 10]);
	ok(line.length == CONSOLE_LINE_MAX && screen_right("long"), "the longest line");
	terminal.bells = 0;
	type("x");
	ok(line.length == CONSOLE_LINE_MAX && terminal.bells == 1, "one more letter gives a bell");
	type("\303\274");
	ok(line.length == CONSOLE_LINE_MAX && terminal.bells == 2, "and so does one of two bytes");
	emitted = 0;
	type("\001\004");
	ok(emitted <= 2 * LINE_ECHO_MAX && screen_right("first letter deleted"),
	    "a key echoes %zu bytes at the most", emitted);
	emitted = 0;
	type("z");
	ok(emitted <= LINE_ECHO_MAX && screen_right("inserted"),
	    "inserting at the start of it: %zu bytes", emitted);
	ok(type("\r") == LINE_DONE && line.length == CONSOLE_LINE_MAX, "Enter");
}

/* A person with many hands: any keys, in windows of all widths. */
static void test_random(void)
{
	static const char *const keys[] = { "a", "b", " ", "\303\251", "\342\202\254", "\t",
		"long words and more of them ", LEFT, LEFT, RIGHT, HOME, END, DELETE, "\177",
		"\177", UP, DOWN, "\001", "\005", "\013", "\025", "\027", "\033b", "\033f", "\014",
		"\r" };
	bool right = true;

	srand(1);
	for (int run = 0; run < 150 && right; run++) {
		unsigned columns = 16 + (unsigned)rand() % 80;

		begin(columns, (unsigned)rand() % columns);
		for (int i = 0; i < 200 && right; i++) {
			const char *key = keys[rand() % (int)(sizeof keys / sizeof *keys)];

			if (*key == '\r' && rand() % 4)
				continue;
			if (type(key) == LINE_DONE) {
				unsigned start = (unsigned)rand() % columns;

				line_reset(&line);
				clear(columns);
				for (unsigned j = 0; j < start; j++)
					put_char(' ');
				line_show(&line, start);
			}
			right = screen_right(key);
			if (!right)
				printf("# run %d key %d, %u columns\n", run, i, columns);
		}
	}
	ok(right, "30,000 random keys: the screen shows the line after each");
}

static void emit_nowhere(struct line *from, const char *bytes, size_t count)
{
	emitted += bytes ? count : 0;
}

static void test_garbage(void)
{
	begin(37, 0);
	line.emit = emit_nowhere;
	for (int i = 0; i < 200000; i++) {
		unsigned char byte = rand() % 3
		    ? (unsigned char)rand()
		    : (unsigned char)"\033[;O~ABCD0123456789"[rand() % 19];
		enum line_event event;

		event = line_key(&line, byte);
		if (event == LINE_DONE || event == LINE_PARTIAL || event == LINE_EOF)
			line_reset(&line);
		if (line.cursor > line.length || line.length > CONSOLE_LINE_MAX) {
			ok(false, "garbage keeps the invariants");
			return;
		}
	}
	ok(true, "200,000 random bytes keep the invariants");
}

int main(void)
{
	test_keys();
	test_ends();
	test_utf8();
	test_history();
	test_history_bounds();
	test_long();
	test_random();
	test_garbage();
	return tap_done();
}
