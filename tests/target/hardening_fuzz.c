/* 100,000 random system calls from an unprivileged process: half with valid handles and arguments,
 * an eighth with one argument wrong, the rest garbage. Five threads of a child space make them and
 * find what they made in common pools: endpoints, memory, threads, spaces, reply tokens, locks.
 * They may kill themselves, unmap their code, destroy their space or sleep for ever: then main,
 * which watches from a higher priority, makes the next child. In the end all frames and handles are
 * back.
 *
 *     hardening_fuzz [SEED [CALLS]]     the seed is printed; the same seed makes the same calls, as
 *                                       far as the turns that the threads take are the same
 */
#include "lib/story.h"
#include <stdlib.h>
#include <string.h>

#define CALLS   100000
#define THREADS 5
#define FRAMES  400 /* what a child may spend */

/* What main and the child share. */
struct board {
	volatile uint64_t calls, wanted;
	uint64_t seed;
	cap_t kernel, parent, own_space;
	uint64_t done[SYS_COUNT + 1];      /* how often each was made */
	uint64_t succeeded[SYS_COUNT + 1]; /* and answered 0 or more */
};
#define BOARD ((struct board *)SHARED)
_Static_assert(sizeof(struct board) < SHARED_BYTES / 2, "the rest is for buffers");
#define BUFFER (SHARED + SHARED_BYTES / 2)

/* ---- In the child: what there is to choose from ------------------------------------------- */

enum kind { ENDPOINT, MEMORY, THREAD, SPACE, TOKEN, KINDS };
#define POOL_SIZE 12

static uint64_t pool[KINDS][POOL_SIZE];
static uint64_t last_token;
static uint64_t locks[4], thread_ids[4];
static struct msg_ext exts[4];
static uint64_t random_state;

static uint64_t random64(void)
{
	random_state ^= random_state << 13;
	random_state ^= random_state >> 7;
	random_state ^= random_state << 17;
	return random_state * 0x2545f4914f6cdd1d;
}

static uint64_t below(uint64_t n)
{
	return (random64() >> 11) % n;
}

static uint64_t one_of(enum kind kind)
{
	return pool[kind][below(POOL_SIZE)];
}

/* Puts it in the place of another, which is deleted. */
static void keep(enum kind kind, uint64_t value)
{
	uint64_t *place = &pool[kind][below(POOL_SIZE)];

	if (*place && kind != TOKEN && *place != BOARD->own_space && *place != BOARD->parent)
		cap_delete(*place);
	*place = value;
}

extern const char fuzz_image[] __asm__("__ehdr_start");

static uint64_t garbage(void)
{
	static const uint64_t odd[] = { 0, 1, 2, 3, 4, 7, 8, 16, 63, 64, 255, 256, 4095, 4096, 4097,
		65535, 65536, 65537, 1ull << 30, (1ull << 30) + 4096, 1ull << 31, UINT32_MAX,
		1ull << 32, NULL_PAGE, WINDOW, WINDOW + 1, BUFFER, BUFFER + 4090, UNMAPPED,
		USER_END - 4096, USER_END, TIME_PAGE, 0x00007ffffffff000, NON_CANONICAL,
		KERNEL_START, 0xffffffff80000000, 1ull << 63, INT64_MAX, UINT64_MAX - 4095,
		UINT64_MAX - 1, UINT64_MAX };

	switch (below(8)) {
	case 0:
		return random64();
	case 1: /* like a handle */
		return below(64) | below(8) << 16;
	case 2:
		return one_of((enum kind)below(KINDS));
	case 3:
		return below(200);
	case 4:
		return (uint64_t)fuzz_image + below(64) * PAGE_SIZE;
	default:
		return odd[below(COUNT(odd))];
	}
}

/* Mostly now or soon; seldom for good. */
static uint64_t soon(void)
{
	switch (below(64)) {
	case 0:
		return DEADLINE_FOREVER;
	case 1:
		return time_in_ms(below(5));
	default:
		return below(4) ? time_in_ns(below(100000)) : DEADLINE_NOW;
	}
}

/* ---- Calls as they should be --------------------------------------------------------------- */

static uint64_t message_ext(uint64_t *label)
{
	struct msg_ext *ext = &exts[below(COUNT(exts))];
	const unsigned caps = below(4) ? 0 : (unsigned)below(MSG_CAPS + 1);
	const uint64_t bytes = below(2) ? 0 : below(8) ? below(512) : below(30000);

	*ext = (struct msg_ext){ .send = BUFFER,
		.recv = BUFFER,
		.recv_bytes = (uint32_t)below(30000),
		.recv_caps = (uint32_t)below(MSG_CAPS + 1) };
	for (unsigned i = 0; i < MSG_CAPS; i++)
		ext->cap[i] = one_of((enum kind)below(SPACE));
	*label = MSG_LABEL(below(4), 1, caps, bytes);
	return below(3) || caps || bytes ? (uint64_t)ext : 0;
}

static uint64_t some_token(void)
{
	return below(2) ? last_token : one_of(TOKEN);
}

/* Arguments in the order rdi, rsi, rdx, r10, r8, r9. */
static void good_message(unsigned number, uint64_t *a)
{
	uint64_t label;

	a[2] = message_ext(&label);
	a[1] = label;
	a[3] = soon();
	a[4] = one_of(ENDPOINT);
	if (number == SYS_ipc_reply || number == SYS_ipc_reply_recv)
		a[0] = some_token();
	else
		a[0] = below(16) ? one_of(ENDPOINT) : 0;
	if (number == SYS_ipc_call && below(8) == 0)
		a[0] = BOARD->parent;
}

static uint64_t some_page(void)
{
	return WINDOW + below(64) * PAGE_SIZE;
}

static uint64_t some_space(void)
{
	return below(4) ? 0 : one_of(SPACE);
}

static uint64_t protection(void)
{
	static const uint64_t each[] = { PROT_READ, PROT_READ | PROT_WRITE, PROT_READ | PROT_EXEC };

	return each[below(COUNT(each))];
}

/* A thread that needs no stack: it gives way twice and ends. */
extern const char mayfly_start[];
__asm__(".pushsection .text.mayfly_start, \"ax\"\n"
	".globl mayfly_start\n"
	"mayfly_start:\n"
	"	mov $6, %eax\n" /* yield */
	"	syscall\n"
	"	mov $6, %eax\n"
	"	syscall\n"
	"	xor %edi, %edi\n"
	"	mov $10, %eax\n" /* thread_kill */
	"	syscall\n"
	"	ud2\n"
	".popsection\n");
_Static_assert(SYS_yield == 6 && SYS_thread_kill == 10, "mayfly_start says so");

static void good_thread(unsigned number, uint64_t *a)
{
	a[0] = one_of(THREAD);
	if (number == SYS_thread_create) {
		a[0] = some_space();
		a[1] = below(16) ? (uint64_t)mayfly_start : garbage() % USER_END;
		a[2] = WINDOW;
		a[3] = random64();
		a[4] = below(20);
		a[5] = below(2) ? one_of(ENDPOINT) : 0;
	} else if (number == SYS_thread_set) {
		a[1] = below(3);
		a[2] = a[1] == THREAD_PRIORITY ? below(20)
		    : a[1] == THREAD_TLS       ? WINDOW
					       : one_of(ENDPOINT);
		if (a[1] != THREAD_PRIORITY && below(8) == 0)
			a[0] = 0;
	} else if (number == SYS_thread_kill && a[0] == 0 && below(100)) {
		a[0] = NO_CAP; /* 0 would be its own end */
	}
}

static void good_memory(unsigned number, uint64_t *a)
{
	a[0] = some_space();
	a[1] = some_page();
	a[2] = (1 + below(20)) * PAGE_SIZE;
	a[3] = protection();
	if (number == SYS_mem_create) {
		a[0] = (1 + below(40)) * PAGE_SIZE;
	} else if (number == SYS_mem_map) {
		a[0] = one_of(MEMORY);
		a[1] = some_space();
		a[2] = some_page();
		a[3] = below(8) * PAGE_SIZE;
		a[4] = (1 + below(8)) * PAGE_SIZE;
		a[5] = protection();
	} else if (number == SYS_mem_unmap && below(500) == 0) {
		a[1] = (uint64_t)fuzz_image; /* its own code */
		a[2] = 1 << 20;
	}
}

static void good_cap(unsigned number, uint64_t *a)
{
	a[0] = one_of((enum kind)below(TOKEN));
	if (number == SYS_cap_mint) {
		a[1] = below(2) ? CAP_TRANSFER | 1u << below(8) : below(CAP_ALL + 1);
		a[2] = below(2) ? 0 : below(16);
		a[3] = some_space();
	} else if (number == SYS_watch) {
		a[1] = below(2);
		a[2] = one_of(ENDPOINT);
		a[3] = 1ull << below(64);
	}
}

static void good_arguments(unsigned number, uint64_t *a)
{
	switch (number) {
	case SYS_ipc_call:
	case SYS_ipc_recv:
	case SYS_ipc_reply:
	case SYS_ipc_reply_recv:
		good_message(number, a);
		break;
	case SYS_delegate:
		a[0] = some_token();
		a[1] = one_of(THREAD);
		break;
	case SYS_notify:
	case SYS_endpoint_unbind:
		a[0] = one_of(ENDPOINT);
		a[1] = random64();
		break;
	case SYS_thread_create:
	case SYS_thread_start:
	case SYS_thread_set:
	case SYS_thread_kill:
		good_thread(number, a);
		break;
	case SYS_space_create:
		a[0] = below(40);
		a[1] = below(20);
		a[2] = BUFFER;
		a[3] = below(16);
		break;
	case SYS_space_destroy:
		do
			a[0] = one_of(SPACE);
		while (a[0] == BOARD->own_space && below(200)); /* its end */
		break;
	case SYS_cap_mint:
	case SYS_cap_delete:
	case SYS_cap_revoke:
	case SYS_watch:
		good_cap(number, a);
		break;
	case SYS_mem_create:
	case SYS_mem_map:
	case SYS_mem_unmap:
	case SYS_mem_protect:
		good_memory(number, a);
		break;
	case SYS_lock_wait:
	case SYS_lock_wake:
		a[0] = (uint64_t)&locks[below(COUNT(locks))];
		a[1] = soon();
		break;
	case SYS_kernel_info:
		a[0] = BOARD->kernel;
		a[1] = below(4);
		a[2] = below(64);
		a[3] = BUFFER;
		a[4] = below(8192);
		break;
	default: /* devices, poweroff: it has no right to them, but handles of other things */
		a[0] = one_of((enum kind)below(TOKEN));
		for (unsigned i = 1; i < 4; i++)
			a[i] = below(256);
	}
}

/* ---- One call ----------------------------------------------------------------------------- */

static void keep_result(unsigned number, const struct registers *r, const uint64_t *a)
{
	static const uint8_t kind_of[SYS_COUNT] = { [SYS_endpoint_create] = ENDPOINT + 1,
		[SYS_mem_create] = MEMORY + 1,
		[SYS_thread_create] = THREAD + 1,
		[SYS_space_create] = SPACE + 1 };

	if ((int64_t)r->rax < 0)
		return;
	if (kind_of[number])
		keep((enum kind)(kind_of[number] - 1), r->rax);
	else if (number == SYS_cap_mint && a[3] == 0)
		keep(ENDPOINT, r->rax); /* of whatever kind */
	else if ((number == SYS_ipc_recv || number == SYS_ipc_reply_recv) && r->rdx)
		keep(TOKEN, last_token = r->rdx);
}

static void one_call(void)
{
	const uint64_t how = below(8); /* 0 to 3: good; 4: one argument wrong; 5 to 7: garbage */
	uint64_t number = below(SYS_COUNT), a[6] = { 0 };
	struct registers r = { .rflags = 0x202 };

	for (unsigned i = 0; how > 4 && i < 6; i++)
		a[i] = garbage();
	if (how <= 4)
		good_arguments((unsigned)number, a);
	if (how == 4)
		a[below(6)] = garbage();
	if (how == 7 && below(8) == 0)
		number = garbage();
	/* Whoever sleeps for ever does not call any more: garbage does so seldom. */
	if (how > 4 && a[3] > time_in_ms(10) && below(16))
		a[3] = below(2);
	if (how > 4 && number == SYS_lock_wait && below(16))
		a[1] = 0;

	r.rax = number;
	r.rdi = a[0];
	r.rsi = a[1];
	r.rdx = a[2];
	r.r10 = a[3];
	r.r8 = a[4];
	r.r9 = a[5];
	r.rbx = random64();
	number = number < SYS_COUNT ? number : SYS_COUNT;
	__atomic_fetch_add(&BOARD->calls, 1, __ATOMIC_RELAXED);
	BOARD->done[number]++;
	raw_call(&r);
	BOARD->succeeded[number] += (int64_t)r.rax >= 0;
	if (number < SYS_COUNT)
		keep_result((unsigned)number, &r, a);
}

static void fuzz(uint64_t which)
{
	random_state ^= BOARD->seed * (which + 1) + BOARD->calls;
	thread_ids[which] = 0;
	pool[SPACE][which] = BOARD->own_space;
	pool[ENDPOINT][which] = (uint64_t)endpoint_create();
	pool[ENDPOINT][which + THREADS] = BOARD->parent;
	pool[MEMORY][which] = (uint64_t)mem_create(4 * PAGE_SIZE);
	while (BOARD->calls < BOARD->wanted)
		one_call();
	child_exit();
}

/* ---- main: makes children and watches ------------------------------------------------------- */

static cap_t ep;

/* A server of sorts for whoever calls. */
static void answer_all(void)
{
	static char room[1000];
	struct msg m = { .recv = room, .recv_bytes = sizeof room, .recv_caps = MSG_CAPS };

	while (ipc_recv(ep, &m, DEADLINE_NOW) == 0) {
		for (unsigned i = 0; m.token && i < MSG_NCAPS(m.label); i++)
			cap_delete(m.cap[i]);
		m.label = 0;
		if (m.token)
			ipc_reply(m.token, &m);
	}
}

/* One child, until it has made its calls or makes no more. */
static bool one_child(void)
{
	struct child c;
	uint64_t before;
	unsigned idle = 0;
	bool made = child_make_below(&c, FRAMES, (unsigned)own_priority() - 1);

	if (!made)
		return false;
	BOARD->kernel = child_give(&c, kernel_cap(), CAP_INFO, 0);
	BOARD->parent = child_give(&c, ep, CAP_SEND | CAP_NOTIFY | CAP_TRANSFER, 1);
	BOARD->own_space = child_give(&c, c.space, CAP_SPACE | CAP_TRANSFER, 0);
	for (uint64_t i = 0; i < THREADS; i++) {
		int64_t thread = child_start(&c, fuzz, i, LOWER, 0);

		if (thread > 0)
			cap_delete((cap_t)thread);
	}
	while (BOARD->calls < BOARD->wanted && idle < 4) {
		before = BOARD->calls;
		sleep_ms(3);
		answer_all();
		idle = BOARD->calls == before ? idle + 1 : 0;
	}
	child_end(&c);
	return true;
}

static unsigned run(uint64_t seed, uint64_t calls)
{
	unsigned children = 0;

	memset(BOARD, 0, sizeof *BOARD);
	BOARD->wanted = calls;
	while (BOARD->calls < calls) {
		BOARD->seed = seed + children * 0x9e3779b97f4a7c15;
		random_state = BOARD->seed | 1;
		if (!one_child())
			break;
		children++;
	}
	return children;
}

/* The kernel keeps room for as many threads as there ever were. */
static void many_threads(unsigned count)
{
	cap_t space = (cap_t)space_create(2000, 1, "many", 4, 0);

	for (unsigned i = 0; i < count; i++) {
		int64_t thread = thread_create(space, WINDOW, WINDOW, 0, 1, 0);

		if (thread < 0)
			break;
		cap_delete((cap_t)thread);
	}
	space_destroy(space);
	cap_delete(space);
}

/* After a failure: the spaces and threads that there are. */
static void list_what_is_left(void)
{
	struct info_space space = { 0 };
	struct info_thread thread = { 0 };
	uint64_t slot = 0;

	while (kernel_info(kernel_cap(), INFO_SPACES, space.id + 1ull, &space, sizeof space) > 0)
		note(
		    "space %u, tag %lx, %s: %lu of %lu frames, %u capabilities, %u windows, %u threads",
		    space.id, space.tag, space.name, space.used, space.quota, space.caps,
		    space.windows, space.threads);
	while (kernel_info(kernel_cap(), INFO_THREADS, slot, &thread, sizeof thread) > 0) {
		note("thread %lx of space %u, %s: state %u, waits on %lx", thread.id, thread.space,
		    thread.name, thread.state, thread.waits_on);
		slot = thread.slot + 1ull;
	}
}

int main(int argc, char **argv)
{
	const uint64_t seed = argc > 1 ? strtoull(argv[1], NULL, 0) : time_now();
	const bool slow = slow_kernel();
	const uint64_t enough = slow ? CALLS / 5 : CALLS;
	const uint64_t calls = argc > 2 ? strtoull(argv[2], NULL, 0) : enough;
	struct info_space space;
	uint64_t frames, succeeded = 0;
	unsigned children;

	ep = (cap_t)endpoint_create();
	warm_up();
	many_threads(slow ? 300 : 3000);
	note("seed %lu: to replay, hardening_fuzz %lu", seed, seed);
	run(seed + 1, 1000);
	answer_all();
	frames = settled_frames();
	space = space_info(0);
	children = run(seed, calls);
	answer_all();
	for (unsigned i = 0; i <= SYS_COUNT; i++)
		succeeded += BOARD->succeeded[i];
	note("%u children made %lu calls, of which %lu succeeded", children, BOARD->calls,
	    succeeded);
	for (unsigned i = 0; i < SYS_COUNT; i++)
		if (BOARD->succeeded[i] == 0 && i < SYS_irq_bind)
			note("call %u succeeded never of %lu", i, BOARD->done[i]);
	ok(BOARD->calls >= calls, "%lu random calls: no panic, no hang", BOARD->calls);
	if (!is((int64_t)settled_frames(), (int64_t)frames, "as many free frames as before"))
		list_what_is_left();
	is(space_info(0).caps, space.caps, "as many capabilities as before");
	is(space_info(0).windows, space.windows, "as many windows as before");
	is((int64_t)space_info(0).used, (int64_t)space.used, "as much memory as before");
	return tap_done();
}
