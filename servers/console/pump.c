/* From keys to readers, from writers to the ring. Whatever happens, pump() moves what can move.
 *
 * Keys are looked at only while somebody reads, so what is typed ahead appears behind the prompt,
 * where it belongs; Ctrl-C alone is acted on at once. */
#include "console.h"
#include <atoll/server.h>
#include <atoll/startup.h>
#include <errno.h>

#define MIN(a, b) ((a) < (b) ? (a) : (b))

/* ---- Lines ----------------------------------------------------------------------------------- */

void forget_line(void)
{
	console.ready = false;
	console.editing = false;
	line_reset(&console.line);
}

/* A line is complete. Its text stays in line.text until it has been read: until then no key is
 * looked at. */
static void line_is_ready(size_t bytes)
{
	forget_line();
	console.ready = true;
	console.ready_first = 0;
	console.ready_bytes = bytes;
}

/* Takes the oldest key out of the input ring and does what the editor says it means. */
static void handle_key(void)
{
	struct line *line = &console.line;
	unsigned char byte = console.input[console.input_first];

	console.input_first = (console.input_first + 1) % CONSOLE_INPUT;
	console.input_used--;
	switch (line_key(line, byte)) {
	case LINE_EDITING:
		break;
	case LINE_DONE:
		line->text[line->length] = '\n';
		output_new_line(&console.output);
		line_is_ready(line->length + 1);
		break;
	case LINE_PARTIAL:
		/* The next line begins behind this one, and with it the prompt is lost. */
		console.output.column = line->at.column;
		console.output.prompt_length = OUTPUT_PROMPT;
		line_is_ready(line->length);
		break;
	case LINE_EOF:
		line_is_ready(0);
		break;
	case LINE_REDRAW:
		clear_screen();
		break;
	}
}

/* ---- Readers --------------------------------------------------------------------------------- */

static struct reader take_reader(void)
{
	struct reader reader = console.reader[console.reader_first];

	console.reader_first = (console.reader_first + 1) % CONSOLE_WAITING;
	console.readers--;
	return reader;
}

void interrupt_readers(void)
{
	while (console.readers > 0)
		server_reply(take_reader().token, EINTR, NULL);
}

/* Those that have died or timed out are still in the queue, and nothing tells which they are. So it
 * is the one that has waited longest who makes room. */
void add_reader(uint64_t token, size_t wanted)
{
	if (console.readers == CONSOLE_WAITING)
		server_reply(take_reader().token, EAGAIN, NULL);
	console.reader[(console.reader_first + console.readers++) % CONSOLE_WAITING] =
	    (struct reader){ token, wanted };
	if (console.interrupt_next) {
		console.interrupt_next = false;
		interrupt_readers();
		return;
	}
	/* What stands before the cursor now is the prompt. */
	if (!console.editing && !console.ready && !(console.mode & TTY_RAW))
		begin_line();
}

/* Gives bytes to the first reader, who leaves the queue. Returns how many it took, or -ESRCH when
 * it has died: then the bytes are for the next one. */
static long give(const void *bytes, size_t count)
{
	struct reader reader = take_reader();
	struct reply reply = { .send = bytes, .length = MIN(count, reader.wanted) };

	reply.word[0] = reply.length;
	return server_reply(reader.token, 0, &reply) == 0 ? (long)reply.length : -ESRCH;
}

static void give_line(void)
{
	long taken = give(console.line.text + console.ready_first, console.ready_bytes);

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

/* ---- Keys ------------------------------------------------------------------------------------ */

/* The process server is told before the readers: it runs first, and ends a program that would only
 * be puzzled. */
static void interrupt(void)
{
	console.input_used = 0;
	if (console.editing)
		line_abandon(&console.line);
	else
		echo("^C\r\n", 4);
	forget_line();
	output_new_line(&console.output);
	console.interrupted = console.foreground;
	/* A shell that has written its prompt and is about to read it must write it again. */
	console.interrupt_next = console.foreground == 0 && console.readers == 0;
	if (console.foreground)
		notify(startup_cap("interrupt"), CONSOLE_INTERRUPT_BITS);
	interrupt_readers();
}

void key_received(unsigned char byte)
{
	if (byte == CTRL_C && !(console.mode & TTY_RAW))
		interrupt();
	else if (console.input_used < CONSOLE_INPUT)
		console.input[(console.input_first + console.input_used++) % CONSOLE_INPUT] = byte;
	else
		echo("\a", 1);
}

/* ---- The pump -------------------------------------------------------------------------------- */

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
			if (console.input_used == 0 || !output_takes_echo(&console.output))
				return;
			if (!console.editing)
				begin_line();
			handle_key();
		}
	}
}

/* What a writer that has died meanwhile had to say is said all the same. */
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

void pump(void)
{
	pump_input();
	pump_writers();
	uart_kick(&console.uart);
}
