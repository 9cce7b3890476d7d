/* a | b | c: every command is a program of its own, and each writes to a pipe that the next one
 * reads.
 *
 * The shell holds the pipe between two of them only while it starts those two: a pipe ends when its
 * last writer goes, and the shell must not be one. */
#include "shell.h"
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

pid_t spawn_part(
    const struct command *command, const char *text, const struct place *place, int *status)
{
	struct arguments assignments = { 0 }, arguments = { 0 };
	struct opened *opened;
	pid_t pid = 0;

	if (command->kind == COMMAND_SIMPLE)
		expand_command(command, &assignments, &arguments);
	if (arguments.count == 0 || find_function(arguments.argument[0]) ||
	    find_builtin(arguments.argument)) {
		char *part = part_text(text, command->start, command, command);

		pid = spawn_shell(part, place, status);
		free(part);
	} else if (redirects_open(command, &opened)) {
		pid =
		    spawn(arguments.argument, assignments.argument, command, opened, place, status);
		redirects_close(command, opened);
	}
	arguments_free(&assignments);
	arguments_free(&arguments);
	return pid;
}

struct stage {
	pid_t pid; /* 0: it could not be started */
	int status;
};

/* Starts them all. A command that cannot be started leaves its pipes without their one end, as one
 * that has ended at once would. False: there is no pipe, and those behind were not started. */
static bool start(const struct command *first, size_t stages, const char *text, struct stage *stage)
{
	int in = PLACE_OURS;

	for (size_t i = 0; i < stages; i++) {
		struct place place = { in, PLACE_OURS };
		int fd[2];
		bool piped = i + 1 < stages;

		if (piped && pipe2(fd, O_CLOEXEC) != 0) {
			complain("no pipe: %s", strerror(errno));
			if (in >= 0)
				close(in);
			return false;
		}
		if (piped)
			place.out = fd[1];
		stage[i].status = 1;
		stage[i].pid = spawn_part(&first[i], text, &place, &stage[i].status);
		if (in >= 0)
			close(in);
		if (piped)
			close(fd[1]);
		in = piped ? fd[0] : PLACE_OURS;
	}
	return true;
}

/* Ctrl-C ends the one in front; it is meant for all of them. */
static void interrupt(const struct stage *stage, size_t stages)
{
	for (size_t i = 0; i < stages; i++)
		if (stage[i].pid)
			kill(stage[i].pid, SIGINT);
}

/* Waits from the last to the first. */
int run_pipeline(const struct command *first, const struct command *last, const char *text)
{
	size_t stages = (size_t)(last - first) + 1;
	struct stage *stage = calloc(stages, sizeof *stage);
	bool started = stage && start(first, stages, text, stage);
	int status = 1;

	if (!stage)
		complain("out of memory");
	for (size_t i = stages; stage && i-- > 0;) {
		const char *name = first[i].words ? first[i].word[0] : "|";
		if (!stage[i].pid)
			continue;
		stage[i].status = wait_in_front(stage[i].pid, name);
		if (shell.child_interrupted)
			interrupt(stage, i);
	}
	if (started)
		status = stage[stages - 1].status;
	free(stage);
	return status;
}
