/* Opening files. The O_ flags travel to the file server as they are, but for O_CLOEXEC and
 * O_NONBLOCK: those are the descriptor's, so nobody else is surprised by them. */
#ifndef FCNTL_H
#define FCNTL_H

#include <sys/types.h>

#define O_RDONLY    0
#define O_WRONLY    1
#define O_RDWR      2
#define O_ACCMODE   3
#define O_CREAT     0100
#define O_EXCL      0200
#define O_TRUNC     01000
#define O_APPEND    02000
#define O_NONBLOCK  04000
#define O_DIRECTORY 0200000
#define O_CLOEXEC   02000000

int open(const char *path, int flags, ...);
int creat(const char *path, mode_t mode);

#define F_DUPFD         0 /* a copy, of this number or higher */
#define F_GETFD         1 /* FD_CLOEXEC or 0 */
#define F_SETFD         2
#define F_GETFL         3 /* O_NONBLOCK or 0; how it was opened, its server knows */
#define F_SETFL         4 /* changes O_NONBLOCK alone */
#define F_DUPFD_CLOEXEC 1030
#define FD_CLOEXEC      1
int fcntl(int fd, int command, ...);

#endif
