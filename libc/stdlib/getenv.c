/* The environment: strings "NAME=value". */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

char **environ;

/* Index of NAME's string in environ, or of the NULL at its end. */
static size_t find(const char *name, size_t length)
{
	size_t i = 0;

	while (environ[i] && (strncmp(environ[i], name, length) != 0 || environ[i][length] != '='))
		i++;
	return i;
}

char *getenv(const char *name)
{
	size_t length = strlen(name);
	char *entry = environ ? environ[find(name, length)] : NULL;

	return entry ? entry + length + 1 : NULL;
}

/* The vector that the program began with is not malloc's: the first growth copies it. */
int putenv(char *assignment)
{
	static char **own; /* the vector, once it is of malloc's making */
	const char *equals = strchr(assignment, '=');
	size_t i;

	if (!equals || equals == assignment) {
		errno = EINVAL;
		return -1;
	}
	i = find(assignment, (size_t)(equals - assignment));
	if (!environ[i]) {
		char **longer = realloc(environ == own ? own : NULL, (i + 2) * sizeof *longer);

		if (!longer)
			return -1;
		if (environ != own)
			memcpy(longer, environ, i * sizeof *longer);
		environ = own = longer;
		environ[i + 1] = NULL;
	}
	environ[i] = assignment;
	return 0;
}

int setenv(const char *name, const char *value, int overwrite)
{
	size_t length = strlen(name), bytes = length + strlen(value) + 2;
	char *assignment;

	if (!length || strchr(name, '=')) {
		errno = EINVAL;
		return -1;
	}
	if (!overwrite && getenv(name))
		return 0;
	assignment = malloc(bytes);
	if (!assignment)
		return -1;
	memcpy(assignment, name, length);
	assignment[length] = '=';
	strcpy(assignment + length + 1, value);
	/* An older value stays allocated: somebody may hold what getenv gave. */
	return putenv(assignment);
}

int unsetenv(const char *name)
{
	size_t length = strlen(name), i;

	if (!length || strchr(name, '=')) {
		errno = EINVAL;
		return -1;
	}
	while (environ[i = find(name, length)])
		for (; environ[i]; i++)
			environ[i] = environ[i + 1];
	return 0;
}
