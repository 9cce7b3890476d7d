/* fragile: see protocol.h. */
#include "protocol.h"
#include <atoll/server.h>
#include <atoll/startup.h>
#include <stdbool.h>
#include <stdlib.h>

static int say(struct request *r)
{
	r->reply.word[0] = startup_block()->incarnation;
	return 0;
}

static int crash(struct request *r)
{
	*(volatile int *)r->reply.word[0] = 1; /* words are zeroed */
	return 0;
}

static int leave(struct request *r)
{
	exit(7);
}

static int loop(struct request *r)
{
	for (volatile bool ever = true; ever;)
		;
	return 0;
}

static int forget(struct request *r)
{
	return SERVE_DEFER;
}

static int overflow(struct request *r)
{
	volatile char much[4096];

	much[0] = 1;
	return r ? overflow(r) + much[0] : 0;
}

static int bad_reply(struct request *r)
{
	r->reply.send = (const void *)0x123456789000;
	r->reply.length = 10;
	return 0;
}

static int long_reply(struct request *r)
{
	static char bytes[MSG_BYTES + 1];

	r->reply.send = bytes;
	r->reply.length = sizeof bytes;
	return 0;
}

static int twice(struct request *r)
{
	r->reply.word[0] = 1;
	server_reply(r->token, 0, &r->reply);
	r->reply.word[0] = 2;
	return 0;
}

static int deaf(struct request *r)
{
	cap_delete(startup_cap("endpoint"));
	return 0;
}

static int call_oneself(struct request *r)
{
	struct msg m = { .label = MSG_LABEL(FRAGILE_SAY, FRAGILE_VERSION, 0, 0) };

	r->reply.word[0] = (uint64_t)-ipc_ask(startup_cap("endpoint"), &m, DEADLINE_FOREVER);
	return 0;
}

static int end_thread(struct request *r)
{
	thread_kill(0);
	return 0;
}

#define DO(number, function)                                                  \
	{                                                                     \
		.op = number, .version = FRAGILE_VERSION, .handler = function \
	}
static const struct operation operations[] = {
	DO(FRAGILE_SAY, say),
	DO(FRAGILE_CRASH, crash),
	DO(FRAGILE_EXIT, leave),
	DO(FRAGILE_LOOP, loop),
	DO(FRAGILE_FORGET, forget),
	DO(FRAGILE_OVERFLOW, overflow),
	DO(FRAGILE_BAD_REPLY, bad_reply),
	DO(FRAGILE_LONG_REPLY, long_reply),
	DO(FRAGILE_TWICE, twice),
	DO(FRAGILE_DEAF, deaf),
	DO(FRAGILE_SELF, call_oneself),
	DO(FRAGILE_THREAD, end_thread),
};

int main(void)
{
	struct server server = { SERVER_OPERATIONS(operations),
		.endpoint = startup_cap("endpoint") };

	return -serve(&server);
}
