/* The file server as its clients' messages meet it: who may ask what, open files that go when
 * nobody holds them any more (closed, dead, never received), limits, and messages that are wrong.
 * What the tree itself does is tested on the host (tests/host/file_*.c). */
#include <atoll/name.h>
#include <fcntl.h>
#include <servers/file/protocol.h>
#include <string.h>

#include "lib/story.h"

static cap_t server;
static char bytes[IO_BYTES_MAX], back[IO_BYTES_MAX];

/* One question. m's receiving side is the caller's to set. */
static int ask(cap_t cap, unsigned op, struct msg *m, const void *send, size_t length)
{
	m->label = MSG_LABEL(op, FILE_VERSION, 0, length);
	m->send = send;
	return ipc_ask(cap, m, DEADLINE_FOREVER);
}

static int path_op(unsigned op, const char *path, uint64_t word0)
{
	struct msg m = { .word = { word0 } };

	return ask(server, op, &m, path, strlen(path));
}

/* The open file, or an error. */
static int64_t open_file(const char *path, uint64_t flags)
{
	struct msg m = { .word = { flags, 0644 }, .recv_caps = 1 };
	int error = ask(server, FILE_OPEN, &m, path, strlen(path));

	return error ? error : (int64_t)m.cap[0];
}

static int64_t write_file(cap_t file, const void *from, size_t count, uint64_t offset)
{
	struct msg m = { .word = { 0, offset } };
	int error = ask(file, IO_WRITE, &m, from, count);

	return error ? error : (int64_t)m.word[0];
}

static int64_t read_file(cap_t file, void *to, size_t count, uint64_t offset)
{
	struct msg m = { .word = { count, offset }, .recv = to, .recv_bytes = (uint32_t)count };
	int error = ask(file, IO_READ, &m, NULL, 0);

	return error ? error : (int64_t)MSG_NBYTES(m.label);
}

static struct file_usage usage(void)
{
	struct file_usage usage = { 0 };
	struct msg m = { .recv = &usage, .recv_bytes = sizeof usage };

	is(ask(server, FILE_USAGE, &m, NULL, 0), 0, "usage");
	return usage;
}

/* ---- Messages ------------------------------------------------------------------------- */

static void wrong_messages(void)
{
	struct msg m = { .label = MSG_LABEL(FILE_STAT, FILE_VERSION + 1, 0, 1), .send = "/" };

	is(ipc_ask(server, &m, DEADLINE_FOREVER), -EPROTO, "another version");
	m = (struct msg){ 0 };
	is(ask(server, 999, &m, NULL, 0), -ENOSYS, "no such operation");
	m = (struct msg){ 0 };
	is(ask(server, FILE_USAGE, &m, "x", 1), -EPROTO, "bytes where none belong");
	is(path_op(FILE_STAT, "", 0), -EINVAL, "no path");
	is(path_op(FILE_STAT, "tmp", 0), -EINVAL, "a relative path");
	m = (struct msg){ 0 };
	is(ask(server, FILE_STAT, &m, "/a\0b", 4), -EINVAL, "a path with a NUL");
	memset(bytes, 'a', sizeof bytes);
	bytes[0] = '/';
	m = (struct msg){ 0 };
	is(ask(server, FILE_STAT, &m, bytes, FILE_PATH_MAX + 1), -ENAMETOOLONG, "a long path");
	m = (struct msg){ 0 };
	is(ask(server, FILE_STAT, &m, bytes, 60000), -EPROTO, "a path beyond all measure");
	m = (struct msg){ 0 };
	is(ask(server, FILE_STAT, &m, "/tmp", 4), -EMSGSIZE, "no room for the answer");
	m = (struct msg){ 0 };
	is(ask(server, FILE_RENAME, &m, "/tmp/x", 6), -EINVAL, "one name to rename");
}

static void who_may_what(void)
{
	cap_t file = (cap_t)open_file("/tmp/story", O_RDWR | O_CREAT | O_TRUNC);
	struct msg m = { .word = { 10, IO_HERE } };

	is(ask(server, IO_READ, &m, NULL, 0), -EACCES, "a client's capability is no open file");
	m = (struct msg){ 0 };
	is(ask(file, FILE_STAT, &m, "/", 1), -EACCES, "an open file gives no right to others");
	m = (struct msg){ .recv_caps = 1 };
	is(ask(file, FILE_OPEN, &m, "/", 1), -EACCES, "nor to open them");
	m = (struct msg){ 0 };
	is(ask(file, IO_TTY, &m, NULL, 0), -ENOTTY, "nor is it a terminal");
	ok(cap_mint(file, CAP_SEND, 0x100000001, 0) < 0, "its badge cannot be changed");
	m = (struct msg){ .word = { IO_BYTES_MAX + 1, 0 } };
	is(ask(file, IO_READ, &m, NULL, 0), -EINVAL, "reading too much at once");
	cap_delete(file);
	is(path_op(FILE_UNLINK, "/tmp/story", 0), 0, "unlinked");
}

static void large(void)
{
	cap_t file = (cap_t)open_file("/tmp/story", O_RDWR | O_CREAT | O_TRUNC);
	bool same = true;

	for (size_t i = 0; i < sizeof bytes; i++)
		bytes[i] = (char)(i * 7 + i / 251);
	is(write_file(file, bytes, sizeof bytes, IO_HERE), sizeof bytes, "64 KiB in one message");
	is(write_file(file, bytes, sizeof bytes, IO_HERE), sizeof bytes, "and behind them again");
	is(read_file(file, back, sizeof back, 0), sizeof back, "read as one");
	same = memcmp(bytes, back, sizeof back) == 0;
	is(read_file(file, back, sizeof back, 65536 - 17), sizeof back, "across the two");
	same = same && memcmp(back, bytes + 65536 - 17, 17) == 0 &&
	    memcmp(back + 17, bytes, sizeof back - 17) == 0;
	ok(same, "byte for byte");
	is(read_file(file, back, sizeof back, 131072 - 5), 5, "the end");
	is(read_file(file, back, sizeof back, IO_HERE), 0, "nothing behind it");
	is(write_file(file, "x", 1, FILE_SIZE_MAX), -EFBIG, "too far");
	cap_delete(file);
	path_op(FILE_UNLINK, "/tmp/story", 0);
}

/* ---- Who holds it --------------------------------------------------------------------- */

static void closing(void)
{
	uint64_t before = usage().open;
	cap_t file = (cap_t)open_file("/tmp", O_RDONLY),
	      copy = (cap_t)cap_mint(file, CAP_SEND | CAP_TRANSFER, 0, 0);
	struct msg m = { .word = { O_RDONLY } };
	struct child child;

	is((int64_t)usage().open, (int64_t)before + 1, "one file open");
	cap_delete(file);
	is((int64_t)usage().open, (int64_t)before + 1, "a copy holds it");
	cap_delete(copy);
	is((int64_t)usage().open, (int64_t)before, "the last copy gone: closed");
	is(ask(server, FILE_OPEN, &m, "/tmp", 4), -ENOSPC, "no room for the capability");
	is((int64_t)usage().open, (int64_t)before, "what was not received is closed");
	file = (cap_t)open_file("/tmp", O_RDONLY);
	if (!ok(child_make(&child, 64), "a child"))
		return;
	ok(child_give(&child, file, CAP_SEND, 0) != 0, "that holds an open file");
	cap_delete(file);
	is((int64_t)usage().open, (int64_t)before + 1, "it is open");
	child_end(&child);
	settled_frames();
	is((int64_t)usage().open, (int64_t)before, "the child died: closed");
}

static void many(void)
{
	static cap_t file[FILE_OPEN_CLIENT];
	uint64_t before = usage().open;
	unsigned count = 0;
	int64_t got;

	for (; count < FILE_OPEN_CLIENT && (got = open_file("/", O_RDONLY)) > 0; count++)
		file[count] = (cap_t)got;
	is(count, FILE_OPEN_CLIENT, "as many as a client may");
	is(open_file("/tmp/story", O_WRONLY | O_CREAT), -EMFILE, "and no more");
	is(path_op(FILE_UNLINK, "/tmp/story", 0), -ENOENT, "nor was it created");
	cap_delete(file[99]);
	got = open_file("/", O_RDONLY);
	ok(got > 0, "one closed: another one may be opened");
	file[99] = (cap_t)got;
	for (unsigned i = 0; i < count; i++)
		cap_delete(file[i]);
	is((int64_t)usage().open, (int64_t)before, "all closed");
	for (int round = 0; round < 200; round++)
		cap_delete((cap_t)open_file("/tmp", O_RDONLY));
	is((int64_t)usage().open, (int64_t)before, "opened and closed 200 times");
}

static void unlinked(void)
{
	struct file_usage before = usage();
	cap_t file = (cap_t)open_file("/tmp/story", O_RDWR | O_CREAT | O_EXCL);

	is(open_file("/tmp/story", O_RDWR | O_CREAT | O_EXCL), -EEXIST, "O_EXCL");
	is(write_file(file, "still here", 10, IO_HERE), 10, "written");
	is(path_op(FILE_UNLINK, "/tmp/story", 0), 0, "unlinked while open");
	is(read_file(file, back, 100, 0), 10, "and still there");
	ok(usage().bytes_written > before.bytes_written, "taking up memory");
	cap_delete(file);
	is((int64_t)usage().bytes_written, (int64_t)before.bytes_written, "until it is closed");
	is((int64_t)usage().nodes, (int64_t)before.nodes, "nothing is left");
}

int main(void)
{
	int error = name_once("file", &server, time_in_ms(1000));

	if (error)
		bail_out("no file server: %s", error_name(-error));
	wrong_messages();
	who_may_what();
	large();
	warm_up();
	closing();
	many();
	unlinked();
	return tap_done();
}
