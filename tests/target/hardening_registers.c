/* Registers across the kernel. What a thread had it has again: after every call, after a fault that
 * was mended, after losing the processor to another. What it did not have it never sees: no address
 * of the kernel, no flag or value of another thread. Registers are filled with patterns and looked
 * at afterwards, one by one. */
#include "lib/story.h"
#include <string.h>

#define FLAG_CF   0x000001
#define FLAG_TF   0x000100
#define FLAG_IF   0x000200
#define FLAG_DF   0x000400
#define FLAG_OF   0x000800
#define FLAG_IOPL 0x003000
#define FLAG_NT   0x004000
#define FLAG_RF   0x010000
#define FLAG_AC   0x040000
#define FLAG_ID   0x200000
#define PLAIN     0x202

extern const char raw_call_return[];

static cap_t ep;

static const char *const register_name[REGISTERS] = { "rax", "rbx", "rcx", "rdx", "rsi", "rdi",
	"rbp", "r8", "r9", "r10", "r11", "r12", "r13", "r14", "r15", "rflags" };

static struct registers pattern(void)
{
	struct registers r;

	for (unsigned i = 0; i < REGISTERS; i++)
		((uint64_t *)&r)[i] = 0x1111111111110000ull + i * 0x101;
	r.rflags = PLAIN;
	return r;
}

static bool kernel_address(uint64_t value)
{
	return value >= KERNEL_START && (int64_t)value < -4095;
}

/* Bits of `kept`: the registers that must be as they were, by their place in the structure. */
static bool as_they_were(
    const struct registers *before, const struct registers *after, unsigned kept)
{
	bool good = true;

	for (unsigned i = 0; i < REGISTERS; i++) {
		const uint64_t was = ((const uint64_t *)before)[i],
			       is_now = ((const uint64_t *)after)[i];

		if ((kept >> i & 1 && was != is_now) || kernel_address(is_now)) {
			note("%s was %lx and is %lx", register_name[i], was, is_now);
			good = false;
		}
	}
	return good;
}

/* All but rax, rcx and r11, which SYSCALL itself uses. */
#define KEPT (0xffffu & ~(1u << 0 | 1u << 2 | 1u << 10))

/* ---- After each call -------------------------------------------------------------------- */

/* given: the registers in which it answers, besides rax. */
static bool call_keeps(struct registers r, unsigned given)
{
	const struct registers before = r;

	raw_call(&r);
	return as_they_were(&before, &r, KEPT & ~given) && r.rcx == (uint64_t)raw_call_return &&
	    r.r11 == before.rflags;
}

#define NAME(number, name, arguments) [number] = #name,
static const char *const call_name[] = { ATOLL_CALLS(NAME) };

/* What a message call may leave 0 after an error (abi.h): 0 already. */
static void may_be_lost(struct registers *r)
{
	if (r->rax == SYS_ipc_call)
		r->r8 = 0;
	if (r->rax <= SYS_ipc_reply_recv)
		r->r9 = 0;
}

/* Each call with arguments that make no sense. */
static void senseless_calls(void)
{
	for (unsigned number = 0; number < SYS_COUNT; number++) {
		struct registers r = pattern();

		r.rax = number;
		if (number == SYS_ipc_recv || number == SYS_ipc_reply_recv ||
		    number == SYS_ipc_call)
			r.r10 = DEADLINE_NOW;
		may_be_lost(&r);
		ok(call_keeps(r, 0),
		    "%s: with senseless arguments, and every register is as it was",
		    call_name[number]);
	}
}

static void good_calls(void)
{
	const struct {
		unsigned number;
		uint64_t rdi, rsi, rdx, r10, r8, r9;
	} each[] = { { SYS_notify, ep, 1, 0, 0, 0, 0 }, { SYS_yield, 0, 0, 0, 0, 0, 0 },
		{ SYS_thread_create, 0, WINDOW, WINDOW, 7, 1, 0 },
		{ SYS_thread_set, 0, THREAD_TLS, 0, 0, 0, 0 },
		{ SYS_space_create, 64, 1, 0, 0, 5, 0 }, { SYS_endpoint_create, 0, 0, 0, 0, 0, 0 },
		{ SYS_endpoint_unbind, ep, 0, 0, 0, 0, 0 },
		{ SYS_cap_mint, ep, CAP_SEND, 5, 0, 0, 0 }, { SYS_cap_revoke, ep, 0, 0, 0, 0, 0 },
		{ SYS_mem_create, PAGE_SIZE, 0, 0, 0, 0, 0 },
		{ SYS_mem_unmap, 0, WINDOW, PAGE_SIZE, 0, 0, 0 },
		{ SYS_kernel_info, kernel_cap(), INFO_SYSTEM, 0, 0, 0, 0 },
		{ SYS_ipc_recv, 0, 0, 0, DEADLINE_NOW, 0, 0 } };

	for (unsigned i = 0; i < COUNT(each); i++) {
		struct registers r = pattern();

		r.rax = each[i].number;
		r.rdi = each[i].rdi;
		r.rsi = each[i].rsi;
		r.rdx = each[i].rdx;
		r.r10 = each[i].r10;
		r.r8 = each[i].r8;
		r.r9 = each[i].r9;
		ok(call_keeps(r, r.rax == SYS_thread_create ? 1u << 3 : 0),
		    "%s: succeeds, and every register but the answer's is as it was",
		    call_name[each[i].number]);
	}
}

/* The message calls: what they change is what abi.h says. */
static void receive_and_answer(struct worker *w)
{
	w->raw = pattern();
	w->raw.rax = SYS_ipc_recv;
	w->raw.rdi = w->ep;
	w->raw.rdx = 0;
	w->raw.r10 = DEADLINE_FOREVER;
	w->raw.rflags = PLAIN | FLAG_CF | FLAG_AC;
	raw_call(&w->raw);
	w->result = (int64_t)w->raw.rax;
	w->msg = (struct msg){ .label = MSG_LABEL(3, 4, 0, 0), .word = { 91, 92, 93, 94, 95 } };
	ipc_reply(w->raw.rdx, &w->msg);
}

static void message_calls(void)
{
	struct worker w = { .run = receive_and_answer, .ep = (cap_t)endpoint_create() };
	struct registers r = pattern(), before, expected = pattern();

	begin(&w, HIGHER);
	r.rax = SYS_ipc_call;
	r.rdi = w.ep;
	r.rsi = MSG_LABEL(1, 2, 0, 0);
	r.rdx = 0;
	r.r10 = DEADLINE_FOREVER;
	before = r;
	before.rdi = before.r8 = before.r9 = before.r10 = 0;
	raw_call(&r);
	ok(as_they_were(&before, &r, KEPT & ~(1u << 1 | 1u << 4 | 0xfu << 11)) && r.rax == 0,
	    "ipc_call: changes label and words, leaves 0 in the others that it uses");
	ok(r.rsi == MSG_LABEL(3, 4, 0, 0) && r.rbx == 91 && r.r12 == 92 && r.r13 == 93 &&
		r.r14 == 94 && r.r15 == 95,
	    "ipc_call: to those of the reply");
	expected.r8 = expected.r9 = expected.r10 = 0;
	expected.rflags = PLAIN | FLAG_CF | FLAG_AC;
	ok(as_they_were(
	       &expected, &w.raw, KEPT & ~(1u << 1 | 1u << 3 | 1u << 4 | 1u << 5 | 0xfu << 11)),
	    "ipc_recv: changes badge, label, token and words, leaves 0 in r8 to r10");
	ok(w.raw.rdi == 0 && w.raw.rsi == MSG_LABEL(1, 2, 0, 0) && w.raw.rbx == before.rbx &&
		w.raw.r12 == before.r12 && w.raw.r13 == before.r13 && w.raw.r14 == before.r14 &&
		w.raw.r15 == before.r15,
	    "ipc_recv: to those of the call");
	end(&w);
	cap_delete(w.ep);
}

/* ---- Flags ------------------------------------------------------------------------------ */

static void flags(void)
{
	static const struct {
		const char *what;
		uint64_t flags;
	} each[] = { { "CF", FLAG_CF }, { "DF", FLAG_DF }, { "OF", FLAG_OF }, { "NT", FLAG_NT },
		{ "AC", FLAG_AC }, { "ID", FLAG_ID },
		{ "all of these", FLAG_CF | FLAG_DF | FLAG_OF | FLAG_NT | FLAG_AC | FLAG_ID } };

	for (unsigned i = 0; i < COUNT(each); i++) {
		bool good = true;

		for (unsigned number = 0; number < SYS_COUNT; number++) {
			struct registers r = pattern();

			r.rax = number;
			r.rdi = NO_CAP;
			r.rdx = 0;
			r.r10 = DEADLINE_NOW;
			may_be_lost(&r);
			r.rflags = PLAIN | each[i].flags;
			good &= call_keeps(r, 0);
		}
		ok(good, "flag %s: every call returns it as it was", each[i].what);
	}
}

static void forbidden_flags(void)
{
	struct registers r = pattern();

	r.rax = SYS_yield;
	r.rflags =
	    (PLAIN | FLAG_IOPL | FLAG_RF | 1u << 17 | 1u << 19 | 1u << 20) & ~(uint64_t)FLAG_IF;
	raw_call(&r);
	is((int64_t)r.rflags, PLAIN, "IOPL, VM, VIF, VIP, RF cannot be set, IF cannot be cleared");
}

static void nothing(struct worker *w)
{
}

/* The kernel's own work does not notice them: string instructions that fill a buffer, an IRETQ to a
 * new thread. */
static void flags_in_the_kernel(void)
{
	static struct {
		uint64_t below[64]; /* where a copy that runs backwards would go */
		struct info_system info;
	} backwards, plain;
	struct worker w = { .run = nothing };
	struct registers r = { .rax = SYS_kernel_info,
		.rdi = kernel_cap(),
		.rsi = INFO_SYSTEM,
		.r10 = (uint64_t)&backwards.info,
		.r8 = sizeof backwards.info,
		.rflags = PLAIN | FLAG_DF | FLAG_AC };

	kernel_info(kernel_cap(), INFO_SYSTEM, 0, &plain.info, sizeof plain.info);
	raw_call(&r);
	is((int64_t)r.rax, sizeof backwards.info, "kernel_info: called with DF and AC set");
	ok(backwards.info.frames_total == plain.info.frames_total &&
		backwards.info.tsc_hz == plain.info.tsc_hz &&
		memcmp(backwards.below, plain.below, sizeof plain.below) == 0,
	    "DF: the kernel copies forwards all the same");
	prepare(&w, HIGHER);
	r = (struct registers){ .rax = SYS_thread_start, .rdi = w.cap, .rflags = PLAIN | FLAG_NT };
	raw_call(&r);
	ok(r.rax == 0 && finished(&w), "NT: the kernel goes to a new thread all the same");
	end(&w);
}

/* With TF set each instruction behind the call is a #DB, and none in the kernel. */
static void single_step(struct worker *w)
{
	w->raw = pattern();
	w->raw.rax = SYS_yield;
	w->raw.rflags = PLAIN | FLAG_TF;
	raw_call(&w->raw);
	w->result = (int64_t)w->raw.rax;
}

static void trap_flag(void)
{
	cap_t pager = (cap_t)endpoint_create();
	struct worker w = { .run = single_step, .pager = pager };
	struct msg m = { 0 };
	unsigned steps = 0;
	bool in_user = true;

	begin(&w, SAME);
	while (ipc_recv(pager, &m, time_in_ms(100)) == 0 && steps < 1000) {
		in_user &= m.word[0] == 1 && m.word[3] < USER_END;
		steps++;
		m.label = 0;
		ipc_reply(m.token, &m);
	}
	ok(finished(&w) && w.result == 0, "a call under TF comes to its end, after %u steps",
	    steps);
	ok(steps > 10 && in_user, "each a #DB in user mode, none in the kernel");
	ok(w.raw.rflags & FLAG_TF, "TF is as it was");
	end(&w);
	endpoint_unbind(pager);
	cap_delete(pager);
}

/* ---- A new thread ----------------------------------------------------------------------- */

/* Stores its registers where rdi points, as struct registers; without a stack, so its flags only
 * when it has made one. */
extern const char newborn_start[];
__asm__(".pushsection .text.newborn_start, \"ax\"\n"
	".globl newborn_start\n"
	"newborn_start:\n"
	"	mov %rax, 0*8(%rdi)\n"
	"	mov %rbx, 1*8(%rdi)\n"
	"	mov %rcx, 2*8(%rdi)\n"
	"	mov %rdx, 3*8(%rdi)\n"
	"	mov %rsi, 4*8(%rdi)\n"
	"	mov %rdi, 5*8(%rdi)\n"
	"	mov %rbp, 6*8(%rdi)\n"
	"	mov %r8, 7*8(%rdi)\n"
	"	mov %r9, 8*8(%rdi)\n"
	"	mov %r10, 9*8(%rdi)\n"
	"	mov %r11, 10*8(%rdi)\n"
	"	mov %r12, 11*8(%rdi)\n"
	"	mov %r13, 12*8(%rdi)\n"
	"	mov %r14, 13*8(%rdi)\n"
	"	mov %r15, 14*8(%rdi)\n"
	"	mov %rsp, %rax\n"
	"	lea 512(%rdi), %rsp\n"
	"	pushfq\n"
	"	popq 15*8(%rdi)\n"
	"	mov %rax, 16*8(%rdi)\n"
	"	xor %edi, %edi\n"
	"	mov $10, %eax\n" /* thread_kill */
	"	syscall\n"
	"	ud2\n"
	".popsection\n");
_Static_assert(SYS_thread_kill == 10, "newborn_start says so");

static void newborn(void)
{
	static uint64_t seen[64];
	cap_t thread = (cap_t)thread_create(0, (uint64_t)newborn_start, WINDOW + 8, (uint64_t)seen,
	    (unsigned)(own_priority() + HIGHER), 0);
	bool zero = true;

	memset(seen, 0xff, sizeof seen);
	thread_start(thread);
	ok(dead(thread), "a new thread looks at itself");
	for (unsigned i = 0; i < REGISTERS - 1; i++)
		zero &= i == 4 || i == 5 || seen[i] == 0;
	ok(zero, "thread_create: all registers are 0");
	ok(seen[5] == (uint64_t)seen && seen[4] != 0 && seen[16] == WINDOW + 8,
	    "thread_create: but rdi, the argument; rsi, its id; rsp, the stack");
	is((int64_t)seen[15], PLAIN, "thread_create: plain flags");
	cap_delete(thread);
}

/* ---- A fault that is mended, and the end of a time slice --------------------------------- */

/* All registers loaded, one instruction (or a loop that waits for a word to be set), all stored. */
void load_and_touch(struct registers *r);
void load_and_spin(struct registers *r);
#define LOAD                                                                    \
	"	push %rbx\n	push %rbp\n	push %r12\n	push %r13\n"                      \
	"	push %r14\n	push %r15\n	push %rdi\n"                                  \
	"	mov 0*8(%rdi), %rax\n	mov 1*8(%rdi), %rbx\n	mov 2*8(%rdi), %rcx\n"    \
	"	mov 3*8(%rdi), %rdx\n	mov 4*8(%rdi), %rsi\n	mov 6*8(%rdi), %rbp\n"    \
	"	mov 7*8(%rdi), %r8\n	mov 8*8(%rdi), %r9\n	mov 9*8(%rdi), %r10\n"      \
	"	mov 10*8(%rdi), %r11\n	mov 11*8(%rdi), %r12\n	mov 12*8(%rdi), %r13\n" \
	"	mov 13*8(%rdi), %r14\n	mov 14*8(%rdi), %r15\n	mov 5*8(%rdi), %rdi\n"
#define STORE                                                                   \
	"	push %rdi\n	mov 8(%rsp), %rdi\n"                                      \
	"	mov %rax, 0*8(%rdi)\n	mov %rbx, 1*8(%rdi)\n	mov %rcx, 2*8(%rdi)\n"    \
	"	mov %rdx, 3*8(%rdi)\n	mov %rsi, 4*8(%rdi)\n	mov %rbp, 6*8(%rdi)\n"    \
	"	mov %r8, 7*8(%rdi)\n	mov %r9, 8*8(%rdi)\n	mov %r10, 9*8(%rdi)\n"      \
	"	mov %r11, 10*8(%rdi)\n	mov %r12, 11*8(%rdi)\n	mov %r13, 12*8(%rdi)\n" \
	"	mov %r14, 13*8(%rdi)\n	mov %r15, 14*8(%rdi)\n	popq 5*8(%rdi)\n"       \
	"	pop %rdi\n	pop %r15\n	pop %r14\n	pop %r13\n"                          \
	"	pop %r12\n	pop %rbp\n	pop %rbx\n	ret\n"
volatile uint64_t go_on;
__asm__(".pushsection .text.load_and_touch, \"ax\"\n"
	".globl load_and_touch, load_and_spin\n"
	"load_and_touch:\n" LOAD "	movb $1, (%rdi)\n" STORE "load_and_spin:\n" LOAD
	"1:	pause\n"
	"	cmpq $0, go_on(%rip)\n"
	"	je 1b\n" STORE ".popsection\n");

static void touch(struct worker *w)
{
	load_and_touch(&w->raw);
}

static void mended(void)
{
	cap_t pager = (cap_t)endpoint_create(), memory;
	struct worker w = { .run = touch, .pager = pager, .raw = pattern() };
	struct registers before;
	struct msg m = { 0 };

	w.raw.rdi = WINDOW;
	before = w.raw;
	begin(&w, HIGHER);
	ipc_recv(pager, &m, time_in_ms(1000));
	memory = map_pages(WINDOW, 1);
	m.label = 0;
	ipc_reply(m.token, &m);
	ok(finished(&w), "a fault that is mended");
	ok(as_they_were(&before, &w.raw, 0x7fff), "and every register is as it was before");
	end(&w);
	unmap_pages(memory);
	endpoint_unbind(pager);
	cap_delete(pager);
}

static void spin(struct worker *w)
{
	load_and_spin(&w->raw);
}

static void preempted(void)
{
	struct worker w[4];
	struct registers before[4];
	bool good = true;

	go_on = 0;
	for (unsigned i = 0; i < COUNT(w); i++) {
		w[i] = (struct worker){ .run = spin };
		for (unsigned k = 0; k < REGISTERS; k++)
			((uint64_t *)&w[i].raw)[k] =
			    0x0101010101010101ull * (16 * i + k + 1) & 0x7fffffffffffffff;
		before[i] = w[i].raw;
		begin(&w[i], LOWER);
	}
	sleep_ms(100); /* ten slices */
	go_on = 1;
	for (unsigned i = 0; i < COUNT(w); i++) {
		good &= finished(&w[i]) && as_they_were(&before[i], &w[i].raw, 0x7fff);
		end(&w[i]);
	}
	ok(good, "four threads that take the processor from each other keep their registers");
}

int main(void)
{
	ep = (cap_t)endpoint_create();
	senseless_calls();
	good_calls();
	message_calls();
	flags();
	forbidden_flags();
	flags_in_the_kernel();
	trap_flag();
	newborn();
	mended();
	preempted();
	return tap_done();
}
