/* Error numbers (the kernel's, the servers' and the library's are the same) and errno. */
#ifndef ERRNO_H
#define ERRNO_H

#include <atoll/errno.h>

#define EWOULDBLOCK EAGAIN
#define EOPNOTSUPP  ENOTSUP

/* Each thread has its own. */
int *libc_errno(void);
#define errno (*libc_errno())

#endif
