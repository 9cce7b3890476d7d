/* Messages on their way: what happens when a buffer is unmapped, a structure overwritten or a
 * capability revoked after the call was made and before the message goes across; and how
 * capabilities ride along. Helpers of a higher priority make the calls and wait; main pulls the rug
 * away and then lets the message go.
 *
 * GROUP: ipc caps */
#include "lib/story.h"
#include <string.h>

#define READ_ONLY (WINDOW + 16 * PAGE_SIZE)

static cap_t ep, pages;
static char bytes[128], room[128];

/* ---- M8: unmapped by another thread meanwhile ------------------------------------------ */

#define FLEETING (WINDOW + 32 * PAGE_SIZE)

/* A helper that makes a raw call and waits; its buffer is a page at FLEETING. */
static void begin_raw(struct worker *w, unsigned number, uint64_t label, struct msg_ext *buffers)
{
	*w = (struct worker){ do_raw, .ep = (cap_t)endpoint_create() };
	w->raw = (struct registers){ .rax = number,
		.rdi = w->ep,
		.rsi = label,
		.rdx = (uint64_t)buffers,
		.r10 = DEADLINE_FOREVER };
	begin(w, HIGHER);
}

static void sender_loses_page(void)
{
	cap_t memory = map_pages(FLEETING, 1);
	struct msg_ext buffers = { .send = FLEETING };
	struct msg m = { .recv = room, .recv_bytes = 64 };
	struct worker client;

	begin_raw(&client, SYS_ipc_call, MSG_LABEL(1, 1, 0, 64), &buffers);
	ok(in_state(&client, STATE_SEND), "M8 a sender waits, its bytes in place");
	unmap_pages(memory);
	is(ipc_recv(client.ep, &m, DEADLINE_NOW), -ETIMEDOUT,
	    "M8 its page goes: the receiver finds nothing");
	ok(finished(&client), "M8 and the sender's call ends");
	is(client.result, -EFAULT, "ipc_call EFAULT: M8 send buffer unmapped while queued");
	end(&client);
	endpoint_unbind(client.ep);
	cap_delete(client.ep);
}

static void receiver_loses_page(void)
{
	cap_t memory = map_pages(FLEETING, 1);
	struct msg_ext buffers = { .recv = FLEETING, .recv_bytes = 64 };
	struct msg m = { .label = MSG_LABEL(1, 1, 0, 64), .send = bytes };
	struct worker server;

	begin_raw(&server, SYS_ipc_recv, 0, &buffers);
	ok(in_state(&server, STATE_RECEIVE), "M8 a receiver waits, its room in place");
	unmap_pages(memory);
	is(ipc_call(server.ep, &m, time_in_ms(50)), -ETIMEDOUT,
	    "ipc_call ETIMEDOUT: M8 queued, for the receiver's call has ended");
	ok(finished(&server), "M8 a receiver without its page ends");
	is(server.result, -EFAULT, "ipc_recv EFAULT: M8 room unmapped while it waits");
	end(&server);
	cap_delete(server.ep);
}

static void caller_loses_page(void)
{
	cap_t memory = map_pages(FLEETING, 1);
	struct msg_ext buffers = { .recv = FLEETING, .recv_bytes = 64 };
	struct worker client;
	struct msg m = { 0 };

	begin_raw(&client, SYS_ipc_call, 1, &buffers);
	ipc_recv(client.ep, &m, DEADLINE_NOW);
	unmap_pages(memory);
	m.label = MSG_LABEL(0, 0, 0, 64);
	m.send = bytes;
	is(ipc_reply(m.token, &m), 0,
	    "ipc_reply: M8 the caller's room is gone, success for the server");
	ok(finished(&client), "M8 the caller's call ends");
	is(client.result, -EPIPE, "ipc_call EPIPE: M8 room unmapped while it waits for the reply");
	end(&client);
	endpoint_unbind(client.ep);
	cap_delete(client.ep);
}

/* M11: what stands in struct msg_ext is read once, at the call. */
static void changed_meanwhile(void)
{
	struct msg_ext buffers = { .send = (uint64_t)bytes };
	struct msg m = { .recv = room, .recv_bytes = 128 };
	struct worker client;

	begin_raw(&client, SYS_ipc_call, MSG_LABEL(1, 1, 0, 64), &buffers);
	buffers = (struct msg_ext){ .send = KERNEL_START,
		.recv = KERNEL_START,
		.recv_bytes = UINT32_MAX,
		.recv_caps = UINT32_MAX };
	is(ipc_recv(client.ep, &m, DEADLINE_NOW), 0,
	    "M11 buffers changed while the call is queued");
	ok(MSG_NBYTES(m.label) == 64 && memcmp(room, bytes, 64) == 0,
	    "M11 the message is as it was called");
	m.label = 0;
	is(ipc_reply(m.token, &m), 0, "M11 the reply too");
	ok(finished(&client) && client.result == 0, "M11 and its call is done");
	end(&client);
	endpoint_unbind(client.ep);
	cap_delete(client.ep);
}

/* ---- Capabilities that ride along ------------------------------------------------------ */

static struct msg carrying(cap_t one, cap_t two)
{
	return (
	    struct msg){ .label = MSG_LABEL(1, 1, two ? 2 : 1, 0), .cap = { one, two, 77, 77 } };
}

static void bad_caps(void)
{
	cap_t fixed = (cap_t)cap_mint(ep, CAP_SEND, 9, 0);
	cap_t parent = (cap_t)endpoint_create();
	cap_t widow = (cap_t)cap_mint(parent, CAP_SEND | CAP_TRANSFER, 0, 0);
	struct msg m = carrying(NO_CAP, 0);

	is(ipc_call(ep, &m, DEADLINE_FOREVER), -EBADF,
	    "ipc_call EBADF: a capability in the message");
	m = carrying(pages, NO_CAP);
	is(ipc_call(ep, &m, DEADLINE_FOREVER), -EBADF, "ipc_call EBADF: the second of two");
	m = carrying(fixed, 0);
	is(ipc_call(ep, &m, DEADLINE_FOREVER), -EPERM,
	    "ipc_call EPERM: C8 one without CAP_TRANSFER");
	cap_delete(parent);
	m = carrying(widow, 0);
	is(ipc_call(ep, &m, DEADLINE_FOREVER), -EPIPE, "ipc_call EPIPE: one whose object is dead");
	cap_delete(fixed);
	cap_delete(widow);
}

static void good_caps(void)
{
	cap_t badged = (cap_t)cap_mint(ep, CAP_NOTIFY | CAP_TRANSFER, 12, 0);
	struct worker client = { do_call, .ep = ep, .deadline = DEADLINE_FOREVER };
	struct msg m = { .recv_caps = 2, .cap = { 1, 2, 3, 4 } };

	client.msg = carrying(pages, badged);
	begin(&client, HIGHER);
	is(ipc_recv(ep, &m, DEADLINE_NOW), 0, "ipc_recv: a message with two capabilities");
	ok(m.cap[0] && m.cap[0] != pages && m.cap[1] && m.cap[1] != badged &&
		MSG_NCAPS(m.label) == 2,
	    "ipc_recv: new handles, and how many in the label");
	ok(m.cap[2] == 0 && m.cap[3] == 0, "ipc_recv: M10 no handles beyond them");
	is(mem_map(m.cap[0], 0, FLEETING, 0, PAGE_SIZE, PROT_READ), 0,
	    "a memory object came across");
	is(notify(m.cap[1], 1), -EPERM, "a badge came along: bit 0 is not among its bits");
	is(notify(m.cap[1], 8), 0, "but bit 3 is");
	is(cap_mint(m.cap[1], CAP_SEND, 0, 0), -EPERM, "rights came along: no CAP_SEND");
	cap_revoke(pages);
	is(mem_map(m.cap[0], 0, FLEETING, 0, PAGE_SIZE, PROT_READ), -EBADF,
	    "the copy is derived from the sender's");
	client.msg.label = 0;
	m.label = 0;
	m.send = NULL;
	ipc_reply(m.token, &m);
	end(&client);
	cap_delete(badged);
	ipc_recv(ep, &m, DEADLINE_NOW); /* the bit */
	mem_map(pages, 0, READ_ONLY, 0, PAGE_SIZE, PROT_READ);
}

static void refused_caps(void)
{
	cap_t parent = (cap_t)endpoint_create();
	cap_t copy = (cap_t)cap_mint(parent, CAP_SEND | CAP_TRANSFER, 0, 0);
	struct worker server = { do_recv, .ep = (cap_t)endpoint_create(),
		.deadline = DEADLINE_FOREVER };
	struct worker client = { do_call, .ep = server.ep, .deadline = DEADLINE_FOREVER };
	struct msg m = carrying(pages, copy);

	endpoint_unbind(ep);
	server.msg.recv_caps = 1;
	begin(&server, HIGHER);
	is(ipc_call(server.ep, &m, DEADLINE_FOREVER), -ENOSPC,
	    "ipc_call ENOSPC: M12 more capabilities than a waiting receiver takes");
	ok(in_state(&server, STATE_RECEIVE), "ipc_call ENOSPC: M12 the receiver goes on waiting");
	end(&server);

	client.msg = carrying(pages, copy);
	begin(&client, HIGHER);
	m = (struct msg){ .recv_caps = 1 };
	is(ipc_recv(server.ep, &m, DEADLINE_NOW), -ETIMEDOUT,
	    "ipc_recv ENOSPC: M12 for the sender, nothing for the receiver");
	ok(finished(&client) && client.result == -ENOSPC,
	    "ipc_call ENOSPC: M12 queued, too many capabilities");
	end(&client);

	client.msg = carrying(pages, copy);
	begin(&client, HIGHER);
	cap_revoke(parent);
	m = (struct msg){ .recv_caps = 2 };
	is(ipc_recv(server.ep, &m, DEADLINE_NOW), -ETIMEDOUT, "ipc_recv: C7 nothing came");
	ok(finished(&client) && client.result == -EBADF,
	    "ipc_call EBADF: C7 a capability revoked while queued");
	end(&client);
	endpoint_unbind(server.ep);
	cap_delete(server.ep);
	cap_delete(parent);
}

int main(void)
{
	ep = (cap_t)endpoint_create();
	pages = map_pages(WINDOW, 2);
	mem_map(pages, 0, READ_ONLY, 0, PAGE_SIZE, PROT_READ);
	memset(bytes, 'b', sizeof bytes);
	sender_loses_page();
	receiver_loses_page();
	caller_loses_page();
	changed_meanwhile();
	bad_caps();
	good_caps();
	refused_caps();
	return tap_done();
}
