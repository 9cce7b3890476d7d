/* A FILE: a descriptor, and a buffer of what was read ahead or of what waits to be written.
 *
 *	IDLE      next = end = base
 *	READING   next to end: read from the descriptor, not yet from the FILE
 *	WRITING   base to next: written to the FILE, not yet to the descriptor
 *
 * Invariant: storage <= next <= base + size, and base - storage is PUSHBACK: room for ungetc when
 * nothing of the buffer has been read yet.
 * file.c changes the state; read.c and write.c move next. */
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
	bool own_storage;       /* to be freed */
	struct file *following; /* in the list of open files, the standard three included */
};

/* All that are open: what exit and fflush(NULL) write out. */
extern struct file *libc_files;

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
