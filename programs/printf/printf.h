/* What printf's two halves share: numbers with a point have a file of their own, for only that may
 * touch the FPU. */
#ifndef PRINTF_H
#define PRINTF_H

#define SPECIFICATION 128 /* bytes of a conversion at the most */

/* Says what is wrong with an argument; printf goes on, and fails in the end. */
void printf_complain(const char *text, const char *what);
/* spec: as of C's printf, for a double. */
void printf_double(const char *spec, const char *text);

#endif
