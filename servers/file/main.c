/* The file server: the boot archive's tree, writable in memory.
 *
 *	load.c      archive -> tree          tree.c      names, directories
 *	open.c      open files               contents.c  bytes of a file
 *	stream.c    files read through windows
 *
 * Here messages become calls of those, and open files become capabilities. Each number of an open
 * file has one capability of its own, made when the number is first used and kept for good; what
 * clients hold is derived from it. When nothing derived is left (WATCH_DERIVED) the file is closed.
 * 64 notification bits are fewer than open files, so a bit says "one of those with number %
 * OPEN_BITS". */
#include "load.h"
#include "open.h"
#include "protocol.h"
#include "stream.h"
#include <atoll/server.h>
#include <atoll/startup.h>
#include <errno.h>
#include <string.h>

#define OPEN_BITS      STREAM_BITS_SHIFT     /* those above are for streams */
#define ARCHIVE_WINDOW 0x0000400000000000ull /* where the archive is mapped */
#define MESSAGE_MAX    4096 /* bytes of paths taken, so that too long ones get ENAMETOOLONG */

static struct tree tree;
static struct open_table table;
static cap_t minted[FILE_OPEN_MAX]; /* by number; 0: not used so far */
static uint64_t incarnation;        /* upper half of our badges: from 1 on */
/* Nanoseconds from 1970 to boot: the archive's newest time, for want of a clock. */
static uint64_t epoch;

static struct server server;

static uint64_t now(void)
{
	return epoch + time_now();
}

/* ---- Open files and their capabilities ------------------------------------------------------- */

/* The open file that a request is about. */
static int requested(const struct request *r, struct open_file **file)
{
	uint64_t number = r->badge & UINT32_MAX;

	if (r->badge >> 32 == 0)
		return EACCES; /* a client's capability, not an open file's */
	if (r->badge >> 32 != incarnation || number >= FILE_OPEN_MAX || !table.file[number].node)
		return ESTALE;
	*file = &table.file[number];
	return 0;
}

/* Operations on paths are for clients' capabilities: who was given one open file has no right to
 * others. */
static bool is_client(const struct request *r)
{
	return r->badge >> 32 == 0;
}

static int watch_number(unsigned number)
{
	return watch(minted[number], WATCH_DERIVED, server.endpoint, 1ull << number % OPEN_BITS);
}

/* Bits tell that copies may be gone. Watching again tells of which: EBUSY is said when the old
 * watch still stands. */
static void copies_gone(uint64_t bits)
{
	for (unsigned number = 0; number < FILE_OPEN_MAX; number++)
		if ((bits >> number % OPEN_BITS & 1) && table.file[number].node &&
		    watch_number(number) != -EBUSY)
			open_close(&table, number, &tree);
}

/* Streams are told of room often, and files of their end seldom: not all are looked through. */
static void notified(uint64_t bits)
{
	if (bits & STREAM_BITS)
		stream_notified(bits);
	if (bits & ((1ull << OPEN_BITS) - 1))
		copies_gone(bits);
}

/* The number and its capability come first: when there are none left, nothing has been created or
 * emptied yet. */
static int file_open(struct request *r)
{
	int number = open_number(&table, (uint32_t)r->badge), error;

	if (!is_client(r))
		return EACCES;
	if (number < 0)
		return number;
	if (!minted[number]) {
		int64_t cap = cap_mint(server.endpoint, CAP_SEND | CAP_TRANSFER,
		    incarnation << 32 | (unsigned)number, 0);

		if (cap < 0)
			return ENOSPC;
		minted[number] = (cap_t)cap;
	}
	error = open_path(&table, number, &tree, r->bytes, r->length, r->word[0],
	    (uint32_t)r->word[1], (uint32_t)r->badge, now());
	if (error)
		return error;
	r->reply.cap[0] = minted[number];
	r->reply.caps = 1;
	r->reply.word[0] = table.file[number].node->inode;
	r->reply.word[1] = table.file[number].node->type;
	/* First the reply, then the watch: when the client did not live to take its copy, the watch
	 * fires at once. */
	server_reply(r->token, 0, &r->reply);
	error = watch_number((unsigned)number);
	if (error != 0 && error != -EBUSY) {
		/* We would never hear of its end. */
		cap_revoke(minted[number]);
		open_close(&table, (unsigned)number, &tree);
	}
	return SERVE_DEFER;
}

/* ---- Paths: protocol.h ----------------------------------------------------------------------- */

static int reply_stat(struct request *r, const struct node *node)
{
	tree_stat(node, r->room);
	r->reply.send = r->room;
	r->reply.length = sizeof(struct io_stat);
	return 0;
}

static int file_stat(struct request *r)
{
	struct node *node;
	int error = is_client(r) ? tree_find(&tree, r->bytes, r->length, &node) : EACCES;

	return error ? error : reply_stat(r, node);
}

static int file_unlink(struct request *r)
{
	return is_client(r) ? tree_unlink(&tree, r->bytes, r->length, now()) : EACCES;
}

static int file_mkdir(struct request *r)
{
	uint32_t mode = (uint32_t)r->word[0];
	struct node *node;

	if (!is_client(r))
		return EACCES;
	return tree_create(&tree, r->bytes, r->length, IO_TYPE_DIRECTORY, mode, now(), &node);
}

static int file_rmdir(struct request *r)
{
	return is_client(r) ? tree_rmdir(&tree, r->bytes, r->length, now()) : EACCES;
}

static int file_rename(struct request *r)
{
	const char *from = r->bytes, *to = memchr(from, '\0', r->length);
	size_t length = to ? (size_t)(to - from) : 0;

	if (!is_client(r))
		return EACCES;
	if (!to)
		return EINVAL;
	return tree_rename(&tree, from, length, to + 1, r->length - length - 1, now());
}

static int file_usage(struct request *r)
{
	struct file_usage *usage = r->room;

	*usage = (struct file_usage){
		.nodes = tree.nodes,
		.nodes_max = FILE_NODES,
		.bytes_written = tree.bytes_written,
		.open = table.count,
		.open_max = FILE_OPEN_MAX,
	};
	r->reply.send = usage;
	r->reply.length = sizeof *usage;
	return 0;
}

/* ---- Open files: atoll/io.h ------------------------------------------------------------------ */

static int io_read(struct request *r)
{
	struct open_file *file;
	const char *bytes;
	int error = requested(r, &file);

	if (!error)
		error = open_read(file, r->word[0], r->word[1], r->room, &bytes, &r->reply.length);
	if (error)
		return error;
	r->reply.send = bytes;
	r->reply.word[0] = r->reply.length;
	return 0;
}

static int io_write(struct request *r)
{
	struct open_file *file;
	int error = requested(r, &file);
	int64_t written =
	    error ? -error : open_write(file, &tree, r->bytes, r->length, r->word[1], now());

	if (written < 0)
		return (int)written;
	r->reply.word[0] = (uint64_t)written;
	return 0;
}

static int io_seek(struct request *r)
{
	struct open_file *file;
	int error = requested(r, &file);
	int64_t position = error ? -error : open_seek(file, (int64_t)r->word[0], r->word[1]);

	if (position < 0)
		return (int)position;
	r->reply.word[0] = (uint64_t)position;
	return 0;
}

static int io_stat(struct request *r)
{
	struct open_file *file;
	int error = requested(r, &file);

	return error ? error : reply_stat(r, file->node);
}

static int io_readdir(struct request *r)
{
	struct open_file *file;
	int error = requested(r, &file);
	int64_t bytes = error ? -error : open_list(file, r->word[0], r->room);

	if (bytes < 0)
		return (int)bytes;
	r->reply.send = r->room;
	r->reply.length = (size_t)bytes;
	return 0;
}

static int io_truncate(struct request *r)
{
	struct open_file *file;
	int error = requested(r, &file);

	return error ? error : open_truncate(file, &tree, r->word[0], now());
}

static int io_tty(struct request *r)
{
	(void)r;
	return ENOTTY;
}

static int io_window(struct request *r)
{
	struct open_file *file;
	int error = requested(r, &file);

	return error ? error : stream_open(r, file);
}

#define PATH_OPERATION(number, function)                                           \
	{                                                                          \
		.op = (number), .version = FILE_VERSION, .max_bytes = MESSAGE_MAX, \
		.handler = (function)                                              \
	}

static const struct operation operations[] = {
	{ .op = IO_READ, .version = IO_VERSION, .handler = io_read },
	{ .op = IO_WRITE, .version = IO_VERSION, .max_bytes = IO_BYTES_MAX, .handler = io_write },
	{ .op = IO_SEEK, .version = IO_VERSION, .handler = io_seek },
	{ .op = IO_STAT, .version = IO_VERSION, .handler = io_stat },
	{ .op = IO_READDIR, .version = IO_VERSION, .handler = io_readdir },
	{ .op = IO_TRUNCATE, .version = IO_VERSION, .handler = io_truncate },
	{ .op = IO_TTY, .version = IO_VERSION, .handler = io_tty },
	{ .op = IO_WINDOW,
	    .version = IO_VERSION,
	    .min_caps = 1,
	    .max_caps = 1,
	    .handler = io_window },
	PATH_OPERATION(FILE_OPEN, file_open),
	PATH_OPERATION(FILE_STAT, file_stat),
	PATH_OPERATION(FILE_UNLINK, file_unlink),
	PATH_OPERATION(FILE_MKDIR, file_mkdir),
	PATH_OPERATION(FILE_RMDIR, file_rmdir),
	PATH_OPERATION(FILE_RENAME, file_rename),
	{ .op = FILE_USAGE, .version = FILE_VERSION, .handler = file_usage },
};

static struct server server = {
	SERVER_OPERATIONS(operations),
	.room = IO_BYTES_MAX,
	.notified = notified,
};

/* ---- The beginning --------------------------------------------------------------------------- */

/* Maps the archive and loads it. Without one the tree is empty, and still of use. */
static void load(void)
{
	const struct startup *startup = startup_block();
	unsigned files, bad;

	for (uint32_t i = 0; i < startup->caps; i++) {
		const struct startup_cap *c = &startup->cap[i];
		uint64_t offset = c->first & ~(uint64_t)(PAGE_SIZE - 1);
		uint64_t length =
		    (c->first + c->size - offset + PAGE_SIZE - 1) & ~(uint64_t)(PAGE_SIZE - 1);

		if (strcmp(c->name, "archive") != 0 ||
		    mem_map(c->cap, 0, ARCHIVE_WINDOW, offset, length, PROT_READ) != 0)
			continue;
		epoch = load_archive(&tree, (const char *)ARCHIVE_WINDOW + (c->first - offset),
		    c->size, &files, &bad);
	}
}

/* What everybody expects to be there. It is as good without. */
static void make_null(void)
{
	static const char folder[] = "/dev", file[] = "/dev/null";
	struct node *node;

	tree_create(&tree, folder, sizeof folder - 1, IO_TYPE_DIRECTORY, 0755, epoch, &node);
	if (tree_create(&tree, file, sizeof file - 1, IO_TYPE_FILE, 0666, epoch, &node) == 0)
		node->contents.sink = true;
}

int main(void)
{
	if (tree_init(&tree, 0) != 0)
		return ENOMEM;
	incarnation = startup_block()->incarnation + 1u;
	server.endpoint = startup_cap("endpoint");
	stream_init(&tree, server.endpoint, startup_block()->frames);
	startup_set_aside(stream_frames());
	load();
	make_null();
	return -serve(&server);
}
