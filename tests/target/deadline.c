/* Deadlines: absolute times at which a call ends that has not come to its end before. Before the
 * receive, after it, in the same instant as the answer; none, past, far; equal ones; ten thousand.
 * What matters each time: exactly one of the two things happened, and both sides agree which. */
#include "lib/story.h"
#include <stdlib.h>
#include <string.h>

static cap_t ep;

static struct worker client(uint64_t deadline)
{
	return (struct worker){ do_call, .ep = ep, .deadline = deadline };
}

static int answer(uint64_t token, uint64_t word)
{
	struct msg m = { .word = { word } };

	return ipc_reply(token, &m);
}

/* ---- One call --------------------------------------------------------------------------- */

static void before_receipt(void)
{
	const uint64_t start = time_now();
	struct msg m = { 0 };

	is(ipc_call(ep, &m, time_in_ms(20)), -ETIMEDOUT, "ipc_call ETIMEDOUT: T1 while queued");
	ok(time_now() >= start + 20000000, "ipc_call ETIMEDOUT: T1 not before its time");
	is(ipc_recv(ep, &m, DEADLINE_NOW), -ETIMEDOUT,
	    "ipc_call ETIMEDOUT: T1 nothing is left in the queue");
}

static void after_receipt(void)
{
	struct worker w = client(time_in_ms(20));
	struct msg m = { 0 };

	begin(&w, HIGHER);
	ipc_recv(ep, &m, DEADLINE_NOW);
	is(effective_priority(own_id()), own_priority() + HIGHER, "the caller lends");
	ok(finished(&w), "ipc_call: ends at its deadline");
	is(w.result, -ETIMEDOUT, "ipc_call ETIMEDOUT: T2 after receipt");
	is(effective_priority(own_id()), own_priority(),
	    "ipc_call ETIMEDOUT: B1 T2 the boost is gone (CMSIS-RTX)");
	is(answer(m.token, 1), -ESRCH, "ipc_reply ESRCH: T2 the late answer is refused");
	end(&w);
}

/* T7: what was answered in time is not woken later. */
static void call_and_wait(struct worker *w)
{
	struct msg m = { 0 };

	do_call(w);
	ipc_recv(0, &m, DEADLINE_FOREVER);
	w->result = 2;
}

static void cancelled(void)
{
	struct worker w = client(time_in_ms(20));
	struct msg m = { 0 };

	w.run = call_and_wait;
	begin(&w, HIGHER);
	ipc_recv(ep, &m, DEADLINE_NOW);
	answer(m.token, 1);
	sleep_ms(40);
	ok(in_state(&w, STATE_RECEIVE) && w.result == 0, "T7 answered in time: no late wake");
	end(&w);
}

static void killed(void)
{
	struct worker w = client(time_in_ms(10));

	begin(&w, HIGHER);
	end(&w);
	sleep_ms(20);
	ok(true, "T9 the deadline of a killed thread passes, no harm");
}

/* ---- Odd times -------------------------------------------------------------------------- */

static void odd_times(void)
{
	static const struct {
		const char *what;
		uint64_t deadline;
		bool waits;
	} each[] = { { "0", 0, false }, { "1 ns", 1, false }, { "past", 1000000, false },
		{ "2^63-1", INT64_MAX, true }, { "2^63", 1ull << 63, true },
		{ "2^64-2", UINT64_MAX - 1, true }, { "2^64-1", UINT64_MAX, true } };
	cap_t other = (cap_t)endpoint_create();
	struct msg m = { 0 };

	for (unsigned i = 0; i < COUNT(each); i++) {
		struct worker w = { do_call, .ep = other, .deadline = each[i].deadline }, r = w,
			      z = w;

		r.run = z.run = do_recv;
		r.ep = ep;
		z.ep = 0;
		begin(&w, HIGHER);
		endpoint_unbind(ep);
		begin(&r, HIGHER);
		begin(&z, HIGHER);
		if (each[i].waits)
			ok(in_state(&w, STATE_SEND) && in_state(&r, STATE_RECEIVE) &&
				in_state(&z, STATE_RECEIVE),
			    "T5 %s: ipc_call, ipc_recv and just time wait", each[i].what);
		else
			ok(finished(&w) && w.result == -ETIMEDOUT && finished(&r) &&
				r.result == -ETIMEDOUT && finished(&z) && z.result == -ETIMEDOUT,
			    "ipc_call ETIMEDOUT: T5 %s, and ipc_recv ETIMEDOUT, at once",
			    each[i].what);
		end(&w);
		end(&r);
		end(&z);
	}
	is(ipc_recv(other, &m, DEADLINE_NOW), -ETIMEDOUT,
	    "ipc_call ETIMEDOUT: T5 nothing was sent");
	endpoint_unbind(other);
	cap_delete(other);
}

/* ---- In the same instant ---------------------------------------------------------------- */

#define ROUNDS 300

/* How long it takes here to start a helper, receive its message and answer it. */
static uint64_t round_trip(void)
{
	const uint64_t start = time_now();

	for (int i = 0; i < 16; i++) {
		struct worker w = client(DEADLINE_FOREVER);
		struct msg m = { 0 };

		begin(&w, HIGHER);
		ipc_recv(ep, &m, DEADLINE_FOREVER);
		answer(m.token, 0);
		end(&w);
	}
	return (time_now() - start) / 16;
}

/* T3, T12: the answer comes about when the deadline does, now before, now after it. */
static void answer_at_deadline(unsigned bytes, const char *name)
{
	static char sent[MSG_BYTES], room[MSG_BYTES];
	const uint64_t unit = round_trip();
	unsigned in_time = 0, late = 0;
	bool agree = true;

	memset(sent, 's', sizeof sent);
	for (unsigned i = 0; i < ROUNDS; i++) {
		struct worker w = client(time_in_ns(3 * unit));
		struct msg m = { 0 };
		int result;

		memset(room, 'r', bytes);
		w.msg.recv = room;
		w.msg.recv_bytes = bytes;
		begin(&w, HIGHER);
		if (ipc_recv(ep, &m, time_in_ns(unit)) != 0) {
			finished(&w); /* its time had come before */
			end(&w);
			continue;
		}
		while (time_now() + i % 32 * unit / 32 < w.deadline)
			;
		m = (struct msg){
			.label = MSG_LABEL(0, 0, 0, bytes), .send = sent, .token = m.token
		};
		result = ipc_reply(m.token, &m);
		agree &= finished(&w);
		if (result == 0)
			agree &=
			    w.result == 0 && (!bytes || (room[0] == 's' && room[bytes - 1] == 's'));
		else
			agree &= result == -ESRCH && w.result == -ETIMEDOUT &&
			    (!bytes || (room[0] == 'r' && room[bytes - 1] == 'r'));
		in_time += result == 0;
		late += result != 0;
		end(&w);
	}
	note("%u in time, %u late", in_time, late);
	ok(agree, "%s", name);
}

/* T4: so do bits for one who waits for them. */
static void bits_at_deadline(void)
{
	const uint64_t unit = round_trip();
	unsigned in_time = 0, late = 0;
	bool agree = true;

	endpoint_unbind(ep);
	for (unsigned i = 0; i < ROUNDS; i++) {
		cap_t other = (cap_t)endpoint_create();
		struct worker w = { do_recv, .ep = other, .deadline = time_in_ns(3 * unit) };
		struct msg m = { 0 };

		begin(&w, HIGHER);
		while (time_now() + i % 32 * unit / 32 < w.deadline)
			;
		notify(other, 4);
		agree &= finished(&w);
		if (w.result == 0)
			agree &=
			    w.msg.badge == 4 && ipc_recv(other, &m, DEADLINE_NOW) == -ETIMEDOUT;
		else
			agree &= w.result == -ETIMEDOUT && ipc_recv(other, &m, DEADLINE_NOW) == 0 &&
			    m.badge == 4;
		in_time += w.result == 0;
		late += w.result != 0;
		end(&w);
		endpoint_unbind(other);
		cap_delete(other);
	}
	note("%u in time, %u late", in_time, late);
	ok(agree, "T4 bits at the deadline of a receive: taken by it, or left for the next");
}

/* ---- Lending ends with the deadline ------------------------------------------------------ */

static void three_donors(void)
{
	const uint64_t start = time_now();
	struct worker one = client(start + 20000000), two = client(start + 40000000),
		      three = client(DEADLINE_FOREVER);
	struct msg m = { 0 };

	ipc_recv(ep, &m, DEADLINE_NOW); /* bound: senders lend to main */
	begin(&three, 1);
	begin(&two, HIGHEST);
	begin(&one, 3);
	sleep_ms(5);
	is(effective_priority(own_id()), own_priority() + HIGHEST,
	    "T10 three lend, the highest counts");
	finished(&one);
	is(effective_priority(own_id()), own_priority() + HIGHEST,
	    "T11 B3 a short one ends, the long one lends on (CHERIoT-RTOS)");
	finished(&two);
	is(effective_priority(own_id()), own_priority() + 1,
	    "T10 two of three have ended: the third's is left");
	ipc_recv(ep, &m, DEADLINE_NOW);
	answer(m.token, 0);
	ok(finished(&three), "the third is answered");
	is(effective_priority(own_id()), own_priority(), "and nothing is lent any more");
	end(&one);
	end(&two);
	end(&three);
	endpoint_unbind(ep);
}

/* T13: two that hand the processor to and fro, and a third of their priority. */
static void ping(struct worker *w)
{
	while (!w->lock)
		do_call(w);
}

static void pong(struct worker *w)
{
	ipc_recv(w->ep, &w->msg, DEADLINE_FOREVER);
	for (;;)
		ipc_reply_recv(w->msg.token, &w->msg, w->ep, DEADLINE_FOREVER);
}

static void spin(struct worker *w)
{
	for (;;)
		__asm__ volatile("pause");
}

static void fair(void)
{
	struct worker server = { .run = pong, .ep = (cap_t)endpoint_create() };
	struct worker caller = { ping, .ep = server.ep, .deadline = DEADLINE_FOREVER },
		      third = { .run = spin };
	struct info_thread a = { 0 }, b = { 0 }, c = { 0 };

	begin(&server, LOWER);
	begin(&caller, LOWER);
	begin(&third, LOWER);
	sleep_ms(200);
	thread_info(server.id, &a);
	thread_info(caller.id, &b);
	thread_info(third.id, &c);
	note("of 200 ms the pair had %lu us, the third %lu us", (a.cpu_ns + b.cpu_ns) / 1000,
	    c.cpu_ns / 1000);
	ok(c.cpu_ns > 50000000,
	    "T13 a pair that calls to and fro does not starve a third of its priority");
	ok(a.cpu_ns + b.cpu_ns > 50000000, "T13 nor the third the pair");
	end(&server);
	end(&caller);
	end(&third);
	cap_delete(server.ep);
}

/* ---- Ten thousand ------------------------------------------------------------------------ */

#define SLEEPERS 10000

/* What a sleeper needs: no stack, no C. It waits until its time, notes its turn and the TSC, and
 * ends. */
struct sleeper {
	uint64_t deadline, turn, tsc;
};
extern const char sleeper_start[];
volatile uint64_t sleepers_awake;
__asm__(".pushsection .text.sleeper_start, \"ax\"\n"
	".globl sleeper_start\n"
	"sleeper_start:\n"
	"	mov %rdi, %rbx\n"
	"	mov (%rbx), %r10\n"
	"	xor %edi, %edi\n"
	"	xor %edx, %edx\n"
	"	mov $2, %eax\n" /* ipc_recv */
	"	syscall\n"
	"	mov $1, %eax\n"
	"	lock xadd %rax, sleepers_awake(%rip)\n"
	"	mov %rax, 8(%rbx)\n"
	"	rdtsc\n"
	"	mov %eax, 16(%rbx)\n"
	"	mov %edx, 20(%rbx)\n"
	"	xor %edi, %edi\n"
	"	mov $10, %eax\n" /* thread_kill */
	"	syscall\n"
	"	ud2\n"
	".popsection\n");
_Static_assert(SYS_ipc_recv == 2 && SYS_thread_kill == 10, "sleeper_start says so");

static struct sleeper sleepers[SLEEPERS];
static unsigned many; /* SLEEPERS, or fewer on a slow kernel */

/* Makes and starts the first `count` of them. Returns how many there was memory for. */
static unsigned start_sleepers(unsigned count)
{
	sleepers_awake = 0;
	for (unsigned i = 0; i < count; i++) {
		int64_t thread = thread_create(0, (uint64_t)sleeper_start, 0,
		    (uint64_t)&sleepers[i], (unsigned)(own_priority() + HIGHER), 0);

		if (thread < 0)
			return i;
		thread_start((cap_t)thread);
		cap_delete((cap_t)thread);
	}
	return count;
}

static bool all_awake(unsigned count)
{
	const uint64_t last = sleepers[0].deadline + 30000000000;

	while (sleepers_awake < count && time_now() < last)
		sleep_ms(5);
	return sleepers_awake == count;
}

/* Starts that many; their deadlines lie so far off that there is time for it, then so many ns
 * apart, in mixed order. A host that stands still meanwhile may need another try. */
static unsigned send_to_sleep(unsigned count, uint64_t apart)
{
	for (uint64_t ease = 6;; ease *= 4) {
		uint64_t start = time_now();
		unsigned started;

		memset(sleepers, 0, sizeof sleepers);
		start_sleepers(many / 20); /* their time has passed: what starting one takes */
		start = time_now() + 300000000 + (time_now() - start) * count / (many / 20) * ease;
		for (uint64_t i = 0; i < count; i++) {
			sleepers[i].deadline = start + i * 7919 % count * apart;
			sleepers[i].turn = UINT64_MAX;
		}
		started = start_sleepers(count);
		if (sleepers_awake == 0 || ease > 100)
			return started;
		all_awake(started);
	}
}

static uint64_t ns_of(uint64_t tsc)
{
	const struct time_page *page = (const struct time_page *)TIME_PAGE;

	return page->ns_base +
	    (uint64_t)((unsigned __int128)(tsc - page->tsc_base) * page->mult >> page->shift);
}

static void ten_thousand(void)
{
	const unsigned count = send_to_sleep(many, 10000);
	unsigned early = (unsigned)sleepers_awake;

	ok(count == many, "T8 %u threads, each with a deadline of its own", count);
	is(early, 0, "T8 all wait");
	ok(all_awake(count), "T8 all wake");
	for (unsigned i = 0; i < count; i++)
		early += ns_of(sleepers[i].tsc) < sleepers[i].deadline;
	is(early, 0, "T8 none before its time");
}

static void all_at_once(void)
{
	const unsigned count = send_to_sleep(many, 0);
	const uint64_t before = system_info().interrupts;

	ok(count == many && sleepers_awake == 0, "T14 %u with the same deadline wait", count);
	ok(all_awake(count), "T14 all wake");
	ok(system_info().interrupts - before >= many / 16,
	    "T14 at most 16 in one kernel entry: %lu interrupts",
	    system_info().interrupts - before);
}

/* Few enough that all have run before a time slice ends. */
static void in_order(void)
{
	const unsigned count = send_to_sleep(47, 10000);
	unsigned astray = 0;

	all_awake(count);
	for (unsigned i = 0; i < count; i++)
		astray += sleepers[i].turn != (sleepers[i].deadline - sleepers[0].deadline) / 10000;
	is(astray, 0, "T8 47 deadlines wake in their order");
	send_to_sleep(47, 0);
	all_awake(count);
	for (unsigned i = 0; i < count; i++)
		astray += sleepers[i].turn != i;
	is(astray, 0, "T6 47 equal ones in the order in which they began to wait");
}

int main(void)
{
	uint64_t frames;

	ep = (cap_t)endpoint_create();
	many = slow_kernel() ? SLEEPERS / 20 : SLEEPERS;
	warm_up();
	before_receipt();
	after_receipt();
	cancelled();
	killed();
	odd_times();
	answer_at_deadline(0, "T3 an answer at the deadline: both sides agree");
	answer_at_deadline(MSG_BYTES, "T12 64 KiB at the deadline: all of it or nothing");
	bits_at_deadline();
	three_donors();
	fair();
	in_order();
	ten_thousand();
	frames = settled_frames();
	all_at_once();
	is((int64_t)settled_frames(), (int64_t)frames, "all frames are back");
	return tap_done();
}
