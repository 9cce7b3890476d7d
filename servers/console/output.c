/* The output ring. The editor needs to know where a line begins on the screen, so what programs
 * write is followed as far as that takes: carriage return, line feed, backspace, tab, characters of
 * UTF-8. Moving about on the screen by escape sequences is not followed: who does that uses raw
 * mode. */
#include "output.h"
#include <string.h>

static void put(struct output *output, char byte)
{
	if (output->ring)
		output->ring[(output->first + output->used++) % OUTPUT_RING] = byte;
	else
		output->show(output, (unsigned char)byte);
}

size_t output_room(const struct output *output)
{
	return output->used < CONSOLE_OUTPUT ? CONSOLE_OUTPUT - output->used : 0;
}

bool output_takes_echo(const struct output *output)
{
	return output->used + LINE_ECHO_MAX + OUTPUT_PROMPT <= OUTPUT_RING;
}

void output_new_line(struct output *output)
{
	output->column = 0;
	output->prompt_length = 0;
}

/* A character goes to the next row only when the row is full already: terminals wait with the wrap,
 * too. */
static void follow_column(struct output *output, unsigned char byte, unsigned columns)
{
	if (output->escape) {
		/* ESC [ parameters letter, or ESC letter */
		output->escape = byte == '[' || (byte >= 0x20 && byte < 0x40);
	} else if (byte == '\033') {
		output->escape = true;
	} else if (byte == '\b') {
		output->column -= output->column > 0;
	} else if (byte == '\t') {
		output->column = (output->column / 8 + 1) * 8;
		if (output->column >= columns)
			output->column = columns - 1;
	} else if (byte >= 0x20 && byte != 0x7f && (byte & 0xc0) != 0x80) {
		output->column = output->column >= columns ? 1 : output->column + 1;
	}
}

static void follow(struct output *output, unsigned char byte, unsigned columns)
{
	if (byte == '\n' || byte == '\r') {
		output_new_line(output);
		output->escape = false;
		return;
	}
	if (output->prompt_length < OUTPUT_PROMPT)
		output->prompt[output->prompt_length++] = (char)byte;
	follow_column(output, byte, columns);
}

size_t output_write(
    struct output *output, const char *bytes, size_t count, bool cooked, unsigned columns)
{
	size_t taken = 0;

	for (; taken < count; taken++) {
		bool newline = cooked && bytes[taken] == '\n';

		if (output_room(output) < 1 + (size_t)newline)
			break;
		if (newline)
			put(output, '\r');
		put(output, bytes[taken]);
		follow(output, (unsigned char)bytes[taken], columns);
	}
	return taken;
}

void output_echo(struct output *output, const char *bytes, size_t count)
{
	for (size_t i = 0; i < count && output->used < OUTPUT_RING; i++)
		put(output, bytes[i]);
}

bool output_take(struct output *output, unsigned char *byte)
{
	if (output->used == 0)
		return false;
	*byte = (unsigned char)output->ring[output->first];
	output->first = (output->first + 1) % OUTPUT_RING;
	output->used--;
	return true;
}
