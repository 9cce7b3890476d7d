/* What the library's own files share and programs do not see.
 *
 * Where things lie in a process (USER_START to USER_END, abi.h): the program from its link address
 * (4 MiB), the heap from HEAP_START up, behind it the stacks of further threads and the windows of
 * files, the main thread's stack below STARTUP, the startup block at STARTUP. */
#ifndef LIBC_INTERNAL_H
#define LIBC_INTERNAL_H

#include <atoll/abi.h>
#include <atoll/startup.h>
#include <stdbool.h>
#include <stddef.h>
#include <time.h>

#define HEAP_START 0x0000100000000000ull
#define HEAP_END   THREAD_STACKS
/* Windows through which files are read (posix/bulk.c). */
#define BULK_WINDOWS 0x0000280000000000ull

/* The startup block; NULL in init. Set by start.c before anything else runs. */
extern const struct startup *libc_startup;

/* The pager's capability, once the process has it bring its pages (posix/pager.c); else 0. */
extern cap_t libc_pager;

/* Where crt0 continues: rdi and rsi as the kernel gave them. */
_Noreturn void libc_start(uint64_t argument, uint64_t id);

/* Locks (threads/lock.c): a word that is 0, or names its owner. As lock_wait and lock_wake, and
 * with their errors, but the kernel is asked only when it must be. */
int libc_lock(uint64_t *word, uint64_t deadline);
int libc_unlock(uint64_t *word);
bool libc_owns(const uint64_t *word);
/* The same for the library's own data, which must be had. False: it is, but its last owner was
 * killed inside, so what it guards may be half changed. */
bool libc_hold(uint64_t *word);
void libc_release(uint64_t *word);

/* A time or duration in nanoseconds, at most DEADLINE_FOREVER (posix/sleep.c). False: it is none.
 */
bool libc_nanoseconds(const struct timespec *time, uint64_t *ns);

/* The heap's two neighbours. grow.c: that many more bytes (whole pages), right behind those it gave
 * before; NULL when there are none. fatal.c: says what is wrong on standard error and aborts. */
void *libc_grow(size_t bytes);
_Noreturn void libc_fatal(const char *what);

/* ---- Signals ---------------------------------------------------------------------------------
 *
 * posix/signal.c: as signal(number, SIG_DFL), but does not make catch.c part of the program. */
void libc_signal_default(int number);
/* What has a handler, what is ignored: sets as of <signal.h>. */
void libc_signal_sets(uint32_t *caught, uint32_t *ignored);
/* A signal came from elsewhere; in catch.c's thread. */
void libc_signal_arrived(int number);
/* After EINTR: lets the handler run, if catch.c's thread could not be put above this one. Is the
 * call to be made again? The handler says so, or the signal is ignored. */
bool libc_interrupted(int number);
extern unsigned libc_handlers_run; /* so many have run; wraps */

/* posix/catch.c: makes known what is caught and ignored. */
void libc_catch(void);
/* The same, or NULL when nothing ever was. */
extern void (*libc_signals_changed)(void);
/* Waits until the deadline, or until a handler has run since there were `before`. False: the
 * latter. Weak: who catches nothing sleeps without. */
bool libc_catch_sleep(uint64_t deadline, unsigned before) __attribute__((weak));

/* Debug mode of the heap (stdlib/malloc.c): start.c sets it when the environment has MALLOC_DEBUG;
 * exit has what is still allocated looked at. */
extern bool libc_heap_debug;
void libc_heap_check(void);

/* What the heap got, piece by piece, until the pager takes it over: then memory is 0. */
#define LIBC_HEAP_PIECES 64
struct libc_heap_piece {
	cap_t memory;
	uint64_t address, bytes;
};
extern struct libc_heap_piece libc_heap[LIBC_HEAP_PIECES];
extern unsigned libc_heap_pieces; /* all there are, noted or not */

/* Takes over the descriptors that the startup block lists (posix/descriptor.c). */
void libc_descriptors_adopt(const struct startup *startup);

/* Writes out what stdio still holds; called by exit. Weak: a program without stdio does not carry
 * it. (stdio/file.c) */
void libc_stdio_exit(void) __attribute__((weak));

#endif
