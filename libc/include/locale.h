/* Locales: there is "C", also called "POSIX" and "". */
#ifndef LOCALE_H
#define LOCALE_H

#include <stddef.h>

#define LC_CTYPE    0
#define LC_NUMERIC  1
#define LC_TIME     2
#define LC_COLLATE  3
#define LC_MONETARY 4
#define LC_ALL      6

struct lconv {
	char *decimal_point, *thousands_sep, *grouping;
	char *mon_decimal_point, *mon_thousands_sep, *mon_grouping;
	char *positive_sign, *negative_sign, *currency_symbol, *int_curr_symbol;
	char frac_digits, p_cs_precedes, n_cs_precedes, p_sep_by_space, n_sep_by_space;
	char p_sign_posn, n_sign_posn;
	char int_frac_digits, int_p_cs_precedes, int_n_cs_precedes, int_p_sep_by_space;
	char int_n_sep_by_space, int_p_sign_posn, int_n_sign_posn;
};

/* The name of the locale, "C"; NULL: there is no such category or locale. */
char *setlocale(int category, const char *name);
struct lconv *localeconv(void);

#endif
