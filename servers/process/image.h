/* Reading a program's file. See image.c. */
#ifndef PROCESS_IMAGE_H
#define PROCESS_IMAGE_H

#include <stddef.h>

/* The whole file of a path (no NUL), in memory for the caller to free(). 0 or a positive error. */
int image_read(const char *path, size_t length, void **image, size_t *bytes);

#endif
