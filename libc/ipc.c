/* The four message calls. Reading order: here, x86/message.h, then kernel/x86/entry.S.
 *
 * The kernel takes no page fault for a buffer of ours: it answers EFAULT and nothing has happened,
 * or (ipc_reply_recv) only the reply was made, whose token then names nobody: to call again is
 * right either way. Then the pages are touched here, which faults the ordinary way and lets the
 * pager bring them, and the call is made again. A buffer that is not there at all ends the program
 * at that point, as any bad pointer does. */
#include <atoll/sys.h>
#include <stdbool.h>

#include "x86/message.h"

/* A pager that takes pages away faster than they are used must not keep us here for good. */
#define TRIES 8

/* Reads, or writes without changing, one byte of each page. */
static void touch(const void *start, size_t bytes, bool write)
{
	uintptr_t page = (uintptr_t)start & ~(uintptr_t)(PAGE_SIZE - 1);
	uintptr_t end = (uintptr_t)start + bytes;

	if (!bytes)
		return;
	for (uintptr_t at = (uintptr_t)start; at < end; at = page) {
		if (write)
			__atomic_fetch_or((unsigned char *)at, 0, __ATOMIC_RELAXED);
		else
			(void)*(const volatile unsigned char *)at;
		page += PAGE_SIZE;
	}
}

/* After an error: is there reason to make the call again? */
static __attribute__((noinline, cold)) bool again(
    int error, int *tries, const struct msg *m, uint64_t label)
{
	if (error != -EFAULT || ++*tries == TRIES)
		return false;
	touch(m, sizeof *m, m->recv_caps > 0); /* it is told there what came */
	touch(m->send, MSG_NBYTES(label), false);
	touch(m->recv, m->recv_bytes, true);
	return true;
}

/* What goes to the kernel as struct msg_ext: nothing when registers carry it all. */
static inline uint64_t ext(const struct msg *m, bool sends, bool receives)
{
	bool any = (sends && m->label >> 24) || (receives && (m->recv_bytes | m->recv_caps));

	return any ? (uint64_t)&m->send : 0;
}

int ipc_call(cap_t endpoint, struct msg *m, uint64_t deadline)
{
	int error, tries = 0;

	do {
		uint64_t first = endpoint, third = ext(m, true, true);

		error = message(SYS_ipc_call, &first, m, &third, deadline, 0);
	} while (error && again(error, &tries, m, m->label));
	return error;
}

int ipc_recv(cap_t endpoint, struct msg *m, uint64_t deadline)
{
	int error, tries = 0;

	do {
		uint64_t first = endpoint, third = ext(m, false, true);

		error = message(SYS_ipc_recv, &first, m, &third, deadline, 0);
		if (!error) {
			m->badge = first;
			m->token = third;
		}
	} while (error && again(error, &tries, m, 0));
	return error;
}

int ipc_reply(uint64_t token, const struct msg *m)
{
	int error, tries = 0;

	do {
		uint64_t first = token, third = ext(m, true, false);
		struct msg words = { .label = m->label };

		for (int i = 0; i < MSG_WORDS; i++)
			words.word[i] = m->word[i];
		error = message(SYS_ipc_reply, &first, &words, &third, 0, 0);
	} while (error && again(error, &tries, m, m->label));
	return error;
}

int ipc_reply_recv(uint64_t token, struct msg *m, cap_t endpoint, uint64_t deadline)
{
	int error, tries = 0;

	do {
		uint64_t first = token, third = ext(m, true, true);

		error = message(SYS_ipc_reply_recv, &first, m, &third, deadline, endpoint);
		if (!error) {
			m->badge = first;
			m->token = third;
		}
	} while (error && again(error, &tries, m, m->label));
	return error;
}

int ipc_ask(cap_t endpoint, struct msg *m, uint64_t deadline)
{
	int error = ipc_call(endpoint, m, deadline);

	return error ? error : -MSG_OP(m->label);
}
