/* Kinds of characters. */
#include <ctype.h>

static int between(int c, int first, int last)
{
	return c >= first && c <= last;
}

int isupper(int c)
{
	return between(c, 'A', 'Z');
}

int islower(int c)
{
	return between(c, 'a', 'z');
}

int isdigit(int c)
{
	return between(c, '0', '9');
}

int isalpha(int c)
{
	return isupper(c) || islower(c);
}

int isalnum(int c)
{
	return isalpha(c) || isdigit(c);
}

int isxdigit(int c)
{
	return isdigit(c) || between(c, 'A', 'F') || between(c, 'a', 'f');
}

int isblank(int c)
{
	return c == ' ' || c == '\t';
}

int isspace(int c)
{
	return c == ' ' || between(c, '\t', '\r');
}

int iscntrl(int c)
{
	return between(c, 0, 0x1f) || c == 0x7f;
}

int isprint(int c)
{
	return between(c, ' ', '~');
}

int isgraph(int c)
{
	return between(c, '!', '~');
}

int ispunct(int c)
{
	return isgraph(c) && !isalnum(c);
}

int isascii(int c)
{
	return between(c, 0, 0x7f);
}

int tolower(int c)
{
	return isupper(c) ? c + ('a' - 'A') : c;
}

int toupper(int c)
{
	return islower(c) ? c - ('a' - 'A') : c;
}
