/* Memory that is moved in a message: its one holder gives it away, unmapped; the receiver has the
 * same bytes without a copy, and pays. The partner is a child, so two quotas and two tables are
 * involved. Each error, and that nothing has happened then.
 *
 * GROUP: window ipc */
#include "lib/story.h"
#include <string.h>

#define RW   PROT_READ | PROT_WRITE
#define SIZE (16 * (uint64_t)PAGE_SIZE)
#define TAKE (1 | MSG_MOVE)

enum { TURN = 1, KEEP, OFFER_WRONG };

static cap_t ep, other;

/* ---- The partner: takes memory, changes it, gives it back ------------------------------- */

static uint64_t sum_of(uint64_t at)
{
	uint64_t sum = 0;

	for (uint64_t i = 0; i < SIZE; i += 8)
		sum += *(uint64_t *)(at + i);
	return sum;
}

static void partner(uint64_t endpoint)
{
	struct msg m;

	for (;;) {
		m = (struct msg){ .recv_caps = TAKE };
		if (ipc_recv(endpoint, &m, DEADLINE_FOREVER) != 0 || !m.token)
			continue;
		if (MSG_OP(m.label) == TURN && MSG_MOVED(m.label)) {
			m.word[1] = (uint64_t)mem_map(m.cap[0], 0, WINDOW, 0, SIZE, RW);
			m.word[0] = sum_of(WINDOW);
			*(uint64_t *)WINDOW += 1;
			mem_unmap(0, WINDOW, SIZE);
			m.label = MSG_LABEL(0, 0, TAKE, 0);
		} else if (MSG_OP(m.label) == OFFER_WRONG) {
			m.cap[0] = endpoint;
			m.label = MSG_LABEL(0, 0, TAKE, 0);
			m.word[0] = (uint64_t)(int64_t)ipc_reply(m.token, &m);
			m.cap[0] = (cap_t)mem_create(SIZE);
			mem_map(m.cap[0], 0, WINDOW, 0, SIZE, RW);
			m.word[1] = (uint64_t)(int64_t)ipc_reply(m.token, &m);
			mem_unmap(0, WINDOW, SIZE);
			cap_delete(m.cap[0]);
			m.label = 0;
		} else {
			m.label = 0;
		}
		ipc_reply(m.token, &m);
	}
}

/* ---- The ordinary course ---------------------------------------------------------------- */

static int move(unsigned op, cap_t memory, struct msg *m, uint32_t room)
{
	*m = (struct msg){
		.label = MSG_LABEL(op, 1, TAKE, 0), .recv_caps = room, .cap = { memory }
	};
	return ipc_ask(ep, m, time_in_ms(10000));
}

static uint64_t used(uint64_t tag)
{
	return space_info(tag).used;
}

static void there_and_back(void)
{
	cap_t memory = (cap_t)mem_create(SIZE);
	uint64_t mine, theirs, frames;
	struct msg m;

	mem_map(memory, 0, WINDOW, 0, SIZE, RW);
	memset((void *)WINDOW, 1, SIZE);
	mem_unmap(0, WINDOW, SIZE);
	move(TURN, memory, &m, TAKE); /* the first time it makes its page tables */
	memory = m.cap[0];
	mine = used(0), theirs = used(0xc);
	frames = settled_frames();
	is(move(TURN, memory, &m, TAKE), 0, "moved there and back");
	ok(MSG_MOVED(m.label) && MSG_NCAPS(m.label) == 1, "the label says that it was moved");
	is((int64_t)m.word[1], 0, "the receiver maps it");
	ok(m.word[0] == SIZE / 8 * 0x0101010101010101ull + 1, "and finds the sender's bytes in it");
	is(mem_map(memory, 0, WINDOW, 0, SIZE, RW), -EBADF,
	    "mem_map EBADF: the handle that was moved away");
	is(mem_map(m.cap[0], 0, WINDOW, 0, SIZE, RW), 0, "the new one maps it");
	ok(*(uint64_t *)WINDOW == 0x0101010101010103ull, "with what the other side has written");
	ok(used(0) == mine && used(0xc) == theirs, "whoever has it pays for it");
	mem_unmap(0, WINDOW, SIZE);
	ok(settled_frames() + 8 > frames, "no frame was spent on a copy");
	cap_delete(m.cap[0]);
}

/* The receiver keeps it, and pays. Its quota stands below ours, so we, above both, pay as before.
 */
static void kept(void)
{
	cap_t memory = (cap_t)mem_create(SIZE);
	uint64_t mine = used(0), theirs = used(0xc);
	struct msg m;

	is(move(KEEP, memory, &m, 0), 0, "moved for good");
	is((int64_t)used(0), (int64_t)mine, "who stands above both pays as before");
	ok(used(0xc) >= theirs + SIZE / PAGE_SIZE, "the receiver pays");
}

/* ---- Errors ------------------------------------------------------------------------------ */

static void not_alone(void)
{
	cap_t memory = (cap_t)mem_create(SIZE), copy;
	struct msg m;

	copy = (cap_t)cap_mint(memory, CAP_READ | CAP_TRANSFER, 0, 0);
	is(move(TURN, memory, &m, TAKE), -EBUSY, "ipc_call EBUSY: a copy is left");
	is(move(TURN, copy, &m, TAKE), -EBUSY, "ipc_call EBUSY: what it was copied from is left");
	cap_delete(copy);
	mem_map(memory, 0, WINDOW, 0, PAGE_SIZE, RW);
	is(move(TURN, memory, &m, TAKE), -EBUSY, "ipc_call EBUSY: it is mapped");
	*(volatile char *)WINDOW = 1;
	mem_unmap(0, WINDOW, PAGE_SIZE);
	m = (struct msg){ .label = MSG_LABEL(TURN, 1, 2 | MSG_MOVE, 0), .cap = { memory, memory } };
	is(ipc_ask(ep, &m, DEADLINE_FOREVER), -EBUSY, "ipc_call EBUSY: named twice");
	watch(memory, WATCH_DEATH, other, 1);
	is(move(TURN, memory, &m, TAKE), -EBUSY, "ipc_call EBUSY: watched");
	cap_delete(memory);
	is(move(TURN, other, &m, TAKE), -EINVAL, "ipc_call EINVAL: no memory");
	m = (struct msg){ .label = MSG_LABEL(TURN, 1, MSG_MOVE, 0) };
	is(ipc_ask(ep, &m, DEADLINE_FOREVER), -EINVAL, "ipc_call EINVAL: nothing to move");
	m = (struct msg){ .label = MSG_LABEL(OFFER_WRONG, 1, 0, 0), .recv_caps = TAKE };
	is(ipc_ask(ep, &m, DEADLINE_FOREVER), 0, "a partner that tries the same in its reply");
	is((int64_t)m.word[0], -EINVAL, "ipc_reply EINVAL: no memory");
	is((int64_t)m.word[1], -EBUSY, "ipc_reply EBUSY: it is mapped");
}

/* The same for ipc_reply_recv, and a move that is refused while it is queued: helpers of the same
 * space ask each other. */
static void refused_later(void)
{
	cap_t memory = (cap_t)mem_create(SIZE);
	struct worker w = { do_call, .ep = other, .deadline = DEADLINE_FOREVER };
	struct msg m = { .recv_caps = TAKE };

	w.msg = (struct msg){ .label = MSG_LABEL(1, 1, TAKE, 0), .cap = { memory } };
	begin(&w, HIGHER);
	ok(in_state(&w, STATE_SEND), "a move waits in the queue");
	mem_map(memory, 0, WINDOW, 0, PAGE_SIZE, RW);
	is(ipc_recv(other, &m, DEADLINE_NOW), -ETIMEDOUT, "mapped meanwhile: nothing is received");
	ok(finished(&w), "and the sender's call ends");
	is(w.result, -EBUSY, "ipc_call EBUSY: mapped while queued");
	end(&w);
	w = (struct worker){ do_call, .ep = other, .deadline = DEADLINE_FOREVER };
	begin(&w, HIGHER);
	m = (struct msg){ 0 };
	is(ipc_recv(other, &m, DEADLINE_NOW), 0, "a call to be answered");
	m.label = MSG_LABEL(0, 0, TAKE, 0);
	m.cap[0] = memory;
	is(ipc_reply_recv(m.token, &m, other, DEADLINE_NOW), -EBUSY,
	    "ipc_reply_recv EBUSY: it is mapped");
	mem_unmap(0, WINDOW, PAGE_SIZE);
	is(ipc_reply(m.token, &m), 0, "unmapped: it goes");
	ok(finished(&w), "M12 to a caller that has not asked for it");
	is(w.result, -ENOSPC, "ipc_call ENOSPC: M12 the reply moves memory, unasked");
	is(mem_map(memory, 0, WINDOW, 0, PAGE_SIZE, RW), 0, "M12 and the server still has it");
	end(&w);
	endpoint_unbind(other);
	cap_delete(memory);
}

static void who_pays(void)
{
	cap_t memory = (cap_t)mem_create(4096 * (uint64_t)PAGE_SIZE);
	const uint64_t mine = used(0);
	struct worker w = { do_recv, .ep = other, .deadline = DEADLINE_FOREVER };
	struct msg m;

	ok((int64_t)memory > 0, "memory of more frames than the receiver's quota");
	is(move(TURN, memory, &m, TAKE), -ENOMEM, "ipc_call ENOMEM: the receiver cannot pay");
	is((int64_t)used(0), (int64_t)mine, "C10 and nothing has happened");
	w.msg.recv_caps = 1;
	begin(&w, HIGHER);
	m = (struct msg){ .label = MSG_LABEL(1, 1, TAKE, 0), .cap = { memory } };
	is(ipc_call(other, &m, DEADLINE_FOREVER), -ENOSPC,
	    "ipc_call ENOSPC: M12 the receiver takes copies only");
	end(&w);
	cap_delete(memory);
}

int main(void)
{
	struct child c;

	warm_up();
	other = (cap_t)endpoint_create();
	ep = (cap_t)endpoint_create();
	ok(child_make(&c, 300), "a partner in a space of its own");
	child_start(&c, partner, child_give(&c, ep, ALL_ENDPOINT | CAP_TRANSFER, 0), SAME, 0);
	there_and_back();
	kept();
	not_alone();
	refused_later();
	who_pays();
	child_end(&c);
	return tap_done();
}
