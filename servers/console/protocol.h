/* What the console answers: the io protocol (libc/include/atoll/io.h), and these commands of
 * IO_TTY.
 *
 * Any capability to the console is a stream of one of its terminals; its badge says which
 * (CONSOLE_BADGE): the serial line is 0, the virtual ones on the screen 1 to 4. Who has found the
 * console by name has one that says none: it reads and commands the serial line, and what is
 * written through it appears there and on the terminal that is shown, for it is news of a server.
 * Streams have no state, so they survive a restart of the console; the terminals' state (mode,
 * foreground pid, history, a line half typed, what is on the screen, output not yet sent) is lost
 * then and starts afresh. ENODEV: there is no such terminal.
 *
 *   IO_READ      cooked: waits for a line; gives at most one line with its newline, or what fits of
 *                it (the rest next time); 0 bytes: Ctrl-D. Raw: waits for the first byte, gives
 *                what has been typed so far, as typed. EINTR: Ctrl-C (cooked only), also
 *                one that came just before the reader. First come, first served.
 *                With TTY_TAB in word 2 Tab answers the read, too: with what stands before the
 *                cursor, and the tab. The line stays; the next such read goes on with it, and bytes
 * that come with such a read go in at the cursor, or a bell rings (EINVAL: control characters, or
 *                bytes without TTY_TAB).
 *   IO_WRITE     in cooked mode LF becomes CR LF. May take fewer bytes than offered; waits when the
 *                buffer is full.
 *   IO_STAT      type IO_TYPE_TTY
 *   IO_SEEK      ESPIPE
 *   IO_READDIR   ENOTDIR
 *   IO_TRUNCATE  EINVAL */
#ifndef CONSOLE_PROTOCOL_H
#define CONSOLE_PROTOCOL_H

#include <atoll/io.h>

#define CONSOLE_VIRTUAL 4 /* virtual terminals, when there is a screen */

/* The low half is the pid that the capability was minted for, or 0. */
#define CONSOLE_BADGE(terminal, pid) ((uint64_t)(pid) | ((uint64_t)(terminal) + 1) << 32)
#define CONSOLE_TERMINAL(badge)      ((badge) >> 32)

/* A stream of a virtual terminal.
 * In:     word 0: its number, 1 to CONSOLE_VIRTUAL. Out: the capability.
 * Errors: ENODEV (there is no such terminal: no screen, or no memory for it), ENOSPC. Idempotent.
 */
#define CONSOLE_OPEN 64

#define CONSOLE_LINE_MAX 4095  /* bytes in a typed line, without its newline; then a bell */
#define CONSOLE_OUTPUT   16384 /* bytes of output that wait for the serial line at the most */
#define CONSOLE_INPUT    8192  /* bytes typed ahead at the most; more are lost */
/* Readers that may wait, and writers. When there are more, EAGAIN goes to the reader that has
 * waited longest, or to the new writer. */
#define CONSOLE_WAITING 64

/* Commands of IO_TTY: word 0; the argument is word 1, the answer word 0. All are idempotent. */
enum {
	/* The mode: 0 cooked (lines are edited and echoed), TTY_RAW. Argument none / the mode;
	 * EINVAL if unknown. Changing it throws a half-typed line away. */
	TTY_GET_MODE = 1,
	TTY_SET_MODE = 2,

	/* Window size, rows | columns << 16. The editor wraps long lines there. Of the serial line
	 * 24 and 80 until somebody says otherwise: rows 1 to 1000, columns 16 to 1000, else EINVAL.
	 * A virtual terminal's is the screen's, and no other can be set: EINVAL. */
	TTY_GET_SIZE = 3,
	TTY_SET_SIZE = 4,

	/* The foreground pid: whom Ctrl-C ends (the process server does, when the console notifies
	 * it). 0: nobody; then Ctrl-C only throws the line away, and lines typed are kept in the
	 * history. Setting it to 0, as a shell does before it asks for a line, gives EINTR to
	 * readers that wait: whoever they are, they are not in front. */
	TTY_GET_FOREGROUND = 5,
	TTY_SET_FOREGROUND = 6,

	/* For the process server, after a notification: the foreground pid at the moment when
	 * Ctrl-C was typed last, at whatever terminal. 0: never, or there was none. */
	TTY_INTERRUPTED = 7,

	/* Bytes of output that have not been handed to the line; what is on its way to the screen
	 * is drawn first. init waits for 0 before it turns the machine off. */
	TTY_PENDING = 8,

	/* Answers when the terminal is the one that is shown. One can wait: who has waited until
	 * then gets EAGAIN. The serial line is always shown. */
	TTY_SHOWN = 9,
};

#define TTY_RAW 1
#define TTY_TAB 2 /* of IO_READ, word 2 */

#define TTY_SIZE(rows, columns) ((uint64_t)(rows) | (uint64_t)(columns) << 16)
#define TTY_ROWS(size)          ((unsigned)((size)&0xffff))
#define TTY_COLUMNS(size)       ((unsigned)((size) >> 16 & 0xffff))

/* Set at the endpoint that `interrupt=` in init.conf names, when Ctrl-C is typed while there is a
 * foreground pid. */
#define CONSOLE_INTERRUPT_BITS 1

#endif
