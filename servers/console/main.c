/* The console server: keys become lines, lines go to readers; what is written goes to the serial
 * port.
 *
 *	uart.c  ->  input ring  ->  line.c  ->  a ready line  ->  readers
 *	uart.c  <-  output ring (output.c)  <-  screen.c  <-  writers, and the editor's echo
 *
 * Here is what it answers; pump.c moves bytes between the parts. Readers and writers that cannot be
 * served wait as reply tokens. A token whose caller has died is refused when it is used, and costs
 * nothing but its place until then. */
#include "console.h"
#include "protocol.h"
#include <atoll/server.h>
#include <atoll/startup.h>
#include <errno.h>
#include <string.h>

#define IRQ_BIT   1 /* of our endpoint */
#define MIN(a, b) ((a) < (b) ? (a) : (b))

static bool next_byte(unsigned char *byte)
{
	return output_take(&console.output, byte);
}

struct console console;

/* ---- Operations: protocol.h ------------------------------------------------------------------ */

static int io_read(struct request *r)
{
	if (r->word[0] > IO_BYTES_MAX)
		return EINVAL;
	if (r->word[1] != IO_HERE)
		return ESPIPE;
	if (r->word[0] == 0)
		return 0;
	add_reader(r->token, r->word[0]);
	pump();
	return SERVE_DEFER;
}

/* Whoever comes when others wait must wait behind them, so that output keeps its order. */
static int io_write(struct request *r)
{
	struct writer *writer;

	if (r->word[1] != IO_HERE)
		return ESPIPE;
	if (r->length == 0)
		return 0;
	if (console.writers == 0) {
		r->reply.word[0] = write_some(r->bytes, r->length);
		uart_kick(&console.uart);
		if (r->reply.word[0] > 0)
			return 0;
	}
	if (console.writers == CONSOLE_WAITING)
		return EAGAIN;
	writer = &console.writer[(console.writer_first + console.writers++) % CONSOLE_WAITING];
	writer->token = r->token;
	writer->count = MIN(r->length, sizeof writer->bytes);
	memcpy(writer->bytes, r->bytes, writer->count);
	return SERVE_DEFER;
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

static int set_mode(uint64_t mode)
{
	if (mode & ~(uint64_t)TTY_RAW)
		return EINVAL;
	if (mode == console.mode)
		return 0;
	console.mode = (unsigned)mode;
	forget_line();
	pump();
	return 0;
}

static int set_size(uint64_t size)
{
	unsigned rows = TTY_ROWS(size), columns = TTY_COLUMNS(size);

	if (size >> 32 || rows < 1 || rows > 1000 || columns < 16 || columns > 1000)
		return EINVAL;
	console.rows = rows;
	if (columns == console.line.columns)
		return 0;
	console.line.columns = columns;
	console.output.column %= columns;
	/* Where the line began is anybody's guess now: it goes on in a new row. */
	if (console.editing) {
		new_row();
		begin_line();
		uart_kick(&console.uart);
	}
	return 0;
}

static void set_foreground(uint64_t pid)
{
	console.foreground = pid;
	console.interrupt_next = false;
	if (pid == 0) {
		interrupt_readers();
		console.editing = false;
	}
}

/* The commands, each with its answer in word 0. */
static int io_tty(struct request *r)
{
	uint64_t argument = r->word[1], *answer = &r->reply.word[0];

	switch (r->word[0]) {
	case TTY_GET_MODE:
		*answer = console.mode;
		return 0;
	case TTY_SET_MODE:
		return set_mode(argument);
	case TTY_GET_SIZE:
		*answer = TTY_SIZE(console.rows, console.line.columns);
		return 0;
	case TTY_SET_SIZE:
		return set_size(argument);
	case TTY_GET_FOREGROUND:
		*answer = console.foreground;
		return 0;
	case TTY_SET_FOREGROUND:
		set_foreground(argument);
		return 0;
	case TTY_INTERRUPTED:
		*answer = console.interrupted;
		return 0;
	case TTY_PENDING:
		/* A writer has at least one byte. */
		*answer = console.output.used + console.writers;
		return 0;
	}
	return EINVAL;
}

static const struct operation operations[] = {
	{ .op = IO_READ, .version = IO_VERSION, .handler = io_read },
	{ .op = IO_WRITE, .version = IO_VERSION, .max_bytes = IO_BYTES_MAX, .handler = io_write },
	{ .op = IO_SEEK, .version = IO_VERSION, .handler = io_seek },
	{ .op = IO_STAT, .version = IO_VERSION, .handler = io_stat },
	{ .op = IO_READDIR, .version = IO_VERSION, .handler = io_readdir },
	{ .op = IO_TRUNCATE, .version = IO_VERSION, .handler = io_truncate },
	{ .op = IO_TTY, .version = IO_VERSION, .handler = io_tty },
};

static struct server server = { SERVER_OPERATIONS(operations) };

static void notified(uint64_t bits)
{
	if (bits & IRQ_BIT)
		uart_interrupt(&console.uart);
	pump();
}

static void tick(void)
{
	uart_poll(&console.uart);
	pump();
	server.deadline = time_in_ms(UART_POLL_MS);
}

int main(void)
{
	console.uart.received = key_received;
	console.uart.next = next_byte;
	console.line.emit = echo;
	console.line.columns = 80;
	console.rows = 24;
	server.endpoint = startup_cap("endpoint");
	server.notified = notified;
	server.tick = tick;
	uart_start(&console.uart, server.endpoint, IRQ_BIT);
	if (console.uart.polled)
		server.deadline = time_in_ms(UART_POLL_MS);
	return -serve(&server);
}
