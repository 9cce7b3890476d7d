/* rand: good enough for games and tests, no secret. A linear congruential generator, its upper bits
 * mixed. */
#include <stdint.h>
#include <stdlib.h>

static uint64_t state = 1;

static uint64_t step(uint64_t from)
{
	return from * 6364136223846793005ull + 1442695040888963407ull;
}

void srand(unsigned seed)
{
	state = seed;
}

int rand(void)
{
	state = step(state);
	return (int)((state ^ state >> 29) >> 32 & RAND_MAX);
}

/* POSIX's better generator: rand's is none that would have to be bettered, and it is the same one.
 */
long random(void)
{
	return rand();
}

void srandom(unsigned seed)
{
	srand(seed);
}

int rand_r(unsigned *seed)
{
	uint64_t next = step(step(*seed));

	*seed = (unsigned)(next >> 32);
	return (int)(next >> 33 & RAND_MAX);
}
