/* What the POSIX face's files share: calls to servers with errno, descriptors, services, paths. */
#ifndef LIBC_POSIX_H
#define LIBC_POSIX_H

#include <atoll/io.h>
#include <atoll/sys.h>
#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/stat.h>

/* ---- ask.c ----------------------------------------------------------------------------------- */
/* Asks a server, waiting as long as it takes. 0, or -1 with errno. An idempotent operation is asked
 * again when the server died over it. */
enum libc_again { ONCE, IDEMPOTENT };
int libc_ask(cap_t server, struct msg *m, enum libc_again again);
/* A result in the kernel's manner (negative: an error) in POSIX's. */
int64_t libc_result(int64_t result);

/* ---- service.c: 0, with errno, when the service is not to be had ----------------------------- */
cap_t libc_file_service(void);
cap_t libc_process_service(void);
cap_t libc_init_service(void);
cap_t libc_pipe_service(void);

/* ---- descriptor.c ---------------------------------------------------------------------------- */
#define FD_CLOSE_ON_SPAWN 1
#define FD_NOWAIT         2
/* Of the O_* flags of a descriptor that is opened. */
unsigned libc_descriptor_of_open(int flags);
/* A descriptor's capability; 0, with errno, when it is not open. */
cap_t libc_descriptor(int fd);
unsigned libc_descriptor_flags(int fd);
/* The lowest free descriptor, at least `from`, for a capability that is ours from now on. When
 * there is none: -1, and the capability is gone. */
int libc_descriptor_new(cap_t cap, unsigned flags, int from);

/* In the child of a fork: what the parent's memory says of these is not ours. */
void libc_services_forget(void);
void libc_descriptors_forget(void);

/* ---- process.c: kill(), also of ourselves, whatever handlers there are. */
int libc_kill(pid_t pid, int signal);

/* ---- pager.c --------------------------------------------------------------------------------- */
struct libc_region {
	cap_t memory;
	uint64_t address, bytes;
	unsigned protection, what; /* PROT_*; PAGER_ZERO or PAGER_KEEP */
};
/* PAGER_MAP, with errno. Our capability of the memory stays. */
int libc_pager_give(const struct libc_region *r, const char *path, off_t offset);

/* ---- path.c ---------------------------------------------------------------------------------- */
/* Makes a path absolute and folds "." and ".." away. A path that asks for a directory ("a/",
 * "a/..") ends in a slash. Returns its length, or -ENOENT (empty), -ENAMETOOLONG. */
int libc_path_absolute(char absolute[PATH_MAX], const char *path, const char *cwd);
/* The same from the working directory, with errno. */
int libc_path(char absolute[PATH_MAX], const char *path);
extern char libc_cwd[];

/* ---- stat.c ---------------------------------------------------------------------------------- */
int libc_io_stat(int fd, struct io_stat *st);
int libc_path_stat(const char *path, struct io_stat *st);

/* ---- open.c: a capability for a file, or 0 with errno ---------------------------------------- */
cap_t libc_open(const char *path, int flags, mode_t mode);

#endif
