/* trap, and Ctrl-C for the shell itself.
 *
 * A signal's handler runs in a thread of libc's (signal.h) and only notes it; what is to be done is
 * done between two commands (list_is_left). The shell that somebody types at catches SIGINT in
 * any case: what it was doing is left, but not the shell. */
#include "shell.h"
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ON_EXIT 0

static char *action[NSIG]; /* NULL: the default; "": ignored */
static volatile sig_atomic_t arrived[NSIG], any_arrived;

static void arrive(int number)
{
	arrived[number] = any_arrived = 1;
}

/* Tells libc what is wanted now. What would end the shell is caught, too, when there is something
 * to be done on EXIT. */
static void adjust(int number)
{
	bool ends = number == SIGINT || number == SIGTERM || number == SIGHUP;
	bool wanted =
	    action[number] || (ends && action[ON_EXIT]) || (number == SIGINT && shell.interactive);
	struct sigaction new = { .sa_handler = SIG_DFL };

	if (action[number] && !*action[number])
		new.sa_handler = SIG_IGN;
	else if (wanted)
		new.sa_handler = arrive;
	sigaction(number, &new, NULL);
}

void traps_begin(void)
{
	if (shell.interactive)
		adjust(SIGINT);
}

_Noreturn static void end_by(int number)
{
	action[number] = NULL;
	run_exit_trap();
	fflush(stdout);
	signal(number, SIG_DFL);
	raise(number);
	exit(STATUS_SIGNAL(number));
}

static void run_one(int number)
{
	int status = shell.status;

	arrived[number] = 0;
	if (action[number]) {
		run_within(action[number], "trap");
		shell.status = status;
	} else if (number == SIGINT && shell.interactive) {
		shell.interrupted = true;
		shell.status = STATUS_SIGNAL(SIGINT);
	} else {
		end_by(number);
	}
}

void traps_run(void)
{
	while (any_arrived) {
		any_arrived = 0;
		for (int number = 1; number < NSIG; number++)
			if (arrived[number])
				run_one(number);
	}
}

bool trap_interrupted(void)
{
	return arrived[SIGINT] && !action[SIGINT];
}

bool trap_child_interrupted(void)
{
	if (!action[SIGINT])
		return false;
	if (*action[SIGINT])
		arrive(SIGINT);
	return true;
}

void run_exit_trap(void)
{
	char *text = action[ON_EXIT];
	int status = shell.status;

	action[ON_EXIT] = NULL;
	if (!text)
		return;
	shell.interrupted = shell.returning = false;
	shell.leaving = 0;
	run_within(text, "trap");
	shell.status = status;
	free(text);
}

_Noreturn void leave_shell(int status)
{
	shell.status = status;
	run_exit_trap();
	exit(status);
}

/* ---- The builtin ----------------------------------------------------------------------------- */

/* INT, SIGINT, 2; 0: EXIT; -1: none that can be caught. */
static int find_signal(const char *text)
{
	int number;

	if (strcmp(text, "EXIT") == 0 || strcmp(text, "0") == 0)
		return ON_EXIT;
	if (str2sig(text + (strncmp(text, "SIG", 3) ? 0 : 3), &number) != 0)
		return -1;
	return number == SIGKILL || number == SIGSTOP ? -1 : number;
}

static void list_traps(void)
{
	char name[SIG2STR_MAX] = "EXIT";

	for (int number = ON_EXIT; number < NSIG; number++)
		if (action[number] && (number == ON_EXIT || sig2str(number, name) == 0))
			printf("trap -- '%s' %s\n", action[number], name);
}

static void set_trap(int number, const char *text)
{
	free(action[number]);
	action[number] = text ? strdup(text) : NULL;
	if (number != ON_EXIT) {
		adjust(number);
		return;
	}
	adjust(SIGINT);
	adjust(SIGTERM);
	adjust(SIGHUP);
}

/* [TEXT|-] SIGNAL ...: what is done when it comes; without arguments all are listed. */
int builtin_trap(int argc, char **argv)
{
	int first = argc > 1 && strcmp(argv[1], "--") == 0 ? 2 : 1, status = 0;
	const char *text = NULL;

	if (argc == first) {
		list_traps();
		return 0;
	}
	/* One argument, or a number first, means: as without a trap. */
	if (argc > first + 1 && (argv[first][0] < '0' || argv[first][0] > '9')) {
		text = strcmp(argv[first], "-") == 0 ? NULL : argv[first];
		first++;
	}
	for (int i = first; i < argc; i++) {
		int number = find_signal(argv[i]);

		if (number < 0) {
			complain("trap: %s: not a signal that can be caught", argv[i]);
			status = 1;
		} else {
			set_trap(number, text);
		}
	}
	return status;
}
