/* Atoll's regular expressions for libc_regex.c, beside the host's. */
#define _REGEX_H /* the sources' regex.h is ours */
#define regcomp  atoll_regcomp
#define regexec  atoll_regexec
#define regerror atoll_regerror
#define regfree  atoll_regfree
#define strlcpy  atoll_strlcpy
// clang-format off
#include <string.h>
#include "../../libc/include/regex.h"
#include "../../libc/regex/compile.c"
#include "../../libc/regex/exec.c"
#define add set_add
#define match set_match
#include "../../libc/regex/set.c"
#include "../../libc/string/strcpy.c"
#include "../../libc/regex/error.c"
#include "libc_regex.h"
// clang-format on

int atoll_regex(const char *pattern, int flags, const char *text, size_t length, long (*found)[2],
    size_t groups, char *why)
{
	regmatch_t where[20] = { { 0, (regoff_t)length } };
	regex_t regex;
	int result = regcomp(&regex, pattern, flags);

	*why = '\0';
	if (result) {
		regerror(result, &regex, why, WHY_BYTES);
		return -result;
	}
	result = regexec(&regex, text, groups, where, REG_STARTEND);
	for (size_t i = 0; i < groups; i++) {
		found[i][0] = where[i].rm_so;
		found[i][1] = where[i].rm_eo;
	}
	regfree(&regex);
	return result;
}
