/* Leaving functions all at once. */
#ifndef SETJMP_H
#define SETJMP_H

#include <stdint.h>

/* rbx, rbp, r12 to r15, rsp, where to go on. */
typedef uint64_t jmp_buf[8];

/* 0; and again, with longjmp's value or 1, as long as the function that called it has not returned.
 */
int setjmp(jmp_buf buffer) __attribute__((returns_twice));
#define setjmp setjmp
_Noreturn void longjmp(jmp_buf buffer, int value);

#endif
