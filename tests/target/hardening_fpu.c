/* FPU, SSE and AVX registers, FS and GS: each thread has its own. They survive calls, faults, sleep
 * and the end of a time slice; nobody else ever sees them, and a thread that uses the FPU for the
 * first time finds it clean, whoever used it before. */
#include "lib/story.h"
#include <string.h>

#define XMMS 16

static bool has_avx(void)
{
	uint32_t a = 1, b, c = 0, d, low, high;

	__asm__("cpuid" : "+a"(a), "=b"(b), "+c"(c), "=d"(d));
	if (!(c & 1u << 27) || !(c & 1u << 28)) /* OSXSAVE, AVX */
		return false;
	__asm__ volatile("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
	return (low & 6) == 6;
}

/* All vector registers, 32 bytes each (the upper 16 are 0 without AVX), the x87 stack, the modes.
 */
struct vectors {
	uint8_t ymm[XMMS][32];
	uint8_t st[8][16];
	uint32_t mxcsr;
	uint16_t control;
} __attribute__((aligned(32)));

static bool avx;

#define EACH(x) \
	x(0) x(1) x(2) x(3) x(4) x(5) x(6) x(7) x(8) x(9) x(10) x(11) x(12) x(13) x(14) x(15)
#define LOAD_XMM(n)  "movdqa " #n "*32(%0), %%xmm" #n "\n"
#define STORE_XMM(n) "movdqa %%xmm" #n ", " #n "*32(%0)\n"
#define LOAD_YMM(n)  "vmovdqa " #n "*32(%0), %%ymm" #n "\n"
#define STORE_YMM(n) "vmovdqa %%ymm" #n ", " #n "*32(%0)\n"

static void load(const struct vectors *v)
{
	const uint8_t(*ymm)[32] = v->ymm;

	if (avx)
		__asm__ volatile(EACH(LOAD_YMM) : : "r"(ymm) : "memory");
	else
		__asm__ volatile(EACH(LOAD_XMM) : : "r"(ymm) : "memory");
	__asm__ volatile("ldmxcsr %0; fninit; fldcw %1" : : "m"(v->mxcsr), "m"(v->control));
	for (int i = 7; i >= 0; i--)
		__asm__ volatile("fldt %0" : : "m"(v->st[i]));
}

static void store(struct vectors *v)
{
	uint8_t(*ymm)[32] = v->ymm;

	memset(v, 0, sizeof *v);
	if (avx)
		__asm__ volatile(EACH(STORE_YMM) : : "r"(ymm) : "memory");
	else
		__asm__ volatile(EACH(STORE_XMM) : : "r"(ymm) : "memory");
	__asm__ volatile("stmxcsr %0; fnstcw %1" : "=m"(v->mxcsr), "=m"(v->control));
	for (int i = 0; i < 8; i++)
		__asm__ volatile("fstpt %0" : "=m"(v->st[i]));
}

/* A pattern of its own for each seed. On the x87 stack small numbers, which it keeps exactly. */
static void fill(struct vectors *v, unsigned seed)
{
	static const uint16_t controls[] = { 0x37f, 0x27f, 0x77f, 0xb7f };

	memset(v, 0, sizeof *v);
	for (unsigned i = 0; i < XMMS; i++)
		for (unsigned k = 0; k < (avx ? 32 : 16); k++)
			v->ymm[i][k] = (uint8_t)(seed * 31 + i * 7 + k + 1);
	for (unsigned i = 0; i < 8; i++) {
		v->st[i][7] = (uint8_t)(0x80 | (seed + i)); /* mantissa, top bit set */
		v->st[i][8] = 0xff;                         /* exponent of 1.x */
		v->st[i][9] = 0x3f;
	}
	v->mxcsr = 0x1f80 | (seed & 3) << 13;
	v->control = controls[seed & 3];
}

static bool same(const struct vectors *a, const struct vectors *b)
{
	return memcmp(a, b, sizeof *a) == 0;
}

/* ---- First use: clean -------------------------------------------------------------------- */

static struct vectors found[4];

static void look(struct worker *w)
{
	uint16_t tag;
	struct {
		uint32_t control, status, tags, rest[4];
	} environment;

	/* The first use: the kernel fills in a clean state, and must not mind the user's DF. */
	__asm__ volatile("std; fnstenv %0; cld" : "=m"(environment));
	tag = (uint16_t)environment.tags;
	w->result = tag; /* 0xffff: all empty */
	store((struct vectors *)w->msg.recv);
}

static void dirty(struct worker *w)
{
	struct vectors v;

	fill(&v, 77);
	load(&v);
	yield();
	w->result = 0;
}

static void first_use(void)
{
	bool clean = true;

	for (unsigned i = 0; i < COUNT(found); i++) {
		struct worker d = { .run = dirty }, w = { .run = look };

		w.msg.recv = &found[i];
		begin(&d, SAME);
		begin(&w, SAME);
		clean &= finished(&d) && finished(&w) && w.result == 0xffff;
		for (unsigned k = 0; k < sizeof found[i].ymm; k++)
			clean &= ((uint8_t *)found[i].ymm)[k] == 0;
		clean &= found[i].mxcsr == 0x1f80 && found[i].control == 0x37f;
		end(&d);
		end(&w);
	}
	ok(clean, "a thread's first look: all registers 0, x87 empty, modes as the ABI has them");
}

/* The same in another space. */
static void child_look(uint64_t argument)
{
	store((struct vectors *)SHARED);
	child_exit();
}

static void first_use_elsewhere(void)
{
	struct vectors *v, mine;
	int64_t thread;
	struct child c;
	bool clean = true;

	child_make(&c, 64);
	v = (struct vectors *)SHARED;
	fill(&mine, 5);
	thread = child_start(&c, child_look, 0, LOWER, 0);
	load(&mine);
	ok(dead((cap_t)thread),
	    "a thread of another space looks, while this one's registers are full");
	for (unsigned k = 0; k < sizeof v->ymm; k++)
		clean &= ((uint8_t *)v->ymm)[k] == 0;
	ok(clean && v->mxcsr == 0x1f80 && v->control == 0x37f, "it sees nothing of them");
	cap_delete((cap_t)thread);
	child_end(&c);
	__asm__ volatile("fninit; ldmxcsr %0" : : "m"((const uint32_t){ 0x1f80 }));
}

/* ---- They survive ------------------------------------------------------------------------ */

static void across(struct worker *w, void (*what)(void))
{
	struct vectors before, after;

	fill(&before, (unsigned)w->deadline);
	load(&before);
	what();
	store(&after);
	w->result = same(&before, &after);
}

static void by_yield(void)
{
	for (int i = 0; i < 50; i++)
		yield();
}

static void by_sleep(void)
{
	sleep_ms(3);
}

static volatile bool stop;

static void by_time(void)
{
	while (!stop)
		__asm__ volatile("pause");
}

static void yield_with(struct worker *w)
{
	across(w, by_yield);
}

static void sleep_with(struct worker *w)
{
	across(w, by_sleep);
}

static void spin_with(struct worker *w)
{
	across(w, by_time);
}

static void survive(void (*run)(struct worker *w), const char *name)
{
	struct worker w[6];
	bool good = true;

	stop = false;
	for (unsigned i = 0; i < COUNT(w); i++) {
		w[i] = (struct worker){ .run = run, .deadline = i + 1 };
		begin(&w[i], LOWER);
	}
	sleep_ms(150);
	stop = true;
	for (unsigned i = 0; i < COUNT(w); i++) {
		good &= finished(&w[i]) && w[i].result == 1;
		end(&w[i]);
	}
	ok(good, "%s", name);
}

/* A fault, mended by main, who uses the registers itself in between. */
static void by_fault(void)
{
	*(volatile char *)WINDOW = 1;
}

static void fault_with(struct worker *w)
{
	across(w, by_fault);
}

static void over_a_fault(void)
{
	cap_t pager = (cap_t)endpoint_create(), memory;
	struct worker w = { .run = fault_with, .pager = pager, .deadline = 3 };
	struct vectors mine, still;
	struct msg m = { 0 };

	begin(&w, HIGHER);
	ipc_recv(pager, &m, time_in_ms(1000));
	memory = map_pages(WINDOW, 1);
	m.label = 0;
	fill(&mine, 9);
	load(&mine);
	ipc_reply(m.token, &m);
	sleep_ms(1);
	store(&still);
	ok(finished(&w) && w.result == 1, "they survive a fault");
	ok(same(&mine, &still), "and the pager's survive its answer");
	end(&w);
	unmap_pages(memory);
	endpoint_unbind(pager);
	cap_delete(pager);
}

/* ---- FS and GS ---------------------------------------------------------------------------- */

static uint64_t fs_word(void)
{
	uint64_t value;

	__asm__ volatile("mov %%fs:0, %0" : "=r"(value));
	return value;
}

static void own_fs(struct worker *w)
{
	static uint64_t area[8];
	uint64_t *mine = &area[w->deadline];
	bool good = true;

	*mine = w->deadline + 100;
	good &= thread_set(0, THREAD_TLS, (uint64_t)mine) == 0;
	for (int i = 0; i < 100; i++) {
		good &= fs_word() == w->deadline + 100;
		if (i % 10 == 0)
			sleep_ms(1);
		else
			yield();
	}
	w->result = good;
}

static void read_fs(void *argument)
{
	if (argument) {
		thread_set(0, THREAD_TLS, (uint64_t)argument);
		fs_word(); /* good */
		__asm__ volatile("mov %0, %%fs" : : "r"(0));
		yield();
		if (fs_word() == 42) /* either it is the thread's again, or the fault comes here */
			__asm__ volatile("ud2");
	}
	fs_word();
}

static void read_gs(void *argument)
{
	const uint32_t selector = (uint32_t)(uint64_t)argument;

	__asm__ volatile("mov %0, %%gs" : : "r"(selector));
	yield();
	sleep_ms(1);
	__asm__ volatile("mov %%gs:0x10, %%rax" : : : "rax");
}

static void segments(void)
{
	static uint64_t tls = 42;
	struct worker w[4];
	struct fault f;
	bool good = true;

	for (unsigned i = 0; i < COUNT(w); i++) {
		w[i] = (struct worker){ .run = own_fs, .deadline = i };
		begin(&w[i], SAME);
	}
	f = fault_of(read_fs, NULL);
	ok(f.happened && f.vector == 14 && f.address == 0, "a thread without FS base: it is 0");
	for (unsigned i = 0; i < COUNT(w); i++) {
		good &= finished(&w[i]) && w[i].result == 1;
		end(&w[i]);
	}
	ok(good, "four threads, each with an FS base of its own");
	f = fault_of(read_fs, &tls);
	ok(f.happened && (f.vector == 6 || (f.vector == 14 && f.address == 0)),
	    "a thread that loads FS has its own base or 0, vector %lu, address %lx", f.vector,
	    f.address);
	f = fault_of(read_fs, NULL);
	ok(f.happened && f.vector == 14 && f.address == 0, "and the next one without has 0");
	for (unsigned i = 0; i < 2; i++) {
		f = fault_of(read_gs, (void *)(i ? 0x1bul : 0ul));
		ok(f.happened && f.vector == 14 && f.address == 0x10,
		    "GS loaded with %s: harmless, its base is 0", i ? "user data" : "nothing");
	}
}

int main(void)
{
	avx = has_avx();
	note("AVX: %s", avx ? "yes" : "no");
	first_use();
	first_use_elsewhere();
	survive(yield_with, "vector registers survive 50 calls among six threads");
	survive(sleep_with, "vector registers survive sleep");
	survive(spin_with, "vector registers survive the end of time slices");
	over_a_fault();
	segments();
	return tap_done();
}
