// SOURCES:
// string.h, strings.h, ctype.h: every function against the host's on random input, with guard bytes
// around what is written. The sources are included below, see libc_rename.h.
#define _GNU_SOURCE
#include "tap.h"
#include <ctype.h>
#include <errno.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

// clang-format off
#include "libc_rename.h"
#include "../../libc/include/ctype.h"
#include "../../libc/include/string.h"
#include "../../libc/include/strings.h"
#include "../../libc/ctype.c"
#include "../../libc/string/memcmp.c"
#include "../../libc/string/memcpy.c"
#include "../../libc/string/memset.c"
#include "../../libc/string/strchr.c"
#include "../../libc/string/strcmp.c"
#include "../../libc/string/strcpy.c"
#include "../../libc/string/strerror.c"
#include "../../libc/string/strlen.c"
#include "../../libc/string/strtok.c"
#include "libc_rename.h"
// clang-format on

#define ROUNDS 20000
#define SIZE   192

static uint64_t seed = 42;

static unsigned pick(unsigned below)
{
	seed = seed * 6364136223846793005u + 1442695040888963407u;
	return (unsigned)(seed >> 33) % below;
}

/* Two buffers with the same random bytes: one for each library. */
static unsigned char mine[SIZE], theirs[SIZE], source[SIZE];

static void fill_random(void)
{
	for (int i = 0; i < SIZE; i++) {
		mine[i] = theirs[i] = (unsigned char)pick(256);
		source[i] = (unsigned char)pick(256);
	}
}

static bool same(void)
{
	return memcmp(mine, theirs, SIZE) == 0;
}

static int sign(int n)
{
	return (n > 0) - (n < 0);
}

static void test_memory(void)
{
	bool copies = true, moves = true, sets = true, compares = true, finds = true,
	     ccopies = true;

	for (int round = 0; round < ROUNDS; round++) {
		unsigned from = pick(SIZE / 2), to = pick(SIZE / 2), n = pick(SIZE / 2 + 1);
		int c = (int)pick(round % 2 ? 256 : 4);

		fill_random();
		copies &= atoll_memcpy(mine + to, source + from, n) == mine + to;
		memcpy(theirs + to, source + from, n);
		copies &= same();
		moves &= atoll_memmove(mine + to, mine + from, n) == mine + to;
		memmove(theirs + to, theirs + from, n);
		moves &= same();
		if (round % 3 == 0) {
			unsigned char *a = atoll_memccpy(mine + to, source + from, c, n);
			unsigned char *b = memccpy(theirs + to, source + from, c, n);

			ccopies &= same() && (a ? a - mine : -1) == (b ? b - theirs : -1);
		}
		sets &= atoll_memset(mine + to, c - 300, n) == mine + to;
		memset(theirs + to, c - 300, n);
		sets &= same();
		mine[pick(SIZE)] ^= (unsigned char)(round % 2);
		compares &= sign(atoll_memcmp(mine + to, theirs + to, n)) ==
		    sign(memcmp(mine + to, theirs + to, n));
		compares &= sign(atoll_memcmp(mine, source, n)) == sign(memcmp(mine, source, n));
		finds &= atoll_memchr(source + from, c, n) == memchr(source + from, c, n);
		finds &= atoll_memrchr(source + from, c, n) == memrchr(source + from, c, n);
	}
	ok(copies, "memcpy");
	ok(moves, "memmove, overlapping both ways");
	ok(ccopies, "memccpy");
	ok(sets, "memset");
	ok(compares, "memcmp");
	ok(finds, "memchr, memrchr");
}

/* Strings of few different characters, so that there is something to find; one is above 127. */
static void random_string(char *s, unsigned most)
{
	static const char letters[] = "abAB/ \xe9";
	unsigned length = pick(most);

	for (unsigned i = 0; i < length; i++)
		s[i] = letters[pick(sizeof letters - 1)];
	s[length] = 0;
}

static void test_reading(void)
{
	bool lengths = true, orders = true, characters = true, sets = true, parts = true;

	for (int round = 0; round < ROUNDS; round++) {
		char a[SIZE], b[16], *pa = a + pick(8);
		unsigned n = pick(40);
		int c = "abAB/ \xe9z"[pick(9)];

		random_string(pa, 64);
		random_string(b, pick(2) ? 3 : 15);
		lengths &= atoll_strlen(pa) == strlen(pa) && atoll_strnlen(pa, n) == strnlen(pa, n);
		orders &= sign(atoll_strcmp(pa, b)) == sign(strcmp(pa, b));
		orders &=
		    sign(atoll_strcmp(b, pa)) == sign(strcmp(b, pa)) && atoll_strcmp(pa, pa) == 0;
		orders &= sign(atoll_strncmp(pa, b, n)) == sign(strncmp(pa, b, n));
		orders &= sign(atoll_strcasecmp(pa, b)) == sign(strcasecmp(pa, b));
		orders &= sign(atoll_strncasecmp(pa, b, n)) == sign(strncasecmp(pa, b, n));
		orders &= sign(atoll_strcoll(pa, b)) == sign(strcmp(pa, b));
		characters &=
		    atoll_strchr(pa, c) == strchr(pa, c) && atoll_strrchr(pa, c) == strrchr(pa, c);
		sets &=
		    atoll_strspn(pa, b) == strspn(pa, b) && atoll_strcspn(pa, b) == strcspn(pa, b);
		sets &= atoll_strpbrk(pa, b) == strpbrk(pa, b);
		parts &= atoll_strstr(pa, b) == strstr(pa, b);
		parts &= atoll_memmem(pa, 50, b, strlen(b)) == memmem(pa, 50, b, strlen(b));
	}
	ok(lengths, "strlen, strnlen");
	ok(orders, "strcmp, strncmp, strcasecmp, strncasecmp, strcoll");
	ok(characters, "strchr, strrchr, the closing NUL included");
	ok(sets, "strspn, strcspn, strpbrk");
	ok(parts, "strstr, memmem");
	ok(!atoll_memmem("ab", 2, "abc", 3) && atoll_strlen("") == 0, "nothing is found in less");
}

static size_t lcpy(char *to, const char *from, size_t size)
{
	return (size_t)snprintf(to, size, "%s", from);
}

static void test_writing(void)
{
	bool copies = true, bounded = true, joins = true, l = true, transforms = true;

	for (int round = 0; round < ROUNDS; round++) {
		char *a = (char *)mine, *b = (char *)theirs, s[64], t[64];
		unsigned n = pick(80);

		fill_random();
		random_string(s, 60);
		random_string(t, 30);
		copies &= atoll_strcpy(a, s) == a && strcpy(b, s) && same();
		copies &= atoll_stpcpy(a, t) - a == stpcpy(b, t) - b && same();
		joins &= atoll_strcat(a, s) == a && strcat(b, s) && same();
		joins &= atoll_strncat(a, t, n) == a && strncat(b, t, n) && same();
		bounded &= atoll_strncpy(a, s, n) == a && strncpy(b, s, n) && same();
		bounded &= atoll_stpncpy(a, s, n) - a == stpncpy(b, s, n) - b && same();
		l &= atoll_strlcpy(a, s, n) == lcpy(b, s, n) && same();
		transforms &= atoll_strxfrm(a, s, sizeof s) == strlen(s) && strcmp(a, s) == 0;
		strcpy(a, t);
		strcpy(b, t);
		l &= atoll_strlcat(a, s, n) == strnlen(t, n) + strlen(s);
		if (n > strlen(b))
			lcpy(b + strlen(b), s, n - strlen(b));
		l &= strcmp(a, b) == 0;
	}
	ok(copies, "strcpy, stpcpy");
	ok(bounded, "strncpy, stpncpy pad with NULs and write nothing behind");
	ok(joins, "strcat, strncat");
	ok(l, "strlcpy, strlcat");
	ok(transforms, "strxfrm");
}

static void test_tokens(void)
{
	bool tokens = true, fields = true;

	for (int round = 0; round < ROUNDS; round++) {
		char a[64], b[64], *resta, *restb, *x, *y;

		random_string(a, 60);
		strcpy(b, a);
		x = atoll_strtok_r(a, "/ ", &resta);
		y = strtok_r(b, "/ ", &restb);
		while (tokens && x && y) {
			tokens &= strcmp(x, y) == 0 && x - a == y - b;
			x = atoll_strtok_r(NULL, round % 2 ? "/ " : "a", &resta);
			y = strtok_r(NULL, round % 2 ? "/ " : "a", &restb);
		}
		tokens &= !x && !y && atoll_strtok_r(NULL, "/", &resta) == NULL;
		random_string(a, 60);
		strcpy(b, a);
		x = a;
		y = b;
		while (fields && x && y) {
			char *fx = atoll_strsep(&x, " /"), *fy = strsep(&y, " /");

			fields &= strcmp(fx, fy) == 0;
		}
		fields &= !x && !y;
	}
	ok(tokens, "strtok_r");
	ok(fields, "strsep");
	char text[] = "one two";
	ok(strcmp(atoll_strtok(text, " "), "one") == 0 &&
		strcmp(atoll_strtok(NULL, " "), "two") == 0 && !atoll_strtok(NULL, " "),
	    "strtok");
}

static void test_ctype(void)
{
	bool all = true;

#define SAME(kind) all &= !atoll_##kind(c) == !kind(c)
	for (int c = -1; c < 256; c++) {
		SAME(isalnum);
		SAME(isalpha);
		SAME(isblank);
		SAME(iscntrl);
		SAME(isdigit);
		SAME(isgraph);
		SAME(islower);
		SAME(isprint);
		SAME(ispunct);
		SAME(isspace);
		SAME(isupper);
		SAME(isxdigit);
		SAME(isascii);
		all &= atoll_tolower(c) == tolower(c) && atoll_toupper(c) == toupper(c);
	}
	ok(all, "ctype.h for EOF and every byte");
}

static void test_names(void)
{
	char text[64];

	ok(strcmp(atoll_strerror(ENOENT), "No such file or directory") == 0, "strerror");
	ok(strcmp(atoll_strerror(4711), "Unknown error 4711") == 0, "strerror of no error");
	ok(strcmp(atoll_strerror(-2147483647 - 1), "Unknown error -2147483648") == 0,
	    "strerror of the least int");
	ok(strcmp(atoll_strerror(15), "Unknown error 15") == 0, "strerror of a gap");
	ok(atoll_strerror_r(EINVAL, text, 5) == ERANGE && strcmp(text, "Inva") == 0,
	    "strerror_r cut short");
	ok(strcmp(atoll_strsignal(SIGSEGV), "Segmentation fault") == 0, "strsignal");
	ok(strcmp(atoll_strsignal(0), "Unknown signal 0") == 0, "strsignal of no signal");
}

int main(void)
{
	test_memory();
	test_reading();
	test_writing();
	test_tokens();
	test_ctype();
	test_names();
	return tap_done();
}
