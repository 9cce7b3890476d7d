/* Limits of integers, of paths, of what the library keeps. Complete in itself: gcc's own wants
 * another after it. */
#ifndef LIMITS_H
#define LIMITS_H

#define CHAR_BIT   8
#define SCHAR_MAX  127
#define SCHAR_MIN  (-SCHAR_MAX - 1)
#define UCHAR_MAX  255
#define CHAR_MAX   SCHAR_MAX
#define CHAR_MIN   SCHAR_MIN
#define MB_LEN_MAX 1
#define SHRT_MAX   32767
#define SHRT_MIN   (-SHRT_MAX - 1)
#define USHRT_MAX  65535
#define INT_MAX    2147483647
#define INT_MIN    (-INT_MAX - 1)
#define UINT_MAX   4294967295u
#define LONG_MAX   9223372036854775807l
#define LONG_MIN   (-LONG_MAX - 1)
#define ULONG_MAX  18446744073709551615ul
#define LLONG_MAX  9223372036854775807ll
#define LLONG_MIN  (-LLONG_MAX - 1)
#define ULLONG_MAX 18446744073709551615ull
#define SSIZE_MAX  LONG_MAX

#define PATH_MAX 1024 /* with the NUL */
#define NAME_MAX 103
#define OPEN_MAX 128 /* descriptors */
#define PIPE_BUF 4096
#define ARG_MAX  32768

#endif
