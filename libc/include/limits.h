/* Limits of integers, of paths, of what the library keeps. Complete in itself: gcc's own wants
 * another after it. */
#ifndef LIMITS_H
#define LIMITS_H

#define CHAR_BIT   8
#define SCHAR_MAX  __SCHAR_MAX__
#define SCHAR_MIN  (-SCHAR_MAX - 1)
#define UCHAR_MAX  (SCHAR_MAX * 2 + 1)
#define CHAR_MAX   SCHAR_MAX
#define CHAR_MIN   SCHAR_MIN
#define MB_LEN_MAX 1
#define SHRT_MAX   __SHRT_MAX__
#define SHRT_MIN   (-SHRT_MAX - 1)
#define USHRT_MAX  (SHRT_MAX * 2 + 1)
#define INT_MAX    __INT_MAX__
#define INT_MIN    (-INT_MAX - 1)
#define UINT_MAX   (INT_MAX * 2u + 1)
#define LONG_MAX   __LONG_MAX__
#define LONG_MIN   (-LONG_MAX - 1)
#define ULONG_MAX  (LONG_MAX * 2ul + 1)
#define LLONG_MAX  __LONG_LONG_MAX__
#define LLONG_MIN  (-LLONG_MAX - 1)
#define ULLONG_MAX (LLONG_MAX * 2ull + 1)
#define SSIZE_MAX  LONG_MAX

#define PATH_MAX 1024 /* with the NUL */
#define NAME_MAX 103
#define OPEN_MAX 128 /* descriptors */
#define PIPE_BUF 4096
#define ARG_MAX  32768

#endif
