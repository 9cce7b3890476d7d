/* The prompt and the line on the screen. While somebody types, what programs write is put above
 * the prompt, which is then drawn anew: so neither is torn. */
#include "console.h"
#include <string.h>

void echo(struct terminal *terminal, const char *bytes, size_t count)
{
	output_echo(&terminal->output, bytes, count);
}

void new_row(struct terminal *terminal)
{
	echo(terminal, "\r\n", 2);
	output_new_line(&terminal->output);
}

void begin_line(struct terminal *terminal)
{
	if (terminal->output.column >= terminal->line.columns)
		new_row(terminal);
	terminal->line.remember = terminal->foreground == 0;
	line_show(&terminal->line, terminal->output.column);
	terminal->editing = true;
}

/* Draws prompt and line anew where the cursor is, in column 0. */
static void draw_prompt(struct terminal *terminal)
{
	if (terminal->output.prompt_length == OUTPUT_PROMPT) /* too long to be known */
		output_new_line(&terminal->output);
	echo(terminal, terminal->output.prompt, terminal->output.prompt_length);
	line_show(&terminal->line, terminal->output.column);
}

void clear_screen(struct terminal *terminal)
{
	echo(terminal, "\033[H\033[2J", 7);
	draw_prompt(terminal);
}

/* The prompt is put aside meanwhile: the writer's lines must not be taken for it. */
size_t write_some(struct terminal *terminal, const char *bytes, size_t count)
{
	static char prompt[OUTPUT_PROMPT];
	struct output *output = &terminal->output;
	size_t length = output->prompt_length, taken;
	unsigned column = output->column, columns = terminal->line.columns;
	bool cooked = !(terminal->mode & TTY_RAW);

	/* Where there is neither prompt nor text nothing can be torn. */
	if (terminal->editing && length + terminal->line.length == 0)
		terminal->editing = false;
	if (!terminal->editing)
		return output_write(output, bytes, count, cooked, columns);
	if (output_room(output) < 2)
		return 0;
	memcpy(prompt, output->prompt, length);
	line_hide(&terminal->line);
	echo(terminal, "\033[J", 3);
	output_new_line(output);
	taken = output_write(output, bytes, count, cooked, columns);
	if (output->column > 0)
		new_row(terminal);
	memcpy(output->prompt, prompt, length);
	output->prompt_length = length;
	output->column = column;
	draw_prompt(terminal);
	return taken;
}

size_t write_serial(const char *bytes, size_t count, bool news)
{
	size_t taken = write_some(&console.serial, bytes, count);

	if (news && screen_shown())
		write_some(screen_shown(), bytes, taken);
	return taken;
}
