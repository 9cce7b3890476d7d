/* call: sends messages to a server and says what came of each: call SERVER OPERATION[:MS]...
 * With :MS it waits no longer than that. A line for each: operation, result, milliseconds it took.
 */
#include <atoll/name.h>
#include <atoll/sys.h>
#include <servers/fragile/protocol.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const names[] = {
	[FRAGILE_SAY] = "say",
	[FRAGILE_CRASH] = "crash",
	[FRAGILE_EXIT] = "exit",
	[FRAGILE_LOOP] = "loop",
	[FRAGILE_FORGET] = "forget",
	[FRAGILE_OVERFLOW] = "overflow",
	[FRAGILE_BAD_REPLY] = "bad-reply",
	[FRAGILE_LONG_REPLY] = "long-reply",
	[FRAGILE_TWICE] = "twice",
	[FRAGILE_DEAF] = "deaf",
	[FRAGILE_SELF] = "self",
	[FRAGILE_THREAD] = "thread",
};

static unsigned operation(const char *name, size_t length)
{
	for (unsigned i = 1; i < sizeof names / sizeof *names; i++)
		if (strlen(names[i]) == length && !strncmp(names[i], name, length))
			return i;
	fprintf(stderr, "call: no such operation: %s\n", name);
	exit(2);
}

int main(int argc, char **argv)
{
	int64_t server = argc < 3 ? -1 : name_lookup(argv[1], DEADLINE_NOW);
	int result = 0;

	if (server < 0) {
		fprintf(stderr, "call: no server of that name\n");
		return 2;
	}
	for (int i = 2; i < argc; i++) {
		size_t length = strcspn(argv[i], ":");
		struct msg m = { .label =
				     MSG_LABEL(operation(argv[i], length), FRAGILE_VERSION, 0, 0) };
		uint64_t start = time_now();

		result = ipc_ask((cap_t)server, &m,
		    argv[i][length] ? time_in_ms(strtoul(argv[i] + length + 1, NULL, 10))
				    : DEADLINE_FOREVER);
		printf("%s: %s, %lu, %lu ms\n", argv[i], result ? strerror(-result) : "done",
		    (unsigned long)m.word[0], (unsigned long)(time_now() - start) / 1000000);
	}
	return result != 0;
}
