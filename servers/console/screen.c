/* The prompt and the line on the screen. While somebody types, what programs write is put above
 * the prompt, which is then drawn anew: so neither is torn. */
#include "console.h"
#include <string.h>

void echo(const char *bytes, size_t count)
{
	output_echo(&console.output, bytes, count);
}

void new_row(void)
{
	echo("\r\n", 2);
	output_new_line(&console.output);
}

void begin_line(void)
{
	if (console.output.column >= console.line.columns)
		new_row();
	console.line.remember = console.foreground == 0;
	line_show(&console.line, console.output.column);
	console.editing = true;
}

/* Draws prompt and line anew where the cursor is, in column 0. */
static void draw_prompt(void)
{
	if (console.output.prompt_length == OUTPUT_PROMPT) /* too long to be known */
		output_new_line(&console.output);
	echo(console.output.prompt, console.output.prompt_length);
	line_show(&console.line, console.output.column);
}

void clear_screen(void)
{
	echo("\033[H\033[2J", 7);
	draw_prompt();
}

/* The prompt is put aside meanwhile: the writer's lines must not be taken for it. */
size_t write_some(const char *bytes, size_t count)
{
	static char prompt[OUTPUT_PROMPT];
	struct output *output = &console.output;
	size_t length = output->prompt_length, taken;
	unsigned column = output->column, columns = console.line.columns;
	bool cooked = !(console.mode & TTY_RAW);

	/* Where there is neither prompt nor text nothing can be torn. */
	if (console.editing && length + console.line.length == 0)
		console.editing = false;
	if (!console.editing)
		return output_write(output, bytes, count, cooked, columns);
	if (output_room(output) < 2)
		return 0;
	memcpy(prompt, output->prompt, length);
	line_hide(&console.line);
	echo("\033[J", 3);
	output_new_line(output);
	taken = output_write(output, bytes, count, cooked, columns);
	if (output->column > 0)
		new_row();
	memcpy(output->prompt, prompt, length);
	output->prompt_length = length;
	output->column = column;
	draw_prompt();
	return taken;
}
