/* Error numbers, the same in the kernel, in protocols and in libc's <errno.h>.
 *
 * A system call answers a value of 0 or more, or one of these negated. A server's reply carries 0
 * or one of these in its label's operation field. Names are POSIX.1-2017's; numbers are those of
 * Linux on x86-64. Each page of docs/abi/ says what they mean for its call. */
#ifndef ATOLL_ERRNO_H
#define ATOLL_ERRNO_H

#define EPERM        1   /* the capability lacks the right, or a ceiling forbids it */
#define ENOENT       2   /* no such name */
#define ESRCH        3   /* no such thread or process; a reply token that is not honoured */
#define EINTR        4   /* interrupted by Ctrl-C */
#define EIO          5   /* a device failed */
#define E2BIG        7   /* arguments too long */
#define ENOEXEC      8   /* not a program */
#define EBADF        9   /* no such handle or descriptor */
#define ECHILD       10  /* no such child */
#define EAGAIN       11  /* nothing there now */
#define ENOMEM       12  /* quota or memory used up */
#define EACCES       13  /* the server does not let this client do that */
#define EFAULT       14  /* an address that is not mapped, or not so */
#define EBUSY        16  /* bound or taken already */
#define EEXIST       17  /* there already */
#define ENODEV       19  /* no such device */
#define ENOTDIR      20  /* not a directory */
#define EISDIR       21  /* a directory */
#define EINVAL       22  /* an argument makes no sense */
#define EMFILE       24  /* descriptors used up */
#define ENOTTY       25  /* not a terminal */
#define EFBIG        27  /* file too large */
#define ENOSPC       28  /* no room in a table or on a disk */
#define ESPIPE       29  /* cannot seek there */
#define EROFS        30  /* read only */
#define EPIPE        32  /* the other side is gone */
#define EDOM         33  /* argument outside the domain */
#define ERANGE       34  /* result not representable */
#define EDEADLK      35  /* would close a ring of waiters */
#define ENAMETOOLONG 36  /* name too long */
#define ENOSYS       38  /* no such call or operation */
#define ENOTEMPTY    39  /* directory not empty */
#define ELOOP        40  /* chain of waiters too long */
#define EPROTO       71  /* message does not follow the protocol */
#define EOVERFLOW    75  /* a count too large */
#define EILSEQ       84  /* malformed byte sequence */
#define EMSGSIZE     90  /* message longer than the receiver takes */
#define ENOTSUP      95  /* not supported */
#define ETIMEDOUT    110 /* the deadline passed */
#define ESTALE       116 /* made by an earlier incarnation of the server */
#define EOWNERDEAD   130 /* the lock's owner died: you hold it now, mend what it guards */

#endif
