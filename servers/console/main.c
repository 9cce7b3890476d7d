/* The console server: keys become lines, lines go to readers; what is written goes to the serial port.
 *
 *	uart.c  ->  input ring  ->  line.c  ->  a ready line  ->  readers
 *	uart.c  <-  output ring (output.c)  <-  writers, and the editor's echo
 *
 * Keys are looked at only while somebody reads, so what is typed ahead appears behind the prompt, where it belongs;
 * Ctrl-C alone is acted on at once. Readers and writers that cannot be served wait here as reply tokens. A token whose
 * caller has died is refused when it is used, and costs nothing but its place until then.
 *
 * Reading order: the handlers at the end, then pump() and what it calls. */
#include <errno.h>
#include <string.h>
#include <atoll/server.h>
#include <atoll/startup.h>
#include "line.h"
#include "output.h"
#include "protocol.h"
#include "uart.h"

#define CTRL_C       3
#define IRQ_BIT      1 /* of our endpoint */
#define WRITER_BYTES 256
#define MIN(a, b)    ((a) < (b) ? (a) : (b))

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

static struct console {
	unsigned mode, rows; /* TTY_*; the columns are the editor's */
	uint64_t foreground, interrupted;

	unsigned char input[CONSOLE_INPUT];
	size_t input_first, input_used;

	bool editing; /* somebody waits for a line, and what is typed of it is on the screen */
	bool ready;   /* a line is complete: line.text from ready_first; 0 bytes are the end of input */
	size_t ready_first, ready_bytes;

	struct reader reader[CONSOLE_WAITING]; /* rings */
	struct writer writer[CONSOLE_WAITING];
	unsigned reader_first, readers, writer_first, writers;
} console = { .rows = 24 };

static struct output output;

static void echo(const char *bytes, size_t count)
{
	output_echo(&output, bytes, count);
}

static struct line line = { .emit = echo, .columns = 80 };

/* ---- The line on the screen ------------------------------------------------------------------------------- */

static void new_row(void)
{
	echo("\r\n", 2);
	output_new_line(&output);
}

/* Begins to edit at the terminal's cursor; what programs wrote before it is the prompt. */
static void begin_line(void)
{
	if (output.column >= line.columns)
		new_row();
	line.remember = console.foreground == 0;
	line_show(&line, output.column);
	console.editing = true;
}

/* Draws prompt and line anew where the cursor is, in column 0. */
static void draw_prompt(void)
{
	if (output.prompt_length == OUTPUT_PROMPT) /* too long to be known */
		output_new_line(&output);
	echo(output.prompt, output.prompt_length);
	line_show(&line, output.column);
}

static void clear_screen(void)
{
	echo("\033[H\033[2J", 7);
	draw_prompt();
}

/* Writes as much as there is room for. While somebody types, the text goes above the prompt. */
static size_t write_some(const char *bytes, size_t count)
{
	static char prompt[OUTPUT_PROMPT];
	size_t length = output.prompt_length, taken;
	unsigned column = output.column;
	bool cooked = !(console.mode & TTY_RAW);

	if (!console.editing)
		return output_write(&output, bytes, count, cooked, line.columns);
	if (output_room(&output) < 2)
		return 0;
	memcpy(prompt, output.prompt, length);
	line_hide(&line);
	echo("\r\033[J", 4);
	output_new_line(&output);
	taken = output_write(&output, bytes, count, cooked, line.columns);
	if (output.column > 0)
		new_row();
	memcpy(output.prompt, prompt, length);
	output.prompt_length = length;
	output.column = column;
	draw_prompt();
	return taken;
}

/* ---- From keys to readers --------------------------------------------------------------------------------- */

/* A line is complete; its text stays in line.text until it has been read, for until then no key is looked at. */
static void line_is_ready(size_t bytes)
{
	console.ready = true;
	console.ready_first = 0;
	console.ready_bytes = bytes;
	console.editing = false;
	line_reset(&line);
}

static void handle_key(void)
{
	unsigned char byte = console.input[console.input_first];

	console.input_first = (console.input_first + 1) % CONSOLE_INPUT;
	console.input_used--;
	switch (line_key(&line, byte)) {
	case LINE_EDITING:
		break;
	case LINE_DONE:
		line.text[line.length] = '\n';
		output_new_line(&output);
		line_is_ready(line.length + 1);
		break;
	case LINE_PARTIAL:
		/* The next line begins behind this one; together with the prompt they are nothing to draw again. */
		output.column = line.at.column;
		output.prompt_length = OUTPUT_PROMPT;
		line_is_ready(line.length);
		break;
	case LINE_EOF:
		line_is_ready(0);
		break;
	case LINE_REDRAW:
		clear_screen();
		break;
	}
}

static void drop_reader(void)
{
	console.reader_first = (console.reader_first + 1) % CONSOLE_WAITING;
	console.readers--;
}

/* Gives bytes to the first reader, who leaves the queue. Returns how many it took, or -ESRCH when it has died: then
 * the bytes are for the next one. */
static long give(const void *bytes, size_t count)
{
	const struct reader *reader = &console.reader[console.reader_first];
	struct reply reply = { .send = bytes, .length = MIN(count, reader->wanted) };

	reply.word[0] = reply.length;
	drop_reader();
	return server_reply(reader->token, 0, &reply) == 0 ? (long)reply.length : -ESRCH;
}

static void give_line(void)
{
	long taken = give(line.text + console.ready_first, console.ready_bytes);

	if (taken < 0)
		return;
	console.ready_first += (size_t)taken;
	console.ready_bytes -= (size_t)taken;
	console.ready = console.ready_bytes > 0;
}

static void give_raw(void)
{
	size_t count = MIN(console.input_used, CONSOLE_INPUT - console.input_first);
	long taken = give(console.input + console.input_first, count);

	if (taken < 0)
		return;
	console.input_first = (console.input_first + (size_t)taken) % CONSOLE_INPUT;
	console.input_used -= (size_t)taken;
}

static void pump_input(void)
{
	while (console.readers > 0) {
		if (console.ready) {
			give_line();
		} else if (console.mode & TTY_RAW) {
			if (console.input_used == 0)
				return;
			give_raw();
		} else {
			if (!console.editing)
				begin_line();
			if (console.input_used == 0 || !output_takes_echo(&output))
				return;
			handle_key();
		}
	}
}

static void pump_writers(void)
{
	while (console.writers > 0) {
		struct writer *writer = &console.writer[console.writer_first];
		struct reply reply = { .word = { write_some(writer->bytes, writer->count) } };

		if (reply.word[0] == 0)
			return;
		server_reply(writer->token, 0, &reply);
		console.writer_first = (console.writer_first + 1) % CONSOLE_WAITING;
		console.writers--;
	}
}

static struct uart uart;

/* Moves everything as far as it goes. Called after each event. */
static void pump(void)
{
	pump_input();
	pump_writers();
	uart_kick(&uart);
}

static void interrupt_readers(void)
{
	while (console.readers > 0) {
		server_reply(console.reader[console.reader_first].token, EINTR, NULL);
		drop_reader();
	}
}

static void discard_input(void)
{
	console.input_used = 0;
	console.ready = false;
}

/* The process server is told before the reader: it runs first, and ends a program that would only be puzzled. */
static void interrupt(void)
{
	discard_input();
	if (console.editing)
		line_abandon(&line);
	else
		echo("^C\r\n", 4);
	console.editing = false;
	line_reset(&line);
	output_new_line(&output);
	console.interrupted = console.foreground;
	if (console.foreground)
		notify(startup_cap("interrupt"), CONSOLE_INTERRUPT_BITS);
	interrupt_readers();
}

static void uart_received(unsigned char byte)
{
	if (byte == CTRL_C && !(console.mode & TTY_RAW))
		interrupt();
	else if (console.input_used < CONSOLE_INPUT)
		console.input[(console.input_first + console.input_used++) % CONSOLE_INPUT] = byte;
	else
		echo("\a", 1);
}

static bool uart_next(unsigned char *byte)
{
	return output_take(&output, byte);
}

static struct uart uart = { .received = uart_received, .next = uart_next };

/* ---- Operations: protocol.h ------------------------------------------------------------------------------- */

static int io_read(struct request *r)
{
	if (r->word[0] > IO_BYTES_MAX)
		return EINVAL;
	if (r->word[1] != IO_HERE)
		return ESPIPE;
	if (r->word[0] == 0)
		return 0;
	if (console.readers == CONSOLE_WAITING)
		return EAGAIN;
	console.reader[(console.reader_first + console.readers++) % CONSOLE_WAITING] =
	    (struct reader){ r->token, r->word[0] };
	pump();
	return SERVE_DEFER;
}

static int io_write(struct request *r)
{
	struct writer *writer;

	if (r->word[1] != IO_HERE)
		return ESPIPE;
	if (r->length == 0)
		return 0;
	if (console.writers == 0) {
		r->reply.word[0] = write_some(r->bytes, r->length);
		uart_kick(&uart);
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
	console.editing = false;
	console.ready = false;
	line_reset(&line);
	pump();
	return 0;
}

static int set_size(uint64_t size)
{
	unsigned rows = TTY_ROWS(size), columns = TTY_COLUMNS(size);

	if (size >> 32 || rows < 1 || rows > 1000 || columns < 16 || columns > 1000)
		return EINVAL;
	console.rows = rows;
	if (columns == line.columns)
		return 0;
	/* Where the line began is anybody's guess now: it goes on in a new row. */
	if (console.editing)
		new_row();
	output.column %= columns;
	line.columns = columns;
	console.editing = false;
	pump();
	return 0;
}

static void set_foreground(uint64_t pid)
{
	console.foreground = pid;
	if (pid == 0) {
		interrupt_readers();
		console.editing = false;
	}
}

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
		*answer = TTY_SIZE(console.rows, line.columns);
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
		*answer = output.used + console.writers; /* a writer has at least one byte */
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
		uart_interrupt(&uart);
	pump();
}

static void tick(void)
{
	uart_poll(&uart);
	pump();
	server.deadline = time_in_ms(UART_POLL_MS);
}

int main(void)
{
	server.endpoint = startup_cap("endpoint");
	server.notified = notified;
	server.tick = tick;
	uart_start(&uart, server.endpoint, IRQ_BIT);
	if (uart.polled)
		server.deadline = time_in_ms(UART_POLL_MS);
	return -serve(&server);
}
