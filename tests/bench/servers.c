/* What needs the whole system: files, processes. Started by the shell. */
#include "bench.h"
#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#define FILE_NAME "/tests/bench" /* this program: any file of 4 KiB will do */

static char page[4096];

static void files(void)
{
	int fd = open(FILE_NAME, O_RDONLY);

	must(fd < 0 ? -errno : 0, FILE_NAME);
	row("file.read.4k");
	for (unsigned i = 0; i < REPETITIONS; i++) {
		uint32_t begin, end;
		ssize_t got;

		lseek(fd, 0, SEEK_SET);
		begin = BEGIN();
		got = read(fd, page, sizeof page);
		end = END();
		must(got == sizeof page ? 0 : -EIO, "read");
		sample(begin, end);
	}
	row_end(0);
	close(fd);
}

static void processes(void)
{
	char name[] = "true", *const argv[] = { name, NULL };

	row("spawn");
	for (unsigned i = 0; i < REPETITIONS; i++) {
		uint32_t begin = BEGIN(), end;
		int status = 1, error;
		pid_t pid;

		error = posix_spawn(&pid, "/bin/true", NULL, NULL, argv, NULL);
		if (!error)
			waitpid(pid, &status, 0);
		end = END();
		must(error ? -error : status ? -EIO : 0, "spawn");
		sample(begin, end);
	}
	row_end(0);
}

/* To `cat` and back, once it waits. */
static void pipes(void)
{
	char name[] = "cat", *const argv[] = { name, NULL };
	posix_spawn_file_actions_t actions;
	int to[2], from[2];
	pid_t pid;

	must(pipe2(to, O_CLOEXEC) ? -errno : 0, "pipe");
	must(pipe2(from, O_CLOEXEC) ? -errno : 0, "pipe");
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_adddup2(&actions, to[0], STDIN_FILENO);
	posix_spawn_file_actions_adddup2(&actions, from[1], STDOUT_FILENO);
	must(-posix_spawn(&pid, "/bin/cat", &actions, NULL, argv, NULL), "spawn");
	posix_spawn_file_actions_destroy(&actions);
	close(to[0]);
	close(from[1]);
	write(to[1], page, 1);
	read(from[0], page, 1);
	row("pipe.rt");
	for (unsigned i = 0; i < REPETITIONS; i++) {
		uint32_t begin = BEGIN(), end;
		ssize_t put = write(to[1], page, 1), got = read(from[0], page, 1);

		end = END();
		must(put == 1 && got == 1 ? 0 : -EIO, "pipe");
		sample(begin, end);
	}
	row_end(0);
	close(to[1]);
	close(from[0]);
	waitpid(pid, NULL, 0);
}

void bench_servers(void)
{
	files();
	processes();
	pipes();
}
