/* What takes a variable number of arguments, of which some may be floating-point numbers: the
 * compiler saves the vector registers then, but only when the caller says that there are some (al
 * is not 0). So who prints none stays without floating point. Nothing else may be done here. */
#include <stdio.h>

int fprintf(FILE *restrict f, const char *restrict format, ...)
{
	va_list arguments;
	int length;

	va_start(arguments, format);
	length = vfprintf(f, format, arguments);
	va_end(arguments);
	return length;
}

int printf(const char *restrict format, ...)
{
	va_list arguments;
	int length;

	va_start(arguments, format);
	length = vfprintf(stdout, format, arguments);
	va_end(arguments);
	return length;
}

int dprintf(int fd, const char *restrict format, ...)
{
	va_list arguments;
	int length;

	va_start(arguments, format);
	length = vdprintf(fd, format, arguments);
	va_end(arguments);
	return length;
}
