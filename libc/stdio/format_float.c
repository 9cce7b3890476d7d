/* Taking a floating-point argument: all of printf that must touch such a number. */
#include "format.h"

struct binary libc_float_argument(struct arguments *a, bool longer)
{
	return longer ? binary_of_long_double(va_arg(a->list, long double))
		      : binary_of_double(va_arg(a->list, double));
}
