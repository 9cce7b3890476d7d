/* The terminal emulator. Reading order: vt_put at the end; control characters; sequences; what they
 * do.
 *
 * Whatever comes, the invariants of vt.h hold: every place is brought inside before it is used,
 * every count is cut to what there is. A sequence that breaks off, at a control character or at one
 * that cannot be in it, is forgotten; nothing that a program writes makes the terminal deaf to what
 * comes after the end of its line. It never answers, so nobody can type by writing. */
#include "look.h"

#define MIN(a, b) ((a) < (b) ? (a) : (b))
#define MAX(a, b) ((a) > (b) ? (a) : (b))

/* ---- Characters ------------------------------------------------------------------------------ */

static void go(struct vt *vt, unsigned row, unsigned column)
{
	vt->at.row = MIN(row, vt->cells.rows - 1);
	vt->at.column = MIN(column, vt->cells.columns - 1);
	vt->at.wrap = false;
}

static void line_feed(struct vt *vt)
{
	if (vt->at.row + 1 == vt->bottom)
		cells_up(&vt->cells, vt->top, vt->bottom, 1, look_blank(&vt->at));
	else if (vt->at.row + 1 < vt->cells.rows)
		vt->at.row++;
	vt->at.wrap = false;
}

static void reverse_line_feed(struct vt *vt)
{
	if (vt->at.row == vt->top)
		cells_down(&vt->cells, vt->top, vt->bottom, 1, look_blank(&vt->at));
	else if (vt->at.row > 0)
		vt->at.row--;
	vt->at.wrap = false;
}

/* Marks that stand on the letter before them, and what has no shape, are left out. */
static bool has_no_width(uint32_t c)
{
	return (c >= 0x7f && c < 0xa0) || (c >= 0x300 && c < 0x370) ||
	    (c >= 0x200b && c < 0x2010) || (c >= 0xfe00 && c < 0xfe10) || c == 0xfeff;
}

static void show(struct vt *vt, uint32_t character)
{
	if (has_no_width(character))
		return;
	if (vt->at.wrap) {
		line_feed(vt);
		vt->at.column = 0;
	}
	cells_put(&vt->cells, vt->at.row, vt->at.column, look_cell(&vt->at, character));
	if (vt->at.column + 1 < vt->cells.columns)
		vt->at.column++;
	else
		vt->at.wrap = !vt->no_wrap;
}

/* ---- UTF-8 ----------------------------------------------------------------------------------- */

/* A sequence that breaks off, is longer than it need be, or means no character, is shown as one
 * U+FFFD. */
static void utf8_begin(struct vt *vt, unsigned char byte)
{
	static const struct {
		unsigned char low, high, mask, missing;
		uint32_t least;
	} leads[] = { { 0xc2, 0xdf, 0x1f, 1, 0x80 }, { 0xe0, 0xef, 0x0f, 2, 0x800 },
		{ 0xf0, 0xf4, 0x07, 3, 0x10000 } };

	for (unsigned i = 0; i < sizeof leads / sizeof *leads; i++)
		if (byte >= leads[i].low && byte <= leads[i].high) {
			vt->character = byte & leads[i].mask;
			vt->missing = leads[i].missing;
			vt->least = leads[i].least;
			return;
		}
	show(vt, VT_REPLACEMENT);
}

static void utf8_go_on(struct vt *vt, unsigned char byte)
{
	uint32_t c = vt->character = vt->character << 6 | (byte & 0x3f);

	if (--vt->missing > 0)
		return;
	if (c < vt->least || c > 0x10ffff || (c >= 0xd800 && c < 0xe000))
		c = VT_REPLACEMENT;
	show(vt, c);
}

/* Takes a byte of a character. False: it is none, and is still to be looked at. */
static bool utf8(struct vt *vt, unsigned char byte)
{
	if (vt->missing > 0) {
		if ((byte & 0xc0) == 0x80) {
			utf8_go_on(vt, byte);
			return true;
		}
		vt->missing = 0;
		show(vt, VT_REPLACEMENT);
	}
	if (byte < 0x80)
		return false;
	utf8_begin(vt, byte);
	return true;
}

/* ---- What sequences do ----------------------------------------------------------------------- */

/* The number in that place, or what stands for none; 0 counts as none. */
static unsigned number(const struct vt *vt, unsigned index, unsigned otherwise)
{
	return index < vt->parameters && vt->parameter[index] ? vt->parameter[index] : otherwise;
}

static void reset(struct vt *vt)
{
	vt->at = (struct vt_cursor){ 0 };
	look_reset(&vt->at);
	vt->saved = vt->at;
	vt->top = 0;
	vt->bottom = vt->cells.rows;
	vt->hidden = vt->no_wrap = false;
	for (unsigned row = 0; row < vt->cells.rows; row++)
		cells_erase(&vt->cells, row, 0, vt->cells.columns, look_blank(&vt->at));
}

/* 0: from the cursor on; 1: up to it; 2 (and 3, with what has scrolled away): all. */
static void erase_rows(struct vt *vt, unsigned which)
{
	unsigned first = which == 0 ? vt->at.row : 0,
		 end = which == 1 ? vt->at.row + 1 : vt->cells.rows;

	if (which > 3)
		return;
	for (unsigned row = first; row < end; row++) {
		unsigned from = which == 0 && row == vt->at.row ? vt->at.column : 0;
		unsigned to =
		    which == 1 && row == vt->at.row ? vt->at.column + 1 : vt->cells.columns;

		cells_erase(&vt->cells, row, from, to, look_blank(&vt->at));
	}
	vt->at.wrap = false;
}

static void erase_in_row(struct vt *vt, unsigned which)
{
	if (which > 2)
		return;
	cells_erase(&vt->cells, vt->at.row, which == 0 ? vt->at.column : 0,
	    which == 1 ? vt->at.column + 1 : vt->cells.columns, look_blank(&vt->at));
	vt->at.wrap = false;
}

/* ESC [ L and M: from the cursor's row to the end of those that scroll. */
static void shift_rows(struct vt *vt, unsigned count, bool down)
{
	if (vt->at.row < vt->top || vt->at.row >= vt->bottom)
		return;
	(down ? cells_down : cells_up)(
	    &vt->cells, vt->at.row, vt->bottom, count, look_blank(&vt->at));
	go(vt, vt->at.row, 0);
}

/* A move up or down stops at the border of what scrolls, if it begins inside. */
static void move_rows(struct vt *vt, unsigned count, bool down)
{
	unsigned row = vt->at.row, top = row >= vt->top ? vt->top : 0,
		 last = (row < vt->bottom ? vt->bottom : vt->cells.rows) - 1;

	go(vt, down ? MIN(row + count, last) : MAX(row, top + count) - count, vt->at.column);
}

static void set_scrolling(struct vt *vt)
{
	unsigned top = number(vt, 0, 1) - 1,
		 bottom = MIN(number(vt, 1, vt->cells.rows), vt->cells.rows);

	if (top + 1 >= bottom)
		return; /* two rows at the least */
	vt->top = top;
	vt->bottom = bottom;
	go(vt, 0, 0);
}

/* ESC [ ? N h and l. */
static void set_mode(struct vt *vt, bool on)
{
	for (unsigned i = 0; i < vt->parameters; i++) {
		if (vt->parameter[i] == 7)
			vt->no_wrap = !on;
		else if (vt->parameter[i] == 25)
			vt->hidden = !on;
	}
}

/* The end of ESC [ parameters letter. */
static void control_sequence(struct vt *vt, unsigned char letter)
{
	unsigned count = number(vt, 0, 1), row = vt->at.row, column = vt->at.column;

	switch (letter) {
	case 'A':
	case 'B':
		move_rows(vt, count, letter == 'B');
		break;
	case 'C':
		go(vt, row, column + count);
		break;
	case 'D':
		go(vt, row, MAX(column, count) - count);
		break;
	case 'E':
	case 'F':
		move_rows(vt, count, letter == 'E');
		vt->at.column = 0;
		break;
	case 'G':
		go(vt, row, count - 1);
		break;
	case 'd':
		go(vt, count - 1, column);
		break;
	case 'H':
	case 'f':
		go(vt, count - 1, number(vt, 1, 1) - 1);
		break;
	case 'J':
		erase_rows(vt, number(vt, 0, 0));
		break;
	case 'K':
		erase_in_row(vt, number(vt, 0, 0));
		break;
	case 'L':
	case 'M':
		shift_rows(vt, count, letter == 'L');
		break;
	case '@':
	case 'P':
		(letter == '@' ? cells_insert : cells_delete)(
		    &vt->cells, row, column, count, look_blank(&vt->at));
		vt->at.wrap = false;
		break;
	case 'X':
		cells_erase(&vt->cells, row, column, MIN(column + count, vt->cells.columns),
		    look_blank(&vt->at));
		vt->at.wrap = false;
		break;
	case 'S':
	case 'T':
		(letter == 'T' ? cells_down : cells_up)(
		    &vt->cells, vt->top, vt->bottom, count, look_blank(&vt->at));
		break;
	case 'm':
		look_set(&vt->at, vt->parameter, vt->parameters);
		break;
	case 'r':
		set_scrolling(vt);
		break;
	case 's':
		vt->saved = vt->at;
		break;
	case 'u':
		vt->at = vt->saved;
		break;
	}
}

/* ---- Sequences ------------------------------------------------------------------------------- */

static void csi_begin(struct vt *vt)
{
	vt->state = VT_CSI;
	vt->private = vt->ignored = false;
	vt->parameters = 1;
	vt->parameter[0] = 0;
}

static void csi(struct vt *vt, unsigned char byte)
{
	unsigned *last = &vt->parameter[vt->parameters - 1];

	if (byte >= '0' && byte <= '9') {
		*last = MIN(*last * 10 + byte - '0', VT_PARAMETER_MAX);
	} else if (byte == ';' || byte == ':') {
		if (vt->parameters == VT_PARAMETERS)
			vt->ignored = true; /* more than anybody means */
		else
			vt->parameter[vt->parameters++] = 0;
	} else if (byte == '?') {
		vt->private = true;
	} else if (byte < 0x40) {
		vt->ignored = true;
	} else {
		vt->state = VT_GROUND;
		if (vt->ignored || byte > 0x7e)
			return;
		if (!vt->private)
			control_sequence(vt, byte);
		else if (byte == 'h' || byte == 'l')
			set_mode(vt, byte == 'h');
	}
}

static void escape(struct vt *vt, unsigned char byte)
{
	vt->state = VT_GROUND;
	switch (byte) {
	case '[':
		csi_begin(vt);
		break;
	case ']':
	case 'P':
	case 'X':
	case '^':
	case '_':
		vt->state = VT_STRING;
		break;
	case '(':
	case ')':
	case '*':
	case '+':
	case '#':
	case ' ':
	case '%':
		vt->state = VT_CHARSET;
		break;
	case '7':
		vt->saved = vt->at;
		break;
	case '8':
		vt->at = vt->saved;
		break;
	case 'D':
		line_feed(vt);
		break;
	case 'E':
		line_feed(vt);
		vt->at.column = 0;
		break;
	case 'M':
		reverse_line_feed(vt);
		break;
	case 'c':
		reset(vt);
		break;
	}
}

/* Any of them ends a sequence that has not ended, and does its own work as well. */
static void control(struct vt *vt, unsigned char byte)
{
	vt->state = byte == 27 ? VT_ESCAPE : VT_GROUND;
	switch (byte) {
	case '\b':
		go(vt, vt->at.row, MAX(vt->at.column, 1u) - 1);
		break;
	case '\t':
		go(vt, vt->at.row, (vt->at.column / 8 + 1) * 8);
		break;
	case '\n':
	case '\v':
	case '\f':
		line_feed(vt);
		break;
	case '\r':
		go(vt, vt->at.row, 0);
		break;
	}
}

void vt_put(struct vt *vt, unsigned char byte)
{
	if (byte < 0x20) {
		utf8(vt, byte); /* says that a character has broken off */
		control(vt, byte);
		return;
	}
	switch (vt->state) {
	case VT_GROUND:
		if (!utf8(vt, byte))
			show(vt, byte);
		break;
	case VT_ESCAPE:
		escape(vt, byte);
		break;
	case VT_CHARSET:
		vt->state = VT_GROUND;
		break;
	case VT_CSI:
		csi(vt, byte);
		break;
	case VT_STRING:
		break;
	}
}

void vt_init(struct vt *vt, uint32_t *memory, unsigned rows, unsigned columns)
{
	*vt = (struct vt){ 0 };
	cells_init(&vt->cells, memory, rows, columns, ' ');
	reset(vt);
}
