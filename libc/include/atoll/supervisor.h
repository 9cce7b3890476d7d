/* What a supervisor (init, process) takes from those it started, and how an end is put into one
 * number.
 *
 * The capability is `supervisor` of the startup block; its badge is the pid, so a program speaks
 * for itself alone. It is the pager of the main thread too: a fault arrives there as FAULT_OP
 * (abi.h), is printed, and ends the program. Pass it to thread_create for further threads, and
 * their faults are reported alike. */
#ifndef ATOLL_SUPERVISOR_H
#define ATOLL_SUPERVISOR_H

#include <atoll/abi.h>

#define SUPERVISOR_VERSION FAULT_VERSION

/* "I am done." In: word 0 exit code, 0 to 255. Never answered: the space is destroyed with all its
 * threads. Errors: ESRCH (the badge is nobody whom this supervisor started). */
#define SUPERVISOR_EXIT 0xfa02

/* The status of an end, as waitpid gives it: exit code in bits 8-15, or in bits 0-6 the number of
 * the signal. */
#define STATUS_EXIT(code)        (((code)&0xff) << 8)
#define STATUS_SIGNAL(signal)    ((signal)&0x7f)
#define STATUS_CODE(status)      (((status) >> 8) & 0xff)
#define STATUS_SIGNALLED(status) ((status)&0x7f) /* the signal; 0: it exited */

/* Why something was ended from outside. There are no signal handlers; the numbers are those of
 * <signal.h>. */
enum {
	END_INTERRUPT = 2,  /* SIGINT: Ctrl-C */
	END_ILLEGAL = 4,    /* SIGILL */
	END_TRAP = 5,       /* SIGTRAP */
	END_BUS = 7,        /* SIGBUS */
	END_ARITHMETIC = 8, /* SIGFPE */
	END_KILL = 9,       /* SIGKILL; also when the main thread ended without SUPERVISOR_EXIT */
	END_SEGMENT = 11,   /* SIGSEGV: page fault, protection */
	END_TERMINATE = 15, /* SIGTERM */
};

/* The signal that a CPU exception stands for. (libc/fault.c) */
int fault_signal(uint64_t vector);
/* A FAULT_OP's words for people, without newline: "page fault reading 0x0 (null pointer) at
 * 0x401234". Returns its length as snprintf does. (libc/fault.c) */
int fault_describe(const uint64_t word[MSG_WORDS], char *text, unsigned long size);

#endif
