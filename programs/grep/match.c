/* Runs a pattern's program over a line: all threads of it side by side, each place in the program
 * at most once. */
#include "pattern.h"
#include <ctype.h>
#include <stdlib.h>

struct run {
	struct pattern *pattern;
	const unsigned char *line;
	size_t length, at;
	bool matched;
};

/* Adds a place to a list, and for instructions that take no byte the places behind them. */
static int add(struct run *run, int *list, int count, int place)
{
	struct pattern *p = run->pattern;
	int depth = 0;

	p->stack[depth++] = place;
	while (depth > 0) {
		const struct instruction *i;

		place = p->stack[--depth];
		if (p->mark[place] == p->step)
			continue;
		p->mark[place] = p->step;
		i = &p->program[place];
		if (i->code == CODE_MATCH) {
			run->matched = true;
		} else if (i->code == CODE_JUMP) {
			p->stack[depth++] = place + i->to;
		} else if (i->code == CODE_SPLIT) {
			p->stack[depth++] = place + i->other;
			p->stack[depth++] = place + i->to;
		} else if (i->code == CODE_START || i->code == CODE_END) {
			if (run->at == (i->code == CODE_START ? 0 : run->length))
				p->stack[depth++] = place + 1;
		} else {
			list[count++] = place;
		}
	}
	return count;
}

static bool takes(const struct instruction *i, unsigned char byte)
{
	if (i->code == CODE_BYTE)
		return i->byte == byte;
	return i->code == CODE_ANY || (i->set[byte / 8] >> byte % 8 & 1);
}

/* One step for each byte: from the places reached before it to those reached behind it. */
bool pattern_match(struct pattern *p, const char *line, size_t length)
{
	struct run run = { .pattern = p, .line = (const unsigned char *)line, .length = length };
	int *here = p->here, *there = p->there, count = 0;

	p->step++;
	for (;; run.at++) {
		int next = 0, *swap = here;
		unsigned char byte;

		count = add(&run, here, count, 0); /* a match may begin anywhere */
		if (run.matched || run.at == length)
			return run.matched;
		byte = run.line[run.at];
		if (p->fold)
			byte = (unsigned char)tolower(byte);
		p->step++;
		run.at++;
		for (int i = 0; i < count; i++)
			if (takes(&p->program[here[i]], byte))
				next = add(&run, there, next, here[i] + 1);
		run.at--;
		here = there;
		there = swap;
		count = next;
	}
}

void pattern_free(struct pattern *p)
{
	if (p)
		free(p->sets);
	free(p);
}
