/* Who ran in which order, and how high: the stories about priorities are told by that.
 *
 * main has the highest priority of all, so nobody runs before it waits. It brings its actors, all
 * of them lower, into their places, some held back at their gates, lets go of those that are to act
 * and waits until all have done what they can. Each signs when it has its turn. What they have
 * signed is "h-2 s-2 m-4": h ran first, with an effective priority two below main's, then s, which
 * had as much, then m. No two that can run at the same time have the same priority; so the order is
 * always the same, however slow the machine. */
#ifndef TESTS_TARGET_ORDER_H
#define TESTS_TARGET_ORDER_H

#include "story.h"

/* An actor's turn: it signs with its name and what priority it has. */
void sign(struct worker *w);
/* Begins it, and returns when it waits at its gate. main holds that; whoever waits there lends to
 * main, which has more. */
void hold_back(struct worker *w, int priority);
/* Opens the gate. It goes on when main waits. */
void let_go(struct worker *w);
/* Forgets what was signed. */
void order_start(void);
/* Waits until everybody has done what can be done now: nobody above the lowest can run. */
void settle(void);
/* The same; then, whether exactly this was signed since order_start. */
bool ran(const char *expected, const char *name, ...) TAP_NAME(2, 3);
/* The same without a test: for those who try again. */
const char *signatures(void);
/* Effective priority of another, relative to main's. */
int lent(const struct worker *w);

/* ---- What actors do ------------------------------------------------------------------- */

/* For runs of one's own: passes the gate, or waits there. */
void pass_gate(struct worker *w);
/* Becomes the receiver of `own`, at which nothing is queued yet. */
void bind_own(struct worker *w);

/* Signs, and that is all: the one in the middle, who should not come first. */
void comes_by(struct worker *w);
/* Signs, keeps the processor until its partner has ended, signs. */
void keeps_on(struct worker *w);
/* Signs, calls `ep`, signs. */
void calls(struct worker *w);
/* Binds `own`, and takes bits or the first message if there are any; passes the gate, signs. Then
 * signs for each message and after each answer. */
void serves(struct worker *w);
/* Binds `own`, passes the gate, signs, calls `ep`, signs; answers one call. */
void calls_then_answers(struct worker *w);
/* Takes a call, signs; calls `ep` or, if there is none, takes and gives back the lock; signs,
 * answers. */
void passes_on(struct worker *w);
/* Takes the lock, passes the gate, signs, gives the lock back, signs. */
void holds(struct worker *w);
/* Signs, takes the lock, signs, gives it back. Its word as it was meanwhile: msg.word[0]. */
void takes(struct worker *w);

#endif
