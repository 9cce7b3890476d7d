/* names: the names that the name server knows, whose they are, and which one may look up. */
#include <atoll/startup.h>
#include <atoll/sys.h>
#include <servers/name/protocol.h>
#include <stdio.h>
#include <string.h>

int main(int argc, char **argv)
{
	static struct name_entry entries[NAME_ENTRIES];
	uint64_t had = 0;

	if (argc > 1) {
		fprintf(stderr, "names: takes no arguments\n");
		return 2;
	}
	printf("NAME                              PID\n");
	for (;;) {
		struct msg m = { .label = MSG_LABEL(NAME_LIST, NAME_VERSION, 0, 0),
			.word = { had, NAME_ENTRIES },
			.recv = entries,
			.recv_bytes = sizeof entries };
		int error = ipc_ask(startup_cap("name"), &m, DEADLINE_FOREVER);
		size_t count = error ? 0 : MSG_NBYTES(m.label) / sizeof *entries;

		if (error) {
			fprintf(
			    stderr, "names: the name server does not tell: %s\n", strerror(-error));
			return 1;
		}
		if (count == 0)
			return 0;
		for (size_t i = 0; i < count; i++)
			printf("%-31s %5lu%s\n", entries[i].name, (unsigned long)entries[i].pid,
			    entries[i].allowed ? "" : "  not for us");
		had += count;
	}
}
