/* Numbers that are none. What the text says about them is not kept. */
#include "kernel.h"

double nan(const char *text)
{
	return NAN;
}

float nanf(const char *text)
{
	return NAN;
}

long double nanl(const char *text)
{
	return NAN;
}
