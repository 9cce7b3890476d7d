/* Opening a file from a server, which must not wait for the file server as long as open() would. */
#ifndef ATOLL_FILE_H
#define ATOLL_FILE_H

#include <atoll/abi.h>
#include <stddef.h>

/* Opens a file to be read; its capability is then the caller's. The path has `length` bytes, no
 * NUL, and is absolute. `lookup`: until when the file server may take to come up, `deadline`: to
 * answer, both absolute. 0 or a negative error: -EIO (there is no file server), -EISDIR, -EPROTO,
 * what FILE_OPEN answers (servers/file/protocol.h), what ipc_ask() does. */
int file_open(const char *path, size_t length, uint64_t lookup, uint64_t deadline, cap_t *file);

#endif
