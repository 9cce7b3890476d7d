/* The cast of most stories about messages: a server with an endpoint, and a client of a higher
 * priority that may use it, with badge 7. */
#ifndef TESTS_PAIR_H
#define TESTS_PAIR_H

#include "world.h"

static struct space *server, *client;
static struct thread *s, *c;
static cap_t ep, to;

static void cast_pair(u32 rights)
{
	server = new_space("server");
	client = new_space("client");
	s = new_thread(server, 10);
	c = new_thread(client, 20);
	ep = new_endpoint(server);
	to = give_copy(server, ep, client, rights, 7);
}

#endif
