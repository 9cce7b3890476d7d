/* errno: one for the whole process, until threads have storage of their own. */
#include <errno.h>

int *libc_errno(void)
{
	static int number;

	return &number;
}
