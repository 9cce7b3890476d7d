/* fragile: a server with every kind of mistake in it, each to be had for a message. */
#ifndef SERVERS_FRAGILE_PROTOCOL_H
#define SERVERS_FRAGILE_PROTOCOL_H

#define FRAGILE_VERSION 1

enum {
	FRAGILE_SAY = 1,    /* answers. Out: word 0: how often it was started again */
	FRAGILE_CRASH,      /* writes to address 0 */
	FRAGILE_EXIT,       /* exits with 7 */
	FRAGILE_LOOP,       /* never comes back */
	FRAGILE_FORGET,     /* goes on, but never answers */
	FRAGILE_OVERFLOW,   /* uses all its stack, and more */
	FRAGILE_BAD_REPLY,  /* replies with bytes that are nowhere */
	FRAGILE_LONG_REPLY, /* replies with more bytes than a message takes */
	FRAGILE_TWICE,      /* replies, and replies again. Out: word 0: 1 */
	FRAGILE_DEAF,       /* deletes its right to receive */
	FRAGILE_SELF,       /* calls itself. Out: word 0: what came of it, not negated */
	FRAGILE_THREAD,     /* ends its main thread without a word */
};

#endif
