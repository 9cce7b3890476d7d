// SOURCES: servers/init/conf.c
// init.conf: what it means, and that each mistake is told with its line while the other lines
// count.
#include "../../servers/init/conf.h"
#include "tap.h"
#include <stdlib.h>
#include <string.h>

static struct conf conf;
static char complaints[8192];

static void complain(unsigned line, const char *why, const char *word)
{
	size_t used = strlen(complaints);

	snprintf(complaints + used, sizeof complaints - used, "%u: %s: %s\n", line, why, word);
}

static void parse(const char *text)
{
	size_t length = strlen(text);
	char *copy = malloc(length + 1); /* its end is seen by ASan */

	memcpy(copy, text, length);
	complaints[0] = '\0';
	conf_parse(copy, length, &conf, complain);
	free(copy);
}

#define NAME_LINE "name 60 2M -\n"

static void test_good(void)
{
	const struct conf_service *s;

	parse(
	    "# comment\n\n" NAME_LINE
	    "console\t56 4M name irq=4 ports=0x3f8+8 irq=1 ports=0x60+1 screen interrupt=process # words\r\n"
	    "process 48 50% name,console programs\n  shell 24 64K * program=/bin/sh stdio=console needs-screen\n"
	    "ps 30 1G name kernel archive\nprograms 19 8M name,process ceiling=23");
	ok(!complaints[0], "nothing to complain of %s", complaints);
	ok(conf.services == 5, "five services");
	s = conf_find(&conf, "console");
	ok(s && s->priority == 56 && s->memory == 4 << 20 && !s->percent && s->line == 4,
	    "priority, memory, line");
	ok(s && s->irqs == 2 && s->irq[0] == 4 && s->irq[1] == 1, "interrupt lines");
	ok(s && s->ranges == 2 && s->ports[0].first == 0x3f8 && s->ports[0].count == 8 &&
		s->ports[1].first == 0x60 && s->ports[1].count == 1 && s->screen &&
		!s->needs_screen,
	    "ports, and the screen");
	ok(s && !strcmp(s->interrupt, "process") && !strcmp(s->program, "/servers/console"),
	    "interrupt, program");
	s = conf_find(&conf, "process");
	ok(s && s->percent == 50 && s->programs && !strcmp(s->may_call, "name,console"),
	    "a share, a list");
	s = conf_find(&conf, "shell");
	ok(s && !strcmp(s->name, "shell") && !strcmp(s->program, "/bin/sh") && s->memory == 65536 &&
		s->needs_screen && !s->screen,
	    "who has descriptors, and needs a screen");
	ok(!conf_session(&conf), "which is no session");
	s = conf_find(&conf, "ps");
	ok(s && s->kernel && s->archive && s->memory == 1ull << 30, "kernel, archive");
	ok(conf.programs.priority == 19 && conf.programs.ceiling == 23 &&
		conf.programs.memory == 8 << 20 && !strcmp(conf.programs.may_call, "name,process"),
	    "the line `programs`");
	parse(NAME_LINE);
	ok(conf.programs.priority == PROCESS_PRIORITY && !strcmp(conf.programs.may_call, "*"),
	    "and without one");
}

/* One bad line between two good ones: told with its number, left out, and the others stay. */
static void bad_line(const char *line, const char *why)
{
	char text[2048], expected[256];

	snprintf(text, sizeof text, NAME_LINE "%s\nlast 10 1M -\n", line);
	parse(text);
	snprintf(expected, sizeof expected, "2: %s", why);
	ok(!strncmp(complaints, expected, strlen(expected)) && conf.services == 2 &&
		conf_find(&conf, "last"),
	    "%.40s -> %s", line, strtok(complaints, "\n"));
}

static void test_bad(void)
{
	char line[1024];

	bad_line("x 50 1M", "fewer than four words");
	bad_line("x", "fewer than four words");
	bad_line("a/b 50 1M -", "not a name");
	bad_line("abcdefghijklmnopqrstuvwxyz0123456789 50 1M -", "not a name");
	bad_line("name 50 1M -", "a name that is taken");
	bad_line("init 50 1M -", "a name that is taken");
	bad_line("x 0 1M -", "priority");
	bad_line("x 63 1M -", "priority");
	bad_line("x 4294967297 1M -", "priority");
	bad_line("x 5a 1M -", "priority");
	bad_line("x -1 1M -", "priority");
	bad_line("x 50 1 -", "memory");
	bad_line("x 50 0M -", "memory");
	bad_line("x 50 101% -", "memory");
	bad_line("x 50 1T -", "memory");
	bad_line("x 50 99999999999999999999M -", "memory");
	bad_line("x 50 1MB -", "memory");
	bad_line("x 50 1M a,,b", "may-call");
	bad_line("x 50 1M a,", "may-call");
	bad_line("x 50 1M *,a", "may-call");
	bad_line("x 50 1M - irq=64", "irq");
	bad_line("x 50 1M - irq=", "irq");
	bad_line("x 50 1M - ports=0x3f8", "ports");
	bad_line("x 50 1M - ports=0xffff+2", "ports");
	bad_line("x 50 1M - ports=0x10000+1", "ports");
	bad_line("x 50 1M - ports=1+0", "ports");
	bad_line("x 50 1M - program=sh", "a word that init does not know");
	bad_line("x 50 1M - stdio=a/b", "not the name");
	bad_line("x 50 1M - kernels", "a word that init does not know");
	bad_line("x 50 1M - 1 2 3 4 5 6 7 8 9 10 11 12 13", "too many words");
	bad_line("programs 20 1M * ceiling=19", "ceiling");
	bad_line("programs 20 25% *", "memory");
	bad_line("programs 20 1M * kernel", "a word that init does not know here");
	memset(line, 'x', 600);
	line[600] = '\0';
	bad_line(line, "line too long");
	snprintf(line, sizeof line, "x 50 1M - program=/%.*s", 80,
	    "ppppppppppppppppppppppppppppppppppppppppppp"
	    "pppppppppppppppppppppppppppppppppppppppppppppp");
	bad_line(line, "a word that init does not know");
}

static void test_whole(void)
{
	char text[2048] = NAME_LINE;

	parse("");
	ok(strstr(complaints, "no line for the server `name`") && conf.services == 0,
	    "an empty file");
	parse(NAME_LINE "a 20 1M - stdio=nobody interrupt=nobody\n");
	ok(strstr(complaints, "2: stdio= of") && strstr(complaints, "2: interrupt= of") &&
		conf.services == 2 && !conf_session(&conf),
	    "words that name nobody are left out, the server stays");
	parse(NAME_LINE "a 20 1M - programs\nb 20 1M - programs\n");
	ok(strstr(complaints, "3: a second") && conf.service[1].programs &&
		!conf.service[2].programs,
	    "programs twice");
	parse(NAME_LINE "low 20 1M *\nhigh 30 1M low,name,later\n");
	ok(strstr(complaints, "3: may-call names a server that is not of higher priority: low"),
	    "a downhill call");
	parse(NAME_LINE "high 41 1M init\nlow 39 1M init\n");
	ok(!strncmp(complaints, "2: may-call", 11) && !strstr(complaints, "3:"),
	    "init is called from below 40 only");
	for (int i = 0; i < 15; i++)
		snprintf(text + strlen(text), sizeof text - strlen(text), "s%d 20 1M -\n", i);
	parse(text);
	ok(conf.services == 14 && strstr(complaints, "15: too many"), "fifteen servers");
	conf_parse("na\0me 60 2M -\n" NAME_LINE, 14 + strlen(NAME_LINE), &conf, complain);
	ok(conf.services == 1, "NUL in a line");
}

static void test_noise(void)
{
	static const char base[] =
	    NAME_LINE "console 56 4M name irq=4 ports=0x3f8+8 interrupt=process\n"
		      "process 48 50% name,console programs\nprograms 20 64M * ceiling=24\n";
	bool sane = true;

	srand(1);
	for (int round = 0; round < 20000; round++) {
		char text[sizeof base];

		memcpy(text, base, sizeof base);
		for (int hits = rand() % 5; hits >= 0; hits--)
			text[(size_t)rand() % (sizeof base - 1)] =
			    (char)(rand() % 3 ? rand() : "\n =%,*#0"[rand() % 8]);
		complaints[0] = '\0';
		conf_parse(text, sizeof base - 1 - (size_t)(rand() % 20), &conf, complain);
		for (unsigned i = 0; i < conf.services; i++) {
			const struct conf_service *s = &conf.service[i];

			sane &= name_valid(s->name, strlen(s->name)) && s->priority >= 1 &&
			    s->priority <= 62 && (s->memory || s->percent) &&
			    name_list_valid(s->may_call, strlen(s->may_call)) &&
			    s->irqs <= CONF_HARDWARE && s->ranges <= CONF_HARDWARE;
			for (unsigned j = 0; j < s->ranges; j++)
				sane &= s->ports[j].first + s->ports[j].count <= 0x10000;
		}
	}
	ok(sane, "20000 damaged files: what is taken over is sane");
}

static void test_restarts(void)
{
	uint64_t delay = 0;
	int steps = 0;

	ok((delay = restart_delay(0, 0)) == 10000000, "the first restart after 10 ms");
	for (; delay < RESTART_LAST && steps < 100; steps++)
		delay = restart_delay(delay, 1000);
	ok(steps == 9 && restart_delay(delay, 1000) == RESTART_LAST, "doubled up to 5 s");
	ok(restart_delay(delay, RESTART_HEALTHY) == RESTART_FIRST,
	    "10 ms again after a minute's health");
}

int main(void)
{
	test_good();
	test_bad();
	test_whole();
	test_noise();
	test_restarts();
	return tap_done();
}
