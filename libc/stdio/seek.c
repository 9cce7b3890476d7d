/* Where one is in a file. */
#include "file.h"
#include <errno.h>
#include <unistd.h>

int fseeko(FILE *f, off_t offset, int from)
{
	KEEP(f);

	/* Flushing moves the descriptor to where the reader is, if it can be moved; then SEEK_CUR
	 * means the same to both. */
	if (fflush(f) != 0 || lseek(f->fd, offset, from) < 0)
		return -1;
	f->state = IDLE;
	f->next = f->end = f->base;
	f->at_end = false;
	return 0;
}

int fseek(FILE *f, long offset, int from)
{
	return fseeko(f, offset, from);
}

off_t ftello(FILE *f)
{
	off_t position;
	KEEP(f);

	/* In append mode only the server knows where the bytes that wait will go. */
	if (f->state == WRITING && fflush(f) != 0)
		return -1;
	position = lseek(f->fd, 0, SEEK_CUR);
	return position < 0 ? -1 : position - (f->end - f->next);
}

long ftell(FILE *f)
{
	return ftello(f);
}

void rewind(FILE *f)
{
	fseeko(f, 0, SEEK_SET);
	clearerr(f);
}

int fgetpos(FILE *restrict f, fpos_t *restrict position)
{
	*position = ftello(f);
	return *position < 0 ? -1 : 0;
}

int fsetpos(FILE *f, const fpos_t *position)
{
	return fseeko(f, *position, SEEK_SET);
}
