/* What the server's parts share: its state, and who does what with it. */
#ifndef CONSOLE_H
#define CONSOLE_H

#include "line.h"
#include "output.h"
#include "uart.h"
#include <stdint.h>

#define CTRL_C       3
#define WRITER_BYTES 256

struct reader {
	uint64_t token;
	size_t wanted;
};

/* Its bytes are lost when the next message comes, so the first of them are kept here. */
struct writer {
	uint64_t token;
	size_t count;
	char bytes[WRITER_BYTES];
};

struct console {
	struct uart uart;
	struct output output;
	struct line line;

	unsigned mode, rows; /* TTY_*; the columns are the line's */
	uint64_t foreground, interrupted;
	bool interrupt_next; /* the next reader gets EINTR: Ctrl-C was typed just before it came */

	unsigned char input[CONSOLE_INPUT]; /* a ring */
	size_t input_first, input_used;

	bool editing; /* somebody waits for a line, and what is typed of it is on the screen */
	bool ready;   /* a line is complete: line.text from ready_first; 0 bytes: end of input */
	size_t ready_first, ready_bytes;

	struct reader reader[CONSOLE_WAITING]; /* rings */
	struct writer writer[CONSOLE_WAITING];
	unsigned reader_first, readers, writer_first, writers;
};
extern struct console console;

/* ---- screen.c: the prompt and the line on the screen ----------------------------------------- */
void echo(const char *bytes, size_t count);
/* Begins to edit at the terminal's cursor; what programs wrote before it is the prompt. */
void begin_line(void);
void clear_screen(void);
void new_row(void);
/* Takes as much of what a program writes as there is room for. While somebody types, the text goes
 * above the prompt. */
size_t write_some(const char *bytes, size_t count);

/* ---- pump.c: between keys, readers, writers -------------------------------------------------- */
/* Moves everything as far as it goes. Called after each event. */
void pump(void);
void key_received(unsigned char byte);
void add_reader(uint64_t token, size_t wanted);
/* All readers that wait get EINTR. */
void interrupt_readers(void);
/* A line half typed, or typed and not yet read, is thrown away. */
void forget_line(void);

#endif
