/* Files as such: the standard three, the list of all, buffers, and the change between reading and
 * writing. */
#include "file.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../internal.h"

static struct file standard[] = {
	{ .fd = STDIN_FILENO, .readable = true, .mode = -1, .following = &standard[1] },
	{ .fd = STDOUT_FILENO, .writable = true, .mode = -1, .following = &standard[2] },
	{ .fd = STDERR_FILENO, .writable = true, .mode = _IONBF },
};
FILE *stdin = &standard[0], *stdout = &standard[1], *stderr = &standard[2];

struct file *libc_files = &standard[0];
uint64_t libc_files_lock;

static void empty(FILE *f)
{
	f->state = IDLE;
	f->next = f->end = f->base;
}

/* A buffer, and with it the buffering mode: by line for a terminal. */
static bool prepare(FILE *f)
{
	if (!f->storage) {
		f->storage = malloc(PUSHBACK + BUFSIZ);
		if (!f->storage) {
			f->failed = true;
			return false;
		}
		f->own_storage = true;
		f->base = f->storage + PUSHBACK;
		f->size = BUFSIZ;
		empty(f);
	}
	if (f->mode < 0) {
		int error = errno;

		f->mode = isatty(f->fd) ? _IOLBF : _IOFBF;
		errno = error;
	}
	return true;
}

static bool refuse(FILE *f)
{
	errno = EBADF;
	f->failed = true;
	return false;
}

bool libc_file_reading(FILE *f)
{
	if (!f->readable)
		return refuse(f);
	if (f->state == WRITING && fflush(f) != 0)
		return false;
	if (f->state == IDLE && !prepare(f))
		return false;
	f->state = READING;
	return true;
}

bool libc_file_writing(FILE *f)
{
	if (!f->writable)
		return refuse(f);
	if (f->state == READING)
		fflush(f);
	if (f->state == IDLE && !prepare(f))
		return false;
	f->state = WRITING;
	return true;
}

bool libc_file_fill(FILE *f)
{
	ssize_t count;

	/* A question should stand on the terminal before its answer is waited for. */
	if (f->mode != _IOFBF && stdout->mode == _IOLBF) {
		KEEP(stdout);

		if (stdout->state == WRITING)
			libc_file_drain(stdout);
	}
	f->next = f->end = f->base;
	count = read(f->fd, f->base, f->mode == _IONBF ? 1 : f->size);
	if (count > 0)
		f->end = f->base + count;
	else if (count == 0)
		f->at_end = true;
	else
		f->failed = true;
	return count > 0;
}

bool libc_file_drain(FILE *f)
{
	const unsigned char *from = f->base;

	while (from < f->next) {
		ssize_t count = write(f->fd, from, (size_t)(f->next - from));

		if (count <= 0) {
			/* What was not written stays, so that the caller may try again. */
			memmove(f->base, from, (size_t)(f->next - from));
			f->next -= from - f->base;
			f->failed = true;
			return false;
		}
		from += count;
	}
	f->next = f->base;
	return true;
}

bool libc_file_wrote(FILE *f, bool newline)
{
	if (f->mode == _IONBF || (f->mode == _IOLBF && newline))
		return libc_file_drain(f);
	return true;
}

/* Of a file that is read: the descriptor goes back to where the reader is, if it can. */
static int flush(FILE *f)
{
	if (f->state == WRITING && !libc_file_drain(f))
		return EOF;
	if (f->state == READING && f->next < f->end) {
		int error = errno;

		if (lseek(f->fd, f->next - f->end, SEEK_CUR) < 0) {
			errno = error;
			return 0;
		}
	}
	empty(f);
	return 0;
}

int fflush(FILE *f)
{
	int result = 0;

	if (f) {
		KEEP(f);

		return flush(f);
	}
	libc_hold(&libc_files_lock);
	/* Those that are read are left out: their readers may keep them for long. */
	for (f = libc_files; f; f = f->following)
		if (f->state == WRITING && fflush(f) != 0)
			result = EOF;
	libc_release(&libc_files_lock);
	return result;
}

/* No locks: a thread that waits for input has its file, and must not keep the program from ending.
 */
void libc_stdio_exit(void)
{
	for (FILE *f = libc_files; f; f = f->following)
		flush(f);
}

int setvbuf(FILE *restrict f, char *restrict buffer, int mode, size_t size)
{
	KEEP(f);

	if ((mode != _IOFBF && mode != _IOLBF && mode != _IONBF) || f->state != IDLE)
		return -1;
	f->mode = mode;
	if (buffer && size > 2 * PUSHBACK && !f->storage) {
		f->storage = (unsigned char *)buffer;
		f->base = f->storage + PUSHBACK;
		f->size = size - PUSHBACK;
		empty(f);
	}
	return 0;
}

void setbuf(FILE *restrict f, char *restrict buffer)
{
	setvbuf(f, buffer, buffer ? _IOFBF : _IONBF, BUFSIZ);
}

int fileno(FILE *f)
{
	return f->fd;
}

int feof(FILE *f)
{
	return f->at_end;
}

int ferror(FILE *f)
{
	return f->failed;
}

void clearerr(FILE *f)
{
	f->at_end = f->failed = false;
}
