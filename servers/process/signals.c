/* Signals from elsewhere: a process says which it catches or ignores, all others end it. What
 * happens then is the process's own: it is notified, and whom it lets receive that runs a handler
 * (libc/posix/catch.c). */
#include "signals.h"
#include <atoll/supervisor.h>
#include <errno.h>

#define BIT(number) (1u << (number))
#define ALL         (~BIT(0) & ~BIT(END_KILL))
/* What does nothing by default: SIGCHLD, SIGCONT, the four that stop elsewhere, SIGURG. */
#define HARMLESS (BIT(17) | BIT(18) | BIT(19) | BIT(20) | BIT(21) | BIT(22) | BIT(23))

int signals_set(struct signals *signals, struct request *r)
{
	if ((r->word[0] | r->word[1]) & ~(uint64_t)ALL)
		return EINVAL;
	if (!signals->catcher && r->caps)
		signals->catcher = request_take(r, 0);
	if (r->word[0] && !signals->catcher)
		return EINVAL;
	signals->caught = (uint32_t)r->word[0];
	signals->ignored = (uint32_t)r->word[1];
	return 0;
}

enum signal_end signals_tell(const struct signals *signals, int number)
{
	if (signals->caught & BIT(number) && notify(signals->catcher, BIT(number)) == 0)
		return SIGNAL_CAUGHT;
	return (signals->ignored | HARMLESS) & BIT(number) ? SIGNAL_IGNORED : SIGNAL_ENDS;
}

void signals_forget(struct signals *signals)
{
	if (signals->catcher)
		cap_delete(signals->catcher);
	*signals = (struct signals){ 0 };
}
