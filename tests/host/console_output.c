// SOURCES: servers/console/output.c
// The console's output ring: its bounds, CR LF, and what it knows of the terminal's present line.
#include "../../servers/console/output.h"
#include "tap.h"
#include <string.h>

static char ring[OUTPUT_RING];
static struct output output = { .ring = ring };

static size_t shown;

static void shows(struct output *to, unsigned char byte)
{
	shown += to == &output && byte != 0;
}

static size_t take(char *to, size_t most)
{
	unsigned char byte;
	size_t count = 0;

	while (count < most && output_take(&output, &byte))
		to[count++] = (char)byte;
	return count;
}

static size_t write_text(const char *text)
{
	return output_write(&output, text, strlen(text), true, 80);
}

int main(void)
{
	static char text[OUTPUT_RING], back[OUTPUT_RING];
	size_t count;

	ok(write_text("one\ntwo\n") == 8, "all is taken");
	count = take(back, sizeof back);
	ok(count == 10 && !memcmp(back, "one\r\ntwo\r\n", 10), "LF becomes CR LF");
	ok(output_write(&output, "a\nb", 3, false, 80) == 3 && take(back, sizeof back) == 3,
	    "not in raw mode");

	output_new_line(&output);
	write_text("atoll$ ");
	ok(output.column == 7 && output.prompt_length == 7 && !memcmp(output.prompt, "atoll$ ", 7),
	    "the prompt is known");
	write_text("\r\033[1;32mgr\303\274n\033[0m> ");
	ok(output.column == 6, "colours and UTF-8 count as they look");
	write_text("\tx\b");
	ok(output.column == 8, "tab and backspace");
	write_text(
	    "\n0123456789012345678901234567890123456789012345678901234567890123456789012345678\t");
	ok(output.column == 79, "a tab does not leave the row");
	write_text("x");
	ok(output.column == 80, "a full row: the cursor waits behind it");
	write_text("y");
	ok(output.column == 1, "and then wraps");
	write_text("\n\b\b");
	ok(output.column == 0, "backspace stops at the left");
	memset(text, '.', sizeof text);
	output_write(&output, text, 1000, true, 80);
	ok(output.prompt_length == OUTPUT_PROMPT, "a prompt too long is known to be so");
	output_new_line(&output);
	ok(output.column == 0 && output.prompt_length == 0, "a new line");

	take(back, sizeof back);
	ok(output_write(&output, text, sizeof text, true, 80) == CONSOLE_OUTPUT,
	    "programs fill their part");
	ok(output_room(&output) == 0 && output_write(&output, "x", 1, true, 80) == 0,
	    "and no more");
	ok(output_takes_echo(&output), "echo still fits");
	output_echo(&output, text, LINE_ECHO_MAX);
	ok(!output_takes_echo(&output), "after one key with the most echo the next must wait");
	output_echo(&output, text, sizeof text);
	ok(output.used == OUTPUT_RING, "too much echo is lost, nothing else happens");
	ok(take(back, sizeof back) == OUTPUT_RING && take(back, 1) == 0, "all of it comes out");
	output_write(&output, text, CONSOLE_OUTPUT - 1, true, 80);
	ok(output_write(&output, "\n", 1, true, 80) == 0, "CR LF is not torn");
	take(back, sizeof back);
	output.ring = NULL;
	output.show = shows;
	ok(output_write(&output, text, sizeof text, true, 80) == sizeof text &&
		shown == sizeof text,
	    "where nothing has to wait all is taken, and seen at once");
	output_echo(&output, "x", 1);
	ok(shown == sizeof text + 1 && output.used == 0, "echo, too");
	return tap_done();
}
