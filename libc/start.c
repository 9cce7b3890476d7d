/* From crt0 to main: finds the startup block, makes argv and the environment of its strings, adopts
 * the descriptors. */
#include <atoll/sys.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "internal.h"
#include "threads/thread.h"

const struct startup *libc_startup;

int main(int argc, char **argv, char **envp);

/* Constructors, as the compiler lists them; the linker says where. */
extern void (*const __init_array_start[])(int, char **, char **) __attribute__((weak));
extern void (*const __init_array_end[])(int, char **, char **) __attribute__((weak));

/* Fills a vector of count strings that follow each other in memory; returns what follows the last.
 * A block that lies about its strings ends in empty ones. */
static char *split(char **vector, uint32_t count, char *text, const char *end)
{
	static char empty[1];

	for (uint32_t i = 0; i < count; i++) {
		char *nul = text < end ? memchr(text, 0, (size_t)(end - text)) : NULL;

		vector[i] = nul ? text : empty;
		text = nul ? nul + 1 : (char *)end;
	}
	vector[count] = NULL;
	return text;
}

/* From crt0: argument is the startup block's address, or what else a loader of another kind left
 * there. */
_Noreturn void libc_start(uint64_t argument, uint64_t id)
{
	static char *nothing[1];
	char **argv = nothing, *text;
	uint32_t argc = 0;

	libc_main_thread.id = libc_main_thread.alive = id;
	environ = nothing;
	if (argument == STARTUP && ((struct startup *)STARTUP)->magic == STARTUP_MAGIC) {
		const struct startup *s = libc_startup = (const struct startup *)STARTUP;
		const char *end = (const char *)s + s->bytes;

		argc = s->argc;
		argv = malloc(((size_t)argc + s->envc + 2) * sizeof *argv);
		if (!argv)
			abort();
		environ = argv + argc + 1;
		text = split(argv, argc, (char *)s + s->strings, end);
		split(environ, s->envc, text, end);
		libc_heap_debug = getenv("MALLOC_DEBUG") != NULL;
		libc_descriptors_adopt(s);
	}
	for (size_t i = 0; i < (size_t)(__init_array_end - __init_array_start); i++)
		__init_array_start[i]((int)argc, argv, environ);
	exit(main((int)argc, argv, environ));
}
