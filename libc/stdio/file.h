/* A FILE: a descriptor, and a buffer of what was read ahead or of what waits to be written.
 *
 *	IDLE      next = end = base
 *	READING   next to end: read from the descriptor, not yet from the FILE
 *	WRITING   base to next: written to the FILE, not yet to the descriptor
 *
 * Invariant: storage <= next <= base + size, and base - storage is PUSHBACK: room for ungetc when
 * nothing of the buffer has been read yet.
 * file.c changes the state; read.c and write.c move next. All of it belongs to who has the lock
 * (lock.c), which each public function takes by KEEP. */
#ifndef LIBC_FILE_H
#define LIBC_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#define PUSHBACK 8

struct file {
	int fd;
	bool readable, writable, at_end, failed;
	enum { IDLE, READING, WRITING } state;
	int mode;               /* _IOFBF, _IOLBF, _IONBF; -1: not decided yet */
	unsigned char *storage; /* NULL: no buffer yet */
	unsigned char *base, *next, *end;
	size_t size;
	bool own_storage; /* to be freed */
	uint64_t lock;
	unsigned again;         /* how often its owner locked it besides the first time */
	struct file *following; /* in the list of open files, the standard three included */
};

/* All that are open: what exit and fflush(NULL) write out. The list's lock is taken before that of
 * a file in it. */
extern struct file *libc_files;
extern uint64_t libc_files_lock;

/* Locks f for the rest of the block. */
#define KEEP(f) FILE *kept __attribute__((cleanup(libc_file_leave), unused)) = libc_file_keep(f)

static inline FILE *libc_file_keep(FILE *f)
{
	flockfile(f);
	return f;
}

static inline void libc_file_leave(FILE **f)
{
	funlockfile(*f);
}

/* Ready the file for reading or writing: direction, buffer, buffering mode. False, with errno and
 * ferror, if it is not open for that. */
bool libc_file_reading(FILE *f);
bool libc_file_writing(FILE *f);
/* Reads more into an empty buffer. False: the end, or an error. */
bool libc_file_fill(FILE *f);
/* Writes out what waits. */
bool libc_file_drain(FILE *f);
/* After a call that wrote: what the buffering mode wants out now goes out. */
bool libc_file_wrote(FILE *f, bool newline);

#endif
