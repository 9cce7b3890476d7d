/* POSIX: descriptors, the tree of files, the process. */
#ifndef UNISTD_H
#define UNISTD_H

#include <stddef.h>
#include <sys/types.h>

#define STDIN_FILENO  0
#define STDOUT_FILENO 1
#define STDERR_FILENO 2

#define SEEK_SET 0
#define SEEK_CUR 1
#define SEEK_END 2

#define F_OK 0
#define X_OK 1
#define W_OK 2
#define R_OK 4

extern char **environ;

ssize_t read(int fd, void *buffer, size_t count);
ssize_t write(int fd, const void *buffer, size_t count);
ssize_t pread(int fd, void *buffer, size_t count, off_t offset);
ssize_t pwrite(int fd, const void *buffer, size_t count, off_t offset);
off_t lseek(int fd, off_t offset, int from);
int ftruncate(int fd, off_t size);
int close(int fd);
int dup(int fd);
int dup2(int fd, int to);
int isatty(int fd);
/* What is written to fd[1] can be read from fd[0]. flags: O_CLOEXEC, O_NONBLOCK. EMFILE also when
 * we have made more pipes than the server has left for others. */
int pipe(int fd[2]);
int pipe2(int fd[2], int flags);

int unlink(const char *path);
int rmdir(const char *path);
int truncate(const char *path, off_t size);
int access(const char *path, int how);
int chdir(const char *path);
char *getcwd(char *buffer, size_t size);

pid_t getpid(void);
/* Of the main thread alone, while there is no other (ENOTSUP). */
pid_t fork(void);
_Noreturn void _exit(int status);
/* Of a handler that runs for a signal from elsewhere they are interrupted: EINTR, and sleep returns
 * the seconds that are left (here, and in nanosleep, the main thread alone). */
unsigned sleep(unsigned seconds);
int usleep(useconds_t microseconds);
/* Until such a handler has run: -1 with EINTR. */
int pause(void);

/* getopt: one option a call, '?' for an unknown one, -1 at the end. */
extern char *optarg;
extern int optind, opterr, optopt;
int getopt(int argc, char *const argv[], const char *options);

#endif
