/* Faults are messages. A thread that faults calls its pager, which looks, mends what can be mended
 * and answers: go on, or die. Here main is the pager; the faulting threads are helpers, or live in
 * a child space. Then the pagers that cannot help: missing, dead, not listening, waiting
 * themselves.
 *
 * GROUP: ipc caps */
#include "lib/story.h"
#include <string.h>

#define BADGE 0xfa017

static cap_t ep, badged;

/* Reads a byte at its argument. The instruction at read_here is the one that faults. */
int read_at(uint64_t address);
extern const char read_here[];
__asm__(".pushsection .text.read_at, \"ax\"\n"
	".globl read_at, read_here\n"
	"read_at:\n"
	"	xor %eax, %eax\n"
	"read_here:\n"
	"	movb (%rdi), %al\n"
	"	ret\n"
	".popsection\n");

static void read_page(struct worker *w)
{
	w->result = read_at(w->deadline);
}

static struct worker reader(uint64_t address, cap_t pager)
{
	return (struct worker){ .run = read_page, .pager = pager, .deadline = address };
}

static int receive(struct msg *m)
{
	*m = (struct msg){ 0 };
	return ipc_recv(ep, m, time_in_ms(1000));
}

static int resume(const struct msg *fault)
{
	struct msg m = { 0 };

	return ipc_reply(fault->token, &m);
}

static int refuse(const struct msg *fault)
{
	struct msg m = { .label = MSG_LABEL(1, 0, 0, 0) };

	return ipc_reply(fault->token, &m);
}

/* ---- The ordinary course ---------------------------------------------------------------- */

static void demand_paging(void)
{
	struct worker w = reader(WINDOW + 100, badged);
	cap_t memory;
	struct msg m;

	begin(&w, HIGHER);
	ok(in_state(&w, STATE_SEND), "a thread that faults is SEND-blocked on its pager");
	is(receive(&m), 0, "the pager receives its fault");
	ok(m.label == MSG_LABEL(FAULT_OP, FAULT_VERSION, 0, 0) && m.badge == BADGE,
	    "with the operation of faults and the badge of the pager's capability");
	is((int64_t)m.word[0], 14, "word 0: the vector, page fault");
	is((int64_t)m.word[1], 4, "word 1: the error code: user mode, read, not present");
	is((int64_t)m.word[2], WINDOW + 100, "word 2: the address");
	is((int64_t)m.word[3], (int64_t)read_here, "word 3: the instruction");
	is((int64_t)m.word[4], (int64_t)w.id, "word 4: the thread");
	ok(in_state(&w, STATE_REPLY), "it is REPLY-blocked then");
	is(effective_priority(own_id()), own_priority() + HIGHER, "and lends its priority");
	memory = map_pages(WINDOW, 1);
	*(char *)(WINDOW + 100) = 42;
	is(resume(&m), 0, "the pager brings the page and lets it go on");
	ok(finished(&w) && w.result == 42,
	    "the instruction is done again, all registers as they were");
	end(&w);
	unmap_pages(memory);
}

static void again_and_again(void)
{
	struct worker w = reader(WINDOW, badged);
	struct msg m;
	int times = 0;

	begin(&w, HIGHER);
	for (; times < 5 && receive(&m) == 0; times++)
		if (times < 4)
			resume(&m);
	is(times, 5, "resumed without being mended it faults again");
	is(refuse(&m), 0, "refused");
	ok(dead(w.cap) && !w.done, "it is killed");
	end(&w);
}

/* M9: the buffer that a client sends from is not there yet, and the server is its pager. */
static void send_page(struct worker *w)
{
	w->msg = (struct msg){ .label = MSG_LABEL(7, 1, 0, 10), .send = (char *)WINDOW };
	do_call(w);
}

static void pager_is_receiver(void)
{
	static char room[10];
	struct worker w = {
		.run = send_page, .ep = badged, .pager = badged, .deadline = DEADLINE_FOREVER
	};
	struct msg m;
	cap_t memory;

	begin(&w, HIGHER);
	is(receive(&m), 0, "M9 a client sends from a missing page");
	ok(MSG_OP(m.label) == FAULT_OP && m.word[2] == WINDOW,
	    "M9 its pager, the receiver, gets the fault first");
	memory = map_pages(WINDOW, 1);
	strcpy((char *)WINDOW, "good news");
	resume(&m);
	m = (struct msg){ .recv = room, .recv_bytes = sizeof room };
	is(ipc_recv(ep, &m, time_in_ms(1000)), 0, "M9 then the message");
	ok(MSG_OP(m.label) == 7 && strcmp(room, "good news") == 0, "M9 whole");
	m.label = 0;
	ipc_reply(m.token, &m);
	ok(finished(&w) && w.result == 0, "M9 and is answered");
	end(&w);
	unmap_pages(memory);
}

/* ---- In another space ------------------------------------------------------------------ */

static void sum_pages(uint64_t address)
{
	volatile uint64_t *result = (volatile uint64_t *)SHARED;
	uint64_t sum = 0;

	for (unsigned i = 0; i < 8; i++)
		sum += *(volatile uint64_t *)(address + i * (uint64_t)PAGE_SIZE);
	*result = sum;
	child_exit();
}

static void child_pager(void)
{
	volatile uint64_t *result = (volatile uint64_t *)SHARED;
	cap_t memory = map_pages(WINDOW, 8);
	int64_t thread;
	struct child c;
	struct msg m;
	int pages = 0;

	for (unsigned i = 0; i < 8; i++)
		*(uint64_t *)(WINDOW + i * (uint64_t)PAGE_SIZE) = 100 + i;
	child_make(&c, 64);
	thread = child_start(&c, sum_pages, WINDOW, HIGHER, badged);
	for (; pages < 8 && receive(&m) == 0; pages++) {
		mem_map(memory, c.space, m.word[2] & ~(uint64_t)(PAGE_SIZE - 1), m.word[2] - WINDOW,
		    PAGE_SIZE, PROT_READ);
		resume(&m);
	}
	is(pages, 8, "demand paging for a child, page by page");
	ok(dead((cap_t)thread) && *result == 828, "which reads what is in them");
	cap_delete((cap_t)thread);
	child_end(&c);
	unmap_pages(memory);
}

/* ---- Every exception that user code can raise ------------------------------------------- */

static void divide(void *argument)
{
	__asm__ volatile("div %0" : : "r"(0), "a"(1), "d"(0));
}
static void int1(void *argument)
{
	__asm__ volatile(".byte 0xf1");
}
static void trap_flag(void *argument)
{
	__asm__ volatile("sub $128, %%rsp; pushfq; orl $0x100, (%%rsp); popfq; nop; add $128, %%rsp"
			 :
			 :
			 : "cc");
}
static void int3(void *argument)
{
	__asm__ volatile("int3");
}
static void int4(void *argument)
{
	__asm__ volatile("int $4");
}
static void undefined(void *argument)
{
	__asm__ volatile("ud2");
}
static void halt(void *argument)
{
	__asm__ volatile("hlt");
}
static void non_canonical(void *argument)
{
	read_at(NON_CANONICAL);
}
static void jump_away(void *argument)
{
	((void (*)(void))UNMAPPED)();
}
static void x87(void *argument)
{
	static const uint16_t unmasked = 0x37b;

	__asm__ volatile("fldcw %0; fldz; fld1; fdivp; fwait" : : "m"(unmasked));
}
static void sse(void *argument)
{
	static const uint32_t unmasked = 0x1d80;

	__asm__ volatile("ldmxcsr %0; xorps %%xmm0, %%xmm0; mov $1, %%eax; cvtsi2ss %%eax, %%xmm1;"
			 "divss %%xmm0, %%xmm1"
			 :
			 : "m"(unmasked)
			 : "eax", "xmm0", "xmm1");
}

static void exceptions(void)
{
	static const struct {
		const char *what;
		void (*run)(void *argument);
		uint64_t vector;
	} each[] = { { "division by zero", divide, 0 }, { "INT1", int1, 1 },
		{ "single step", trap_flag, 1 }, { "INT3", int3, 3 }, { "INT 4", int4, 4 },
		{ "UD2", undefined, 6 }, { "HLT", halt, 13 },
		{ "non-canonical address", non_canonical, 13 },
		{ "jump to nowhere", jump_away, 14 }, { "x87 division by zero", x87, 16 },
		{ "SSE division by zero", sse, 19 } };

	for (unsigned i = 0; i < COUNT(each); i++) {
		struct fault f = fault_of(each[i].run, NULL);

		if ((each[i].vector == 19 && !f.happened) || (each[i].vector == 1 && f.vector == 6))
			skip("QEMU's TCG knows neither #XM nor INT1", "%s", each[i].what);
		else
			ok(f.happened && f.vector == each[i].vector,
			    "%s: a fault message, vector %lu", each[i].what, f.vector);
	}
}

/* ---- Pagers that cannot help ------------------------------------------------------------ */

static void none(void)
{
	struct worker w = reader(UNMAPPED, 0);
	struct msg m = { 0 };

	prepare(&w, HIGHER);
	watch(w.cap, WATCH_DEATH, ep, 1);
	thread_start(w.cap);
	ok(dead(w.cap) && !w.done, "no pager: the thread is killed");
	ok(receive(&m) == 0 && m.badge == 1 && !m.token, "no pager: its watchers are told");
	end(&w);
}

static void dead_pager(void)
{
	cap_t other = (cap_t)endpoint_create();
	struct worker w = reader(UNMAPPED, (cap_t)cap_mint(other, CAP_SEND, 0, 0)), queued = w;

	begin(&queued, HIGHER);
	ok(in_state(&queued, STATE_SEND), "a pager that does not listen: the thread waits");
	prepare(&w, HIGHER);
	cap_delete(other);
	ok(dead(queued.cap) && !queued.done, "D7 the pager dies: the thread is killed");
	thread_start(w.cap);
	ok(dead(w.cap) && !w.done, "D7 a pager that was dead before: killed");
	end(&w);
	end(&queued);
	cap_delete(w.pager);
}

static void late_pager(void)
{
	struct worker w = reader(WINDOW, badged);
	cap_t memory;
	struct msg m;

	endpoint_unbind(ep);
	begin(&w, HIGHER);
	ok(in_state(&w, STATE_SEND), "nobody bound to the pager's endpoint: the thread waits");
	memory = map_pages(WINDOW, 1);
	is(receive(&m), 0, "a pager comes, as after a restart, and finds the fault queued");
	resume(&m);
	ok(finished(&w) && w.result == 0, "and lets it go on");
	end(&w);
	unmap_pages(memory);
}

/* Dies between receipt and reply. */
static void receive_and_end(struct worker *w)
{
	do_recv(w);
}

static void pager_ends(void)
{
	struct worker pager = {
		.run = receive_and_end, .ep = (cap_t)endpoint_create(), .deadline = DEADLINE_FOREVER
	};
	struct worker w = reader(UNMAPPED, pager.ep);

	begin(&pager, HIGHER);
	begin(&w, HIGHER);
	ok(dead(w.cap) && !w.done, "D7 the pager dies while it looks: the thread is killed");
	ok(finished(&pager) && MSG_OP(pager.msg.label) == FAULT_OP, "D7 it had received the fault");
	end(&w);
	end(&pager);
	cap_delete(pager.ep);
}

/* Receives from the endpoint that is its own pager, and faults. */
static void bind_and_read(struct worker *w)
{
	struct msg m = { 0 };

	ipc_recv(w->pager, &m, DEADLINE_NOW);
	read_at(UNMAPPED);
}

static void own_pager(void)
{
	struct worker w = { .run = bind_and_read, .pager = (cap_t)endpoint_create() };

	begin(&w, HIGHER);
	ok(dead(w.cap) && !w.done, "D7 a thread that is its own pager: killed");
	end(&w);
	cap_delete(w.pager);
}

/* A server that faults while its pager waits for its answer. */
static void receive_and_read(struct worker *w)
{
	do_recv(w);
	read_at(UNMAPPED);
}

static void pager_waits_for_it(void)
{
	struct worker w = { .run = receive_and_read,
		.ep = (cap_t)endpoint_create(),
		.pager = badged,
		.deadline = DEADLINE_FOREVER };
	struct msg m = { 0 };

	begin(&w, HIGHER);
	is(ipc_call(w.ep, &m, DEADLINE_FOREVER), -EPIPE,
	    "ipc_call EPIPE: D7 to a server that faults, from its pager");
	ok(dead(w.cap) && !w.done, "D7 the ring is not closed: the server is killed");
	end(&w);
	cap_delete(w.ep);
}

/* The pager changes, the thread is killed, the token is handed on: a fault is a call like others.
 */
static void as_calls_are(void)
{
	struct worker w = reader(UNMAPPED, badged),
		      heir = { .run = do_recv, .deadline = DEADLINE_FOREVER };
	struct msg m;

	begin(&w, HIGHER);
	receive(&m);
	end(&w);
	is(resume(&m), -ESRCH, "ipc_reply ESRCH: the faulting thread was killed meanwhile");
	w = reader(UNMAPPED, badged);
	begin(&heir, HIGHER);
	begin(&w, HIGHER);
	receive(&m);
	is(delegate(m.token, heir.cap), 0, "delegate: a fault");
	end(&heir);
	ok(dead(w.cap), "and when that thread dies, so does the faulting one");
	is(refuse(&m), -ESRCH, "ipc_reply ESRCH: it is answered already");
	end(&w);
	w = reader(UNMAPPED, 0);
	prepare(&w, HIGHER);
	is(thread_set(w.cap, THREAD_PAGER, badged), 0, "thread_set: a pager");
	thread_start(w.cap);
	ok(receive(&m) == 0 && MSG_OP(m.label) == FAULT_OP, "thread_set: which gets the fault");
	refuse(&m);
	end(&w);
}

int main(void)
{
	ep = (cap_t)endpoint_create();
	badged = (cap_t)cap_mint(ep, CAP_SEND, BADGE, 0);
	demand_paging();
	again_and_again();
	pager_is_receiver();
	child_pager();
	none();
	dead_pager();
	late_pager();
	pager_ends();
	own_pager();
	pager_waits_for_it();
	as_calls_are();
	endpoint_unbind(ep);
	exceptions();
	return tap_done();
}
