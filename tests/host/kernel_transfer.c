// SOURCES: tests/host/world.c tests/host/machine.c tests/host/machine_memory.c kernel/printk.c kernel/pagetable.c kernel/pcid.c kernel/trace.c kernel/cap.c kernel/space.c kernel/copy.c kernel/memory.c kernel/ready.c kernel/timeout.c kernel/waitq.c kernel/thread.c kernel/inherit.c kernel/lock.c kernel/transfer.c kernel/endpoint.c kernel/ipc.c kernel/ipc_end.c kernel/ipc_fast.c kernel/watch.c kernel/object.c kernel/fault.c kernel/irq.c kernel/info.c kernel/handle.c kernel/syscall.c kernel/trap.c kernel/check.c kernel/check_waits.c
// GROUP: ipc
// Messages with bytes and capabilities: what arrives is what was sent, whole or not at all; a bad
// buffer is its owner's trouble only; nothing beyond the message is touched. Letters and numbers:
// tests/cases.md.
#include "pair.h"

#define BYTES(n) MSG_LABEL(1, 1, 0, n)
#define CAPS(n)  MSG_LABEL(1, 1, n, 0)
#define BIG      0x1000000ull /* 20 pages in either space */
#define BIG_SIZE (20 * PAGE_SIZE)
#define READONLY 0x2000000ull
#define EXT      PAGE(0)
#define POISON   0xc5

static void cast(void)
{
	cast_pair(CAP_SEND | CAP_TRANSFER);
	map_pages(client, READONLY, 2, PROT_READ);
	map_pages(server, READONLY, 2, PROT_READ);
}

static void fill(struct space *space, uaddr start, u64 bytes, u64 seed)
{
	for (u64 i = 0; i < bytes; i++)
		*at(space, start + i) = (u8)(seed ? seed * 131 + i * 7 + (i >> 8) : POISON);
}

/* Whether the bytes are those that fill() wrote. */
static bool same(struct space *space, uaddr start, u64 bytes, u64 seed)
{
	for (u64 i = 0; i < bytes; i++)
		if (*at(space, start + i) != (u8)(seed ? seed * 131 + i * 7 + (i >> 8) : POISON))
			return false;
	return true;
}

/* The server waits with room for so much at that address. */
static s64 server_waits(uaddr where, u32 bytes, u32 caps)
{
	put_ext(
	    server, EXT, (struct msg_ext){ .recv = where, .recv_bytes = bytes, .recv_caps = caps });
	return recv(s, ep, EXT, FOREVER);
}

static s64 client_sends(
    uaddr from, u32 bytes, u32 caps, const cap_t *cap, uaddr room, u32 room_bytes, u32 room_caps)
{
	struct msg_ext ext = {
		.send = from, .recv = room, .recv_bytes = room_bytes, .recv_caps = room_caps
	};

	for (u32 i = 0; i < caps && i < MSG_CAPS; i++)
		ext.cap[i] = cap[i];
	put_ext(client, EXT, ext);
	return call(c, to, MSG_LABEL(1, 1, caps, bytes), EXT, FOREVER);
}

/* ---- Bytes -------------------------------------------------------------------------- */

/* M6, M10. Every length near a page's end at every kind of offset, both ways, with guards around
 * what is written. */
static void lengths_and_offsets(void)
{
	static const u32 length[] = { 1, 2, 7, 8, 100, 4095, 4096, 4097, 8192, 12289, 65535,
		65536 };
	static const u32 offset[] = { 0, 1, 9, 4088, 4095 };

	cast();
	map_pages(client, BIG, 20, PROT_READ | PROT_WRITE);
	map_pages(server, BIG, 20, PROT_READ | PROT_WRITE);
	for (unsigned n = 0; n < ARRAY_SIZE(length) * ARRAY_SIZE(offset); n++) {
		u32 bytes = length[n / ARRAY_SIZE(offset)], guard = 64;
		uaddr from = BIG + guard + offset[n % ARRAY_SIZE(offset)];
		uaddr where = BIG + guard + offset[(n + n / 5) % ARRAY_SIZE(offset)];
		bool waits_first = n % 2;

		fill(client, from, bytes, n + 1);
		fill(server, where - guard, bytes + 2 * guard, 0);
		if (waits_first)
			IS(server_waits(where, bytes, 0), WAITS);
		IS(client_sends(from, bytes, 0, NULL, from, bytes, 0), WAITS);
		if (!waits_first)
			IS(server_waits(where, bytes, 0), 0);
		IS(LABEL(s), BYTES(bytes));
		EXPECT(same(server, where, bytes, n + 1));
		EXPECT(
		    same(server, where - guard, guard, 0) && same(server, where + bytes, guard, 0));
		/* and back, one byte less */
		fill(server, where, bytes, n + 1000);
		fill(client, from - guard, bytes + 2 * guard, 0);
		put_ext(server, EXT, (struct msg_ext){ .send = where });
		IS(reply(s, TOKEN(s), BYTES(bytes - 1), EXT), 0);
		IS(LABEL(c), bytes > 1 ? BYTES(bytes - 1) : BYTES(0));
		EXPECT(same(client, from, bytes - 1, n + 1000));
		EXPECT(same(client, from - guard, guard, 0) &&
		    same(client, from + bytes - 1, guard + 1, 0));
	}
}

/* M6 */
static void impossible_lengths(void)
{
	cast();
	put_ext(client, EXT, (struct msg_ext){ .send = PAGE(1) });
	FAILS(c, -EINVAL, ipc_call, to, BYTES(MSG_BYTES + 1), EXT, FOREVER);
	FAILS(c, -EINVAL, ipc_call, to, BYTES(UINT32_MAX), EXT, FOREVER);
	FAILS(c, -EINVAL, ipc_call, to, CAPS(5), EXT, FOREVER);
	FAILS(c, -EINVAL, ipc_call, to, CAPS(255), EXT, FOREVER);
	put_ext(client, EXT, (struct msg_ext){ .recv = PAGE(1), .recv_bytes = MSG_BYTES + 1 });
	FAILS(c, -EINVAL, ipc_call, to, BYTES(0), EXT, FOREVER);
	put_ext(client, EXT, (struct msg_ext){ .recv = PAGE(1), .recv_caps = 5 });
	FAILS(c, -EINVAL, ipc_call, to, BYTES(0), EXT, FOREVER);
	put_ext(server, EXT, (struct msg_ext){ .recv = PAGE(1), .recv_bytes = UINT32_MAX });
	FAILS(s, -EINVAL, ipc_recv, ep, 0, EXT, FOREVER);
	put_ext(server, EXT, (struct msg_ext){ .recv = PAGE(1), .recv_caps = UINT32_MAX });
	FAILS(s, -EINVAL, ipc_recv, ep, 0, EXT, FOREVER);
}

/* M1 to M5. A buffer of the caller's that is not there, or not so: its call fails, nothing is sent.
 */
static void bad_buffers_of_caller(void)
{
	static const uaddr bad[] = { 0, 8, NOWHERE, PAGE(AREA_PAGES) - 50, USER_END - 10,
		TIME_PAGE - 10, 0x800000000000ull, 0xffff800000000000ull, DIRECT_MAP,
		UINT64_MAX - 99, UINT64_MAX };

	cast();
	IS(server_waits(PAGE(1), 4096, 0), WAITS);
	for (unsigned i = 0; i < ARRAY_SIZE(bad); i++) {
		put_ext(client, EXT, (struct msg_ext){ .send = bad[i] });
		FAILS(c, -EFAULT, ipc_call, to, BYTES(100), EXT, FOREVER);
		put_ext(client, EXT, (struct msg_ext){ .recv = bad[i], .recv_bytes = 100 });
		FAILS(c, -EFAULT, ipc_call, to, BYTES(0), EXT, FOREVER);
		if (bad[i]) /* as the address of the extension itself */
			FAILS(c, -EFAULT, ipc_call, to, BYTES(0), bad[i], FOREVER);
	}
	put_ext(client, EXT, (struct msg_ext){ .recv = READONLY, .recv_bytes = 1 });
	FAILS(c, -EFAULT, ipc_call, to, BYTES(0), EXT, FOREVER);
	memset(at(client, READONLY), 0, sizeof(struct msg_ext));
	((struct msg_ext *)at(client, READONLY))->recv_caps = 1; /* handles would be written there
								  */
	FAILS(c, -EFAULT, ipc_call, to, BYTES(0), READONLY, FOREVER);
	IS(s->state, STATE_RECEIVE);
	put_ext(client, EXT, (struct msg_ext){ .send = READONLY, .recv = NOWHERE });
	IS(call(c, to, BYTES(100), EXT, FOREVER), WAITS); /* sending from there is fine; no room, no
							     buffer */
}

/* M2, M8. The receiver's buffer is bad when a message comes: its own receive fails, the sender
 * waits on. */
static void bad_buffer_of_receiver(void)
{
	cast();
	IS(client_sends(PAGE(1), 100, 0, NULL, 0, 0, 0), WAITS);
	IS(c->state, STATE_SEND);
	IS(server_waits(NOWHERE, 100, 0), -EFAULT);
	IS(server_waits(READONLY, 100, 0), -EFAULT);
	IS(server_waits(PAGE(AREA_PAGES) - 99, 100, 0), -EFAULT);
	IS(c->state, STATE_SEND);
	IS(server_waits(PAGE(AREA_PAGES) - 100, 100, 0), 0);
	IS(c->state, STATE_REPLY);
}

static void receiver_unmaps_while_waiting(void)
{
	struct thread *other;

	cast();
	other = new_thread(server, 10);
	map_pages(server, BIG, 1, PROT_READ | PROT_WRITE);
	IS(server_waits(BIG, 100, 0), WAITS);
	IS(SYS(other, mem_unmap, 0, BIG, PAGE_SIZE), 0);
	IS(client_sends(PAGE(1), 100, 0, NULL, 0, 0, 0), WAITS);
	IS(s->state, STATE_READY);
	IS(ANSWER(s), -EFAULT);
	IS(c->state, STATE_SEND);
	IS(server_waits(PAGE(1), 100, 0), 0);
}

static void sender_unmaps_while_queued(void)
{
	struct thread *other;

	cast();
	other = new_thread(client, 10);
	map_pages(client, BIG, 1, PROT_READ | PROT_WRITE);
	IS(client_sends(BIG, 100, 0, NULL, 0, 0, 0), WAITS);
	IS(SYS(other, mem_unmap, 0, BIG, PAGE_SIZE), 0);
	IS(server_waits(PAGE(1), 100, 0), WAITS);
	IS(ANSWER(c), -EFAULT);
	IS(c->state, STATE_READY);
}

/* A caller's reply buffer is checked at the call; bad when the reply comes, it ends the caller's
 * call. */
static void reply_buffer_goes(void)
{
	struct thread *other;

	cast();
	other = new_thread(client, 10);
	map_pages(client, BIG, 1, PROT_READ | PROT_WRITE);
	IS(server_waits(PAGE(1), 0, 0), WAITS);
	IS(client_sends(0, 0, 0, NULL, BIG, 100, 0), WAITS);
	IS(SYS(other, mem_protect, 0, BIG, PAGE_SIZE, PROT_READ), 0);
	put_ext(server, EXT, (struct msg_ext){ .send = PAGE(2) });
	IS(reply(s, TOKEN(s), BYTES(100), EXT), 0);
	IS(ANSWER(c), -EPIPE); /* not EFAULT: libc would take that for "nothing has happened" */
	FAILS(s, -ESRCH, ipc_reply, TOKEN(s), 0, 0);
}

/* The replier's own buffer is its own trouble: the caller waits on. */
static void bad_buffer_of_replier(void)
{
	u64 token;

	cast();
	IS(server_waits(PAGE(1), 100, 0), WAITS);
	IS(client_sends(PAGE(1), 100, 0, NULL, PAGE(2), 200, 0), WAITS);
	token = TOKEN(s);
	put_ext(server, EXT, (struct msg_ext){ .send = NOWHERE });
	FAILS(s, -EFAULT, ipc_reply, token, BYTES(100), EXT);
	FAILS(s, -EFAULT, ipc_reply_recv, token, BYTES(100), EXT, FOREVER, ep);
	put_ext(server, EXT, (struct msg_ext){ .cap = { NO_CAP } });
	FAILS(s, -EBADF, ipc_reply, token, CAPS(1), EXT);
	FAILS(s, -EBADF, ipc_reply_recv, token, CAPS(1), EXT, FOREVER, ep);
	IS(c->state, STATE_REPLY);
	IS(reply(s, token, 0, 0), 0);
}

/* M12. What does not fit fails its sender; the receiver goes on, at most one refusal an entry. */
static void misfits(void)
{
	struct thread *t[6];
	cap_t extra;

	cast();
	extra = new_endpoint(client);
	IS(server_waits(PAGE(1), 99, 0), WAITS);
	IS(client_sends(PAGE(1), 100, 0, NULL, 0, 0, 0), -EMSGSIZE);
	IS(client_sends(0, 0, 1, &extra, 0, 0, 0), -ENOSPC);
	IS(s->state, STATE_RECEIVE);
	IS(SYS(s = new_thread(server, 10), endpoint_unbind, ep), 0);
	put_ext(client, EXT, (struct msg_ext){ .send = PAGE(1) });
	for (unsigned i = 0; i < 6; i++) {
		t[i] = new_thread(client, 30);
		IS(call(t[i], to, BYTES(i == 5 ? 99 : 100), EXT, FOREVER), WAITS);
	}
	put_ext(server, EXT, (struct msg_ext){ .recv = PAGE(1), .recv_bytes = 99 });
	for (unsigned i = 0; i < 5; i++) {
		IS(t[i]->state, STATE_SEND);
		IS(SYS_ONCE(s, ipc_recv, ep, 0, EXT, FOREVER), RESTART);
		IS(ANSWER(t[i]), -EMSGSIZE);
	}
	IS(SYS_ONCE(s, ipc_recv, ep, 0, EXT, FOREVER), 0);
	IS(t[5]->state, STATE_REPLY);
}

/* A refusal after the reply was made: the restarted call must not reply again. */
static void misfit_after_reply(void)
{
	struct thread *d, *e;
	u64 token;

	cast();
	d = new_thread(client, 19);
	e = new_thread(client, 18);
	IS(server_waits(PAGE(1), 10, 0), WAITS);
	IS(call(c, to, BYTES(0), 0, FOREVER), WAITS);
	token = TOKEN(s);
	put_ext(client, PAGE(2), (struct msg_ext){ .send = PAGE(1) });
	IS(call(d, to, BYTES(100), PAGE(2), FOREVER), WAITS);
	IS(call(e, to, BYTES(10), PAGE(2), FOREVER), WAITS);
	put_ext(server, EXT, (struct msg_ext){ .recv = PAGE(1), .recv_bytes = 10 });
	IS(SYS_ONCE(s, ipc_reply_recv, token, 0, EXT, FOREVER, ep), RESTART);
	IS(c->state, STATE_READY);
	IS(ANSWER(d), -EMSGSIZE);
	IS(call(c, to, BYTES(0), 0, FOREVER), WAITS); /* calls again before the restart: a new token
						       */
	IS(SYS_ONCE(s, ipc_reply_recv, s->regs.rdi, 0, EXT, FOREVER, ep), 0);
	IS(c->state, STATE_REPLY);
	IS(TOKEN(s), ipc_token(c));
}

/* In a reply the caller stated its room: it gets the error, the server success. */
static void misfit_in_reply(void)
{
	cap_t extra;

	cast();
	extra = new_endpoint(server);
	IS(server_waits(PAGE(1), 100, 0), WAITS);
	IS(client_sends(0, 0, 0, NULL, PAGE(2), 10, 0), WAITS);
	put_ext(server, EXT, (struct msg_ext){ .send = PAGE(1), .cap = { extra } });
	IS(reply(s, TOKEN(s), BYTES(11), EXT), 0);
	IS(ANSWER(c), -EMSGSIZE);
	IS(server_waits(PAGE(1), 100, 0), WAITS);
	IS(client_sends(0, 0, 0, NULL, PAGE(2), 10, 0), WAITS);
	put_ext(server, EXT, (struct msg_ext){ .send = PAGE(1), .cap = { extra } });
	IS(reply(s, TOKEN(s), CAPS(1), EXT), 0);
	IS(ANSWER(c), -ENOSPC);
}

/* Room that was stated for one call is not there for the next. */
static void room_of_an_earlier_call(void)
{
	cap_t extra;

	cast();
	extra = new_endpoint(server);
	IS(server_waits(PAGE(1), 100, 1), WAITS);
	IS(client_sends(0, 0, 0, NULL, PAGE(2), 100, 1), WAITS);
	IS(reply_recv(s, TOKEN(s), 0, 0, ep, FOREVER), WAITS); /* without an extension from now on
								*/
	IS(client_sends(PAGE(1), 10, 0, NULL, PAGE(2), 100, 1), -EMSGSIZE);
	IS(call(c, to, BYTES(0), 0, FOREVER), WAITS);
	fill(client, PAGE(2), 100, 0);
	put_ext(server, EXT, (struct msg_ext){ .send = PAGE(1), .cap = { extra } });
	IS(reply(s, TOKEN(s), BYTES(10), EXT), 0);
	IS(ANSWER(c), -EMSGSIZE);
	EXPECT(same(client, PAGE(2), 100, 0));
	IS(recv(s, ep, 0, FOREVER), WAITS);
	IS(call(c, to, BYTES(0), 0, FOREVER), WAITS);
	put_ext(server, EXT, (struct msg_ext){ .cap = { extra } });
	IS(reply(s, TOKEN(s), CAPS(1), EXT), 0);
	IS(ANSWER(c), -ENOSPC);
}

/* M7. Both ends of the message are the same page, shifted. */
static void overlapping(void)
{
	cap_t shared, there;

	cast();
	shared = map_pages(client, BIG, 2, PROT_READ | PROT_WRITE);
	there = give_copy(client, shared, server, CAP_READ | CAP_WRITE, 0);
	IS(SYS(s, mem_map, there, 0, BIG, 0, 2 * PAGE_SIZE, PROT_READ | PROT_WRITE), 0);
	for (int shift = -5; shift <= 5; shift++) {
		uaddr where = BIG + 3000 + (uaddr)shift;

		fill(client, BIG + 3000, 900, 77);
		IS(server_waits(where, 900, 0), WAITS);
		IS(client_sends(BIG + 3000, 900, 0, NULL, 0, 0, 0), WAITS);
		EXPECT(same(server, where, 900, 77));
		IS(reply(s, TOKEN(s), 0, 0), 0);
	}
}

/* M11. The extension is read once: what another thread writes there later changes nothing. */
static void extension_changes_meanwhile(void)
{
	cast();
	fill(client, PAGE(1), 300, 5);
	IS(client_sends(PAGE(1), 100, 0, NULL, PAGE(2), 10, 0), WAITS);
	put_ext(
	    client, EXT, (struct msg_ext){ .send = NOWHERE, .recv = NOWHERE, .recv_bytes = 60000 });
	fill(server, PAGE(1), 400, 0);
	IS(server_waits(PAGE(1), 400, 0), 0);
	EXPECT(same(server, PAGE(1), 100, 5) && same(server, PAGE(1) + 100, 300, 0));
	put_ext(server, EXT, (struct msg_ext){ .send = PAGE(1) });
	IS(reply(s, TOKEN(s), BYTES(10), EXT), 0);
	IS(ANSWER(c), 0);
	EXPECT(same(client, PAGE(2), 10, 5));
}

/* ---- Capabilities ------------------------------------------------------------------- */

static void caps_ride_along(void)
{
	struct msg_ext got;
	cap_t mine[4];

	cast();
	mine[0] = new_endpoint(client);
	IS((s64)(mine[1] = (cap_t)SYS(c, cap_mint, mine[0], CAP_SEND | CAP_TRANSFER, 42)) > 0, 1);
	mine[2] = map_pages(client, BIG, 1, PROT_READ);
	mine[3] = mine[0];
	IS(server_waits(PAGE(1), 0, 4), WAITS);
	IS(client_sends(0, 0, 4, mine, 0, 0, 0), WAITS);
	IS(LABEL(s), CAPS(4));
	got = get_ext(server, EXT);
	for (unsigned i = 0; i < 4; i++) {
		struct cap *theirs = cap_of(client, mine[i]), *ours = cap_of(server, got.cap[i]);

		EXPECT(ours && ours->object == theirs->object && ours->rights == theirs->rights);
		IS(ours->badge, i == 1 ? 42 : 0);
		EXPECT(ours->parent == theirs);
	}
	/* back, and less than there is room for: the other places are 0 */
	put_ext(server, EXT, (struct msg_ext){ .cap = { got.cap[1] } });
	IS(reply(s, TOKEN(s), CAPS(1), EXT), 0);
	IS(server_waits(PAGE(1), 0, 4), WAITS);
	put_ext(client, EXT, (struct msg_ext){ .recv_caps = 4, .cap = { 1, 2, 3, 4 } });
	IS(call(c, to, BYTES(0), EXT, FOREVER), WAITS);
	put_ext(server, EXT, (struct msg_ext){ .cap = { got.cap[0], got.cap[1] } });
	IS(reply(s, TOKEN(s), CAPS(2), EXT), 0);
	got = get_ext(client, EXT);
	EXPECT(
	    cap_of(client, got.cap[0]) && cap_of(client, got.cap[1]) && !got.cap[2] && !got.cap[3]);
	/* all that came from the first goes with it */
	IS(SYS(c, cap_revoke, mine[0]), 0);
	IS(cap_of(client, got.cap[0]), NULL);
	EXPECT(cap_of(client, mine[0]) && !cap_of(client, mine[1]));
}

/* C8 */
static void caps_that_may_not(void)
{
	cap_t fixed, good, caps[2];

	cast();
	good = new_endpoint(client);
	fixed = give_copy(client, good, client, CAP_SEND, 0);
	put_ext(client, EXT, (struct msg_ext){ .cap = { fixed } });
	FAILS(c, -EPERM, ipc_call, to, CAPS(1), EXT, FOREVER); /* at once, not when a server takes
								  it */
	IS(server_waits(PAGE(1), 0, 4), WAITS);
	caps[0] = good;
	caps[1] = fixed;
	IS(client_sends(0, 0, 2, caps, 0, 0, 0), -EPERM);
	caps[1] = NO_CAP;
	IS(client_sends(0, 0, 2, caps, 0, 0, 0), -EBADF);
	caps[1] = 0;
	IS(client_sends(0, 0, 2, caps, 0, 0, 0), -EBADF);
	IS(s->state, STATE_RECEIVE);
	IS(server->caps.used, 3); /* two memory objects and the endpoint: nothing came half */
}

/* C9 */
static void dead_cap_in_message(void)
{
	cap_t copy, first;

	cast();
	first = new_endpoint(server);
	copy = give_copy(server, first, client, CAP_SEND | CAP_TRANSFER, 0);
	IS(SYS(s, cap_delete, first), 0);
	settle();
	IS(server_waits(PAGE(1), 0, 4), WAITS);
	IS(client_sends(0, 0, 1, &copy, 0, 0, 0), -EPIPE);
	IS(s->state, STATE_RECEIVE);
}

/* C7. Revoked or deleted while its message waits in the queue: the sender fails, the receiver goes
 * on. */
static void revoked_while_queued(void)
{
	cap_t first, copy;

	cast();
	first = new_endpoint(server);
	copy = give_copy(server, first, client, CAP_SEND | CAP_TRANSFER, 0);
	IS(client_sends(0, 0, 1, &copy, 0, 0, 0), WAITS);
	IS(SYS(s, cap_revoke, first), 0);
	IS(server_waits(PAGE(1), 0, 4), WAITS);
	IS(ANSWER(c), -EBADF);
}

/* C5. The receiver's table is full but for two places: of three none arrives, of two both do. */
static void table_full(void)
{
	cap_t mine[3];

	cast();
	for (unsigned i = 0; i < 3; i++)
		mine[i] = new_endpoint(client);
	while (server->caps.used < CAP_MAX - 2)
		give_copy(server, ep, server, CAP_SEND, 0);
	IS(server_waits(PAGE(1), 0, 4), WAITS);
	IS(client_sends(0, 0, 3, mine, 0, 0, 0), -ENOSPC);
	IS(server->caps.used, CAP_MAX - 2);
	IS(s->state, STATE_RECEIVE);
	IS(client_sends(0, 0, 2, mine, 0, 0, 0), WAITS);
	IS(server->caps.used, CAP_MAX);
	FAILS(s, -ENOSPC, endpoint_create, 0);
	FAILS(s, -ENOSPC, mem_create, PAGE_SIZE);
	FAILS(s, -ENOSPC, cap_mint, ep, CAP_SEND, 0, 0);
}

/* The receiver cannot pay for a larger table: as if it were full. */
static void table_too_dear(void)
{
	cap_t mine[4];

	cast();
	for (unsigned i = 0; i < 4; i++)
		mine[i] = new_endpoint(client);
	while (server->caps.free->parent)
		give_copy(server, ep, server, CAP_SEND, 0);
	server->quota->limit = server->quota->used + PAGE_SIZE - 1;
	IS(server_waits(PAGE(1), 0, 4), WAITS);
	IS(client_sends(0, 0, 2, mine, 0, 0, 0), -ENOSPC);
	IS(client_sends(0, 0, 1, mine, 0, 0, 0), WAITS);
	server->quota->limit = UINT32_MAX;
}

/* Within one space: sender's and receiver's table are one. */
static void caps_to_oneself(void)
{
	struct thread *d;
	struct msg_ext got;
	u32 used;

	cast();
	d = new_thread(server, 20);
	IS(server_waits(PAGE(1), 100, 4), WAITS);
	used = server->caps.used;
	put_ext(server, PAGE(3), (struct msg_ext){ .send = PAGE(2), .cap = { ep, ep, ep, ep } });
	IS(call(d, ep, MSG_LABEL(1, 1, 4, 100), PAGE(3), FOREVER), WAITS);
	IS(server->caps.used, used + 4);
	got = get_ext(server, EXT);
	EXPECT(
	    got.cap[0] != got.cap[1] && cap_of(server, got.cap[3])->parent == cap_of(server, ep));
}

int main(void)
{
	world_start(0);
	story("M6 M10 every length and offset, both ways; nothing around is touched",
	    lengths_and_offsets);
	story("M6 impossible lengths", impossible_lengths);
	story("M1-M5 bad buffers of the caller: nothing is sent", bad_buffers_of_caller);
	story("M1 M2 a bad buffer of the receiver: the sender waits on", bad_buffer_of_receiver);
	story("M8 the receiver's buffer goes while it waits", receiver_unmaps_while_waiting);
	story("M8 the sender's buffer goes while it is queued", sender_unmaps_while_queued);
	story("M8 the reply buffer goes: the caller's call ends", reply_buffer_goes);
	story("a bad buffer of the replier: the caller waits on", bad_buffer_of_replier);
	story("M12 a message that does not fit fails its sender, one an entry", misfits);
	story("M12 a refusal after a reply does not reply twice", misfit_after_reply);
	story("M12 a reply that does not fit: error to the caller, success to the server",
	    misfit_in_reply);
	story("M12 room of an earlier call is not there for the next", room_of_an_earlier_call);
	story("M7 source and destination overlap", overlapping);
	story("M11 the extension is read once", extension_changes_meanwhile);
	story("capabilities ride along, both ways, and are derived", caps_ride_along);
	story("C8 capabilities that may not be transferred", caps_that_may_not);
	story("C9 a capability of a dead object", dead_cap_in_message);
	story("C7 a capability revoked while its message is queued", revoked_while_queued);
	story("C5 table full: delivered whole or refused whole", table_full);
	story("C5 the receiver cannot pay for a larger table", table_too_dear);
	story("sender and receiver share a table", caps_to_oneself);
	return world_done();
}
