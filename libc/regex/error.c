/* What was wrong with an expression, in words for people. */
#include <regex.h>
#include <string.h>

size_t regerror(int error, const regex_t *restrict regex, char *restrict message, size_t size)
{
	static const char *const text[] = {
		"no error",
		[REG_NOMATCH] = "no match",
		[REG_BADPAT] = "not an expression",
		[REG_ECOLLATE] = "[. and [= are not supported",
		[REG_ECTYPE] = "no such class of characters",
		[REG_EESCAPE] = "nothing follows the \\ at the end",
		[REG_ESUBREG] = "\\1 to \\9 are not supported",
		[REG_EBRACK] = "a [ is not closed",
		[REG_EPAREN] = "a ( or ) without the other",
		[REG_EBRACE] = "a { is not closed",
		[REG_BADBR] = "what is in { } makes no sense",
		[REG_ERANGE] = "a range ends before it begins",
		[REG_ESPACE] = "the pattern is too large",
		[REG_BADRPT] = "there is nothing to repeat",
	};
	const char *found =
	    error >= 0 && error < (int)(sizeof text / sizeof *text) ? text[error] : "unknown error";

	(void)regex;
	return strlcpy(message, found, size) + 1;
}
