/* Patterns for names, as the shell has them. */
#ifndef FNMATCH_H
#define FNMATCH_H

#define FNM_NOMATCH 1

/* 0: the whole name matches the pattern, or FNM_NOMATCH. * any bytes, ? one, [abc] [a-z] [!a-z]
 * [[:digit:]] one of a set, \ before any of them: itself. A / is matched like all others. There are
 * no flags yet: 0. */
int fnmatch(const char *pattern, const char *name, int flags);

#endif
