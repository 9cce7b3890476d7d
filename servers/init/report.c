/* init's messages, without ever hanging: through the console server while that runs, with a
 * deadline; else, and when it does not answer, straight to the first serial port by polling. The
 * two may then mix on the line, which is better than a message that nobody sees. */
#include "report.h"
#include <servers/console/protocol.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#define PATIENCE_MS 200
#define DRAIN_MS    2000

/* The first serial port, a 16550: transmit register, line status, its bits. */
enum { COM1 = 0x3f8, LINE_STATUS = COM1 + 5, CAN_SEND = 0x20, ALL_SENT = 0x40 };
#define POLLS 100000 /* some 10 ms and more: a character takes 87 us at 115200 baud */

static cap_t io_ports, console_cap;

void report_init(cap_t ports)
{
	io_ports = ports;
}

void report_console(cap_t console)
{
	console_cap = console;
}

/* False: the port does not take it. */
static bool send_char(char c)
{
	for (int i = 0; i < POLLS; i++) {
		int64_t status = port_in(io_ports, LINE_STATUS, 1);

		if (status < 0)
			return false;
		if (status & CAN_SEND)
			return port_out(io_ports, COM1, 1, (unsigned char)c) == 0;
	}
	return false;
}

static void write_serial(const char *text, size_t length)
{
	for (size_t i = 0; i < length; i++) {
		if (text[i] == '\n' && !send_char('\r'))
			return;
		if (!send_char(text[i]))
			return;
	}
}

/* How much of it the console took. */
static size_t write_console(const char *text, size_t length)
{
	uint64_t deadline = time_in_ms(PATIENCE_MS);
	size_t done = 0;

	while (console_cap && done < length) {
		struct msg m = { .label = MSG_LABEL(IO_WRITE, IO_VERSION, 0, length - done),
			.word = { 0, IO_HERE },
			.send = text + done };

		if (ipc_ask(console_cap, &m, deadline) || m.word[0] == 0 ||
		    m.word[0] > length - done)
			break;
		done += m.word[0];
	}
	return done;
}

void report(const char *format, ...)
{
	char line[256] = "init: ";
	size_t length = strlen(line), written;
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(line + length, sizeof line - length - 1, format, arguments);
	va_end(arguments);
	strcat(line, "\n");
	length = strlen(line);
	written = write_console(line, length);
	write_serial(line + written, length - written);
}

void report_drain(void)
{
	uint64_t deadline = time_in_ms(DRAIN_MS);
	bool pending = console_cap != 0;

	while (pending && time_now() < deadline) {
		struct msg m = { .label = MSG_LABEL(IO_TTY, IO_VERSION, 0, 0),
			.word = { TTY_PENDING } };

		pending = ipc_ask(console_cap, &m, deadline) == 0 && m.word[0] > 0;
		if (pending)
			ipc_recv(0, &m, time_in_ms(1));
	}
	/* What the port itself still holds. */
	for (int i = 0; i < POLLS && !(port_in(io_ports, LINE_STATUS, 1) & ALL_SENT); i++)
		;
}
