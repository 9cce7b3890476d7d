/* What is not a call: a fault, an interrupt; and locks. The stretch may end in another thread than
 * the one it began in. */
#include "bench.h"

/* ---- A fault: the breakpoint instruction, which leaves nothing to mend ----------------- */

static void pager(uint64_t endpoint)
{
	struct crossing c = { 0 };

	listen(endpoint, &c, 0);
	for (;;)
		answer(endpoint, &c, 0, 0);
}

static void faults(void)
{
	struct peer p;

	peer_start(&p, OTHER_SPACE, pager, SAME);
	must(thread_set(0, THREAD_PAGER, p.endpoint), "thread_set");
	row("fault.rt");
	for (unsigned i = 0; i < REPETITIONS; i++) {
		uint32_t begin = BEGIN(), end;

		__asm__ volatile("int3" ::: "memory");
		end = END();
		sample(begin, end);
	}
	row_end(0);
	must(thread_set(0, THREAD_PAGER, 0), "thread_set");
	peer_end(&p);
}

/* ---- An interrupt: COM1 says at once that it can send, when asked to ------------------ */

#define COM1        0x3f8
#define COM1_LINE   4
#define COM1_ENABLE (COM1 + 1)
#define COM1_REASON (COM1 + 2)
#define CAN_SEND    2

static volatile uint32_t asked;

static void driver(uint64_t endpoint)
{
	const struct boot_info *hardware = as_init();
	struct crossing c = { 0 };

	for (;;) {
		uint32_t end;

		listen(endpoint, &c, 0);
		end = END();
		sample(asked, end);
		port_out(hardware->ports, COM1_ENABLE, 1, 0);
		port_in(hardware->ports, COM1_REASON, 1);
		irq_ack(hardware->irqs, COM1_LINE);
	}
}

/* Asks for the interrupt, or, with 0, does the same for nothing; returns what that cost. Not in
 * line: both are to be the same instructions. */
static __attribute__((noinline)) uint32_t ask_com1(uint64_t what)
{
	const cap_t ports = as_init()->ports;
	uint32_t end;

	asked = BEGIN_AT_INTERRUPT();
	call(SYS_port_out, ports, COM1_ENABLE, 1, what);
	end = END();
	return end - asked - MEASURING;
}

/* From the interrupted thread to the driver's, which has the higher priority. The interrupt comes
 * at the end of the call that asks for it; what that call costs by itself is taken off. */
static void interrupts(void)
{
	uint32_t asking = 0;
	struct peer p;

	for (unsigned i = 0; i < REPETITIONS; i++)
		asking = ask_com1(0);
	peer_start(&p, SAME_SPACE, driver, HIGHER);
	must(irq_bind(as_init()->irqs, COM1_LINE, p.endpoint, 1), "irq_bind");
	row("irq");
	for (unsigned i = 0; i < REPETITIONS; i++)
		ask_com1(CAN_SEND);
	peer_end(&p);
	row_end(asking);
}

/* ---- Locks ---------------------------------------------------------------------------- */

static uint64_t lock;
static uint64_t own;

static inline bool take(uint64_t id)
{
	return __sync_bool_compare_and_swap(&lock, 0, id);
}

static inline bool give_up(uint64_t id)
{
	return __sync_bool_compare_and_swap(&lock, id, 0);
}

/* Waits for the lock that main holds, each time it is notified, and gives it back. */
static void waiter(uint64_t endpoint)
{
	const uint64_t id = own_id();
	struct crossing c = { 0 };

	for (;;) {
		uint32_t begin, end;
		int error = 0;

		listen(endpoint, &c, 0);
		begin = BEGIN();
		if (!take(id))
			error = (int)call(SYS_lock_wait, (uint64_t)&lock, DEADLINE_FOREVER, 0, 0);
		end = END();
		must(error, "lock_wait");
		sample(begin, end);
		if (!give_up(id))
			lock_wake(&lock);
	}
}

static void locks(void)
{
	struct peer p;

	own = own_id();
	row("lock.free");
	for (unsigned i = 0; i < REPETITIONS; i++) {
		uint32_t begin = BEGIN(), end;
		bool good = take(own) && give_up(own);

		end = END();
		must(good ? 0 : -EINVAL, "a free lock");
		sample(begin, end);
	}
	row_end(0);
	/* The waiter, which is above us, tries, waits and lends; we let go; it has the lock. */
	peer_start(&p, SAME_SPACE, waiter, HIGHER);
	row("lock.contended");
	for (unsigned i = 0; i < REPETITIONS; i++) {
		take(own);
		must(notify(p.endpoint, 1), "notify");
		if (!give_up(own))
			call(SYS_lock_wake, (uint64_t)&lock, 0, 0, 0);
	}
	row_end(0);
	peer_end(&p);
}

void bench_events(void)
{
	faults();
	interrupts();
	locks();
}
