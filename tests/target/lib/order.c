/* Who ran in which order, and how high: see order.h. */
#include "order.h"

#include <stdio.h>
#include <string.h>

#define TURNS  128
#define LOWEST (-16) /* below every actor */

static struct {
	char name;
	int priority;
} turn[TURNS];
static unsigned turns;

int lent(const struct worker *w)
{
	return effective_priority(w->id) - own_priority();
}

/* One that is interrupted here by a higher one has its place already, or signs behind it. */
void sign(struct worker *w)
{
	const int priority = lent(w);
	const unsigned place = __atomic_fetch_add(&turns, 1, __ATOMIC_RELAXED);

	if (place < TURNS) {
		turn[place].name = w->name;
		turn[place].priority = priority;
	}
	w->turns++;
}

void order_start(void)
{
	turns = 0;
}

static void nothing(struct worker *w)
{
}

void settle(void)
{
	struct worker last = { .run = nothing };

	begin(&last, LOWEST);
	finished(&last);
	end(&last);
}

const char *signatures(void)
{
	static char text[TURNS * 6];
	size_t used = 0;

	settle();
	text[0] = '\0';
	for (unsigned i = 0; i < turns && i < TURNS; i++)
		used += (size_t)snprintf(text + used, sizeof text - used, "%s%c%d", i ? " " : "",
		    turn[i].name, turn[i].priority);
	return text;
}

bool ran(const char *expected, const char *name, ...)
{
	const char *got = signatures();
	const bool same = strcmp(got, expected) == 0;
	va_list arguments;
	char text[160];

	va_start(arguments, name);
	vsnprintf(text, sizeof text, name, arguments);
	va_end(arguments);
	ok(same, "%s", text);
	if (!same) {
		note("in this order: %s", got);
		note("expected:      %s", expected);
	}
	return same;
}

void hold_back(struct worker *w, int priority)
{
	w->gate = own_id();
	begin(w, priority);
	in_state(w, STATE_LOCK);
}

void let_go(struct worker *w)
{
	lock_wake(&w->gate);
}

/* ---- What actors do ------------------------------------------------------------------- */

void pass_gate(struct worker *w)
{
	lock_wait(&w->gate, DEADLINE_FOREVER);
}

void bind_own(struct worker *w)
{
	struct msg m = { 0 };

	ipc_recv(w->own, &m, DEADLINE_NOW);
}

void comes_by(struct worker *w)
{
	sign(w);
}

void keeps_on(struct worker *w)
{
	sign(w);
	while (!w->partner->done)
		__asm__ volatile("pause");
	sign(w);
}

void calls(struct worker *w)
{
	sign(w);
	do_call(w);
	sign(w);
}

static void answer(struct msg *m)
{
	m->label = 0;
	ipc_reply(m->token, m);
}

void serves(struct worker *w)
{
	struct msg m = { 0 };
	int error = ipc_recv(w->own, &m, DEADLINE_NOW);

	pass_gate(w);
	sign(w);
	for (;;) {
		if (error == 0 && m.token) {
			sign(w);
			answer(&m);
			sign(w);
		}
		error = ipc_recv(w->own, &m, DEADLINE_FOREVER);
		if (error)
			return;
	}
}

void calls_then_answers(struct worker *w)
{
	struct msg m = { 0 };

	bind_own(w);
	pass_gate(w);
	calls(w);
	if (ipc_recv(w->own, &m, DEADLINE_FOREVER) == 0)
		answer(&m);
}

void passes_on(struct worker *w)
{
	struct msg m = { 0 };

	if (ipc_recv(w->own, &m, DEADLINE_FOREVER) != 0)
		return;
	sign(w);
	if (w->ep) {
		do_call(w);
	} else {
		w->result = lock_wait(w->lock, DEADLINE_FOREVER);
		lock_wake(w->lock);
	}
	sign(w);
	answer(&m);
}

void holds(struct worker *w)
{
	w->result = lock_wait(w->lock, DEADLINE_FOREVER);
	pass_gate(w);
	sign(w);
	lock_wake(w->lock);
	sign(w);
}

void takes(struct worker *w)
{
	sign(w);
	w->result = lock_wait(w->lock, w->deadline);
	w->msg.word[0] = *w->lock;
	sign(w);
	if (w->result != -ETIMEDOUT)
		lock_wake(w->lock);
}
