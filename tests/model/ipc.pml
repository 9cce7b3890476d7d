/* The message protocol of kernel/ipc.c and kernel/inherit.c, for spin. docs/model.md says what is
 * modelled, what is not, and how to run it.
 *
 * Each kernel operation is one d_step, as the kernel has one lock and nothing in it waits. What is
 * interleaved is who enters the kernel next: any READY thread, any deadline, any death. An inline
 * has the name of the function that it stands for, and does what that does in the same order.
 *
 * Reading order: the state; ipc_call to ipc_kill; the invariants; the threads.
 *
 * -DCLIENTS=3 -DSERVERS=2   the threads
 * -DRINGS_WAIT              deadlock=wait; else deadlock=detect
 * -DCALLS=2 -DNESTED=1      calls that a client, a server may have had taken
 * -DDEATHS=1                threads that are killed
 * -DCASE=NAME              is that case reached? Then spin finds an "error": the way there */

#ifndef CLIENTS
#define CLIENTS 3
#endif
#ifndef SERVERS
#define SERVERS 2
#endif
#ifndef CALLS
#define CALLS 2
#endif
#ifndef NESTED
#define NESTED 1
#endif
#ifndef DEATHS
#define DEATHS 1
#endif
#ifdef RINGS_WAIT
#define inherit_rings_wait true
#else
#define inherit_rings_wait false
#endif

/* Threads are numbered by slot, servers first. There are as many endpoints as servers, and every
 * server may bind every one. */
#define THREADS   (SERVERS + CLIENTS)
#define ENDPOINTS SERVERS
#define NONE      255 /* no thread, no endpoint, no queue */

#define is_server(t) ((t) < SERVERS)

/* All servers share one space, so that they may delegate and answer for each other. */
#define space(t) (is_server(t) -> 0 : 1)

/* Servers 1, 3, ...; the first client 2, the others 4. So a caller may be above or below whom it
 * calls, every loan shows, and a queue may hold two equals. */
#define base(t) (is_server(t) -> 1 + 2 * (t) : ((t) == SERVERS -> 2 : 4))

/* ---- The state: the fields of kernel/thread.h, kernel/waitq.h ---------------------------------- */

mtype = { INACTIVE, READY, SEND, RECEIVE, REPLY, DEAD };

mtype state[THREADS];
byte effective[THREADS]; /* priority */
byte ready_at[THREADS];  /* ready.c: the priority at which it is in the ready queue, or NONE */
bool armed[THREADS];     /* timeout.c: it has a deadline */
byte call[THREADS];      /* number of the present or last call */
byte bound[THREADS];     /* receives from this endpoint, or NONE */
byte endpoint[THREADS];  /* SEND: called; RECEIVE: receives from */
byte receiver[ENDPOINTS];

/* Wait queues: first the senders at each endpoint, then the callers of each thread. */
#define QUEUES     (ENDPOINTS + THREADS)
#define senders(e) (e)
#define callers(t) (ENDPOINTS + (t))

byte lends_to[QUEUES];
byte withheld[QUEUES];  /* the waiter that closes a ring and lends nothing, or NONE */
byte queue[THREADS];    /* waits in this one, or NONE */
byte waits_at[THREADS]; /* the priority at which it stands there */
byte place[THREADS];    /* 0: first */

/* What the servers' memory holds: the last token that each received. */
byte token_slot[SERVERS];
byte token_call[SERVERS];

/* Not the kernel's: what the invariants compare with. */
byte answerer[THREADS];   /* REPLY: who took its message, or had it delegated */
bool token_good[SERVERS]; /* the call that the token came with still waits for its answer */
byte deaths = DEATHS;     /* how many there may still be */

/* Scratch of the inlines; it means nothing between two steps, so it is no part of the state. */
hidden byte q_i, q_first;                         /* waitq */
hidden byte l_at, l_steps, l_found;               /* leads_to */
hidden byte u_at, u_steps, u_priority;            /* inherit_update */
hidden byte u_queue, u_closes;                    /* requeue_waiter */
hidden byte w_target, w_closes;                   /* inherit_wait */
hidden byte m_at, m_steps;                        /* mend_ring */
hidden byte v_lent_to;                            /* inherit_leave */
hidden byte r_before;                             /* inherit_redirect */
hidden byte i_receiver, i_sender, i_caller, i_i;  /* ipc */
hidden byte i_refused;
hidden byte c_t, c_u, c_at, c_steps, c_ring;      /* invariants */
hidden byte oracle[THREADS];

/* Cases that must be among the states, else the model's silence says nothing. */
#define NOTHING 0
#define EDEADLK 1            /* a call would close a ring, and is refused */
#define RING 2               /* an edge closes a ring of two or more, and is withheld */
#define RING_OF_ONE 3        /* a server calls itself */
#define MENDED 4             /* a ring opens, and the edge that closed it lends */
#define LATE_REPLY 5         /* refused while its caller waits for the answer to a later call */
#define REPLY_TO_SENDER 6    /* refused while its caller's next message is not taken yet */
#define OTHER_REPLIES 7      /* a thread answers a call that waits for another of its space */
#define DELEGATED 8          /* a call is handed to another thread */
#define DELEGATED_ON 9       /* ... to one that waits itself */
#define DELEGATE_EDEADLK 10  /* ... to one that waits for the caller: refused */
#define DELEGATED_IN_RING 11 /* a call that is an edge of a ring is handed on */
#define REBOUND 12           /* a thread binds an endpoint whose queue is not empty */
#define DIED_IN_RING 13      /* a thread of a ring is killed */
#define DIED_SERVING 14      /* a server with callers is taken apart */
#define DIED_CALLING 15      /* a thread is killed whose call somebody was to answer */
#define LENT_ON 16           /* a loan reaches, through one that waits, one that runs */
#define EQUALS 17            /* one joins a queue behind another of its priority */
#define EXPIRED_SERVED 18    /* a deadline passes after the message was taken */

#ifndef CASE
#define CASE NOTHING
#endif
#define reached(name, condition) assert(CASE != name || !(condition))

/* ---- kernel/waitq.c ---------------------------------------------------------------------------- */

/* By falling priority; behind its equals. */
inline waitq_insert(t, q)
{
	queue[t] = q;
	place[t] = 0;
	for (q_i : 0 .. THREADS - 1) {
		if
		:: queue[q_i] == queue[t] && q_i != t ->
			reached(EQUALS, waits_at[q_i] == waits_at[t]);
			if
			:: waits_at[q_i] >= waits_at[t] -> place[t]++
			:: else -> place[q_i]++
			fi
		:: else
		fi
	}
}

inline waitq_remove(t)
{
	for (q_i : 0 .. THREADS - 1) {
		if
		:: queue[q_i] == queue[t] && place[q_i] > place[t] -> place[q_i]--
		:: else
		fi
	}
	if
	:: withheld[queue[t]] == t -> withheld[queue[t]] = NONE
	:: else
	fi
	queue[t] = NONE;
	place[t] = 0;
	waits_at[t] = 0
}

inline waitq_withhold(t)
{
	assert(withheld[queue[t]] == NONE);
	withheld[queue[t]] = t
}

/* q_first: who stands at that place of the queue, or NONE. */
inline waitq_at(q, where)
{
	q_first = NONE;
	for (q_i : 0 .. THREADS - 1) {
		if
		:: queue[q_i] == (q) && place[q_i] == (where) -> q_first = q_i
		:: else
		fi
	}
}

/* q_first: the first that lends, or NONE. */
inline waitq_first_lender(q)
{
	waitq_at(q, 0);
	if
	:: q_first != NONE && withheld[q] == q_first -> waitq_at(q, 1)
	:: else
	fi
}

/* ---- kernel/inherit.c --------------------------------------------------------------------------- */

#define inherit_waits_for(t) (queue[t] == NONE -> NONE : lends_to[queue[t]])
#define is_withheld(t)       (queue[t] != NONE && withheld[queue[t]] == (t))

/* l_found: whether the chain that begins with target comes to t. */
inline leads_to(target, t)
{
	l_at = target;
	l_steps = 0;
	assert(l_at != NONE);
	do
	:: l_at == t || inherit_waits_for(l_at) == NONE || is_withheld(l_at) -> break
	:: else ->
		l_at = inherit_waits_for(l_at);
		l_steps++;
		assert(l_steps <= THREADS) /* else the kernel would stay in this loop */
	od;
	l_found = l_at == t
}

/* Not the kernel's. c_ring: whether t waits for itself, by edges that lend or not. */
inline find_ring(t)
{
	c_at = inherit_waits_for(t);
	for (c_steps : 1 .. THREADS) {
		if
		:: c_at != NONE && c_at != t -> c_at = inherit_waits_for(c_at)
		:: else
		fi
	}
	c_ring = c_at == t
}

/* u_priority: what t's should be. */
inline effective_priority(t)
{
	u_priority = base(t);
	waitq_first_lender(callers(t));
	if
	:: q_first != NONE && waits_at[q_first] > u_priority -> u_priority = waits_at[q_first]
	:: else
	fi;
	if
	:: bound[t] != NONE ->
		waitq_first_lender(senders(bound[t]));
		if
		:: q_first != NONE && waits_at[q_first] > u_priority ->
			u_priority = waits_at[q_first]
		:: else
		fi
	:: else
	fi
}

inline requeue_ready(t)
{
	ready_at[t] = effective[t]
}

inline requeue_waiter(t)
{
	u_queue = queue[t];
	u_closes = is_withheld(t);
	waitq_remove(t);
	waits_at[t] = effective[t];
	waitq_insert(t, u_queue);
	if
	:: u_closes -> waitq_withhold(t)
	:: else
	fi
}

/* Recomputes the priority of `first` and passes a change on along the chain. */
inline inherit_update(first)
{
	u_at = first;
	u_steps = 0;
	do
	:: u_at == NONE -> break
	:: else ->
		u_steps++;
		assert(u_steps <= THREADS);
		effective_priority(u_at);
		if
		:: u_priority == effective[u_at] -> break
		:: else
		fi;
		reached(LENT_ON, u_at != first && u_priority > effective[u_at] && state[u_at] == READY);
		effective[u_at] = u_priority;
		if
		:: state[u_at] == READY -> requeue_ready(u_at)
		:: else
		fi;
		if
		:: queue[u_at] != NONE -> requeue_waiter(u_at)
		:: else
		fi;
		u_at = (is_withheld(u_at) -> NONE : inherit_waits_for(u_at))
	od
}

inline inherit_wait(t, q)
{
	w_target = lends_to[q];
	w_closes = false;
	if
	:: inherit_rings_wait && w_target != NONE ->
		leads_to(w_target, t);
		w_closes = l_found
	:: else
	fi;
	reached(RING, w_closes && w_target != t);
	reached(RING_OF_ONE, w_closes && w_target == t);
	waits_at[t] = effective[t];
	waitq_insert(t, q);
	if
	:: w_closes -> waitq_withhold(t)
	:: else -> inherit_update(w_target)
	fi
}

/* An edge that led to `first` is gone. Did that open a ring? Then what had closed it lends. */
inline mend_ring(first)
{
	m_at = first;
	m_steps = 0;
	do
	:: m_at == NONE || inherit_waits_for(m_at) == NONE || is_withheld(m_at) -> break
	:: else ->
		m_at = inherit_waits_for(m_at);
		m_steps++;
		assert(m_steps <= THREADS)
	od;
	if
	:: inherit_rings_wait && m_at != NONE && is_withheld(m_at) ->
		leads_to(inherit_waits_for(m_at), m_at);
		if
		:: !l_found ->
			reached(MENDED, true);
			withheld[queue[m_at]] = NONE;
			inherit_update(inherit_waits_for(m_at))
		:: else /* it was not part of the ring */
		fi
	:: else
	fi
}

inline inherit_leave(t)
{
	v_lent_to = (is_withheld(t) -> NONE : inherit_waits_for(t));
	waitq_remove(t);
	inherit_update(v_lent_to);
	mend_ring(v_lent_to)
}

/* The queue's waiters wait for another thread from now on, or for nobody yet. */
inline inherit_redirect(q, t)
{
	r_before = lends_to[q];
	withheld[q] = NONE;
	lends_to[q] = t;
	inherit_update(r_before);
	inherit_update(t);
	mend_ring(r_before)
}

/* ---- kernel/thread.c ---------------------------------------------------------------------------- */

/* thread_hand_over too: who runs first is not modelled. */
inline thread_make_ready(t)
{
	state[t] = READY;
	endpoint[t] = NONE; /* no meaning in this state */
	assert(ready_at[t] == NONE);
	ready_at[t] = effective[t]
}

inline thread_block(t, to)
{
	assert(state[t] == READY);
	ready_at[t] = NONE;
	state[t] = to
}

/* The last of a thread: nobody waits for it, and its slot is free. */
inline thread_retire(t)
{
	waitq_at(callers(t), 0);
	assert(state[t] == DEAD && queue[t] == NONE && !armed[t] && bound[t] == NONE && q_first == NONE);
	state[t] = INACTIVE
}

/* A new thread in the slot, whose call number goes on. */
inline thread_create(t)
{
	effective[t] = base(t);
	thread_make_ready(t);
	if
	:: is_server(t) -> /* with empty memory */
		token_slot[t] = NONE;
		token_call[t] = 0;
		token_good[t] = false
	:: else
	fi
}

/* ---- kernel/ipc.c: call ------------------------------------------------------------------------- */

inline await_reply(t, r)
{
	state[t] = REPLY;
	endpoint[t] = NONE; /* no meaning in this state */
	answerer[t] = r;
	inherit_wait(t, callers(r))
}

inline take_message(t, r)
{
	call[t]++;
	token_slot[r] = t;
	token_call[r] = call[t];
	token_good[r] = true;
	if
	:: state[t] == SEND -> inherit_leave(t)
	:: else -> thread_block(t, REPLY)
	fi;
	await_reply(t, r)
}

inline deliver(t, e)
{
	i_receiver = receiver[e];
	if
	:: i_receiver != NONE && state[i_receiver] == RECEIVE && endpoint[i_receiver] == e ->
		armed[i_receiver] = false;
		take_message(t, i_receiver);
		thread_make_ready(i_receiver)
	:: else ->
		thread_block(t, SEND);
		endpoint[t] = e;
		inherit_wait(t, senders(e))
	fi;
	armed[t] = true
}

/* i_refused: whether t may not wait for target, under deadlock=detect. */
inline inherit_permit(t, target)
{
	leads_to(target, t);
	i_refused = l_found && !inherit_rings_wait;
	reached(EDEADLK, i_refused)
}

inline ipc_call(t, e)
{
	i_refused = false;
	if
	:: receiver[e] != NONE -> inherit_permit(t, receiver[e])
	:: else
	fi;
	if
	:: !i_refused -> deliver(t, e)
	:: else
	fi
}

/* ---- kernel/ipc.c: receive ---------------------------------------------------------------------- */

#define check_receiver(t, e)                                                                       \
	((receiver[e] == NONE || receiver[e] == t) && (bound[t] == NONE || bound[t] == e))

inline bind(t, e)
{
	if
	:: receiver[e] != t ->
		receiver[e] = t;
		bound[t] = e;
		waitq_at(senders(e), 0);
		reached(REBOUND, q_first != NONE);
		inherit_redirect(senders(e), t)
	:: else
	fi
}

inline receive(t, e)
{
	waitq_at(senders(e), 0);
	i_sender = q_first;
	if
	:: i_sender != NONE -> take_message(i_sender, t)
	:: else ->
		thread_block(t, RECEIVE);
		endpoint[t] = e;
		armed[t] = true
	fi
}

inline ipc_recv(t, e)
{
	bind(t, e);
	receive(t, e)
}

/* ---- kernel/ipc.c: reply, delegate --------------------------------------------------------------- */

/* i_caller: whose call server s's token names, if it waits for a thread of t's space; else NONE. */
inline ipc_find_caller(t, s)
{
	i_caller = token_slot[s];
	if
	:: i_caller == NONE
	:: i_caller != NONE ->
		if
		:: state[i_caller] != REPLY -> i_caller = NONE
		:: else ->
			if
			:: call[i_caller] != token_call[s] -> i_caller = NONE
			:: else ->
				if
				:: space(inherit_waits_for(i_caller)) != space(t) -> i_caller = NONE
				:: else
				fi
			fi
		fi
	fi
}

/* For the invariants: the call is over, and nobody can answer it any more. */
inline call_is_over(t)
{
	answerer[t] = NONE;
	for (i_i : 0 .. SERVERS - 1) {
		if
		:: token_slot[i_i] == t -> token_good[i_i] = false
		:: else
		fi
	}
}

inline end_call(t)
{
	armed[t] = false;
	inherit_leave(t);
	thread_make_ready(t)
}

/* What ipc_find_caller said of server s's token is right. */
inline a_reply_reaches_its_call(t, s)
{
	assert((i_caller != NONE) == (token_good[s] && is_server(t)))
}

inline ipc_reply(t, s)
{
	ipc_find_caller(t, s);
	a_reply_reaches_its_call(t, s);
	if
	:: i_caller != NONE ->
		reached(OTHER_REPLIES, answerer[i_caller] != t);
		call_is_over(i_caller);
		end_call(i_caller)
	:: else ->
		reached(LATE_REPLY, token_slot[s] != NONE && state[token_slot[s]] == REPLY && is_server(t));
		reached(REPLY_TO_SENDER, token_slot[s] != NONE && state[token_slot[s]] == SEND &&
			call[token_slot[s]] == token_call[s])
	fi
}

inline ipc_delegate(t, s, target)
{
	ipc_find_caller(t, s);
	a_reply_reaches_its_call(t, s);
	i_refused = i_caller == NONE || state[target] == DEAD;
	if
	:: !i_refused ->
		leads_to(target, i_caller); /* inherit_permit */
		i_refused = l_found && !inherit_rings_wait;
		reached(DELEGATE_EDEADLK, i_refused)
	:: else
	fi;
	if
	:: !i_refused ->
		reached(DELEGATED, target != answerer[i_caller]);
		reached(DELEGATED_ON, queue[target] != NONE);
		find_ring(i_caller);
		reached(DELEGATED_IN_RING, c_ring);
		inherit_leave(i_caller);
		answerer[i_caller] = target;
		inherit_wait(i_caller, callers(target))
	:: else
	fi
}

/* ---- kernel/ipc.c: ends; kernel/trap.c, kernel/object.c ------------------------------------------ */

inline leave_wait(t)
{
	call_is_over(t);
	armed[t] = false;
	if
	:: queue[t] != NONE -> inherit_leave(t)
	:: else
	fi
}

inline ipc_cancel(t)
{
	leave_wait(t);
	thread_make_ready(t)
}

inline expire(t)
{
	reached(EXPIRED_SERVED, state[t] == REPLY);
	ipc_cancel(t)
}

inline ipc_release(t)
{
	i_i = bound[t];
	bound[t] = NONE;
	receiver[i_i] = NONE;
	inherit_redirect(senders(i_i), NONE)
}

inline ipc_unbind(e)
{
	i_receiver = receiver[e];
	if
	:: i_receiver != NONE ->
		if
		:: state[i_receiver] == RECEIVE && endpoint[i_receiver] == bound[i_receiver] ->
			ipc_cancel(i_receiver)
		:: else
		fi;
		ipc_release(i_receiver)
	:: else
	fi
}

inline ipc_kill(t)
{
	find_ring(t);
	reached(DIED_IN_RING, c_ring);
	reached(DIED_CALLING, state[t] == REPLY);
	if
	:: state[t] == READY -> ready_at[t] = NONE
	:: else -> leave_wait(t)
	fi;
	state[t] = DEAD;
	endpoint[t] = NONE;
	if
	:: bound[t] != NONE -> ipc_release(t)
	:: else
	fi
}

/* Whoever waits for a dead thread gets EPIPE. */
inline take_thread_apart(t)
{
	waitq_at(callers(t), 0);
	reached(DIED_SERVING, q_first != NONE);
	do
	:: q_first == NONE -> break
	:: else ->
		i_caller = q_first;
		ipc_cancel(i_caller);
		waitq_at(callers(t), 0)
	od;
	thread_retire(t)
}

/* ---- The invariants, after each step ---------------------------------------------------------- */

/* A thread is READY and in the ready queue, at its effective priority; or it waits, in the one queue
 * that its state names; or neither. Deadlines are of those that wait. */
inline check_states()
{
	for (c_t : 0 .. THREADS - 1) {
		assert(ready_at[c_t] == (state[c_t] == READY -> effective[c_t] : NONE));
		assert(state[c_t] != SEND || queue[c_t] == senders(endpoint[c_t]));
		assert(state[c_t] != REPLY || queue[c_t] == callers(answerer[c_t]));
		assert(state[c_t] == SEND || state[c_t] == REPLY || queue[c_t] == NONE);
		assert(armed[c_t] == (state[c_t] == SEND || state[c_t] == REPLY || state[c_t] == RECEIVE));
		if
		:: state[c_t] == RECEIVE -> /* it would have taken whatever there is */
			assert(bound[c_t] == endpoint[c_t]);
			waitq_at(senders(endpoint[c_t]), 0);
			assert(q_first == NONE)
		:: else
		fi;
		assert(bound[c_t] == NONE || receiver[bound[c_t]] == c_t)
	}
}

/* Queues stand in the order of what is now their waiters' priority, and lend to the right thread. */
inline check_queues()
{
	for (c_t : 0 .. ENDPOINTS - 1) {
		assert(lends_to[senders(c_t)] == receiver[c_t]);
		assert(receiver[c_t] == NONE || bound[receiver[c_t]] == c_t)
	}
	for (c_t : 0 .. THREADS - 1) {
		if
		:: queue[c_t] != NONE ->
			assert(waits_at[c_t] == effective[c_t]);
			for (c_u : 0 .. THREADS - 1) {
				assert(queue[c_u] != queue[c_t] || c_u == c_t ||
					(place[c_u] != place[c_t] &&
					(place[c_u] > place[c_t] || waits_at[c_u] >= waits_at[c_t])))
			}
		:: else
		fi
	}
}

/* Whom a thread waits for, by what it did and not by how the kernel keeps it. */
#define waits_for(t)                                                                               \
	(state[t] == SEND -> receiver[endpoint[t]] : (state[t] == REPLY -> answerer[t] : NONE))

/* effective = the maximum of one's own and of all whose edges lead here. Following the edges that
 * lend, one comes to an end: they form a forest. An edge that does not lend closes a ring. */
inline check_priorities()
{
	for (c_t : 0 .. THREADS - 1) {
		oracle[c_t] = 0
	}
	for (c_t : 0 .. THREADS - 1) {
		c_at = c_t;
		c_steps = 0;
		do
		:: oracle[c_at] = (base(c_t) > oracle[c_at] -> base(c_t) : oracle[c_at]);
			if
			:: is_withheld(c_at) || waits_for(c_at) == NONE -> break
			:: else
			fi;
			c_at = waits_for(c_at);
			c_steps++;
			assert(c_steps < THREADS)
		od;
		if
		:: is_withheld(c_t) ->
			find_ring(c_t);
			assert(c_ring && inherit_rings_wait)
		:: else
		fi
	}
	for (c_t : 0 .. THREADS - 1) {
		assert(effective[c_t] == oracle[c_t])
	}
}

inline check()
{
	check_states();
	check_queues();
	check_priorities();
	skip /* a d_step may not end with a loop */
}

/* ---- The threads: what each may do next --------------------------------------------------------- */

/* Under that condition, that operation may come next; after it the invariants hold. */
#define STEP(condition, operation)                                                                 \
	d_step                                                                                     \
	{                                                                                          \
		(condition) -> printf("thread %d: ", self);                                        \
		printf(#operation);                                                                \
		printf("\n");                                                                      \
		operation;                                                                         \
		check()                                                                            \
	}

#define runs(t) (state[t] == READY) /* any of them, not only the first: docs/model.md says why */

/* Clients of one priority that have had no call taken yet are alike, so the first of them moves. */
#define new(t)         (state[t] == READY && call[t] == 0)
#define alike_first(t) ((t) > SERVERS + 1 && new(t) && new((t) - 1))
#define may_call(t)                                                                                \
	(runs(t) && call[t] < (is_server(t) -> NESTED : CALLS) && !alike_first(t))

/* Each call has a deadline: runs in which it never passes are those without one. */
#define ENDS                                                                                       \
	::STEP(armed[self], expire(self))                                                          \
	::STEP(deaths > 0 && state[self] != DEAD && !alike_first(self),                            \
		deaths--; ipc_kill(self))                                                          \
	::STEP(state[self] == DEAD, take_thread_apart(self); thread_create(self))

/* A client calls, and tries the tokens that are another space's. */
proctype client(byte self)
{
end:
	do
	::STEP(may_call(self), ipc_call(self, 0))
	::STEP(runs(self) && token_good[0], ipc_reply(self, 0))
#if SERVERS > 1
	::STEP(may_call(self), ipc_call(self, 1))
	::STEP(runs(self) && token_good[1], ipc_reply(self, 1))
#endif
#if SERVERS > 2
	::STEP(may_call(self), ipc_call(self, 2))
	::STEP(runs(self) && token_good[2], ipc_reply(self, 2))
#endif
	ENDS
	od
}

/* What a server may do with the endpoint and the token of that number. */
#define SERVES(i)                                                                                  \
	::STEP(runs(self) && check_receiver(self, i), ipc_recv(self, i))                           \
	::STEP(runs(self) && receiver[i] != NONE, ipc_unbind(i))                                   \
	::STEP(may_call(self), ipc_call(self, i))                                                  \
	::STEP(runs(self) && token_slot[i] != NONE, ipc_reply(self, i))
#define DELEGATES(i, target)                                                                       \
	::STEP(runs(self) && token_slot[i] != NONE, ipc_delegate(self, i, target))

proctype server(byte self)
{
end:
	do
	SERVES(0)
	DELEGATES(0, 0)
#if SERVERS > 1
	SERVES(1)
	DELEGATES(0, 1)
	DELEGATES(1, 0)
	DELEGATES(1, 1)
#endif
#if SERVERS > 2
	SERVES(2)
	DELEGATES(0, 2)
	DELEGATES(1, 2)
	DELEGATES(2, 0)
	DELEGATES(2, 1)
	DELEGATES(2, 2)
#endif
	ENDS
	od
}

init
{
	byte i;

	d_step
	{
		for (c_t : 0 .. QUEUES - 1) {
			lends_to[c_t] = (c_t < ENDPOINTS -> NONE : c_t - ENDPOINTS);
			withheld[c_t] = NONE
		}
		for (c_t : 0 .. ENDPOINTS - 1) {
			receiver[c_t] = NONE
		}
		for (c_t : 0 .. THREADS - 1) {
			ready_at[c_t] = NONE;
			queue[c_t] = NONE;
			bound[c_t] = NONE;
			answerer[c_t] = NONE;
			thread_create(c_t)
		}
		check()
	}
	atomic
	{
		for (i : 0 .. THREADS - 1) {
			if
			:: is_server(i) -> run server(i)
			:: else -> run client(i)
			fi
		}
	}
}
