/* As printf_float.c, for those that write into memory. */
#include <stdio.h>

int snprintf(char *restrict text, size_t size, const char *restrict format, ...)
{
	va_list arguments;
	int length;

	va_start(arguments, format);
	length = vsnprintf(text, size, format, arguments);
	va_end(arguments);
	return length;
}

int sprintf(char *restrict text, const char *restrict format, ...)
{
	va_list arguments;
	int length;

	va_start(arguments, format);
	length = vsprintf(text, format, arguments);
	va_end(arguments);
	return length;
}

int asprintf(char **text, const char *format, ...)
{
	va_list arguments;
	int length;

	va_start(arguments, format);
	length = vasprintf(text, format, arguments);
	va_end(arguments);
	return length;
}
