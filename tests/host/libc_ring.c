// SOURCES:
// GROUP: window
// The ring of libc, both sides in one process: what is got is what was put, in its order, whatever
// the sizes; a side that sleeps is woken, one that is awake is not; and whatever one side scribbles
// into the window, the other answers -EPROTO at worst and stays within its bytes. The source is
// included below, with a kernel that counts.
#include <errno.h>
#include <stdlib.h>
#include <string.h>
// clang-format off
#include "../../libc/include/atoll/ring.h"
#include "../../libc/ring.c"
#include "tap.h"
// clang-format on

#define SIZE     4096
#define TO_MAKER 7 /* capabilities, as each side has the other's */
#define TO_TAKER 8

static struct {
	_Alignas(4096) char head[PAGE_SIZE];
	char bytes[SIZE];
	char beyond[64]; /* nobody writes here */
} window;
static struct ring maker, taker;
static unsigned woken[10]; /* notifications, by capability */
static uint64_t put, got;  /* in all, of a sequence that anybody can check */
static bool good;

/* ---- The kernel ------------------------------------------------------------------------------ */

static unsigned receives;
static void (*while_asleep)(void); /* what the other side does then */

int notify(cap_t endpoint, uint64_t bits)
{
	good &= bits == endpoint * 16;
	woken[endpoint]++;
	return 0;
}

int ipc_recv(cap_t endpoint, struct msg *m, uint64_t deadline)
{
	receives++;
	if (deadline == DEADLINE_NOW)
		return -ETIMEDOUT;
	while_asleep();
	return 0;
}

/* ---- Both sides ------------------------------------------------------------------------------ */

static char byte_of(uint64_t n)
{
	return (char)(n * 31 + (n >> 8) * 7);
}

static void fresh(void)
{
	memset(&window, 0, sizeof window);
	memset(woken, 0, sizeof woken);
	ring_init(&maker, RING_PRODUCER, &window, SIZE, TO_TAKER, TO_TAKER * 16);
	ring_init(&taker, RING_CONSUMER, &window, SIZE, TO_MAKER, TO_MAKER * 16);
	put = got = receives = 0;
	good = true;
}

/* The same, as if so many bytes had gone through. */
static void fresh_after(uint64_t count)
{
	fresh();
	maker.count = taker.count = put = got = count;
	atomic_store(&maker.mine->count, count);
	atomic_store(&taker.mine->count, count);
	atomic_store(&maker.mine->event, count);
	atomic_store(&taker.mine->event, count);
}

static int64_t make(size_t count)
{
	static char bytes[2 * SIZE];
	int64_t done;

	for (size_t i = 0; i < count; i++)
		bytes[i] = byte_of(put + i);
	done = ring_put(&maker, bytes, count);
	put += done > 0 ? (uint64_t)done : 0;
	return done;
}

static int64_t take(size_t count)
{
	static char bytes[2 * SIZE];
	int64_t done = ring_get(&taker, bytes, count);

	for (int64_t i = 0; i < done; i++)
		good &= bytes[i] == byte_of(got + (uint64_t)i);
	got += done > 0 ? (uint64_t)done : 0;
	return done;
}

/* ---- Bytes ----------------------------------------------------------------------------------- */

static void full_and_empty(void)
{
	fresh();
	ok(ring_ready(&taker) == 0 && ring_ready(&maker) == SIZE, "a fresh ring is empty");
	ok(take(10) == 0, "nothing is got from it");
	ok(make(SIZE + 10) == SIZE && ring_ready(&maker) == 0, "it takes so much and no more");
	ok(make(1) == 0, "a full one takes nothing");
	ok(take(2 * SIZE) == SIZE && good, "all of it comes out");
	ok(put == got && ring_ready(&maker) == SIZE, "and it is empty again");
	make(SIZE - 10);
	take(SIZE);
	ok(make(100) == 100 && take(1000) == 100 && good, "across the end of the bytes");
}

/* Counts may pass 2^64: at 10 GB a second after 58 years. */
static void sizes(void)
{
	uint64_t state = 1, total = 0;

	fresh_after(UINT64_MAX - 100000);
	for (int i = 0; i < 200000; i++) {
		state = state * 6364136223846793005u + 1442695040888963407u;
		if (state >> 63)
			make(state >> 40 & 2047);
		else
			take(state >> 40 & 2047);
		good &= put - got <= SIZE && ring_ready(&taker) == (int64_t)(put - got) &&
		    ring_ready(&maker) == (int64_t)(SIZE - (put - got));
		total += put - got;
	}
	ok(good && total > 0 && got < UINT64_MAX / 2, "any sizes in any order, past 2^64");
	ok(woken[TO_MAKER] + woken[TO_TAKER] == 0, "nobody slept, nobody was woken");
}

static void in_place(void)
{
	char *bytes;
	size_t count;

	fresh();
	make(SIZE);
	take(SIZE - 8);
	make(20);
	ok(ring_next(&taker, &bytes, &count) == 0 && count == 8 && bytes == window.bytes + SIZE - 8,
	    "in place: up to the end of the bytes");
	ring_done(&taker, 8);
	ok(ring_next(&taker, &bytes, &count) == 0 && count == 20 && bytes == window.bytes,
	    "and then from their start");
	ok(bytes[0] == byte_of(SIZE), "the bytes that were put");
}

static void ends(void)
{
	fresh();
	make(10);
	ok(!ring_ended(&taker), "a stream goes on");
	ring_end(&maker);
	ok(!ring_ended(&taker), "and has not ended while there are bytes");
	ok(!ring_sleep(&taker, 20), "who wants more than will come does not sleep");
	ok(take(20) == 10 && ring_ended(&taker), "then it has");
	fresh();
	ring_end(&maker);
	ok(ring_ended(&taker), "also one without any bytes");
}

/* ---- Sleeping -------------------------------------------------------------------------------- */

static void sleepers(void)
{
	fresh();
	ok(ring_sleep(&taker, 100), "an empty ring: the consumer may sleep");
	make(99);
	ok(woken[TO_TAKER] == 0, "it is not woken for less than it wants");
	make(1);
	ok(woken[TO_TAKER] == 1, "but when that is there");
	make(500);
	ok(woken[TO_TAKER] == 1, "once");
	ok(!ring_sleep(&taker, 600), "what is there already is not slept for");
	make(SIZE);
	ok(ring_sleep(&maker, SIZE / 2), "a full ring: the producer may sleep");
	take(SIZE / 2 - 1);
	ok(woken[TO_MAKER] == 0, "it is not woken for less room than it wants");
	take(1);
	ok(woken[TO_MAKER] == 1 && ring_ready(&maker) == SIZE / 2, "but when that is there");
	take(SIZE / 2);
	ok(woken[TO_MAKER] == 1, "once");
	ok(ring_sleep(&taker, 1), "the consumer sleeps");
	ring_end(&maker);
	ok(woken[TO_TAKER] == 2, "and is told of the end");
	fresh();
	ring_end(&maker);
	ok(woken[TO_TAKER] == 0, "who is awake is not");
}

/* The bytes come between the look that found none and the announcement. */
static void between(void)
{
	fresh();
	ok(ring_ready(&taker) == 0, "the consumer finds nothing");
	make(10);
	ok(woken[TO_TAKER] == 0, "then bytes come, and nobody is told");
	ok(!ring_sleep(&taker, 1), "the consumer looks once more before it sleeps");
}

static void makes_ten(void)
{
	make(10);
}

static void waits(void)
{
	fresh();
	while_asleep = makes_ten;
	ok(ring_wait(&taker, 35, 1, DEADLINE_FOREVER) == 0 && receives == 4,
	    "it waits until there is enough");
	ok(woken[TO_TAKER] == 1, "and was notified once");
	ok(ring_wait(&taker, 35, 1, DEADLINE_NOW) == 0 && receives == 4,
	    "it does not wait for what is there");
	take(SIZE);
	ok(ring_wait(&taker, 1, 1, DEADLINE_NOW) == -ETIMEDOUT, "its deadline passes");
}

/* ---- A side that scribbles ------------------------------------------------------------------- */

static void scribbled_counts(void)
{
	static const uint64_t wrong[] = { 1ull << 63, UINT64_MAX - SIZE, SIZE + 1, 5000, 12345678 };
	char *bytes, room[64];
	size_t count;

	for (unsigned i = 0; i < sizeof wrong / sizeof *wrong; i++) {
		fresh();
		atomic_store(&taker.other->count, wrong[i]);
		ok(ring_get(&taker, room, sizeof room) == -EPROTO &&
			ring_next(&taker, &bytes, &count) == -EPROTO &&
			ring_ready(&taker) == -EPROTO && !ring_sleep(&taker, 1) &&
			!ring_ended(&taker) && ring_wait(&taker, 1, 1, DEADLINE_FOREVER) == -EPROTO,
		    "the producer claims %lx bytes: the consumer is told", (long)wrong[i]);
		fresh();
		make(10);
		atomic_store(&maker.other->count, wrong[i]);
		ok(ring_put(&maker, room, sizeof room) == -EPROTO &&
			ring_next(&maker, &bytes, &count) == -EPROTO && !ring_sleep(&maker, 1),
		    "the consumer claims to have got %lx: the producer is told", (long)wrong[i]);
	}
}

/* Our own count is ours: what the other side writes over it changes nothing. */
static void scribbled_mine(void)
{
	fresh();
	make(100);
	take(40);
	atomic_store(&maker.mine->count, 7);
	ok(ring_ready(&maker) == SIZE - 60, "the producer's own count is not read back");
	ok(ring_ready(&taker) == -EPROTO, "for the consumer it makes no sense now");
	make(10);
	ok(ring_ready(&taker) == 70 && take(70) == 70 && good,
	    "it is written anew with the next bytes");
}

/* Everything in the head is overwritten at random between any two steps. */
static void adversary(void)
{
	uint64_t state = 99, refused = 0, worked = 0;
	char room[SIZE];

	fresh();
	while_asleep = makes_ten;
	for (int i = 0; i < 300000; i++) {
		struct ring *r = i & 1 ? &maker : &taker;
		uint64_t *word = (uint64_t *)r->other + (i >> 1) % 3;
		int64_t done;

		state = state * 6364136223846793005u + 1442695040888963407u;
		*word = state >> 60 == 0 ? state : r->count + (state >> 33) % (2 * SIZE) - SIZE;
		done = i & 1 ? ring_put(r, room, state >> 20 & 1023)
			     : ring_get(r, room, state >> 20 & 1023);
		good &= done <= 1023 && (done >= 0 || done == -EPROTO);
		refused += done < 0;
		worked += done > 0;
		ring_sleep(r, 1 + (state >> 50 & 1023));
	}
	for (unsigned i = 0; i < sizeof window.beyond; i++)
		good &= window.beyond[i] == 0;
	ok(refused > 1000 && worked > 1000, "scribbled at random: %lu refused, %lu not",
	    (long)refused, (long)worked);
	/* the compiler's sanitizers watch over what lies around */
	ok(good, "and nothing was done beyond the bytes");
}

int main(void)
{
	full_and_empty();
	sizes();
	in_place();
	ends();
	sleepers();
	between();
	waits();
	scribbled_counts();
	scribbled_mine();
	adversary();
	return tap_done();
}
