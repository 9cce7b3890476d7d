/* kill: ends processes, and servers, which init starts again: kill [-SIGNAL] PID|NAME... */
#include <atoll/name.h>
#include <atoll/sys.h>
#include <errno.h>
#include <servers/init/protocol.h>
#include <servers/process/protocol.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char usage[] =
    "usage: kill [-SIGNAL] PID|NAME...\n"
    "       kill -l\n"
    "Sends a signal, TERM if none is named, to processes; a server ends, and is started\n"
    "again by init.\n"
    "  -l  lists the signals\n";

/* A number up to a limit, or -1. */
static long number(const char *text, long limit)
{
	char *end;
	long value = strtol(text, &end, 10);

	return *text >= '0' && *text <= '9' && !*end && value <= limit ? value : -1;
}

/* -9, -KILL, -SIGKILL; -0 asks whether it is there. -1: none of them. */
static int parse_signal(const char *text)
{
	int number;

	if (!strcmp(text, "0"))
		return 0;
	return str2sig(text + (strncmp(text, "SIG", 3) ? 0 : 3), &number) == 0 ? number : -1;
}

static int list_signals(void)
{
	char name[SIG2STR_MAX];

	for (int i = 1; i < NSIG; i++)
		if (sig2str(i, name) == 0)
			printf("%2d %s\n", i, name);
	return 0;
}

/* Asks a server for a list. Returns its bytes, or an error. */
static int64_t ask(
    const char *server, uint64_t label, uint64_t word0, uint64_t word1, void *list, uint32_t bytes)
{
	int64_t cap = name_lookup(server, DEADLINE_NOW);
	struct msg m = {
		.label = label, .word = { word0, word1 }, .recv = list, .recv_bytes = bytes
	};
	int error;

	if (cap < 0)
		return cap;
	error = ipc_ask((cap_t)cap, &m, DEADLINE_FOREVER);
	cap_delete((cap_t)cap);
	return error ? error : (int64_t)MSG_NBYTES(m.label);
}

/* The pid of that name: a server's, or else a process's if there is one only. 0: told why there is
 * none. */
static pid_t find(const char *name)
{
	static struct init_entry servers[INIT_LAST - INIT_FIRST + 1];
	static struct process_entry processes[PROCESS_MAX];
	int64_t bytes = ask("init", MSG_LABEL(INIT_LIST, INIT_VERSION, 0, 0),
	    sizeof servers / sizeof *servers, 0, servers, sizeof servers);
	pid_t found = 0;

	for (int64_t i = 0; i < bytes / (int64_t)sizeof *servers; i++)
		if (!strcmp(servers[i].name, name))
			return (pid_t)servers[i].pid;
	if (!strcmp(name, "init"))
		return INIT_PID;
	bytes = ask("process", MSG_LABEL(PROCESS_LIST, PROCESS_VERSION, 0, 0), 0, PROCESS_MAX,
	    processes, sizeof processes);
	for (int64_t i = 0; i < bytes / (int64_t)sizeof *processes; i++) {
		if (strcmp(processes[i].name, name) || processes[i].state != PROCESS_RUNNING)
			continue;
		if (found) {
			fprintf(stderr, "kill: %s: more than one (%d, %u ...): say which pid\n",
			    name, (int)found, processes[i].pid);
			return 0;
		}
		found = (pid_t)processes[i].pid;
	}
	if (!found)
		fprintf(stderr, "kill: %s: no process of that name\n", name);
	return found;
}

static const char *reason(pid_t pid, int error)
{
	if (error == EPERM && pid == INIT_PID)
		return "init is not to be killed; poweroff ends everything";
	if (error == EAGAIN)
		return "it is dead already, and waits for its restart";
	return error == ESRCH ? "no such process" : strerror(error);
}

int main(int argc, char **argv)
{
	int signal = SIGTERM, first = 1, status = 0;

	if (argc == 2 && !strcmp(argv[1], "--help")) {
		fputs(usage, stdout);
		return 0;
	}
	if (argc == 2 && !strcmp(argv[1], "-l"))
		return list_signals();
	if (argc > 1 && argv[1][0] == '-' && argv[1][1]) {
		signal = parse_signal(argv[1] + 1);
		first = 2;
	}
	if (signal < 0 || first >= argc) {
		if (signal < 0)
			fprintf(stderr, "kill: %s: no such signal\n", argv[1]);
		fputs(usage, stderr);
		return 2;
	}
	for (int i = first; i < argc; i++) {
		bool digits = argv[i][strspn(argv[i], "0123456789")] == '\0' && argv[i][0];
		pid_t pid = digits ? (pid_t)number(argv[i], INT32_MAX) : find(argv[i]);

		if (digits && pid <= 0)
			fprintf(stderr, "kill: %s: no pid\n", argv[i]);
		else if (pid > 0 && kill(pid, signal))
			fprintf(stderr, "kill: %s: %s\n", argv[i], reason(pid, errno));
		else if (pid > 0)
			continue;
		status = 1;
	}
	return status;
}
