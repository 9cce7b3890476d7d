/* Memory and string functions of the freestanding kernel; the compiler calls the first four on its
 * own. Layer 0; implemented in x86/string.S (on the host: the C library's). */
#ifndef KERNEL_STRING_H
#define KERNEL_STRING_H

#include "types.h"

void *memcpy(void *to, const void *from, size_t bytes);
void *memset(void *to, int value, size_t bytes);
void *memmove(void *to, const void *from, size_t bytes);
int memcmp(const void *a, const void *b, size_t bytes);

#endif
