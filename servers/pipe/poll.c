/* See poll.h. Nothing tells us that a poller has died or looks no more, so they are bounded, and
 * the oldest makes room: it is notified, finds nothing, and asks again if it still wants to know.
 */
#include "poll.h"
#include "protocol.h"
#include <stdbool.h>

static struct poller {
	cap_t wake; /* 0: free */
	uint64_t bits;
	unsigned number, events;
} poller[PIPE_POLLERS];
static unsigned count, oldest;

static void dismiss(struct poller *p, bool tell)
{
	if (tell)
		notify(p->wake, p->bits);
	cap_delete(p->wake);
	p->wake = 0;
	count--;
}

void poll_add(unsigned number, unsigned events, cap_t wake, uint64_t bits)
{
	struct poller *p = &poller[oldest];

	oldest = (oldest + 1) % PIPE_POLLERS;
	if (p->wake)
		dismiss(p, true);
	*p = (struct poller){ wake, bits, number, events };
	count++;
}

void poll_tell(unsigned number, unsigned events)
{
	for (struct poller *p = poller; count && events && p < poller + PIPE_POLLERS; p++)
		if (p->wake && p->number == number && p->events & events)
			dismiss(p, true);
}

void poll_forget(unsigned number)
{
	for (struct poller *p = poller; count && p < poller + PIPE_POLLERS; p++)
		if (p->wake && p->number == number)
			dismiss(p, false);
}

unsigned poll_count(void)
{
	return count;
}
