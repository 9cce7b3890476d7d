/* Endpoints as objects: how they come and go. What happens at one is in ipc.c.
 *
 * Invariant: an endpoint's memory outlasts its capabilities while something pins it: the thread
 * bound to it, an interrupt line, a watch, a thread whose pager it is.
 *
 * Layer 4. Called by syscall.c, object.c, watch.c, irq.c, fault.c; calls waitq.c, quota.c. */
#include "endpoint.h"

#include "quota.h"

static struct pool endpoints = POOL("endpoint", sizeof(struct endpoint));

struct endpoint *endpoint_create(struct quota *quota)
{
	struct endpoint *endpoint = quota_alloc(quota, &endpoints);

	if (!endpoint)
		return NULL;
	endpoint->object.type = OBJECT_ENDPOINT;
	endpoint->object.quota = quota;
	list_init(&endpoint->object.watches);
	list_init(&endpoint->object.dying);
	waitq_init(&endpoint->senders, NULL);
	return endpoint;
}

void endpoint_free(struct endpoint *endpoint)
{
	quota_free(endpoint->object.quota, &endpoints, endpoint);
}

void endpoint_unpin(struct endpoint *endpoint)
{
	ASSERT(endpoint->object.pins > 0);
	endpoint->object.pins--;
	if (object_unused(&endpoint->object))
		endpoint_free(endpoint);
}
