/* Formatting to a descriptor, past stdio: a FILE of its own for the time of one call. */
#include <stdio.h>

#include "file.h"

int vdprintf(int fd, const char *restrict format, va_list arguments)
{
	unsigned char buffer[512];
	struct file f = {
		.fd = fd,
		.writable = true,
		.mode = _IONBF,
		.storage = buffer,
		.base = buffer,
		.next = buffer,
		.end = buffer,
		.size = sizeof buffer,
	};

	return vfprintf(&f, format, arguments);
}
