/* The console server: keys become lines, lines go to readers; what is written goes to the serial
 * port, or to the screen.
 *
 *	uart.c      ->  input ring  ->  line.c  ->  a ready line  ->  readers
 *	uart.c      <-  output ring (output.c)  <-  prompt.c  <-  writers, and the editor's echo
 *
 * and for each virtual terminal the same with other ends:
 *
 *	ps2.c -> keyboard.c  ->  input ring  ...
 *	display.c <- cells (vt.c)  <-  output.c  ...
 *
 * Here is what it answers; pump.c moves bytes between the parts, screen.c knows which terminal is
 * seen. Readers and writers that cannot be served wait as reply tokens. A token whose caller has
 * died is refused when it is used, and costs nothing but its place until then. */
#include "console.h"
#include "protocol.h"
#include <atoll/server.h>
#include <atoll/startup.h>
#include <errno.h>
#include <string.h>

#define SERIAL_BIT   1 /* of our endpoint */
#define KEYBOARD_BIT 2
#define MIN(a, b)    ((a) < (b) ? (a) : (b))

struct console console;
static struct server server;

/* ---- Terminals ------------------------------------------------------------------------------- */

static bool serial_next(unsigned char *byte)
{
	return output_take(&console.serial.output, byte);
}

static void serial_received(unsigned char byte)
{
	key_received(&console.serial, byte);
}

/* The one that a request is about; NULL: there is none. */
static struct terminal *terminal_of(const struct request *r)
{
	uint64_t number = CONSOLE_TERMINAL(r->badge);

	if (number <= 1)
		return &console.serial;
	return number - 2 < CONSOLE_VIRTUAL ? console.virtual[number - 2] : NULL;
}

/* After whatever happened: all goes on as far as it can, and is seen. */
static void settle(void)
{
	uint64_t next;

	pump();
	next = screen_draw();
	if (console.uart.polled || screen_polled()) {
		uint64_t polled = time_in_ms(UART_POLL_MS);

		next = next && next < polled ? next : polled;
	}
	server.deadline = next;
}

/* ---- Operations: protocol.h ------------------------------------------------------------------ */

static int io_read(struct request *r)
{
	struct terminal *terminal = terminal_of(r);

	if (!terminal)
		return ENODEV;
	for (size_t i = 0; i < r->length; i++)
		if (((const unsigned char *)r->bytes)[i] < ' ')
			return EINVAL;
	if (r->word[0] > IO_BYTES_MAX)
		return EINVAL;
	if (r->length > 0 && !(r->word[2] & TTY_TAB))
		return EINVAL;
	if (r->word[1] != IO_HERE)
		return ESPIPE;
	if (r->word[0] == 0)
		return 0;
	if (terminal->editing && r->length > 0)
		line_insert(&terminal->line, r->bytes, (unsigned)r->length);
	else if (terminal->editing && r->word[2] & TTY_TAB)
		echo(terminal, "\a", 1);
	add_reader(terminal, r->token, r->word[0], r->word[2] & TTY_TAB);
	settle();
	return SERVE_DEFER;
}

/* Whoever comes when others wait must wait behind them, so that output keeps its order. */
static int io_write_serial(struct request *r)
{
	bool news = CONSOLE_TERMINAL(r->badge) == 0;
	struct writer *writer;

	if (console.writers == 0) {
		r->reply.word[0] = write_serial(r->bytes, r->length, news);
		uart_kick(&console.uart);
		if (r->reply.word[0] > 0)
			return 0;
	}
	if (console.writers == CONSOLE_WAITING)
		return EAGAIN;
	writer = &console.writer[(console.writer_first + console.writers++) % CONSOLE_WAITING];
	writer->token = r->token;
	writer->news = news;
	writer->count = MIN(r->length, sizeof writer->bytes);
	memcpy(writer->bytes, r->bytes, writer->count);
	return SERVE_DEFER;
}

static int io_write(struct request *r)
{
	struct terminal *terminal = terminal_of(r);
	int error = 0;

	if (!terminal)
		return ENODEV;
	if (r->word[1] != IO_HERE)
		return ESPIPE;
	if (r->length == 0)
		return 0;
	if (terminal == &console.serial)
		error = io_write_serial(r);
	else
		r->reply.word[0] = write_some(terminal, r->bytes, r->length);
	settle();
	return error;
}

static int io_seek(struct request *r)
{
	(void)r;
	return ESPIPE;
}

static int io_stat(struct request *r)
{
	static const struct io_stat stat = { .type = IO_TYPE_TTY, .mode = 0666 };

	r->reply.send = &stat;
	r->reply.length = sizeof stat;
	return 0;
}

static int console_open(struct request *r)
{
	uint64_t number = r->word[0];
	int64_t minted;

	if (number < 1 || number > CONSOLE_VIRTUAL || !console.virtual[number - 1])
		return ENODEV;
	minted = cap_mint(server.endpoint, CAP_SEND | CAP_TRANSFER,
	    CONSOLE_BADGE(number, r->badge & UINT32_MAX), 0);
	if (minted < 0)
		return (int)minted;
	/* The copy must be ours no longer when it has been sent. */
	r->reply.cap[0] = (cap_t)minted;
	r->reply.caps = 1;
	server_reply(r->token, 0, &r->reply);
	cap_delete((cap_t)minted);
	return SERVE_DEFER;
}

static int io_readdir(struct request *r)
{
	(void)r;
	return ENOTDIR;
}

static int io_truncate(struct request *r)
{
	(void)r;
	return EINVAL;
}

static int set_mode(struct terminal *terminal, uint64_t mode)
{
	if (mode & ~(uint64_t)TTY_RAW)
		return EINVAL;
	if (mode == terminal->mode)
		return 0;
	terminal->mode = (unsigned)mode;
	forget_line(terminal);
	settle();
	return 0;
}

static int set_size(struct terminal *terminal, uint64_t size)
{
	unsigned rows = TTY_ROWS(size), columns = TTY_COLUMNS(size);

	if (terminal->vt)
		return size == TTY_SIZE(terminal->rows, terminal->line.columns) ? 0 : EINVAL;
	if (size >> 32 || rows < 1 || rows > 1000 || columns < 16 || columns > 1000)
		return EINVAL;
	terminal->rows = rows;
	if (columns == terminal->line.columns)
		return 0;
	terminal->line.columns = columns;
	terminal->output.column %= columns;
	/* Where the line began is anybody's guess now: it goes on in a new row. */
	if (terminal->editing) {
		new_row(terminal);
		begin_line(terminal);
		uart_kick(&console.uart);
	}
	return 0;
}

static void set_foreground(struct terminal *terminal, uint64_t pid)
{
	terminal->foreground = pid;
	terminal->interrupt_next = false;
	if (pid == 0) {
		interrupt_readers(terminal);
		terminal->editing = false;
	}
}

static int wait_until_shown(struct terminal *terminal, uint64_t token)
{
	if (!terminal->vt || terminal == screen_shown())
		return 0;
	if (terminal->waits_for)
		server_reply(terminal->waits_for, EAGAIN, NULL);
	terminal->waits_for = token;
	return SERVE_DEFER;
}

/* The commands, each with its answer in word 0. */
static int io_tty(struct request *r)
{
	uint64_t argument = r->word[1], *answer = &r->reply.word[0];
	struct terminal *terminal = terminal_of(r);

	if (!terminal)
		return ENODEV;
	switch (r->word[0]) {
	case TTY_GET_MODE:
		*answer = terminal->mode;
		return 0;
	case TTY_SET_MODE:
		return set_mode(terminal, argument);
	case TTY_GET_SIZE:
		*answer = TTY_SIZE(terminal->rows, terminal->line.columns);
		return 0;
	case TTY_SET_SIZE:
		return set_size(terminal, argument);
	case TTY_GET_FOREGROUND:
		*answer = terminal->foreground;
		return 0;
	case TTY_SET_FOREGROUND:
		set_foreground(terminal, argument);
		return 0;
	case TTY_INTERRUPTED:
		*answer = console.interrupted;
		return 0;
	case TTY_PENDING:
		screen_flush();
		/* A writer has at least one byte. */
		*answer = console.serial.output.used + console.writers;
		return 0;
	case TTY_SHOWN:
		return wait_until_shown(terminal, r->token);
	}
	return EINVAL;
}

static const struct operation operations[] = {
	{ .op = IO_READ, .version = IO_VERSION, .max_bytes = CONSOLE_LINE_MAX, .handler = io_read },
	{ .op = IO_WRITE, .version = IO_VERSION, .max_bytes = IO_BYTES_MAX, .handler = io_write },
	{ .op = IO_SEEK, .version = IO_VERSION, .handler = io_seek },
	{ .op = IO_STAT, .version = IO_VERSION, .handler = io_stat },
	{ .op = IO_READDIR, .version = IO_VERSION, .handler = io_readdir },
	{ .op = IO_TRUNCATE, .version = IO_VERSION, .handler = io_truncate },
	{ .op = IO_TTY, .version = IO_VERSION, .handler = io_tty },
	{ .op = CONSOLE_OPEN, .version = IO_VERSION, .handler = console_open },
};

static struct server server = { SERVER_OPERATIONS(operations) };

static void notified(uint64_t bits)
{
	if (bits & SERIAL_BIT)
		uart_interrupt(&console.uart);
	if (bits & KEYBOARD_BIT)
		screen_interrupt();
	settle();
}

static void tick(void)
{
	if (console.uart.polled)
		uart_poll(&console.uart);
	if (screen_polled())
		screen_interrupt();
	settle();
}

int main(int argc, char **argv)
{
	console.uart.received = serial_received;
	console.uart.next = serial_next;
	terminal_init(&console.serial, NULL, 24, 80);
	server.endpoint = startup_cap("endpoint");
	server.notified = notified;
	server.tick = tick;
	uart_start(&console.uart, server.endpoint, SERIAL_BIT);
	screen_start(argc > 1 ? argv[1] : NULL, server.endpoint, KEYBOARD_BIT);
	settle();
	return -serve(&server);
}
