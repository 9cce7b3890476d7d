/* The stubs of all system calls but the message calls, made from the table in abi.h.
 *
 * A stub: arguments are where C put them, except that SYSCALL takes rcx, so the fourth moves to
 * r10. The symbols are weak, so that a program may have a function of its own called `notify` or
 * `watch`. The message calls (numbers 0 to 3) are left out: their registers are not C's, and
 * libc/ipc.c makes them. */
#include <atoll/sys.h>

_Static_assert(SYS_ipc_reply == 3 && SYS_delegate == 4, "STUB leaves out the message calls");

#define STUB(number, name, arguments)                                     \
	__asm__(".if " #number " > 3\n"                                   \
		".pushsection .text." #name ", \"ax\"\n"                  \
		".weak " #name "\n"                                       \
		".type " #name ", @function\n" #name ": mov %rcx, %r10\n" \
		"mov $" #number ", %eax\n"                                \
		"syscall\n"                                               \
		"ret\n"                                                   \
		".size " #name ", . - " #name "\n"                        \
		".popsection\n"                                           \
		".endif\n");

ATOLL_CALLS(STUB)
