/* Takes a PROCESS_SPAWN message apart, trusting nothing. No system calls:
 * tests/host/process_table.c. */
#include "spawn.h"
#include <atoll/startup.h>
#include <errno.h>
#include <string.h>

/* The string at *at, which moves behind its NUL; NULL: there is none. */
static const char *next_string(const char **at, const char *end)
{
	const char *string = *at;
	const char *nul = string < end ? memchr(string, '\0', (size_t)(end - string)) : NULL;

	if (!nul)
		return NULL;
	*at = nul + 1;
	return string;
}

/* Path, folder, arguments, environment: NUL-ended, one after the other, and nothing behind them. */
static int parse_strings(
    struct spawn *spawn, uint64_t argc, uint64_t envc, const char *bytes, size_t length)
{
	const char *at = bytes, *end = bytes + length;
	uint64_t slot = 0;

	if (argc > SPAWN_STRINGS || envc > SPAWN_STRINGS - argc)
		return E2BIG;
	spawn->path = next_string(&at, end);
	spawn->cwd = next_string(&at, end);
	if (!spawn->path || !spawn->cwd || spawn->path[0] != '/' || spawn->cwd[0] != '/')
		return EINVAL;
	if (strlen(spawn->cwd) >= STARTUP_CWD)
		return E2BIG;
	spawn->argv = spawn->strings;
	spawn->envp = spawn->strings + argc + 1;
	for (uint64_t i = 0; i < argc + envc; i++) {
		if (i == argc)
			spawn->strings[slot++] = NULL;
		spawn->strings[slot] = next_string(&at, end);
		if (!spawn->strings[slot++])
			return EINVAL;
	}
	if (envc == 0)
		spawn->strings[slot++] = NULL;
	spawn->strings[slot] = NULL;
	return at == end ? 0 : EINVAL;
}

int spawn_parse(struct spawn *spawn, const struct spawn_limits *limits, const uint64_t word[5],
    unsigned caps, const char *bytes, size_t length)
{
	for (unsigned i = 0; i < caps; i++)
		spawn->fd[i] = word[0] >> 8 * i & 0xff;
	if (word[2] > limits->ceiling)
		return EPERM;
	spawn->priority = word[2] ? (unsigned)word[2] : limits->priority;
	spawn->memory = word[3] ? word[3] : limits->memory;
	return parse_strings(spawn, word[1] & UINT32_MAX, word[1] >> 32, bytes, length);
}

const char *spawn_name(const struct spawn *spawn)
{
	return strrchr(spawn->path, '/') + 1;
}
