/* The rectangle of characters. Every function takes what makes sense only (vt.c sees to that):
 * rows and columns inside, counts as large as they like. */
#include "cells.h"
#include <string.h>

#define MIN(a, b) ((a) < (b) ? (a) : (b))

static uint32_t *line(struct cells *cells, unsigned row)
{
	return cells->memory + (size_t)cells->row[row] * cells->columns;
}

void cells_init(
    struct cells *cells, uint32_t *memory, unsigned rows, unsigned columns, uint32_t blank)
{
	*cells = (struct cells){ .rows = rows, .columns = columns, .memory = memory };
	for (unsigned row = 0; row < rows; row++) {
		cells->row[row] = (uint8_t)row;
		cells_erase(cells, row, 0, columns, blank);
	}
}

const uint32_t *cells_row(const struct cells *cells, unsigned row)
{
	return cells->memory + (size_t)cells->row[row] * cells->columns;
}

void cells_put(struct cells *cells, unsigned row, unsigned column, uint32_t cell)
{
	line(cells, row)[column] = cell;
}

void cells_erase(struct cells *cells, unsigned row, unsigned from, unsigned to, uint32_t blank)
{
	uint32_t *cell = line(cells, row);

	for (unsigned column = from; column < to; column++)
		cell[column] = blank;
}

void cells_insert(
    struct cells *cells, unsigned row, unsigned column, unsigned count, uint32_t blank)
{
	uint32_t *cell = line(cells, row);

	count = MIN(count, cells->columns - column);
	memmove(
	    cell + column + count, cell + column, (cells->columns - column - count) * sizeof *cell);
	cells_erase(cells, row, column, column + count, blank);
}

void cells_delete(
    struct cells *cells, unsigned row, unsigned column, unsigned count, uint32_t blank)
{
	uint32_t *cell = line(cells, row);

	count = MIN(count, cells->columns - column);
	memmove(
	    cell + column, cell + column + count, (cells->columns - column - count) * sizeof *cell);
	cells_erase(cells, row, cells->columns - count, cells->columns, blank);
}

/* The first `count` of the rows [top, bottom) come behind the others. */
static void rotate(struct cells *cells, unsigned top, unsigned bottom, unsigned count)
{
	uint8_t moved[CELLS_ROWS];

	memcpy(moved, cells->row + top, count);
	memmove(cells->row + top, cells->row + top + count, bottom - top - count);
	memcpy(cells->row + bottom - count, moved, count);
}

void cells_up(struct cells *cells, unsigned top, unsigned bottom, unsigned count, uint32_t blank)
{
	count = MIN(count, bottom - top);
	rotate(cells, top, bottom, count);
	for (unsigned row = bottom - count; row < bottom; row++)
		cells_erase(cells, row, 0, cells->columns, blank);
}

void cells_down(struct cells *cells, unsigned top, unsigned bottom, unsigned count, uint32_t blank)
{
	count = MIN(count, bottom - top);
	rotate(cells, top, bottom, bottom - top - count);
	for (unsigned row = top; row < top + count; row++)
		cells_erase(cells, row, 0, cells->columns, blank);
}
