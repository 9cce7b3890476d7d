/* The only locale. */
#include <limits.h>
#include <locale.h>
#include <string.h>

char *setlocale(int category, const char *name)
{
	static char only[] = "C";

	if (category < LC_CTYPE || category > LC_ALL)
		return NULL;
	if (name && *name && strcmp(name, "C") != 0 && strcmp(name, "POSIX") != 0)
		return NULL;
	return only;
}

struct lconv *localeconv(void)
{
	static char point[] = ".", none[] = "";
	static struct lconv c = { point, none, none, none, none, none, none, none, none, none,
		CHAR_MAX, CHAR_MAX, CHAR_MAX, CHAR_MAX, CHAR_MAX, CHAR_MAX, CHAR_MAX, CHAR_MAX,
		CHAR_MAX, CHAR_MAX, CHAR_MAX, CHAR_MAX, CHAR_MAX, CHAR_MAX };

	return &c;
}
