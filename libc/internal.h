/* What the library's own files share and programs do not see.
 *
 * Where things lie in a process (USER_START to USER_END, abi.h): the program from its link address
 * (4 MiB), the heap from HEAP_START up, the stack below STARTUP, the startup block at STARTUP. */
#ifndef LIBC_INTERNAL_H
#define LIBC_INTERNAL_H

#include <atoll/abi.h>
#include <atoll/startup.h>
#include <stddef.h>

#define HEAP_START 0x0000100000000000ull
#define HEAP_END   0x0000200000000000ull

/* The startup block; NULL in init. Set by start.c before anything else runs. */
extern const struct startup *libc_startup;

/* Where crt0 continues: rdi as the kernel gave it. */
_Noreturn void libc_start(uint64_t argument);

/* The heap's two neighbours. grow.c: that many more bytes (whole pages), right behind those it gave
 * before; NULL when there are none. fatal.c: says what is wrong on standard error and aborts. */
void *libc_grow(size_t bytes);
_Noreturn void libc_fatal(const char *what);

/* Takes over the descriptors that the startup block lists (posix/descriptor.c). */
void libc_descriptors_adopt(const struct startup *startup);

/* Writes out what stdio still holds; called by exit. Weak: a program without stdio does not carry
 * it. (stdio/file.c) */
void libc_stdio_exit(void) __attribute__((weak));

#endif
