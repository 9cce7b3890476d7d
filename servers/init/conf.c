/* Reads init.conf: one server a line.
 *
 *	# name  priority  memory  may-call           further words
 *	file    52        25%     name               archive
 *	programs 20       64M     *                  ceiling=24
 *
 * memory is a limit: 64K, 2M, 1G, or a share of what init may spend: 25%. may-call
 * is a list of names with commas, `*` for all, `-` for none. The line `programs` is no server: it
 * says what the programs get that are started later. No system calls: tests/host/init_conf.c. */
#include "conf.h"
#include <string.h>

#define WORDS         16
#define PRIORITY_LAST 62 /* one is left above all servers */
#define INIT_PRIORITY 40 /* as the kernel starts it */

/* What the parser works with: one line, cut into words. */
struct parser {
	struct conf *conf;
	conf_complain *complain;
	unsigned line;
	char text[CONF_LINE + 1];
	char *word[WORDS];
	unsigned words;
	bool bad;
};

static void bad(struct parser *p, const char *why, const char *word)
{
	p->complain(p->line, why, word);
	p->bad = true;
}

/* Digits, decimal or after 0x, up to a limit; *end points behind them. */
static bool number(const char *word, uint64_t limit, uint64_t *value, const char **end)
{
	unsigned base = word[0] == '0' && word[1] == 'x' ? 16 : 10;
	const char *at = base == 16 ? word + 2 : word;
	const char *first = at;

	for (*value = 0;; at++) {
		unsigned digit = *at >= '0' && *at <= '9' ? (unsigned)(*at - '0')
		    : *at >= 'a' && *at <= 'f'            ? (unsigned)(*at - 'a' + 10)
							  : base;

		if (digit >= base)
			break;
		*value = *value * base + digit;
		if (*value > limit)
			return false;
	}
	*end = at;
	return at != first;
}

static void parse_priority(struct parser *p, const char *word, unsigned *priority)
{
	const char *end;
	uint64_t value;

	if (!number(word, PRIORITY_LAST, &value, &end) || *end || value == 0)
		bad(p, "priority is not a number from 1 to 62", word);
	else
		*priority = (unsigned)value;
}

/* 64K, 2M, 1G; where `percent` is given also 25%, of what the machine has. */
static void parse_memory(struct parser *p, const char *word, uint64_t *memory, unsigned *percent)
{
	static const struct {
		char letter;
		unsigned shift;
	} units[] = { { 'K', 10 }, { 'M', 20 }, { 'G', 30 } };
	const char *end;
	uint64_t value;

	if (!number(word, 1 << 20, &value, &end) || value == 0 || !end[0] || end[1]) {
		bad(p, "memory is not like 64K, 2M, 1G or 25%", word);
		return;
	}
	if (*end == '%' && percent && value <= 100) {
		*percent = (unsigned)value;
		return;
	}
	for (size_t i = 0; i < sizeof units / sizeof *units; i++)
		if (*end == units[i].letter) {
			*memory = value << units[i].shift;
			return;
		}
	bad(p, "memory is not like 64K, 2M, 1G or 25%", word);
}

static void parse_may_call(struct parser *p, const char *word, char *list)
{
	if (name_list_valid(word, strlen(word)))
		strcpy(list, word);
	else
		bad(p, "may-call is not *, - or a list of names with commas", word);
}

/* VALUE when the word is KEY=VALUE, else NULL. */
static const char *value_of(const char *word, const char *key)
{
	size_t length = strlen(key);

	return !strncmp(word, key, length) && word[length] == '=' ? word + length + 1 : NULL;
}

static void parse_server_name(struct parser *p, const char *word, char *to)
{
	if (name_valid(word, strlen(word)))
		strcpy(to, word);
	else
		bad(p, "not the name of a server", word);
}

static void parse_ports(struct parser *p, const char *word, struct conf_service *s)
{
	uint64_t first, count;
	const char *end;

	if (!number(word, 0xffff, &first, &end) || *end != '+' ||
	    !number(end + 1, 0x10000 - first, &count, &end) || *end || count == 0) {
		bad(p, "ports are not like 0x3f8+8", word);
		return;
	}
	if (s->ranges == CONF_HARDWARE) {
		bad(p, "too many ports=: 4 at the most", word);
		return;
	}
	s->ports[s->ranges].first = (unsigned)first;
	s->ports[s->ranges++].count = (unsigned)count;
}

static void parse_irq(struct parser *p, const char *word, struct conf_service *s)
{
	const char *end;
	uint64_t line;

	if (!number(word, 63, &line, &end) || *end) {
		bad(p, "irq is not a number from 0 to 63", word);
		return;
	}
	if (s->irqs == CONF_HARDWARE)
		bad(p, "too many irq=: 4 at the most", word);
	else
		s->irq[s->irqs++] = (unsigned)line;
}

/* A word behind the first four: what else the server gets. */
static void parse_further(struct parser *p, const char *word, struct conf_service *s)
{
	const char *value;

	if (!strcmp(word, "kernel"))
		s->kernel = true;
	else if (!strcmp(word, "archive"))
		s->archive = true;
	else if (!strcmp(word, "programs"))
		s->programs = true;
	else if (!strcmp(word, "screen"))
		s->screen = true;
	else if (!strcmp(word, "needs-screen"))
		s->needs_screen = true;
	else if ((value = value_of(word, "irq")))
		parse_irq(p, value, s);
	else if ((value = value_of(word, "ports")))
		parse_ports(p, value, s);
	else if ((value = value_of(word, "stdio")))
		parse_server_name(p, value, s->stdio);
	else if ((value = value_of(word, "interrupt")))
		parse_server_name(p, value, s->interrupt);
	else if ((value = value_of(word, "program")) && value[0] == '/' &&
	    strlen(value) < CONF_PATH)
		strcpy(s->program, value);
	else
		bad(p, "a word that init does not know", word);
}

/* The line `programs`. */
static void parse_programs(struct parser *p)
{
	struct conf_programs programs = { 0 };
	const char *value;

	parse_priority(p, p->word[1], &programs.priority);
	parse_memory(p, p->word[2], &programs.memory, NULL);
	parse_may_call(p, p->word[3], programs.may_call);
	programs.ceiling = programs.priority;
	for (unsigned i = 4; i < p->words; i++) {
		if ((value = value_of(p->word[i], "ceiling")))
			parse_priority(p, value, &programs.ceiling);
		else
			bad(p, "a word that init does not know here", p->word[i]);
	}
	if (!p->bad && programs.ceiling < programs.priority)
		bad(p, "ceiling below the priority", "");
	if (!p->bad)
		p->conf->programs = programs;
}

/* Reports all that is wrong in the line, not just the first. */
static void parse_service(struct parser *p)
{
	struct conf_service s = { .line = p->line };

	if (!name_valid(p->word[0], strlen(p->word[0]))) {
		bad(p, "not a name: letters, digits, - _ . and at most 31", p->word[0]);
		return;
	}
	strcpy(s.name, p->word[0]);
	strcpy(s.program, "/servers/");
	strcat(s.program, s.name); /* fits: CONF_PATH is more than both */
	if (conf_find(p->conf, s.name) || !strcmp(s.name, "init") || !strcmp(s.name, "kernel") ||
	    !strcmp(s.name, "trace"))
		bad(p, "a name that is taken", s.name);
	parse_priority(p, p->word[1], &s.priority);
	parse_memory(p, p->word[2], &s.memory, &s.percent);
	parse_may_call(p, p->word[3], s.may_call);
	for (unsigned i = 4; i < p->words; i++)
		parse_further(p, p->word[i], &s);
	if (!p->bad && p->conf->services == CONF_SERVICES)
		bad(p, "too many servers: 14 at the most", s.name);
	if (!p->bad)
		p->conf->service[p->conf->services++] = s;
}

static void cut_words(struct parser *p)
{
	char *at = p->text;

	at[strcspn(at, "#")] = '\0';
	p->words = 0;
	for (;;) {
		at += strspn(at, " \t\r");
		if (!*at)
			return;
		if (p->words == WORDS) {
			bad(p, "too many words", at);
			return;
		}
		p->word[p->words++] = at;
		at += strcspn(at, " \t\r");
		if (*at)
			*at++ = '\0';
	}
}

/* A bad line is reported and left out; the others count. */
static void parse_line(struct parser *p, const char *line, size_t length)
{
	p->line++;
	p->bad = false;
	if (length > CONF_LINE || memchr(line, '\0', length)) {
		bad(p, length > CONF_LINE ? "line too long" : "NUL in the line", "");
		return;
	}
	memcpy(p->text, line, length);
	p->text[length] = '\0';
	cut_words(p);
	if (p->bad || p->words == 0)
		return;
	if (p->words < 4)
		bad(p, "fewer than four words: name, priority, memory, may-call", p->word[0]);
	else if (!strcmp(p->word[0], "programs"))
		parse_programs(p);
	else
		parse_service(p);
}

/* Servers call uphill only (docs/userland.md): says so where a may-call list names one that is not
 * above. */
static void check_uphill(struct parser *p, const struct conf_service *s)
{
	const char *at = s->may_call;

	while (*at && *at != '*' && *at != '-') {
		char name[CONF_NAME] = "";
		const struct conf_service *other;

		size_t length = strcspn(at, ",");

		memcpy(name, at, length);
		other = conf_find(p->conf, name);
		if ((other && other->priority <= s->priority) ||
		    (!strcmp(name, "init") && s->priority >= INIT_PRIORITY))
			bad(p, "may-call names a server that is not of higher priority", name);
		at += length + (at[length] == ',');
	}
}

/* What can be seen only when all lines are known. Mistakes are told, and the word is left out. */
static void check_all(struct parser *p)
{
	const struct conf_service *starts_programs = NULL;

	for (unsigned i = 0; i < p->conf->services; i++) {
		struct conf_service *s = &p->conf->service[i];

		p->line = s->line;
		if (s->stdio[0] && !conf_find(p->conf, s->stdio)) {
			bad(p, "stdio= of a server that is not there", s->stdio);
			s->stdio[0] = '\0';
		}
		if (s->interrupt[0] && !conf_find(p->conf, s->interrupt)) {
			bad(p, "interrupt= of a server that is not there", s->interrupt);
			s->interrupt[0] = '\0';
		}
		if (s->programs && starts_programs) {
			bad(p, "a second server with `programs`", s->name);
			s->programs = false;
		}
		if (s->programs)
			starts_programs = s;
		check_uphill(p, s);
	}
	p->line = 0;
	if (!conf_find(p->conf, "name"))
		bad(p, "no line for the server `name`: nobody will find anybody", "");
}

void conf_parse(const char *text, size_t length, struct conf *conf, conf_complain *complain)
{
	struct parser p = { .conf = conf, .complain = complain };

	memset(conf, 0, sizeof *conf);
	conf->programs =
	    (struct conf_programs){ PROCESS_PRIORITY, PROCESS_CEILING, PROCESS_MEMORY, "*" };
	for (size_t at = 0; at < length;) {
		const char *newline = memchr(text + at, '\n', length - at);
		size_t line = newline ? (size_t)(newline - text) - at : length - at;

		parse_line(&p, text + at, line);
		at += line + 1;
	}
	check_all(&p);
}

const struct conf_service *conf_find(const struct conf *conf, const char *name)
{
	for (unsigned i = 0; i < conf->services; i++)
		if (!strcmp(conf->service[i].name, name))
			return &conf->service[i];
	return NULL;
}

const struct conf_service *conf_session(const struct conf *conf)
{
	for (unsigned i = 0; i < conf->services; i++)
		if (conf->service[i].stdio[0] && !conf->service[i].needs_screen)
			return &conf->service[i];
	return NULL;
}

uint64_t restart_delay(uint64_t last, uint64_t ran)
{
	if (last == 0 || ran >= RESTART_HEALTHY)
		return RESTART_FIRST;
	return last < RESTART_LAST / 2 ? last * 2 : RESTART_LAST;
}
