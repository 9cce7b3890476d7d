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

void bench_servers(void)
{
	files();
	processes();
	row_left_out("pipe.rt", "there is no server of pipes yet");
}
