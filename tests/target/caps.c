/* Capabilities: what a mint may give and what not, stale handles, deletion and revocation through
 * tables of several spaces, full tables, and a quota that is used up. The last two stories run in a
 * child, which spends all it has and then tries every call that needs memory. */
#include "lib/story.h"
#include <string.h>

#define SHARED_WORDS ((volatile int64_t *)SHARED)

static cap_t ep;

static int64_t mint(cap_t cap, unsigned rights, uint64_t badge)
{
	return cap_mint(cap, rights, badge, 0);
}

/* ---- Minting -------------------------------------------------------------------------- */

static void rights(void)
{
	int64_t sender = mint(ep, CAP_SEND | CAP_TRANSFER, 0), memory = mem_create(PAGE_SIZE);
	int64_t reader = mint((cap_t)memory, CAP_READ, 0), bare = mint(ep, CAP_TRANSFER, 0);
	struct msg m = { 0 };

	ok(sender > 0 && reader > 0 && bare > 0, "cap_mint: fewer rights");
	is(mint((cap_t)sender, CAP_SEND | CAP_RECV, 0), -EPERM,
	    "cap_mint EPERM: C8 a right that it lacks");
	is(mint((cap_t)sender, CAP_ALL, 0), -EPERM, "cap_mint EPERM: C8 all rights");
	is(mint((cap_t)reader, CAP_READ | CAP_TRANSFER, 0), -EPERM,
	    "cap_mint EPERM: C8 the right to transfer");
	is(mint(ep, CAP_SEND | CAP_THREAD, 0), -EPERM,
	    "cap_mint EPERM: a right of another kind of object");
	is(mint(ep, 0, 0), -EINVAL, "cap_mint EINVAL: no rights at all");
	is(mint(ep, CAP_ALL + 1, 0), -EINVAL, "cap_mint EINVAL: rights that do not exist");
	is(cap_mint(ep, 1u << 31, 0, 0), -EINVAL, "cap_mint EINVAL: bit 31");
	is(mint(NO_CAP, CAP_SEND, 0), -EBADF, "cap_mint EBADF: handle never given");
	is(mint(0, CAP_SEND, 0), -EBADF, "cap_mint EBADF: handle 0");
	is(ipc_recv((cap_t)bare, &m, DEADLINE_NOW), -EPERM, "what is not given is not there");
	cap_delete((cap_t)sender);
	cap_delete((cap_t)reader);
	cap_delete((cap_t)memory);
	cap_delete((cap_t)bare);
}

static void badges(void)
{
	int64_t one = mint(ep, CAP_SEND | CAP_RECV | CAP_NOTIFY, 6), narrow, same;

	ok(one > 0, "cap_mint: a badge");
	same = mint((cap_t)one, CAP_SEND, 0);
	ok(same > 0, "cap_mint: badge 0 keeps it");
	is(mint((cap_t)one, CAP_SEND, 7), -EPERM, "cap_mint EPERM: another badge to send with");
	is(mint((cap_t)one, CAP_RECV, 2), -EPERM, "cap_mint EPERM: another badge to receive with");
	narrow = mint((cap_t)one, CAP_NOTIFY, 2);
	ok(narrow > 0, "cap_mint: fewer bits to notify");
	is(mint((cap_t)one, CAP_NOTIFY, 8), -EPERM, "cap_mint EPERM: another bit");
	is(mint((cap_t)narrow, CAP_NOTIFY, 6), -EPERM, "cap_mint EPERM: the bits taken away");
	is(notify((cap_t)narrow, 4), -EPERM, "notify EPERM: a bit that was taken away");
	cap_delete((cap_t)one);
	cap_delete((cap_t)narrow);
	cap_delete((cap_t)same);
}

static void into_a_space(void)
{
	int64_t fixed = mint(ep, CAP_SEND, 5), widow, parent = endpoint_create(), blind;
	struct child c;

	child_make(&c, 64);
	ok(cap_mint(ep, CAP_SEND, 9, c.space) > 0, "cap_mint: into another space");
	is(cap_mint((cap_t)fixed, CAP_SEND, 0, c.space), -EPERM,
	    "cap_mint EPERM: C8 into another space without CAP_TRANSFER");
	is(cap_mint(ep, CAP_SEND, 0, NO_CAP), -EBADF, "cap_mint EBADF: the space");
	is(cap_mint(ep, CAP_SEND, 0, ep), -EPERM, "cap_mint EPERM: the space is not one");
	blind = mint(c.space, CAP_TRANSFER, 0);
	is(cap_mint(ep, CAP_SEND, 0, (cap_t)blind), -EPERM,
	    "cap_mint EPERM: a space without CAP_SPACE");
	widow = mint((cap_t)parent, CAP_SEND, 0);
	cap_delete((cap_t)parent);
	is(mint((cap_t)widow, CAP_SEND, 0), -EPIPE, "cap_mint EPIPE: C9 the object is dead");
	space_destroy(c.space);
	is(cap_mint(ep, CAP_SEND, 0, c.space), -EPIPE, "cap_mint EPIPE: the space is dead");
	child_end(&c);
	cap_delete((cap_t)fixed);
	cap_delete((cap_t)blind);
	cap_delete((cap_t)widow);
}

/* ---- Handles -------------------------------------------------------------------------- */

static void stale(void)
{
	cap_t old = (cap_t)mint(ep, CAP_NOTIFY, 0), new;
	bool reused = false, fresh = true;

	cap_delete(old);
	for (int i = 0; i < 1000; i++) {
		new = (cap_t)mint(ep, CAP_NOTIFY, 0);
		reused |= (new & 0xffff) == (old & 0xffff);
		fresh &= new != old &&notify(old, 1) == -EBADF;
		cap_delete(new);
	}
	ok(reused, "C4 an entry is used again");
	ok(fresh, "C4 and an old handle never reaches what is there then");
	is(cap_delete(old), -EBADF, "cap_delete EBADF: twice");
	is(cap_delete(0), -EBADF, "cap_delete EBADF: handle 0");
	is(cap_delete(NO_CAP), -EBADF, "cap_delete EBADF: handle never given");
	is(cap_revoke(old), -EBADF, "cap_revoke EBADF: deleted");
	is(cap_revoke(0), -EBADF, "cap_revoke EBADF: handle 0");
}

static bool alive(cap_t cap)
{
	return notify(cap, 0) == 0;
}

/* ep -> one -> two -> three */
static void revoking(void)
{
	cap_t one = (cap_t)mint(ep, CAP_NOTIFY | CAP_TRANSFER, 0);
	cap_t two = (cap_t)mint(one, CAP_NOTIFY | CAP_TRANSFER, 0);
	cap_t three = (cap_t)mint(two, CAP_NOTIFY | CAP_TRANSFER, 0);
	cap_t brother = (cap_t)mint(ep, CAP_NOTIFY, 0);

	is(cap_delete(two), 0, "cap_delete: from the middle of a line");
	ok(alive(one) && alive(three), "cap_delete: ancestors and descendants live");
	is(cap_revoke(one), 0, "cap_revoke: the head of the line");
	ok(alive(one) && alive(brother) && !alive(three),
	    "cap_revoke: all derived go, also through one that was deleted; itself and its brothers stay");
	is(cap_revoke(one), 0, "cap_revoke: nothing derived, no harm");
	cap_delete(one);
	cap_delete(brother);
}

/* More than one kernel entry can do, in two tables. */
static void revoking_many(void)
{
	const struct info_space before = space_info(0);
	cap_t root = (cap_t)mint(ep, CAP_NOTIFY | CAP_TRANSFER, 0), last = root;
	bool all = true;
	struct child c;

	child_make(&c, 256);
	for (int i = 0; i < 500; i++) {
		last = (cap_t)mint(i % 2 ? root : last, CAP_NOTIFY | CAP_TRANSFER, 0);
		all &= last != 0 && cap_mint(last, CAP_NOTIFY, 0, c.space) > 0;
	}
	ok(all, "1,000 capabilities derived from one, half of them in another space");
	ok(space_info(0xc).caps >= 500, "kernel_info: counts those in the other");
	is(cap_revoke(root), 0, "cap_revoke: all of them, in as many steps as it takes");
	is(space_info(0xc).caps, 0, "cap_revoke: none is left over there");
	ok(alive(root) && !alive(last), "cap_revoke: none is left here");
	cap_delete(root);
	child_end(&c);
	is(space_info(0).caps, before.caps, "as many capabilities as before");
}

/* ---- Full tables ---------------------------------------------------------------------- */

static void full_table(void)
{
	static cap_t filler[CAP_MAX];
	struct worker client = { do_call, .ep = ep, .deadline = DEADLINE_FOREVER };
	struct msg m = { .recv_caps = 1 };
	unsigned count = 0;
	int64_t got;

	client.msg = (struct msg){ .label = MSG_LABEL(1, 1, 1, 0), .cap = { ep } };
	prepare(&client, HIGHER);
	while ((got = mint(ep, CAP_NOTIFY, 0)) > 0)
		filler[count++] = (cap_t)got;
	is(got, -ENOSPC, "cap_mint ENOSPC: C5 the table is full");
	is(space_info(0).caps, CAP_MAX, "with 4,096 capabilities");
	is(endpoint_create(), -ENOSPC, "endpoint_create ENOSPC: the table is full");
	is(mem_create(PAGE_SIZE), -ENOSPC, "mem_create ENOSPC: the table is full");
	is(space_create(64, 1, "x", 1, 0), -ENOSPC, "space_create ENOSPC: the table is full");
	is(thread_create(0, WINDOW, WINDOW, 0, 1, 0), -ENOSPC,
	    "thread_create ENOSPC: the table is full");
	thread_start(client.cap);
	is(ipc_recv(ep, &m, DEADLINE_NOW), -ETIMEDOUT,
	    "ipc_recv: C5 a capability, and no room in the table");
	ok(finished(&client) && client.result == -ENOSPC,
	    "ipc_call ENOSPC: C5 the receiver's table is full");
	cap_delete(filler[--count]);
	ok((filler[count++] = (cap_t)mint(ep, CAP_NOTIFY, 0)) != 0, "one goes, one comes");
	while (count > 0)
		cap_delete(filler[--count]);
	end(&client);
	endpoint_unbind(ep);
}

/* ---- A quota used up ------------------------------------------------------------------ */

enum { MEM, ENDPOINT, SPACE, THREAD, MINT, MAP, WATCH, LOCK, RESULTS };

static void sleeper(uint64_t argument)
{
	struct msg m = { 0 };

	ipc_recv(0, &m, DEADLINE_FOREVER);
	child_exit();
}

/* Runs in the child. Takes the largest pieces first, so that in the end not even the smallest fits;
 * what each call answers then goes to the shared page. Handles that it needs it makes beforehand.
 */
static void spend_all(uint64_t argument)
{
	const cap_t mine = (cap_t)endpoint_create(), memory = (cap_t)mem_create(PAGE_SIZE);
	const cap_t thread =
	    (cap_t)thread_create(0, (uint64_t)sleeper, WINDOW, 0, (unsigned)argument, 0);
	volatile int64_t *result = SHARED_WORDS;
	static uint64_t word;
	int64_t got, cap = 0;

	word = (uint64_t)SHARED_WORDS[RESULTS]; /* owner: a thread of this space that sleeps */
	while ((result[MEM] = mem_create(PAGE_SIZE)) > 0)
		;
	while ((result[THREAD] = thread_create(0, WINDOW, WINDOW, 0, 1, 0)) > 0)
		;
	while ((result[SPACE] = space_create(16, 1, "x", 1, 0)) > 0)
		;
	while ((result[ENDPOINT] = endpoint_create()) > 0)
		;
	while ((result[MINT] = cap_mint(mine, CAP_NOTIFY, 0, 0)) > 0)
		cap = result[MINT];
	for (uint64_t at = WINDOW; (got = mem_map(memory, 0, at, 0, PAGE_SIZE, PROT_READ)) == 0;
	     at += PAGE_SIZE)
		;
	result[MAP] = got;
	for (got = 0; got == 0 && cap_mint(mine, CAP_NOTIFY, 0, 0) != -ENOSPC;) {
		got = watch((cap_t)cap, WATCH_DEATH, mine, 1);
		if (got == -EBUSY)
			got = watch(thread, WATCH_DEATH, mine, 1);
		if (got == -EBUSY)
			got = watch(memory, WATCH_DERIVED, mine, 1);
		if (got == -EBUSY)
			break;
	}
	result[WATCH] = got;
	result[LOCK] = lock_wait(&word, DEADLINE_FOREVER);
	child_exit();
}

static void used_up(void)
{
	volatile int64_t *result = SHARED_WORDS;
	const uint64_t frames = settled_frames();
	int64_t owner, thread;
	struct child c;

	child_make(&c, 96);
	owner = child_start(&c, sleeper, 0, HIGHER, 0);
	for (int i = 0; i < RESULTS; i++)
		result[i] = 1;
	/* Thread ids: the one that sleeps was the last to be made. */
	result[RESULTS] = 0;
	for (struct info_thread info = { 0 }; !result[RESULTS];) {
		if (kernel_info(kernel_cap(), INFO_THREADS, info.id ? info.slot + 1ull : 0, &info,
			sizeof info) <= 0)
			break;
		if (info.tag == 0xc)
			result[RESULTS] = (int64_t)info.id;
	}
	thread = child_start(&c, spend_all, (uint64_t)own_priority(), HIGHER, 0);
	ok(thread > 0 && dead((cap_t)thread), "C10 a child spends all it has");
	is(result[MEM], -ENOMEM, "mem_create ENOMEM: C10 the quota is used up");
	is(result[THREAD], -ENOMEM, "thread_create ENOMEM: C10 the quota is used up");
	is(result[SPACE], -ENOMEM, "space_create ENOMEM: C10 the quota is used up");
	is(result[ENDPOINT], -ENOMEM, "endpoint_create ENOMEM: C10 the quota is used up");
	is(result[MINT], -ENOMEM, "cap_mint ENOMEM: C10 the table cannot grow");
	is(result[MAP], -ENOMEM, "mem_map ENOMEM: C10 the quota is used up");
	is(result[WATCH], -ENOMEM, "watch ENOMEM: C10 the quota is used up");
	is(result[LOCK], -ENOMEM, "lock_wait ENOMEM: C10 the quota is used up");
	is(space_info(0xc).quota, 96, "kernel_info: the quota as it was given");
	ok(space_info(0xc).used <= 96, "C10 not a frame beyond it");
	cap_delete((cap_t)owner);
	cap_delete((cap_t)thread);
	child_end(&c);
	is((int64_t)settled_frames(), (int64_t)frames, "C10 all frames are back");
}

/* Every number of frames from none to enough: what fails fails whole. */
static void every_quota(void)
{
	const uint64_t frames = settled_frames();
	unsigned failed = 0;
	struct child c;

	for (uint64_t quota = 0; quota < 24; quota++) {
		if (child_make(&c, quota))
			child_end(&c);
		else
			failed++;
	}
	ok(failed > 4 && failed < 24, "C10 spaces of 0 to 23 frames: %u could not be made", failed);
	is((int64_t)settled_frames(), (int64_t)frames, "C10 all frames are back");
}

int main(void)
{
	ep = (cap_t)endpoint_create();
	warm_up();
	rights();
	badges();
	into_a_space();
	stale();
	revoking();
	revoking_many();
	full_table();
	used_up();
	every_quota();
	return tap_done();
}
