/* printf's numbers with a point. */
#include "printf.h"
#include <stdio.h>
#include <stdlib.h>

void printf_double(const char *spec, const char *text)
{
	char *end;
	double n = strtod(text, &end);

	if (end == text && *text)
		printf_complain(text, "not a number");
	else if (*end)
		printf_complain(text, "not a number to its end");
	printf(spec, n);
}
