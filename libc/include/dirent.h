/* Reading directories. */
#ifndef DIRENT_H
#define DIRENT_H

#include <limits.h>
#include <sys/types.h>

#define DT_UNKNOWN 0
#define DT_FIFO    1
#define DT_CHR     2
#define DT_DIR     4
#define DT_REG     8

struct dirent {
	ino_t d_ino;
	off_t d_size; /* of the file: not in POSIX, but known */
	unsigned char d_type;
	char d_name[NAME_MAX + 1];
};

typedef struct directory DIR;

DIR *opendir(const char *path);
DIR *fdopendir(int fd);
struct dirent *readdir(DIR *directory);
void rewinddir(DIR *directory);
int dirfd(DIR *directory);
int closedir(DIR *directory);

#endif
