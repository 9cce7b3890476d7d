/* The kernel's basic types and its assertion.
 *
 * Layer 0: everybody may include it, it calls nobody (a failed assertion ends in panic.c). */
#ifndef KERNEL_TYPES_H
#define KERNEL_TYPES_H

#include <atoll/abi.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef uint8_t u8;
typedef uint16_t u16;
typedef uint32_t u32;
typedef uint64_t u64;
typedef int64_t s64;

/* An address of user space: a number, so that nobody can dereference it by mistake. */
typedef u64 uaddr;
/* A physical address. */
typedef u64 paddr;

#define CONTAINER_OF(pointer, type, member) ((type *)((char *)(pointer)-offsetof(type, member)))
#define ARRAY_SIZE(array)                   (sizeof(array) / sizeof((array)[0]))
#define MIN(a, b)                           ((a) < (b) ? (a) : (b))
#define MAX(a, b)                           ((a) > (b) ? (a) : (b))
#define ALIGN_DOWN(x, size)                 ((x) & ~((u64)(size)-1))
#define ALIGN_UP(x, size)                   ALIGN_DOWN((x) + (size)-1, size)

#define LIKELY(x)   __builtin_expect(!!(x), 1)
#define UNLIKELY(x) __builtin_expect(!!(x), 0)
#define COLD        __attribute__((cold, noinline))
#define INLINE      inline __attribute__((always_inline))

_Noreturn void panic(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* On in every build: an invariant that does not hold is a bug of the kernel, and no later step may
 * build on it. */
#define ASSERT(condition)            \
	(LIKELY(condition) ? (void)0 \
			   : panic("%s:%d: assertion failed: %s", __FILE__, __LINE__, #condition))

#endif
