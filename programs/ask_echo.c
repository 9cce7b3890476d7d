/* ask_echo: asks the server echo to say something. The example of a client. */
#include "program.h"
#include <atoll/name.h>
#include <atoll/sys.h>
#include <servers/echo/protocol.h>

static const char usage[] =
    "usage: ask_echo TEXT\n"
    "Sends the text to the server echo and prints its answer.\n"
    "Status: 1 when there is no such server or it refuses, 2 for mistakes here.\n";

int main(int argc, char **argv)
{
	char answer[ECHO_MAX];
	int64_t server;
	struct msg m = { .recv = answer, .recv_bytes = sizeof answer };
	int error;

	program_help(argc, argv, usage);
	if (argc != 2)
		program_usage(usage, 2);
	m.label = MSG_LABEL(ECHO_SAY, ECHO_VERSION, 0, strlen(argv[1]));
	m.send = argv[1];
	server = name_lookup("echo", DEADLINE_NOW);
	error = server < 0 ? (int)server : ipc_ask((cap_t)server, &m, DEADLINE_FOREVER);
	if (error) {
		errno = -error;
		program_error("ask_echo", server < 0 ? "echo" : argv[1]);
		return 1;
	}
	printf("echo: %.*s\n", (int)MSG_NBYTES(m.label), answer);
	return program_end("ask_echo", 0, 2);
}
