/* From keys to readers, from writers to the ring. Whatever happens, pump() moves what can move.
 *
 * Keys are looked at only while somebody reads, so what is typed ahead appears behind the prompt,
 * where it belongs; Ctrl-C alone is acted on at once. */
#include "console.h"
#include <atoll/server.h>
#include <atoll/startup.h>
#include <errno.h>
#include <string.h>

#define MIN(a, b) ((a) < (b) ? (a) : (b))

static long give(struct terminal *terminal, const void *bytes, size_t count);

/* ---- Lines ----------------------------------------------------------------------------------- */

void forget_line(struct terminal *terminal)
{
	terminal->ready = false;
	terminal->editing = false;
	line_reset(&terminal->line);
}

/* A line is complete. Its text stays in line.text until it has been read: until then no key is
 * looked at. */
static void line_is_ready(struct terminal *terminal, size_t bytes)
{
	forget_line(terminal);
	terminal->ready = true;
	terminal->ready_first = 0;
	terminal->ready_bytes = bytes;
}

/* The reader gets what stands before the cursor; the line stays as it is. */
static void give_tab(struct terminal *terminal)
{
	static char text[CONSOLE_LINE_MAX + 1];
	const struct line *line = &terminal->line;

	memcpy(text, line->text, line->cursor);
	text[line->cursor] = '\t';
	give(terminal, text, line->cursor + 1);
}

/* Takes the oldest key out of the input ring and does what the editor says it means. */
static void handle_key(struct terminal *terminal)
{
	struct line *line = &terminal->line;
	unsigned char byte = terminal->input[terminal->input_first];

	terminal->input_first = (terminal->input_first + 1) % CONSOLE_INPUT;
	terminal->input_used--;
	line->tabs = terminal->reader[terminal->reader_first].tab;
	switch (line_key(line, byte)) {
	case LINE_EDITING:
		break;
	case LINE_DONE:
		line->text[line->length] = '\n';
		output_new_line(&terminal->output);
		line_is_ready(terminal, line->length + 1);
		break;
	case LINE_PARTIAL:
		/* The next line begins behind this one, and with it the prompt is lost. */
		terminal->output.column = line->at.column;
		terminal->output.prompt_length = OUTPUT_PROMPT;
		line_is_ready(terminal, line->length);
		break;
	case LINE_EOF:
		line_is_ready(terminal, 0);
		break;
	case LINE_REDRAW:
		clear_screen(terminal);
		break;
	case LINE_TAB:
		give_tab(terminal);
		break;
	}
}

/* ---- Readers --------------------------------------------------------------------------------- */

static struct reader take_reader(struct terminal *terminal)
{
	struct reader reader = terminal->reader[terminal->reader_first];

	terminal->reader_first = (terminal->reader_first + 1) % CONSOLE_WAITING;
	terminal->readers--;
	return reader;
}

void interrupt_readers(struct terminal *terminal)
{
	while (terminal->readers > 0)
		server_reply(take_reader(terminal).token, EINTR, NULL);
}

/* Those that have died or timed out are still in the queue, and nothing tells which they are. So it
 * is the one that has waited longest who makes room. */
void add_reader(struct terminal *terminal, uint64_t token, size_t wanted, bool tab)
{
	if (terminal->readers == CONSOLE_WAITING)
		server_reply(take_reader(terminal).token, EAGAIN, NULL);
	terminal->reader[(terminal->reader_first + terminal->readers++) % CONSOLE_WAITING] =
	    (struct reader){ token, wanted, tab };
	if (terminal->interrupt_next) {
		terminal->interrupt_next = false;
		interrupt_readers(terminal);
		return;
	}
	/* What stands before the cursor now is the prompt. */
	if (!terminal->editing && !terminal->ready && !(terminal->mode & TTY_RAW))
		begin_line(terminal);
}

/* Gives bytes to the first reader, who leaves the queue. Returns how many it took, or -ESRCH when
 * it has died: then the bytes are for the next one. */
static long give(struct terminal *terminal, const void *bytes, size_t count)
{
	struct reader reader = take_reader(terminal);
	struct reply reply = { .send = bytes, .length = MIN(count, reader.wanted) };

	reply.word[0] = reply.length;
	return server_reply(reader.token, 0, &reply) == 0 ? (long)reply.length : -ESRCH;
}

static void give_line(struct terminal *terminal)
{
	long taken =
	    give(terminal, terminal->line.text + terminal->ready_first, terminal->ready_bytes);

	if (taken < 0)
		return;
	terminal->ready_first += (size_t)taken;
	terminal->ready_bytes -= (size_t)taken;
	terminal->ready = terminal->ready_bytes > 0;
}

static void give_raw(struct terminal *terminal)
{
	size_t count = MIN(terminal->input_used, CONSOLE_INPUT - terminal->input_first);
	long taken = give(terminal, terminal->input + terminal->input_first, count);

	if (taken < 0)
		return;
	terminal->input_first = (terminal->input_first + (size_t)taken) % CONSOLE_INPUT;
	terminal->input_used -= (size_t)taken;
}

/* ---- Keys ------------------------------------------------------------------------------------ */

/* The process server is told before the readers: it runs first, and ends a program that would only
 * be puzzled. */
static void interrupt(struct terminal *terminal)
{
	terminal->input_used = 0;
	if (terminal->editing)
		line_abandon(&terminal->line);
	else
		echo(terminal, "^C\r\n", 4);
	forget_line(terminal);
	output_new_line(&terminal->output);
	console.interrupted = terminal->foreground;
	/* A shell that has written its prompt and is about to read it must write it again. */
	terminal->interrupt_next = terminal->foreground == 0 && terminal->readers == 0;
	if (terminal->foreground)
		notify(startup_cap("interrupt"), CONSOLE_INTERRUPT_BITS);
	interrupt_readers(terminal);
}

void key_received(struct terminal *terminal, unsigned char byte)
{
	if (byte == CTRL_C && !(terminal->mode & TTY_RAW))
		interrupt(terminal);
	else if (terminal->input_used < CONSOLE_INPUT)
		terminal->input[(terminal->input_first + terminal->input_used++) % CONSOLE_INPUT] =
		    byte;
	else
		echo(terminal, "\a", 1);
}

/* ---- The pump -------------------------------------------------------------------------------- */

static void pump_input(struct terminal *terminal)
{
	while (terminal->readers > 0) {
		if (terminal->ready) {
			give_line(terminal);
		} else if (terminal->mode & TTY_RAW) {
			if (terminal->input_used == 0)
				return;
			give_raw(terminal);
		} else {
			if (terminal->input_used == 0 || !output_takes_echo(&terminal->output))
				return;
			if (!terminal->editing)
				begin_line(terminal);
			handle_key(terminal);
		}
	}
}

/* What a writer that has died meanwhile had to say is said all the same. */
static void pump_writers(void)
{
	while (console.writers > 0) {
		struct writer *writer = &console.writer[console.writer_first];
		struct reply reply = { .word = { write_serial(
					   writer->bytes, writer->count, writer->news) } };

		if (reply.word[0] == 0)
			return;
		server_reply(writer->token, 0, &reply);
		console.writer_first = (console.writer_first + 1) % CONSOLE_WAITING;
		console.writers--;
	}
}

void pump(void)
{
	pump_input(&console.serial);
	for (unsigned i = 0; i < CONSOLE_VIRTUAL; i++)
		if (console.virtual[i])
			pump_input(console.virtual[i]);
	pump_writers();
	uart_kick(&console.uart);
}
