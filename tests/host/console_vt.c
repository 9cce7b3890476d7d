// SOURCES: servers/console/vt.c servers/console/look.c servers/console/cells.c
// The terminal emulator: what programs send shows what they mean, and whatever they send leaves
// everything in its place (cells in memory of their exact size, with AddressSanitizer around).
#include "../../servers/console/vt.h"
#include "tap.h"
#include <stdlib.h>
#include <string.h>

static struct vt vt;
static uint32_t *memory;

static void begin(unsigned rows, unsigned columns)
{
	free(memory);
	memory = malloc(rows * columns * sizeof *memory);
	vt_init(&vt, memory, rows, columns);
}

static void put(const char *text)
{
	for (; *text; text++)
		vt_put(&vt, (unsigned char)*text);
}

/* All rows as text with `/` between them, blanks at the end of each left out, and rows that are
 * empty at the end; other characters than ASCII as `?`. */
static const char *seen(void)
{
	static char text[20000];
	char *to = text;

	for (unsigned row = 0; row < vt.cells.rows; row++) {
		unsigned length = vt.cells.columns;
		const uint32_t *cell = cells_row(&vt.cells, row);

		while (length > 0 && CELL_CHARACTER(cell[length - 1]) == ' ')
			length--;
		for (unsigned i = 0; i < length; i++) {
			uint32_t c = CELL_CHARACTER(cell[i]);

			*to++ = c < 0x7f ? (char)c : '?';
		}
		*to++ = '/';
	}
	while (to > text && to[-1] == '/')
		to--;
	*to = '\0';
	return text;
}

/* What a fresh terminal of 5 rows and 10 columns shows after that. */
static void shows(const char *bytes, const char *wanted, const char *name)
{
	begin(5, 10);
	put(bytes);
	if (!ok(!strcmp(seen(), wanted), "%s", name))
		printf("# '%s', not '%s'\n", seen(), wanted);
}

static void cursor(const char *bytes, unsigned row, unsigned column, const char *name)
{
	begin(5, 10);
	put(bytes);
	if (!ok(vt.at.row == row && vt.at.column == column, "%s", name))
		printf("# at %u,%u\n", vt.at.row, vt.at.column);
}

static void test_text(void)
{
	shows("one\r\ntwo", "one/two", "lines");
	shows("one\ntwo", "one/   two", "a line feed stays in its column");
	shows("0123456789", "0123456789", "a full row does not wrap");
	shows("0123456789a", "0123456789/a", "until the next character comes");
	shows("0123456789\r\nb", "0123456789/b", "nor for a new line");
	shows("0123456789\bX", "01234567X9", "backspace from a full row");
	shows("ab\b\b\b\bX", "Xb", "backspace stops at the left");
	shows("a\tb\tc", "a       bc", "tabs");
	shows("1\r\n2\r\n3\r\n4\r\n5\r\n6", "2/3/4/5/6", "scrolling");
	shows("\033[?7l0123456789abc\033[?7hde", "012345678d/e", "without wrapping");
	shows("a\x7f\001b\002", "ab", "control characters without a meaning");
}

static void test_places(void)
{
	cursor("\033[3;4H", 2, 3, "a place");
	cursor("\033[H", 0, 0, "home");
	cursor("\033[99;99H", 4, 9, "a place outside is brought inside");
	cursor("\033[0;0H", 0, 0, "zeros count as ones");
	cursor("\033[3;4H\033[A\033[2B\033[C\033[3D", 3, 1, "up, down, right, left");
	cursor("\033[99B\033[99C\033[98A\033[98D", 0, 0, "no further than the borders");
	cursor("\033[4G\033[3d", 2, 3, "column, row");
	cursor("\033[3;4H\033[2E", 4, 0, "lines down");
	cursor("\033[3;4H\033[F", 1, 0, "lines up");
	cursor("\033[3;4H\0337\033[H\0338", 2, 3, "saved and restored");
	cursor("\033[3;4H\033[s\033[H\033[u", 2, 3, "the other way, too");
	cursor("\033M\033D\033E", 2, 0, "reverse line feed, line feed, next line");
	shows("ab\r\033Mc", "c/ab", "a reverse line feed in the first row scrolls");
}

static void test_erasing(void)
{
	const char *all = "aaaaaaaaaa"
			  "bbbbbbbbbb"
			  "cccccccccc"
			  "dddddddddd"
			  "eeeee\033[3;4H";
	char text[200];

	strcpy(text, all);
	shows(strcat(text, "\033[J"), "aaaaaaaaaa/bbbbbbbbbb/ccc", "to the end");
	strcpy(text, all);
	shows(strcat(text, "\033[1J"), "//    cccccc/dddddddddd/eeeee", "from the start");
	strcpy(text, all);
	shows(strcat(text, "\033[2J"), "", "all");
	strcpy(text, all);
	shows(
	    strcat(text, "\033[K"), "aaaaaaaaaa/bbbbbbbbbb/ccc/dddddddddd/eeeee", "the row's rest");
	strcpy(text, all);
	shows(strcat(text, "\033[1K"), "aaaaaaaaaa/bbbbbbbbbb/    cccccc/dddddddddd/eeeee",
	    "the row's start");
	strcpy(text, all);
	shows(strcat(text, "\033[2K"), "aaaaaaaaaa/bbbbbbbbbb//dddddddddd/eeeee", "the row");
	strcpy(text, all);
	shows(strcat(text, "\033[2L"), "aaaaaaaaaa/bbbbbbbbbb///cccccccccc", "rows inserted");
	strcpy(text, all);
	shows(strcat(text, "\033[2M"), "aaaaaaaaaa/bbbbbbbbbb/eeeee", "rows deleted");
	strcpy(text, all);
	shows(strcat(text, "\033[99M"), "aaaaaaaaaa/bbbbbbbbbb", "more than there are");
	strcpy(text, all);
	shows(strcat(text, "\033[S"), "bbbbbbbbbb/cccccccccc/dddddddddd/eeeee", "scrolled up");
	strcpy(text, all);
	shows(strcat(text, "\033[9T"), "", "and down, all of it");
	shows("abcdef\033[3G\033[2@", "ab  cdef", "characters inserted");
	shows("abcdefghij\033[3G\033[99@", "ab", "more than fit");
	shows("abcdef\033[3G\033[2P", "abef", "deleted");
	shows("abcdef\033[3G\033[2X", "ab  ef", "erased");
	shows("abcdef\033[3G\033[99X\033[99P", "ab", "more than there are");
}

static void test_scrolling(void)
{
	shows("1\r\n2\r\n3\r\n4\r\n5\033[2;4r\033[4;1H\nX", "1/3/4/X/5", "rows that scroll");
	shows("1\r\n2\r\n3\r\n4\r\n5\033[2;4r\033[2;1H\033MX", "1/X/2/3/5", "backwards");
	shows("1\r\n2\r\n3\r\n4\r\n5\033[2;4r\033[5;1H\nX", "1/2/3/4/X", "not from below them");
	shows("1\r\n2\r\n3\r\n4\r\n5\033[2;4r\033[3;1H\033[L", "1/2//3/5", "a row inserted there");
	shows("1\r\n2\r\n3\r\n4\r\n5\033[2;4r\033[5;1H\033[L", "1/2/3/4/5", "none outside");
	shows("1\r\n2\r\n3\r\n4\r\n5\033[4;2r\033[9;9r\033[5;1H\nX", "2/3/4/5/X",
	    "rows that make no sense are not taken");
	cursor("\033[2;4r\033[3;5H\033[99A", 1, 4, "up stops where they begin");
	cursor("\033[2;4r\033[3;5H\033[99B", 3, 4, "down where they end");
	cursor("\033[2;4r\033[5;5H\033[99A\033[99B", 3, 4, "but not from outside");
}

static uint32_t look_of(const char *bytes)
{
	begin(5, 10);
	put(bytes);
	return cells_row(&vt.cells, 0)[0];
}

static void colours(const char *bytes, unsigned front, unsigned back, const char *name)
{
	uint32_t cell = look_of(bytes);

	ok(CELL_FRONT_OF(cell) == front && CELL_BACK_OF(cell) == back, "%s (%u on %u)", name,
	    CELL_FRONT_OF(cell), CELL_BACK_OF(cell));
}

static void test_looks(void)
{
	colours("x", 7, 0, "grey on black");
	colours("\033[31;42mx", 1, 2, "red on green");
	colours("\033[1;31mx", 9, 0, "bold is bright");
	colours("\033[1;31;22mx", 1, 0, "and no longer");
	colours("\033[95;104mx", 13, 12, "bright ones");
	colours("\033[7mx", 0, 7, "reverse");
	colours("\033[31;42;7mx", 2, 1, "reverse, of colours");
	colours("\033[31;42;7;27;39;49mx", 7, 0, "back to the first ones");
	colours("\033[31;42m\033[mx", 7, 0, "nothing is 0");
	colours("\033[38;5;12;48;5;1mx", 12, 1, "of the 256, the first 16 are themselves");
	colours("\033[38;5;196;48;5;232mx", 9, 0, "the others the nearest");
	colours("\033[38;2;0;255;0;44mx", 10, 4, "those by their parts, too");
	colours("\033[38;5mx", 7, 0, "cut off");
	colours("\033[38mx\033[48;2;1mx", 7, 0, "cut off earlier");
	colours("\033[38;9;1mx", 7, 0, "unknown");
	colours("\033[44m\033[2Jx", 7, 4, "what is erased has the background");
	ok(look_of("\033[4mx") & CELL_UNDERLINE && !(look_of("\033[4;24mx") & CELL_UNDERLINE),
	    "underlined");
	begin(5, 10);
	put("\033[?25l");
	ok(vt.hidden, "no cursor");
	put("\033[?25h");
	ok(!vt.hidden, "a cursor");
	put("\033[31mx\033[2;3r\033c");
	ok(vt.bottom == 5 && vt.at.front == 7 && !strcmp(seen(), ""), "reset");
}

/* Numbers of the characters in the first row. */
static bool characters(const char *bytes, const uint32_t *wanted, unsigned count)
{
	bool right = true;

	begin(5, 10);
	put(bytes);
	for (unsigned i = 0; i < count; i++)
		right &= CELL_CHARACTER(cells_row(&vt.cells, 0)[i]) == wanted[i];
	right &= vt.at.column == count;
	if (!right)
		for (unsigned i = 0; i < 10; i++)
			printf("# %x\n", (unsigned)CELL_CHARACTER(cells_row(&vt.cells, 0)[i]));
	return right;
}
#define IS(bytes, ...)                                       \
	characters(bytes, (const uint32_t[]){ __VA_ARGS__ }, \
	    sizeof((const uint32_t[]){ __VA_ARGS__ }) / sizeof(uint32_t))
#define R VT_REPLACEMENT

static void test_utf8(void)
{
	ok(IS("\303\274\342\202\254\360\237\220\232", 0xfc, 0x20ac, 0x1f41a),
	    "two, three, four bytes");
	ok(IS("\303x", R, 'x'), "one that breaks off");
	ok(IS("\342\202\303\274", R, 0xfc), "for another one");
	ok(IS("\200\277\300\301\365\377", R, R, R, R, R, R), "bytes that never begin one");
	ok(IS("\340\200\200", R), "longer than need be");
	ok(IS("\355\240\200", R), "half of a pair");
	ok(IS("\364\220\200\200", R), "more than Unicode has");
	ok(IS("\303\033[mx", R, 'x'), "an escape in the middle");
	ok(IS("a\314\210b\342\200\213c", 'a', 'b', 'c'),
	    "marks and what has no width are left out");
	ok(IS("\302\205\302\233x", 'x'), "control characters above 127 are not obeyed");
}

static void test_broken(void)
{
	shows("\033[12", "", "a sequence that does not end shows nothing");
	shows("\033[12\r\nx", "/x", "a new line ends it");
	shows("\033[12\033[Hx", "x", "another one as well");
	shows("\033]0;title\ax", "x", "a title");
	shows("\033]0;title\033\\x", "x", "ended otherwise");
	shows("\033]never ends\r\nx", "/x", "one that does not end with its line");
	shows("\033Pq#0\033\\\033_a\033\\\033^b\033\\\033Xc\033\\x", "x", "other strings");
	shows("\033(B\033)0\033#8x", "x", "character sets");
	shows("\033[1;2;3;4;5;6;7;8;9;10;11;12;13;14;15;16;17;18Hx", "x", "too many numbers");
	cursor("\033[99999999999999999999999999;88888888888888888888888H", 4, 9, "too large ones");
	cursor("\033[4294967297;4294967297H", 4, 9, "nor do they wrap");
	shows("\033[>1c\033[=1c\033[!p\033[1 q\033[?1049h\033[5n\033[6nx", "x", "unknown ones");
	shows("\033[5\303\274x", "?x", "bytes that cannot be in one");
}

/* ---- Chance ---------------------------------------------------------------------------------- */

static bool inside(const struct vt_cursor *c)
{
	return c->row < vt.cells.rows && c->column < vt.cells.columns && c->front < 16 &&
	    c->back < 16;
}

static bool sound(void)
{
	bool used[CELLS_ROWS] = { false };

	for (unsigned row = 0; row < vt.cells.rows; row++) {
		if (vt.cells.row[row] >= vt.cells.rows || used[vt.cells.row[row]])
			return false;
		used[vt.cells.row[row]] = true;
	}
	for (unsigned i = 0; i < vt.cells.rows * vt.cells.columns; i++)
		if (CELL_CHARACTER(memory[i]) < ' ' || CELL_CHARACTER(memory[i]) > 0x10ffff ||
		    memory[i] >> 30)
			return false;
	return inside(&vt.at) && inside(&vt.saved) && vt.top < vt.bottom &&
	    vt.bottom <= vt.cells.rows && vt.parameters <= VT_PARAMETERS && vt.missing <= 3;
}

/* Mostly sequences that are nearly right, for bytes by chance seldom are. */
static void hostile(void)
{
	static const char finals[] = "ABCDEFGHJKLMPSTX@dfmrsuhl`~",
			  *const numbers[] = { "", "0", "1", "2", "5", "7", "25", "38", "48", "255",
				  "9999", "4294967295", "99999999999999" };
	char text[200] = "\033[";

	switch (rand() % 4) {
	case 0:
		for (int i = rand() % 20; i >= 0; i--)
			vt_put(&vt, (unsigned char)rand());
		break;
	case 1:
		put((const char *[]){ "\033M", "\033D", "\033E", "\0337", "\0338", "\n", "\t", "\b",
		    "some text \303\274", "\033]x", "\360\237", "\r" }[rand() % 12]);
		break;
	default:
		if (rand() % 8 == 0)
			strcat(text, "?");
		for (int i = rand() % 5; i > 0; i--) {
			strcat(text, numbers[rand() % 13]);
			strcat(text, ";");
		}
		strcat(text, numbers[rand() % 13]);
		put(text);
		vt_put(&vt, (unsigned char)finals[rand() % (int)(sizeof finals - 1)]);
	}
}

static void test_hostile(void)
{
	bool right = true;
	int round = 0;

	srand(1);
	for (; round < 300 && right; round++) {
		begin(1 + (unsigned)rand() % 30, 1 + (unsigned)rand() % 40);
		for (int i = 0; i < 500 && right; i++) {
			hostile();
			right = sound();
		}
		put("\r\n\033c\033[mwell");
		right &= vt.cells.columns < 4 || strstr(seen(), "well");
	}
	ok(right, "150,000 hostile sequences: all is in its place, and the next line is heard (%d)",
	    round);
}

int main(void)
{
	test_text();
	test_places();
	test_erasing();
	test_scrolling();
	test_looks();
	test_utf8();
	test_broken();
	test_hostile();
	free(memory);
	return tap_done();
}
