/* test, also called [: the condition of an `if` or a `while`. 0: true; 1: false; 2: it makes no
 * sense. */
#include "shell.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define WRONG 2

static bool whole_number(const char *text, long long *n)
{
	char *end;

	errno = 0;
	*n = strtoll(text, &end, 10);
	if (*text && !*end && !errno)
		return true;
	complain("test: %s: not a whole number", text);
	return false;
}

/* -f FILE and its like. */
static int unary(const char *operator, const char * operand)
{
	struct stat st;

	if (strlen(operator) != 2 || operator[0] != '-' || !strchr("edfsrwxntzp", operator[1])) {
		complain("test: %s: no such condition", operator);
		return WRONG;
	}
	if (strchr("nz", operator[1]))
		return (operator[1] == 'n') != (*operand != '\0');
	if (operator[1] == 't')
		return !isatty(atoi(operand));
	if (stat(operand, &st) != 0)
		return 1;
	switch (operator[1]) {
	case 'd':
		return !S_ISDIR(st.st_mode);
	case 'f':
		return !S_ISREG(st.st_mode);
	case 'p':
		return !S_ISFIFO(st.st_mode);
	case 's':
		return st.st_size == 0;
	}
	return 0; /* there is one user, who may do all */
}

static int binary(const char *left, const char *operator, const char * right)
{
	static const char *const numeric[] = { "-eq", "-ne", "-lt", "-le", "-gt", "-ge" };
	size_t which = 0;
	long long a, b;

	if (strcmp(operator, "=") == 0)
		return strcmp(left, right) != 0;
	if (strcmp(operator, "!=") == 0)
		return strcmp(left, right) == 0;
	while (which < 6 && strcmp(operator, numeric[which]) != 0)
		which++;
	if (which == 6) {
		complain("test: %s: no such comparison", operator);
		return WRONG;
	}
	if (!whole_number(left, &a) || !whole_number(right, &b))
		return WRONG;
	return !(const bool[]){ a == b, a != b, a<b, a <= b, a> b, a >= b }[which];
}

/* As many operands as there are decide what is meant (POSIX). */
int builtin_test(int argc, char **argv)
{
	bool negated = false;
	int result;

	if (strcmp(argv[0], "[") == 0 && strcmp(argv[--argc], "]") != 0) {
		complain("[: ] is missing");
		return WRONG;
	}
	for (; argc > 2 && strcmp(argv[1], "!") == 0; argc--, argv++)
		negated = !negated;
	if (argc == 1)
		result = 1;
	else if (argc == 2)
		result = !*argv[1];
	else if (argc == 3)
		result = unary(argv[1], argv[2]);
	else if (argc == 4)
		result = binary(argv[1], argv[2], argv[3]);
	else {
		complain("test: too many arguments");
		return WRONG;
	}
	return result == WRONG ? WRONG : result != negated;
}
