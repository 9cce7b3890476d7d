/* What the server's parts share: its state, and who does what with it. */
#ifndef CONSOLE_H
#define CONSOLE_H

#include "line.h"
#include "output.h"
#include "protocol.h"
#include "uart.h"
#include "vt.h"
#include <stdint.h>

#define CTRL_C       3
#define WRITER_BYTES 128

struct reader {
	uint64_t token;
	size_t wanted;
	bool tab; /* TTY_TAB */
};

/* Its bytes are lost when the next message comes, so the first of them are kept here. */
struct writer {
	uint64_t token;
	size_t count;
	bool news;
	char bytes[WRITER_BYTES];
};

/* One place to type at. */
struct terminal {
	struct output output;
	struct line line;
	struct vt *vt;      /* where it is seen; NULL: at the other end of the serial line */
	bool changed;       /* since it was drawn */
	uint64_t waits_for; /* token of who wants to hear when it is shown; 0: nobody */

	unsigned mode, rows; /* TTY_*; the columns are the line's */
	uint64_t foreground;
	bool interrupt_next; /* the next reader gets EINTR: Ctrl-C was typed just before it came */

	unsigned char input[CONSOLE_INPUT]; /* a ring */
	size_t input_first, input_used;

	bool editing; /* somebody waits for a line, and what is typed of it is on the screen */
	bool ready;   /* a line is complete: line.text from ready_first; 0 bytes: end of input */
	size_t ready_first, ready_bytes;

	struct reader reader[CONSOLE_WAITING]; /* a ring */
	unsigned reader_first, readers;
};

struct console {
	struct uart uart;
	struct terminal serial;
	struct terminal *virtual[CONSOLE_VIRTUAL]; /* NULL: no screen, or no memory for it */
	uint64_t interrupted;
	/* Of the serial line, a ring: a virtual terminal takes all at once. */
	struct writer writer[CONSOLE_WAITING];
	unsigned writer_first, writers;
};
extern struct console console;

/* ---- terminal.c ------------------------------------------------------------------------------ */
/* vt NULL: the serial line. Begins with zeros. */
void terminal_init(struct terminal *terminal, struct vt *vt, unsigned rows, unsigned columns);

/* ---- prompt.c: the prompt and the line on the screen ----------------------------------------- */
void echo(struct terminal *terminal, const char *bytes, size_t count);
/* Begins to edit at the terminal's cursor; what programs wrote before it is the prompt. */
void begin_line(struct terminal *terminal);
void clear_screen(struct terminal *terminal);
void new_row(struct terminal *terminal);
/* Takes as much of what a program writes as there is room for. While somebody types, the text goes
 * above the prompt. */
size_t write_some(struct terminal *terminal, const char *bytes, size_t count);

/* The same for the serial line. News of a server appear on the terminal that is shown, too. */
size_t write_serial(const char *bytes, size_t count, bool news);

/* ---- pump.c: between keys, readers, writers -------------------------------------------------- */
/* Moves everything as far as it goes. Called after each event. */
void pump(void);
void key_received(struct terminal *terminal, unsigned char byte);
void add_reader(struct terminal *terminal, uint64_t token, size_t wanted, bool tab);
/* All readers that wait get EINTR. */
void interrupt_readers(struct terminal *terminal);
/* A line half typed, or typed and not yet read, is thrown away. */
void forget_line(struct terminal *terminal);

/* ---- screen.c: virtual terminals on the screen, keys to the one that is shown ------------------
 */
/* Finds screen and keyboard. `argument`: how the screen is laid out, or NULL. The keyboard's
 * interrupts will come as these bits of the endpoint. */
void screen_start(const char *argument, uint64_t endpoint, uint64_t bits);
/* The one that is seen, or NULL. */
struct terminal *screen_shown(void);
/* From these bits, or when there are none, at each tick. */
void screen_interrupt(void);
/* Draws what has changed; when that was done a moment ago, later. Returns when to call again, or 0.
 */
uint64_t screen_draw(void);
/* Draws it now. */
void screen_flush(void);
/* Whether keys must be asked for. */
bool screen_polled(void);

#endif
