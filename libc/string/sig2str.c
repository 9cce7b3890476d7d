/* Signals by name. */
#include <signal.h>
#include <stdlib.h>
#include <string.h>

static const char *const names[NSIG] = {
	[SIGHUP] = "HUP",
	[SIGINT] = "INT",
	[SIGQUIT] = "QUIT",
	[SIGILL] = "ILL",
	[SIGTRAP] = "TRAP",
	[SIGABRT] = "ABRT",
	[SIGBUS] = "BUS",
	[SIGFPE] = "FPE",
	[SIGKILL] = "KILL",
	[SIGUSR1] = "USR1",
	[SIGSEGV] = "SEGV",
	[SIGUSR2] = "USR2",
	[SIGPIPE] = "PIPE",
	[SIGALRM] = "ALRM",
	[SIGTERM] = "TERM",
	[SIGCHLD] = "CHLD",
	[SIGCONT] = "CONT",
	[SIGSTOP] = "STOP",
	[SIGTSTP] = "TSTP",
	[SIGTTIN] = "TTIN",
	[SIGTTOU] = "TTOU",
	[SIGURG] = "URG",
	[SIGXCPU] = "XCPU",
	[SIGXFSZ] = "XFSZ",
	[SIGVTALRM] = "VTALRM",
	[SIGPROF] = "PROF",
	[SIGPOLL] = "POLL",
	[SIGSYS] = "SYS",
};

int sig2str(int number, char *name)
{
	if (number <= 0 || number >= NSIG || !names[number])
		return -1;
	strcpy(name, names[number]);
	return 0;
}

int str2sig(const char *restrict name, int *restrict number)
{
	char *end;
	long value = strtol(name, &end, 10);

	for (int i = 1; i < NSIG; i++)
		if (names[i] &&
		    (strcmp(name, names[i]) == 0 ||
			(*name >= '0' && *name <= '9' && !*end && value == i))) {
			*number = i;
			return 0;
		}
	return -1;
}
