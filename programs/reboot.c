/* reboot: ends everything and begins anew. */
#include "program.h"
#include <atoll/name.h>
#include <atoll/sys.h>
#include <servers/init/protocol.h>

static const char usage[] =
    "usage: reboot\n"
    "Ends everything and starts the machine anew. Under tools/run that ends the run.\n";

int main(int argc, char **argv)
{
	struct msg m = { .label = MSG_LABEL(INIT_POWEROFF, INIT_VERSION, 0, 0),
		.word = { POWEROFF_REBOOT } };
	int64_t init;

	program_help(argc, argv, usage);
	if (argc > 1)
		program_usage(usage, 2);
	init = name_lookup("init", DEADLINE_NOW);
	errno = -(int)(init < 0 ? init : ipc_ask((cap_t)init, &m, DEADLINE_FOREVER));
	program_error("reboot", "init does not do it");
	return 1;
}
