/* The memory of messages: bytes are copied once, from the sender's pages to the receiver's, and
 * capabilities ride along. Buffers that are missing, read-only, the kernel's or too small: whose
 * fault it is gets the error, the other side is as it was. Two pages lie at WINDOW, nothing behind
 * them; a helper at a higher priority sends, main receives, or the other way round.
 *
 * GROUP: ipc */
#include "lib/story.h"
#include <stdlib.h>
#include <string.h>

#define PAGES_END (WINDOW + 2 * PAGE_SIZE)
#define READ_ONLY (WINDOW + 16 * PAGE_SIZE) /* the first of the two once more */
#define FAR       0x00007ffffffff000ull

static cap_t ep, pages;
static char big[MSG_BYTES], room[MSG_BYTES + 2];

static struct msg_ext ext; /* what raw calls hand over */

/* As libc's ipc_call, but an EFAULT is told, not mended by touching pages. */
static int64_t raw_message(unsigned number, uint64_t first, uint64_t label, uint64_t ext_address)
{
	struct registers r = { .rax = number,
		.rdi = first,
		.rsi = label,
		.rdx = ext_address,
		.r10 = DEADLINE_NOW,
		.rflags = 0x202 };

	if (number == SYS_ipc_call)
		r.r10 = time_in_ms(2000);
	raw_call(&r);
	return (int64_t)r.rax;
}

static int64_t raw_send(uint64_t send, uint64_t bytes)
{
	ext = (struct msg_ext){ .send = send };
	return raw_message(SYS_ipc_call, ep, MSG_LABEL(1, 1, 0, bytes), (uint64_t)&ext);
}

/* ---- What the caller gets wrong ------------------------------------------------------- */

static void bad_lengths(void)
{
	is(raw_send((uint64_t)big, MSG_BYTES + 1), -EINVAL, "ipc_call EINVAL: M6 65,537 bytes");
	is(raw_send((uint64_t)big, UINT32_MAX), -EINVAL, "ipc_call EINVAL: M6 2^32-1 bytes");
	is(raw_message(SYS_ipc_call, ep, MSG_LABEL(1, 1, 5, 0), (uint64_t)&ext), -EINVAL,
	    "ipc_call EINVAL: 5 capabilities");
	is(raw_message(SYS_ipc_call, ep, MSG_LABEL(1, 1, 0, 1), 0), -EINVAL,
	    "ipc_call EINVAL: bytes and no struct msg_ext");
	is(raw_message(SYS_ipc_call, ep, MSG_LABEL(1, 1, 1, 0), 0), -EINVAL,
	    "ipc_call EINVAL: a capability and no struct msg_ext");
	ext = (struct msg_ext){ .recv_bytes = MSG_BYTES + 1 };
	is(raw_message(SYS_ipc_call, ep, 1, (uint64_t)&ext), -EINVAL,
	    "ipc_call EINVAL: M6 room for 65,537 bytes");
	ext = (struct msg_ext){ .recv_caps = MSG_CAPS + 1 };
	is(raw_message(SYS_ipc_call, ep, 1, (uint64_t)&ext), -EINVAL,
	    "ipc_call EINVAL: room for 5 capabilities");
}

static const struct {
	const char *what;
	uint64_t address;
} wrong[] = {
	{ "null", 0 },
	{ "M3 kernel", KERNEL_START },
	{ "M3 last byte of all", UINT64_MAX },
	{ "M4 non-canonical", NON_CANONICAL },
	{ "not mapped", UNMAPPED },
	{ "M5 last user page", FAR },
	{ "M1 ends in a missing page", PAGES_END - 16 },
};

static void bad_addresses(void)
{
	for (unsigned i = 0; i < COUNT(wrong); i++) {
		const uint64_t at = wrong[i].address;

		is(raw_send(at, 64), -EFAULT, "ipc_call EFAULT: send buffer: %s", wrong[i].what);
		ext = (struct msg_ext){ .recv = at, .recv_bytes = 64 };
		is(raw_message(SYS_ipc_call, ep, 1, (uint64_t)&ext), -EFAULT,
		    "ipc_call EFAULT: receive buffer: %s", wrong[i].what);
		if (!at)
			continue;
		is(raw_message(SYS_ipc_call, ep, 1, at), -EFAULT, "ipc_call EFAULT: msg_ext: %s",
		    wrong[i].what);
		is(raw_message(SYS_ipc_recv, ep, 0, at), -EFAULT, "ipc_recv EFAULT: msg_ext: %s",
		    wrong[i].what);
	}
	ext = (struct msg_ext){ .recv = READ_ONLY, .recv_bytes = 64 };
	is(raw_message(SYS_ipc_call, ep, 1, (uint64_t)&ext), -EFAULT,
	    "ipc_call EFAULT: M2 receive buffer read-only");
	ext = (struct msg_ext){ .recv = TIME_PAGE, .recv_bytes = 8 };
	is(raw_message(SYS_ipc_call, ep, 1, (uint64_t)&ext), -EFAULT,
	    "ipc_call EFAULT: M2 receive buffer is the time page");
	is(raw_send(TIME_PAGE, 8), -EFAULT, "ipc_call EFAULT: send buffer is the time page");
	((struct msg_ext *)WINDOW)->recv_caps = 1;
	is(raw_message(SYS_ipc_call, ep, 1, READ_ONLY), -EFAULT,
	    "ipc_call EFAULT: capabilities wanted, msg_ext read-only");
	is(raw_send(UINT64_MAX - 8, 0), -ETIMEDOUT, "ipc_call: no bytes, so their address is free");
}

/* The kernel remembers where pages are. An address whose difference to one wraps when the bytes are
 * added to it is not in that page: taken for one, it would be the kernel's memory that is read or
 * written. The receiver waits, so that the short cut is taken where there is one. */
static void far_from_a_page(void)
{
	struct worker server = { do_raw, .ep = (cap_t)endpoint_create() };
	struct msg_ext *here = (struct msg_ext *)WINDOW, to = { .recv_bytes = 512 };

	to.recv = (uint64_t)room;
	server.raw = (struct registers){
		.rax = SYS_ipc_recv, .rdi = server.ep, .rdx = (uint64_t)&to, .r10 = DEADLINE_FOREVER
	};
	begin(&server, HIGHER);
	for (uint64_t back = 1; back <= 512; back *= 2) {
		struct worker client = { .run = do_raw };
		uint64_t far = WINDOW ^ -back;

		*here = (struct msg_ext){ .send = far };
		client.raw = (struct registers){ .rax = SYS_ipc_call,
			.rdi = server.ep,
			.rsi = MSG_LABEL(1, 1, 0, 512),
			.rdx = back < sizeof *here ? far : WINDOW,
			.r10 = DEADLINE_FOREVER };
		begin(&client, HIGHER);
		ok(finished(&client) && client.result == -EFAULT,
		    "ipc_call EFAULT: M3 %lu back from a page remembered", back);
		end(&client);
	}
	ok(in_state(&server, STATE_RECEIVE), "ipc_call EFAULT: the receiver waits on");
	end(&server);
	endpoint_unbind(server.ep);
	cap_delete(server.ep);
}

/* ---- Long messages -------------------------------------------------------------------- */

static unsigned pattern(size_t i)
{
	return (unsigned char)(i * 7 + i / 256 + 1);
}

/* Receives one message into room + 1 and answers with the same bytes. */
static void send_back(struct worker *w)
{
	do_recv(w);
	w->msg.send = w->msg.recv;
	w->msg.label = MSG_LABEL(0, 0, 0, MSG_NBYTES(w->msg.label));
	ipc_reply(w->msg.token, &w->msg);
}

static void lengths(void)
{
	static const uint32_t length[] = { 1, 7, 8, 4095, 4096, 4097, 12345, MSG_BYTES };
	static char back[MSG_BYTES + 2];

	for (unsigned i = 0; i < COUNT(length); i++) {
		const uint32_t n = length[i];
		struct worker server = { send_back, .ep = (cap_t)endpoint_create(),
			.deadline = DEADLINE_FOREVER };
		struct msg m = { .label = MSG_LABEL(1, 1, 0, n),
			.send = big,
			.recv = back + 1,
			.recv_bytes = n };
		bool same = true;

		memset(room, 0xee, sizeof room);
		memset(back, 0xee, sizeof back);
		server.msg.recv = room + 1;
		server.msg.recv_bytes = MSG_BYTES;
		begin(&server, HIGHER);
		is(ipc_call(server.ep, &m, DEADLINE_FOREVER), 0, "M6 %u bytes and back", n);
		for (size_t b = 0; b < n; b++)
			same &=
			    (unsigned char)room[b + 1] == pattern(b) && back[b + 1] == room[b + 1];
		ok(same, "M6 %u bytes: all as sent", n);
		ok(room[0] == '\xee' && room[n + 1] == '\xee' && back[0] == '\xee' &&
			back[n + 1] == '\xee',
		    "M10 %u bytes: nothing beside them was written", n);
		end(&server);
		cap_delete(server.ep);
	}
}

/* Sender and receiver share the pages, and the buffers overlap. Each byte that arrives is one that
 * was sent: what is promised when one overlaps oneself. */
static void overlap(void)
{
	struct worker server = { do_recv, .ep = (cap_t)endpoint_create(),
		.deadline = DEADLINE_FOREVER };
	struct msg m = { .label = MSG_LABEL(1, 1, 0, 1000), .send = (char *)WINDOW };

	for (unsigned i = 0; i < 2000; i++)
		((unsigned char *)WINDOW)[i] = pattern(i);
	server.msg.recv = (char *)WINDOW + 100;
	server.msg.recv_bytes = 1000;
	begin(&server, HIGHER);
	is(ipc_call(server.ep, &m, DEADLINE_FOREVER), -EPIPE, "M7 source overlaps destination");
	ok(finished(&server) && server.result == 0, "M7 received");
	ok(((unsigned char *)WINDOW)[100] == pattern(0) &&
		((unsigned char *)WINDOW)[1099] == pattern(999),
	    "M7 within a page it is what was sent");
	end(&server);
	cap_delete(server.ep);
}

/* ---- A message that does not fit fails its sender, and the receiver goes on ------------- */

static void too_long(void)
{
	struct worker server = { do_recv, .ep = (cap_t)endpoint_create(),
		.deadline = DEADLINE_FOREVER };
	struct worker client = { do_call, .ep = server.ep, .deadline = DEADLINE_FOREVER };
	struct msg m = { .label = MSG_LABEL(1, 1, 0, 101), .send = big };

	server.msg.recv = room;
	server.msg.recv_bytes = 100;
	begin(&server, HIGHER);
	is(ipc_call(server.ep, &m, DEADLINE_FOREVER), -EMSGSIZE,
	    "ipc_call EMSGSIZE: M12 more than a waiting receiver takes");
	ok(in_state(&server, STATE_RECEIVE), "ipc_call EMSGSIZE: M12 the receiver goes on waiting");
	end(&server);

	client.msg = m;
	begin(&client, HIGHER);
	m = (struct msg){ .recv = room, .recv_bytes = 100 };
	is(ipc_recv(server.ep, &m, DEADLINE_NOW), -ETIMEDOUT,
	    "ipc_recv EMSGSIZE: M12 for the sender, nothing for the receiver");
	ok(finished(&client), "ipc_call: ends when it does not fit");
	is(client.result, -EMSGSIZE, "ipc_call EMSGSIZE: M12 queued, more than the receiver takes");
	end(&client);
	endpoint_unbind(server.ep);
	cap_delete(server.ep);
}

/* Sends a reply of 101 bytes. */
static void long_reply(struct worker *w)
{
	do_recv(w);
	w->msg.send = big;
	w->msg.label = MSG_LABEL(0, 0, w->msg.recv_caps, w->msg.recv_caps ? 0 : 101);
	w->result = ipc_reply(w->msg.token, &w->msg);
}

static void too_long_reply(void)
{
	struct worker server = { long_reply, .ep = (cap_t)endpoint_create(),
		.deadline = DEADLINE_FOREVER };
	struct msg m = { .recv = room, .recv_bytes = 100 };

	begin(&server, HIGHER);
	is(ipc_call(server.ep, &m, DEADLINE_FOREVER), -EMSGSIZE,
	    "ipc_call EMSGSIZE: the reply is longer than the room");
	ok(finished(&server), "ipc_reply: M12 does not wait");
	is(server.result, 0, "ipc_reply EMSGSIZE: M12 for the caller, success for the server");
	end(&server);

	server.msg = (struct msg){ .recv_caps = 1, .cap = { ep } };
	begin(&server, HIGHER);
	m = (struct msg){ 0 };
	is(ipc_call(server.ep, &m, DEADLINE_FOREVER), -ENOSPC,
	    "ipc_call ENOSPC: the reply has a capability, there is no room");
	ok(finished(&server) && server.result == 0,
	    "ipc_reply ENOSPC: M12 for the caller, success for the server");
	end(&server);
	cap_delete(server.ep);
}

/* ---- Whose page is missing ------------------------------------------------------------ */

/* The receiver's room is looked at when a message comes. */
static void receiver_without_page(void)
{
	struct worker client = { do_call, .ep = ep, .deadline = DEADLINE_FOREVER };
	static const uint64_t where[] = { READ_ONLY, PAGES_END - 16, UNMAPPED, KERNEL_START };
	struct msg m = { 0 };

	client.msg = (struct msg){ .label = MSG_LABEL(1, 1, 0, 64), .send = big };
	begin(&client, HIGHER);
	for (unsigned i = 0; i < COUNT(where); i++) {
		ext = (struct msg_ext){ .recv = where[i], .recv_bytes = 64 };
		is(raw_message(SYS_ipc_recv, ep, 0, (uint64_t)&ext), -EFAULT,
		    "ipc_recv EFAULT: a message for a bad buffer at %lx", where[i]);
	}
	ok(in_state(&client, STATE_SEND), "ipc_recv EFAULT: the sender stays queued");
	m = (struct msg){ .recv = room, .recv_bytes = 64 };
	is(ipc_recv(ep, &m, DEADLINE_NOW), 0,
	    "ipc_recv EFAULT: and is served when the buffer is good");
	m.label = 0;
	ipc_reply(m.token, &m);
	end(&client);
}

int main(void)
{
	ep = (cap_t)endpoint_create();
	pages = map_pages(WINDOW, 2);
	mem_map(pages, 0, READ_ONLY, 0, PAGE_SIZE, PROT_READ);
	for (size_t i = 0; i < sizeof big; i++)
		big[i] = (char)pattern(i);
	bad_lengths();
	bad_addresses();
	far_from_a_page();
	lengths();
	overlap();
	too_long();
	too_long_reply();
	receiver_without_page();
	return tap_done();
}
