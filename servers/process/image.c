/* Reads a program's file from the file server, with a deadline over all: a file server that hangs
 * must not hang us. */
#include "image.h"
#include "protocol.h"
#include <atoll/file.h>
#include <atoll/sys.h>
#include <errno.h>
#include <servers/file/protocol.h>
#include <stdlib.h>

#define LOOKUP_MS 200
#define READ_MS   5000

static int file_size(cap_t file, uint64_t deadline, size_t *size)
{
	struct io_stat stat;
	struct msg m = { .label = MSG_LABEL(IO_STAT, IO_VERSION, 0, 0),
		.recv = &stat,
		.recv_bytes = sizeof stat };
	int error = ipc_ask(file, &m, deadline);

	if (error)
		return error;
	if (MSG_NBYTES(m.label) != sizeof stat)
		return -EPROTO;
	*size = stat.size;
	return stat.size > PROCESS_IMAGE ? -EFBIG : 0;
}

static int read_all(cap_t file, uint64_t deadline, char *to, size_t size)
{
	for (size_t at = 0; at < size;) {
		size_t wanted = size - at < IO_BYTES_MAX ? size - at : IO_BYTES_MAX;
		struct msg m = { .label = MSG_LABEL(IO_READ, IO_VERSION, 0, 0),
			.word = { wanted, at },
			.recv = to + at,
			.recv_bytes = (uint32_t)wanted };
		int error = ipc_ask(file, &m, deadline);

		if (error)
			return error;
		if (MSG_NBYTES(m.label) == 0)
			return -EIO; /* it became shorter meanwhile */
		at += MSG_NBYTES(m.label);
	}
	return 0;
}

static int read_file(
    const char *path, size_t length, uint64_t deadline, void **image, size_t *bytes)
{
	cap_t file = 0;
	int error = file_open(path, length, time_in_ms(LOOKUP_MS), deadline, &file);

	if (!error)
		error = file_size(file, deadline, bytes);
	if (!error) {
		*image = malloc(*bytes + 1);
		error = *image ? read_all(file, deadline, *image, *bytes) : -ENOMEM;
	}
	if (file)
		cap_delete(file);
	if (error) {
		free(*image);
		*image = NULL;
	}
	return error;
}

int image_read(const char *path, size_t length, void **image, size_t *bytes)
{
	uint64_t deadline = time_in_ms(READ_MS);
	int error;

	*image = NULL;
	error = read_file(path, length, deadline, image, bytes);
	/* The server was restarted while we read: nothing is lost by beginning anew. */
	if (error == -EPIPE || error == -ESTALE)
		error = read_file(path, length, deadline, image, bytes);
	if (error == -EPIPE || error == -ESTALE || error == -ETIMEDOUT)
		return EIO;
	return -error;
}
