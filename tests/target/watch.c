/* Watches: bits are set at an endpoint when an object dies, or when nothing derived from a
 * capability is left anywhere. It is how servers learn that a client, a session, a process has
 * gone. main receives from `news`.
 *
 * GROUP: caps */
#include "lib/story.h"

static cap_t news;

/* The bits that have come, 0 for none. */
static uint64_t bits(void)
{
	struct msg m = { 0 };

	return ipc_recv(news, &m, time_in_ms(1)) == 0 ? m.badge : 0;
}

static cap_t sleeping_thread(void)
{
	return (cap_t)thread_create(0, WINDOW, WINDOW, 0, 1, 0);
}

/* ---- WATCH_DEATH ---------------------------------------------------------------------- */

static void deaths(void)
{
	cap_t thread = sleeping_thread(), space = (cap_t)space_create(64, 1, "x", 1, 0x5ace);
	cap_t ep = (cap_t)endpoint_create(), sender = (cap_t)cap_mint(ep, CAP_SEND, 0, 0);

	is(watch(thread, WATCH_DEATH, news, 1), 0, "watch: a thread");
	is(watch(space, WATCH_DEATH, news, 2), 0, "watch: a space");
	is(watch(sender, WATCH_DEATH, news, 4), 0, "watch: an endpoint, through a right to send");
	is((int64_t)bits(), 0, "watch: nothing has died yet");
	thread_kill(thread);
	is((int64_t)bits(), 1, "watch: the thread died");
	space_destroy(space);
	is((int64_t)bits(), 2, "watch: the space died");
	cap_delete(ep);
	is((int64_t)bits(), 4, "watch: nobody can receive from the endpoint any more");
	is((int64_t)bits(), 0, "watch: each once");
	cap_delete(thread);
	cap_delete(space);
	cap_delete(sender);
}

static void run_out(struct worker *w)
{
	(void)w;
}

static void many(void)
{
	cap_t thread = sleeping_thread(), copy[100];
	struct worker w = { .run = run_out };
	bool all = true;

	for (unsigned i = 0; i < COUNT(copy); i++) {
		copy[i] = (cap_t)cap_mint(thread, CAP_THREAD, 0, 0);
		all &= watch(copy[i], WATCH_DEATH, news, 1ull << i % 50) == 0;
	}
	ok(all, "watch: 100 watch the same thread, each through its own capability");
	thread_kill(thread);
	sleep_ms(2); /* it takes the kernel two steps */
	is((int64_t)bits(), (1ll << 50) - 1, "watch: all are told");
	for (unsigned i = 0; i < COUNT(copy); i++)
		cap_delete(copy[i]);
	cap_delete(thread);
	prepare(&w, LOWER);
	watch(w.cap, WATCH_DEATH, news, 8);
	thread_start(w.cap);
	sleep_ms(2);
	is((int64_t)bits(), 8, "watch: a thread that ends by itself");
	end(&w);
}

/* ---- WATCH_DERIVED -------------------------------------------------------------------- */

static void derived(void)
{
	cap_t session = (cap_t)cap_mint(news, CAP_SEND | CAP_TRANSFER, 7, 0);
	cap_t one, two;
	struct child c;

	is(watch(session, WATCH_DERIVED, news, 1), 0,
	    "watch: a session of which nothing is derived");
	is((int64_t)bits(), 1, "watch: is told at once");
	one = (cap_t)cap_mint(session, CAP_SEND | CAP_TRANSFER, 0, 0);
	is(watch(session, WATCH_DERIVED, news, 2), 0, "watch: once more, of which something is");
	two = (cap_t)cap_mint(one, CAP_SEND, 0, 0);
	cap_delete(one);
	is((int64_t)bits(), 0, "watch: a copy of the copy is left");
	cap_delete(two);
	is((int64_t)bits(), 2, "watch: the last copy is gone");

	child_make(&c, 64);
	child_give(&c, session, CAP_SEND, 0);
	watch(session, WATCH_DERIVED, news, 4);
	is((int64_t)bits(), 0, "watch: a client has a copy");
	child_end(&c);
	is((int64_t)bits(), 4, "watch: D3 the client has died, and its copy with it");

	one = (cap_t)cap_mint(session, CAP_SEND, 0, 0);
	watch(session, WATCH_DERIVED, news, 8);
	cap_revoke(session);
	is((int64_t)bits(), 8, "watch: revoked, so none is left");
	cap_delete(session);
}

/* A watch hangs on the capability: with that it goes, and tells nothing. */
static void dropped(void)
{
	cap_t thread = sleeping_thread(), copy = (cap_t)cap_mint(thread, CAP_THREAD, 0, 0);
	cap_t target = (cap_t)cap_mint(news, CAP_NOTIFY, 6, 0);

	watch(copy, WATCH_DEATH, news, 1);
	cap_delete(copy);
	watch(thread, WATCH_DEATH, target, 4);
	cap_delete(target);
	thread_kill(thread);
	is((int64_t)bits(), 4,
	    "watch: one whose capability was deleted is silent; one whose target's was, is not");
	cap_delete(thread);
}

/* ---- Errors --------------------------------------------------------------------------- */

static void errors(void)
{
	cap_t thread = sleeping_thread(), mute = (cap_t)cap_mint(news, CAP_SEND | CAP_RECV, 0, 0);
	cap_t narrow = (cap_t)cap_mint(news, CAP_NOTIFY, 6, 0), parent = (cap_t)endpoint_create();
	cap_t widow = (cap_t)cap_mint(parent, CAP_NOTIFY, 0, 0);

	is(watch(NO_CAP, WATCH_DEATH, news, 1), -EBADF, "watch EBADF: what is watched");
	is(watch(0, WATCH_DEATH, news, 1), -EBADF, "watch EBADF: handle 0");
	is(watch(thread, WATCH_DEATH, NO_CAP, 1), -EBADF, "watch EBADF: the target");
	is(watch(thread, WATCH_DEATH, mute, 1), -EPERM,
	    "watch EPERM: the target, without CAP_NOTIFY");
	is(watch(thread, WATCH_DEATH, thread, 1), -EPERM,
	    "watch EPERM: the target is not an endpoint");
	is(watch(thread, WATCH_DEATH, narrow, 1), -EPERM,
	    "watch EPERM: a bit outside the target's badge");
	is(watch(thread, WATCH_DEATH, news, 0), -EINVAL, "watch EINVAL: no bits");
	is(watch(thread, 2, news, 1), -EINVAL, "watch EINVAL: what for");
	is(watch(thread, ~0u, news, 1), -EINVAL, "watch EINVAL: what for, 2^32-1");
	is(watch(thread, WATCH_DEATH, news, 1), 0, "watch: after all that");
	is(watch(thread, WATCH_DEATH, news, 2), -EBUSY,
	    "watch EBUSY: watched through this capability already");
	is(watch(thread, WATCH_DERIVED, narrow, 2), 0,
	    "watch: for the other reason, at the same time");
	is((int64_t)bits(), 2, "watch: which is so already");
	cap_delete(parent);
	is(watch(thread, WATCH_DERIVED, widow, 1), -EPIPE, "watch EPIPE: the target is dead");
	thread_kill(thread);
	is((int64_t)bits(), 1, "watch: of the first bits");
	is(watch(thread, WATCH_DEATH, news, 1), -EPIPE,
	    "watch EPIPE: C9 what is watched is dead already");
	cap_delete(thread);
	cap_delete(mute);
	cap_delete(narrow);
	cap_delete(widow);
}

/* The target dies before what is watched. */
static void target_first(void)
{
	cap_t thread = sleeping_thread(), target = (cap_t)endpoint_create();

	watch(thread, WATCH_DEATH, target, 1);
	cap_delete(target);
	is(thread_kill(thread), 0, "watch: the target died first, no harm");
	cap_delete(thread);
}

int main(void)
{
	struct info_space before, after;

	news = (cap_t)endpoint_create();
	bits();
	warm_up();
	before = space_info(0);
	deaths();
	many();
	derived();
	dropped();
	errors();
	target_first();
	after = space_info(0);
	is(after.caps, before.caps, "as many capabilities as before");
	return tap_done();
}
