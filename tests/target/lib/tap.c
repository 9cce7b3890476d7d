/* TAP on the target. No buffer, no heap: see tap.h. */
#include "tap.h"

#include "story.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define LINE 240

static int count, failures;

/* Onto the console; started as init there is none, and COM1 is ours. */
static void put_line(const char *line)
{
	const struct boot_info *hardware = as_init();
	const size_t length = strlen(line);

	if (!hardware) {
		write(STDOUT_FILENO, line, length);
		return;
	}
	for (size_t i = 0; i < length; i++) {
		while (!(port_in(hardware->ports, 0x3fd, 1) & 0x20))
			;
		port_out(hardware->ports, 0x3f8, 1, (unsigned char)line[i]);
	}
}

static void say(const char *start, const char *text, va_list arguments)
{
	char line[LINE];
	size_t used = strlen(start);

	memcpy(line, start, used);
	vsnprintf(line + used, sizeof line - used - 1, text, arguments);
	strcat(line, "\n");
	put_line(line);
}

static void result(bool passed, const char *name, va_list arguments)
{
	char start[32];

	snprintf(start, sizeof start, "%sok %d - ", passed ? "" : "not ", ++count);
	say(start, name, arguments);
	failures += !passed;
}

bool ok(bool passed, const char *name, ...)
{
	va_list arguments;

	va_start(arguments, name);
	result(passed, name, arguments);
	va_end(arguments);
	return passed;
}

static void describe(int64_t value, char *text, size_t size)
{
	if (value < 0 && value > -4096)
		snprintf(text, size, "-%s", error_name((int)-value));
	else
		snprintf(text, size, "%ld (0x%lx)", value, value);
}

bool is(int64_t got, int64_t expected, const char *name, ...)
{
	char got_text[48], expected_text[48];
	va_list arguments;

	va_start(arguments, name);
	result(got == expected, name, arguments);
	va_end(arguments);
	if (got != expected) {
		describe(got, got_text, sizeof got_text);
		describe(expected, expected_text, sizeof expected_text);
		note("got %s, expected %s", got_text, expected_text);
	}
	return got == expected;
}

void skip(const char *why, const char *name, ...)
{
	char text[LINE];
	va_list arguments;

	va_start(arguments, name);
	vsnprintf(text, sizeof text, name, arguments);
	va_end(arguments);
	ok(true, "%s # SKIP %s", text, why);
}

void note(const char *text, ...)
{
	va_list arguments;

	va_start(arguments, text);
	say("# ", text, arguments);
	va_end(arguments);
}

void bail_out(const char *why, ...)
{
	va_list arguments;

	va_start(arguments, why);
	say("Bail out! ", why, arguments);
	va_end(arguments);
	if (as_init())
		poweroff(as_init()->kernel, 1);
	exit(1);
}

int tap_done(void)
{
	char line[32];

	snprintf(line, sizeof line, "1..%d\n", count);
	put_line(line);
	if (as_init())
		poweroff(as_init()->kernel, failures > 0);
	return failures > 0;
}

const char *error_name(int error)
{
	static const struct {
		int number;
		const char *name;
	} errors[] = {
		{ EPERM, "EPERM" },
		{ ENOENT, "ENOENT" },
		{ ESRCH, "ESRCH" },
		{ EBADF, "EBADF" },
		{ EAGAIN, "EAGAIN" },
		{ ENOMEM, "ENOMEM" },
		{ EACCES, "EACCES" },
		{ EFAULT, "EFAULT" },
		{ EBUSY, "EBUSY" },
		{ EEXIST, "EEXIST" },
		{ EINVAL, "EINVAL" },
		{ ENOSPC, "ENOSPC" },
		{ EPIPE, "EPIPE" },
		{ EDEADLK, "EDEADLK" },
		{ ENOSYS, "ENOSYS" },
		{ ELOOP, "ELOOP" },
		{ EMSGSIZE, "EMSGSIZE" },
		{ ETIMEDOUT, "ETIMEDOUT" },
		{ EOWNERDEAD, "EOWNERDEAD" },
	};

	for (unsigned i = 0; i < sizeof errors / sizeof *errors; i++)
		if (errors[i].number == error)
			return errors[i].name;
	return "error of another name";
}
