/* sleep: waits. */
#include "program.h"
#include <ctype.h>
#include <stdint.h>
#include <time.h>

#define NS_PER_S 1000000000ull

static const char usage[] =
    "usage: sleep SECONDS ...\n"
    "Waits for the sum of its arguments. They may have a fraction (0.5) and a unit\n"
    "behind them (s m h d).\n";

/* Nanoseconds; 0 with *good false if it is no duration. */
static uint64_t duration(const char *text, int *good)
{
	static const struct {
		char name;
		unsigned seconds;
	} units[] = { { '\0', 1 }, { 's', 1 }, { 'm', 60 }, { 'h', 3600 }, { 'd', 86400 } };
	uint64_t ns = 0, place = NS_PER_S / 10;
	const char *at = text;

	for (; isdigit((unsigned char)*at); at++)
		ns = ns > UINT32_MAX * NS_PER_S ? ns : ns * 10 + (uint64_t)(*at - '0') * NS_PER_S;
	if (*at == '.')
		for (at++; isdigit((unsigned char)*at); at++, place /= 10)
			ns += (uint64_t)(*at - '0') * place;
	*good = 0;
	for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
		if (*at != units[i].name || (*at && at[1]) || at == text)
			continue;
		*good = 1;
		return ns > UINT64_MAX / 4 / units[i].seconds ? UINT64_MAX / 4
							      : ns * units[i].seconds;
	}
	return 0;
}

int main(int argc, char **argv)
{
	struct timespec time;
	uint64_t sum = 0;

	program_help(argc, argv, usage);
	if (argc < 2)
		program_usage(usage, 1);
	for (int i = 1; i < argc; i++) {
		int good;
		uint64_t ns = duration(argv[i], &good);

		if (!good) {
			fprintf(stderr, "sleep: %s: not a duration\n", argv[i]);
			return 1;
		}
		sum = sum > UINT64_MAX / 4 ? sum : sum + ns;
	}
	time = (struct timespec){ (time_t)(sum / NS_PER_S), (long)(sum % NS_PER_S) };
	return nanosleep(&time, NULL) != 0;
}
