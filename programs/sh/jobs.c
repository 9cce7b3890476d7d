/* Programs in the background. */
#include "shell.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

struct job {
	pid_t pid;
	char *text;
};

static struct job *job;
static size_t jobs;

void jobs_add(pid_t pid, const char *text, size_t length)
{
	struct job *grown = realloc(job, (jobs + 1) * sizeof *job);

	if (!grown)
		return; /* it runs, but nobody will tell of its end */
	job = grown;
	job[jobs++] = (struct job){ pid, strndup(text, length) };
	shell.last_background = pid;
	if (shell.interactive)
		fprintf(stderr, "[%d]\n", (int)pid);
}

static void forget(struct job *j)
{
	free(j->text);
	memmove(j, j + 1, (size_t)(job + jobs - (j + 1)) * sizeof *j);
	jobs--;
}

static void tell(const struct job *j, pid_t ended, int status)
{
	const char *text = j->text ? j->text : "?";

	if (ended < 0)
		fprintf(stderr, "[%d] lost: %s\n", (int)j->pid, text);
	else if (WIFSIGNALED(status))
		fprintf(stderr, "[%d] %s: %s\n", (int)j->pid, strsignal(WTERMSIG(status)), text);
	else if (WEXITSTATUS(status) != 0)
		fprintf(stderr, "[%d] status %d: %s\n", (int)j->pid, WEXITSTATUS(status), text);
	else
		fprintf(stderr, "[%d] done: %s\n", (int)j->pid, text);
}

void jobs_report(void)
{
	for (size_t i = 0; i < jobs;) {
		int status = 0;
		pid_t ended = waitpid(job[i].pid, &status, WNOHANG);

		if (ended == 0) {
			i++;
			continue;
		}
		tell(&job[i], ended, status);
		forget(&job[i]);
	}
}

pid_t jobs_find(long number)
{
	for (size_t i = 0; i < jobs; i++)
		if (job[i].pid == number)
			return job[i].pid;
	return number <= (long)jobs ? job[number - 1].pid : -1;
}

void jobs_list(void)
{
	jobs_report();
	for (size_t i = 0; i < jobs; i++)
		printf("[%d] running: %s\n", (int)job[i].pid, job[i].text ? job[i].text : "?");
}

int jobs_foreground(pid_t pid)
{
	if (!pid && jobs)
		pid = job[jobs - 1].pid;
	for (size_t i = 0; i < jobs; i++)
		if (job[i].pid == pid)
			puts(job[i].text ? job[i].text : "?");
	fflush(stdout);
	return pid ? jobs_wait(pid) : STATUS_NOT_FOUND;
}

int jobs_wait(pid_t pid)
{
	int status = pid ? STATUS_NOT_FOUND : 0;

	for (size_t i = 0; i < jobs && !shell.interrupted;) {
		if (pid && job[i].pid != pid) {
			i++;
			continue;
		}
		/* While the shell waits, Ctrl-C is for the one it waits for. */
		status = wait_in_front(job[i].pid, job[i].text ? job[i].text : "?");
		forget(&job[i]);
	}
	return pid || shell.interrupted ? status : 0;
}
