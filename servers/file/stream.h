/* Streams: the bytes of an open file through a window (IO_WINDOW of atoll/io.h). The window, and
 * the capability that notifies us, are made when a stream's number is first used and kept for good;
 * a client has copies. */
#ifndef FILE_STREAM_H
#define FILE_STREAM_H

#include "open.h"
#include <atoll/server.h>

/* Bits of our endpoint that streams use: there is room; the client holds nothing any more. */
#define STREAM_BITS_SHIFT 32
#define STREAM_BITS       (((1ull << 2 * FILE_STREAMS) - 1) << STREAM_BITS_SHIFT)

/* How many streams a quota of so many frames is good for, and how many frames of it they take. */
void stream_init(struct tree *tree, cap_t endpoint, uint64_t frames);
uint64_t stream_frames(void);
/* Answers IO_WINDOW for this open file: SERVE_DEFER, or an error. */
int stream_open(struct request *r, const struct open_file *file);
/* Some of STREAM_BITS came. */
void stream_notified(uint64_t bits);

#endif
