/* Locks of FILEs: each call of stdio has its file to itself, and a thread may keep one over several
 * calls. Its owner may lock it again, since some calls are made of others. */
#include "file.h"

#include "../internal.h"

void flockfile(FILE *f)
{
	if (libc_owns(&f->lock))
		f->again++;
	else if (!libc_hold(&f->lock))
		f->again = 0; /* it counted for a thread that was killed */
}

void funlockfile(FILE *f)
{
	if (f->again)
		f->again--;
	else
		libc_release(&f->lock);
}
