/* Files for servers: with a deadline, without errno or descriptors. */
#include <atoll/file.h>
#include <atoll/name.h>
#include <atoll/sys.h>
#include <errno.h>
#include <fcntl.h>
#include <servers/file/protocol.h>

int file_open(const char *path, size_t length, uint64_t lookup, uint64_t deadline, cap_t *file)
{
	static cap_t server;
	struct msg m = { .label = MSG_LABEL(FILE_OPEN, FILE_VERSION, 0, length),
		.word = { O_RDONLY },
		.send = path,
		.recv_caps = 1 };
	int error;

	if (name_once("file", &server, lookup) != 0)
		return -EIO;
	error = ipc_ask(server, &m, deadline);
	if (error)
		return error;
	if (MSG_NCAPS(m.label) != 1)
		return -EPROTO;
	if (m.word[1] != IO_TYPE_FILE) {
		cap_delete(m.cap[0]);
		return -EISDIR;
	}
	*file = m.cap[0];
	return 0;
}
