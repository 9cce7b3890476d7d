/* poweroff: ends everything and turns the machine off: poweroff [STATUS] */
#include <atoll/name.h>
#include <atoll/sys.h>
#include <servers/init/protocol.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int main(int argc, char **argv)
{
	char *end = NULL;
	unsigned long status = argc > 1 ? strtoul(argv[1], &end, 10) : 0;
	struct msg m = { .label = MSG_LABEL(INIT_POWEROFF, INIT_VERSION, 0, 0),
		.word = { status } };
	int64_t init;
	int error;

	if (argc > 2 || (end && *end) || status > 255 ||
	    (argc > 1 && (argv[1][0] < '0' || argv[1][0] > '9'))) {
		fprintf(stderr, "usage: poweroff [STATUS], a number from 0 to 255\n");
		return 2;
	}
	fflush(stdout);
	init = name_lookup("init", DEADLINE_NOW);
	error = init < 0 ? (int)init : ipc_ask((cap_t)init, &m, DEADLINE_FOREVER);
	fprintf(stderr, "poweroff: init does not do it: %s\n", strerror(-error));
	return 1;
}
