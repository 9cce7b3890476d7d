/* POSIX's names for integers. */
#ifndef SYS_TYPES_H
#define SYS_TYPES_H

#include <stddef.h>
#include <stdint.h>

typedef int64_t ssize_t;
typedef int64_t off_t;
typedef int32_t pid_t;
typedef uint32_t mode_t;
typedef uint32_t uid_t, gid_t;
typedef uint64_t ino_t, dev_t, nlink_t;
typedef int64_t blksize_t, blkcnt_t;
typedef int64_t time_t;
typedef int64_t suseconds_t;
typedef uint64_t useconds_t;
typedef int clockid_t;

#endif
