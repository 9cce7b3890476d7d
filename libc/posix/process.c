/* The process itself and its children: who it is, ending, waiting, killing. */
#include <atoll/startup.h>
#include <atoll/supervisor.h>
#include <errno.h>
#include <servers/init/protocol.h>
#include <servers/process/protocol.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../internal.h"
#include "posix.h"

pid_t getpid(void)
{
	const struct startup *s = startup_block();

	return s ? (pid_t)s->pid : INIT_PID;
}

_Noreturn void _exit(int status)
{
	struct msg m = {
		.label = MSG_LABEL(SUPERVISOR_EXIT, SUPERVISOR_VERSION, 0, 0),
		.word = { (uint64_t)(status & 0xff) },
	};
	cap_t supervisor = startup_cap("supervisor");

	/* The supervisor does not answer, it destroys the space. When it died over the message, its
	 * next incarnation gets it; when that knows nothing of us, or there never was one, only
	 * this thread is left to end. */
	for (int tries = 0; supervisor && tries < 3; tries++)
		if (ipc_call(supervisor, &m, DEADLINE_FOREVER) != -EPIPE)
			break;
	for (;;)
		thread_kill(0);
}

static int kill_server(pid_t pid)
{
	struct msg m = {
		.label = MSG_LABEL(INIT_KILL, INIT_VERSION, 0, 0),
		.word = { (uint64_t)pid },
	};

	return libc_ask(libc_init_service(), &m, ONCE);
}

int libc_kill(pid_t pid, int signal)
{
	struct msg m = {
		.label = MSG_LABEL(PROCESS_KILL, PROCESS_VERSION, 0, 0),
		.word = { (uint64_t)pid, (uint64_t)signal },
	};

	/* There are no groups of processes. */
	if (pid <= 0 || signal < 0 || signal >= NSIG)
		return (int)libc_result(pid <= 0 ? -ESRCH : -EINVAL);
	if (pid < PROCESS_FIRST)
		return signal ? kill_server(pid) : 0;
	return libc_ask(libc_process_service(), &m, ONCE);
}

int kill(pid_t pid, int signal)
{
	return pid == getpid() && signal ? raise(signal) : libc_kill(pid, signal);
}

_Static_assert(WNOHANG == PROCESS_NOHANG, "waitpid passes it on");

pid_t waitpid(pid_t pid, int *status, int options)
{
	struct msg m;

	do {
		m = (struct msg){
			.label = MSG_LABEL(PROCESS_WAIT, PROCESS_VERSION, 0, 0),
			.word = { (uint64_t)(int64_t)pid, (uint64_t)options },
		};
		if (libc_ask(libc_process_service(), &m, ONCE) == 0)
			break;
		if (errno != EINTR || !libc_interrupted(0))
			return -1;
	} while (true);
	if (status && m.word[0])
		*status = (int)m.word[1];
	return (pid_t)m.word[0];
}

pid_t wait(int *status)
{
	return waitpid(-1, status, 0);
}
