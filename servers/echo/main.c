/* echo: says what it hears. The example of a server, of which make new-server makes others. */
#include "protocol.h"
#include <atoll/server.h>
#include <atoll/startup.h>

static int say(struct request *r)
{
	for (int i = 0; i < MSG_WORDS; i++)
		r->reply.word[i] = r->word[i];
	r->reply.send = r->bytes;
	r->reply.length = r->length;
	return 0;
}

static const struct operation operations[] = {
	{ ECHO_SAY, ECHO_VERSION, .max_bytes = ECHO_MAX, .handler = say },
};

int main(void)
{
	struct server server = { SERVER_OPERATIONS(operations),
		.endpoint = startup_cap("endpoint") };

	return -serve(&server);
}
