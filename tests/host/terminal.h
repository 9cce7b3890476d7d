/* A terminal: what a VT100 does, as far as the console's line editor uses it. A cell holds one
 * character (UTF-8). */
#ifndef TESTS_TERMINAL_H
#define TESTS_TERMINAL_H

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define ROWS    300
#define COLUMNS 100
#define CELL    5

static struct {
	char cell[ROWS][COLUMNS][CELL];
	unsigned row, column, columns;
	bool wrap; /* the last column is full: the next character goes to the next row */
	char sequence[16];
	unsigned length;
	unsigned bells, unknown;
} terminal;

static void terminal_clear(unsigned columns)
{
	memset(&terminal, 0, sizeof terminal);
	terminal.columns = columns;
}

static void erase_below(void)
{
	for (unsigned row = terminal.row; row < ROWS && row < terminal.row + 100; row++)
		for (unsigned c = row == terminal.row ? terminal.column : 0; c < COLUMNS; c++)
			terminal.cell[row][c][0] = '\0';
}

static void sequence_end(char letter)
{
	unsigned n = (unsigned)atoi(terminal.sequence + 1);

	terminal.wrap = false;
	if (letter == 'A')
		terminal.row -= n <= terminal.row ? n : terminal.row;
	else if (letter == 'B')
		terminal.row += n;
	else if (letter == 'C')
		terminal.column += n;
	else if (letter == 'J' && n == 0)
		erase_below();
	else
		terminal.unknown++;
	if (terminal.column >= terminal.columns)
		terminal.column = terminal.columns - 1;
}

static void terminal_put(unsigned char byte)
{
	char *cell;

	if (terminal.length > 0) {
		if (byte >= 0x40 && byte != '[') {
			terminal.sequence[terminal.length] = '\0';
			terminal.length = 0;
			sequence_end((char)byte);
		} else if (byte != '[' && terminal.length < sizeof terminal.sequence - 1) {
			terminal.sequence[terminal.length++] = (char)byte;
		}
		return;
	}
	if ((byte & 0xc0) == 0x80) { /* belongs to the character before */
		unsigned c = terminal.wrap ? terminal.column : terminal.column - 1;

		if (terminal.column == 0)
			return;
		cell = terminal.cell[terminal.row][c];
		if (strlen(cell) < CELL - 1)
			cell[strlen(cell) + 1] = '\0', cell[strlen(cell)] = (char)byte;
		return;
	}
	switch (byte) {
	case '\a':
		terminal.bells++;
		return;
	case '\b':
		terminal.column -= terminal.column > 0;
		terminal.wrap = false;
		return;
	case '\r':
		terminal.column = 0;
		terminal.wrap = false;
		return;
	case '\n':
		terminal.row++;
		terminal.wrap = false;
		return;
	case 27:
		terminal.sequence[0] = 27;
		terminal.length = 1;
		return;
	}
	if (terminal.wrap) {
		terminal.row++;
		terminal.column = 0;
		terminal.wrap = false;
	}
	cell = terminal.cell[terminal.row][terminal.column];
	cell[0] = (char)byte;
	cell[1] = '\0';
	if (terminal.column == terminal.columns - 1)
		terminal.wrap = true;
	else
		terminal.column++;
}

#endif
