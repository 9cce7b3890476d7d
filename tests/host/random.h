/* What kernel_random.c (what happens, and whether it was right) and random_calls.c (which calls are
 * made, with which arguments) share: chance, and what user code knows. */
#ifndef TESTS_RANDOM_H
#define TESTS_RANDOM_H

#include "world.h"

#define ROOM            400 /* for threads, with those that ended and are still named by somebody */
#define TOKENS          32  /* remembered */
#define REPLY_OF(nonce) ((nonce) ^ 0x5555555555555555)

/* Of each thread, by slot. */
struct user {
	u64 id;       /* of the thread this is about */
	bool calling; /* its call has not come back yet */
	u64 number;   /* of the call */
	u64 nonce;    /* first word of its last message */
	u64 badge;    /* of the capability that it called through */
	u64 deadline;
	u64 token;      /* that it received last */
	cap_t asked;    /* where it wants to receive */
	cap_t endpoint; /* it received from, last time that worked */
	bool faulting;
	struct regs regs; /* at the fault */
};

/* Tokens that somebody received, and in which space. */
struct known_token {
	u64 token;
	const struct space *space;
};

/* By the caller's slot: the last token for it that somebody received, the message's first word. */
struct received {
	u64 token, nonce;
};

extern struct user users[ROOM + 200];
extern struct known_token tokens[TOKENS];
extern struct received received[ROOM + 200];
extern struct thread *current;
extern u64 random_state; /* not 0 */
/* Mostly calls that make things, for lives in which allocations fail. */
extern bool random_builders;
/* By number: how often a call is made, of all that are. 0: never. */
extern const u8 random_weight[SYS_COUNT];

u64 any(u64 below);
bool chance(unsigned percent);
struct user *user_of(const struct thread *thread);
uaddr some_address(void);
uaddr some_window(void);

/* Sets up a call in current's registers; its number, or -1: there is nothing to call for. */
s64 random_call(void);

#endif
