/* A rectangle of characters with their colours: what a virtual terminal shows. Pure. See cells.c.
 */
#ifndef CONSOLE_CELLS_H
#define CONSOLE_CELLS_H

#include <stddef.h>
#include <stdint.h>

#define CELLS_ROWS    160 /* at the most */
#define CELLS_COLUMNS 400

/* One character: its Unicode number, its colours (0 to 15: ANSI's eight, then the bright ones). */
#define CELL_FRONT(colour) ((uint32_t)(colour) << 21)
#define CELL_BACK(colour)  ((uint32_t)(colour) << 25)
#define CELL_UNDERLINE     (1u << 29)
#define CELL_CHARACTER(c)  ((c)&0x1fffff)
#define CELL_FRONT_OF(c)   ((c) >> 21 & 15)
#define CELL_BACK_OF(c)    ((c) >> 25 & 15)

struct cells {
	unsigned rows, columns;
	uint32_t *memory; /* the owner's: rows * columns */
	/* Which row of the memory each row is: invariant: a permutation. So scrolling moves no
	 * cells. */
	uint8_t row[CELLS_ROWS];
};

/* rows 1 to CELLS_ROWS, columns 1 to CELLS_COLUMNS; all are `blank` now. */
void cells_init(
    struct cells *cells, uint32_t *memory, unsigned rows, unsigned columns, uint32_t blank);
const uint32_t *cells_row(const struct cells *cells, unsigned row);
void cells_put(struct cells *cells, unsigned row, unsigned column, uint32_t cell);
/* Columns [from, to) of a row become blank. */
void cells_erase(struct cells *cells, unsigned row, unsigned from, unsigned to, uint32_t blank);
/* In a row: what stands from `column` on goes right or left by `count`; blanks come. */
void cells_insert(
    struct cells *cells, unsigned row, unsigned column, unsigned count, uint32_t blank);
void cells_delete(
    struct cells *cells, unsigned row, unsigned column, unsigned count, uint32_t blank);
/* Rows [top, bottom) go up or down by `count`; blank ones come. */
void cells_up(struct cells *cells, unsigned top, unsigned bottom, unsigned count, uint32_t blank);
void cells_down(struct cells *cells, unsigned top, unsigned bottom, unsigned count, uint32_t blank);

#endif
