/* The server's loop. A server is a table of operations and a handler for each; receiving, checking,
 * answering and every kind of bad message are the library's work. A whole server:
 *
 *	#include <atoll/server.h>
 *	#include <atoll/startup.h>
 *
 *	static int echo(struct request *r)
 *	{
 *		r->reply.word[0] = r->word[0] + 1;
 *		r->reply.send = r->bytes;
 *		r->reply.length = r->length;
 *		return 0;
 *	}
 *	static const struct operation operations[] = {
 *		{ .op = 1, .version = 1, .max_bytes = 4096, .handler = echo },
 *	};
 *	int main(void)
 *	{
 *		static struct server server = { SERVER_OPERATIONS(operations) };
 *
 *		server.endpoint = startup_cap("endpoint");
 *		return -serve(&server);
 *	}
 *
 * A handler returns 0 or an error of <errno.h> (either sign); with an error the words go, but
 * neither bytes nor capabilities. It runs only when the message is as its operation says. What does
 * not fit is refused by the kernel (EMSGSIZE, ENOSPC) or here: no such operation ENOSYS, anything
 * else EPROTO. */
#ifndef ATOLL_SERVER_H
#define ATOLL_SERVER_H

#include <atoll/sys.h>
#include <stddef.h>
#include <stdint.h>

/* A handler's result when the reply was made by server_reply, or will be some time later: keep
 * r->token. */
#define SERVE_DEFER (-65536)

/* What is sent back. Zeroed before the handler runs. */
struct reply {
	uint64_t word[MSG_WORDS];
	const void *send;    /* the bytes; they are read after the handler returned */
	size_t length;       /* how many */
	cap_t cap[MSG_CAPS]; /* copies are sent; one's own stay */
	unsigned caps;
};

struct request {
	uint64_t badge; /* who asks: of the capability used */
	uint64_t token; /* what server_reply wants */
	uint16_t op;
	uint64_t word[MSG_WORDS];
	const void *bytes; /* received, aligned to 16; gone when the next message comes */
	size_t length;
	cap_t cap[MSG_CAPS]; /* received; to keep one, take it with request_take */
	unsigned caps;
	void *room; /* for the reply's bytes, if you have none elsewhere: server.room bytes */
	struct reply reply;
};

struct operation {
	uint16_t op;
	uint8_t version;               /* the message's must be the same */
	uint32_t min_bytes, max_bytes; /* at most MSG_BYTES */
	uint8_t min_caps, max_caps;    /* at most MSG_CAPS */
	int (*handler)(struct request *r);
};

struct server {
	cap_t endpoint;
	const struct operation *operations;
	size_t count;
	size_t room; /* bytes of room for replies that serve() sets up (at most MSG_BYTES) */
	void (*notified)(uint64_t bits); /* notification bits came */
	void (*tick)(void);              /* the deadline passed; it is 0 again: set the next */
	uint64_t deadline;               /* of tick, may be set anew at any time; 0: none */
};
#define SERVER_OPERATIONS(table) .operations = (table), .count = sizeof(table) / sizeof(*(table))

/* Serves for good. Returns only when it cannot receive: an error, negative. */
int serve(struct server *server);
/* Makes a reply now: for a handler that returns SERVE_DEFER, or with a token kept from one. error:
 * 0 or positive. reply NULL: nothing but the error. 0: the call is over, also
 * when the reply did not fit the caller, whose call then ended so. -ESRCH: the caller is gone, and
 * nobody received anything. Any other: a mistake in *reply, and the caller got EIO. */
int server_reply(uint64_t token, int error, const struct reply *reply);
/* Takes a received capability over: the library will not delete it. 0 when there is none of this
 * number. */
cap_t request_take(struct request *r, unsigned number);

#endif
