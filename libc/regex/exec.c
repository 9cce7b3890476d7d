/* Runs an expression's program over a text: all threads of it side by side, each place in the
 * program at most once. A thread carries where it began and where its groups did (its *notes*).
 *
 * The threads of a list stand in order: those that began earlier first, and of those that began
 * together the ones that a repetition or a first branch prefers. Two that come to the same place
 * go on alike, so the later one is dropped. */
#include "program.h"
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

struct thread {
	int place;
	regoff_t *note; /* `notes` of them */
};

struct run {
	const struct regex_program *program;
	const unsigned char *text;
	regoff_t at, end;
	int flags;     /* of regexec */
	size_t notes;  /* two for each match that the caller wants */
	regoff_t *now; /* the notes of the thread that is being added */
	unsigned long *mark, step;
	struct todo {
		int place, note; /* place -1: put an old note back */
		regoff_t old;
	} * todo;
	struct thread *here, *there;
	regoff_t *best; /* notes of the best match so far */
	bool matched;
};

static bool line_starts(const struct run *run)
{
	if (run->at == 0)
		return !(run->flags & REG_NOTBOL);
	return run->program->flags & REG_NEWLINE && run->text[run->at - 1] == '\n';
}

static bool line_ends(const struct run *run)
{
	if (run->at == run->end)
		return !(run->flags & REG_NOTEOL);
	return run->program->flags & REG_NEWLINE && run->text[run->at] == '\n';
}

/* Begins first, or together and ends last: then it is the better one. */
static void match(struct run *run)
{
	if (run->notes && run->matched &&
	    (run->now[0] > run->best[0] ||
		(run->now[0] == run->best[0] && run->at <= run->best[1])))
		return;
	run->matched = true;
	if (run->notes) {
		memcpy(run->best, run->now, run->notes * sizeof *run->best);
		run->best[1] = run->at;
	}
}

/* Adds a place to a list, and for instructions that take no byte the places behind them. */
static int add(struct run *run, struct thread *list, int count, int place)
{
	int depth = 0;

	run->todo[depth++] = (struct todo){ .place = place };
	while (depth > 0) {
		struct todo todo = run->todo[--depth];
		const struct instruction *i;

		if (todo.place < 0) {
			run->now[todo.note] = todo.old;
			continue;
		}
		if (run->mark[todo.place] == run->step)
			continue;
		run->mark[todo.place] = run->step;
		i = &run->program->instruction[todo.place];
		if (i->code == CODE_MATCH) {
			match(run);
		} else if (i->code == CODE_JUMP) {
			run->todo[depth++].place = todo.place + i->to;
		} else if (i->code == CODE_SPLIT) {
			run->todo[depth++].place = todo.place + i->other;
			run->todo[depth++].place = todo.place + i->to;
		} else if (i->code == CODE_SAVE) {
			if ((size_t)i->to < run->notes) {
				run->todo[depth++] = (struct todo){ -1, i->to, run->now[i->to] };
				run->now[i->to] = run->at;
			}
			run->todo[depth++].place = todo.place + 1;
		} else if (i->code == CODE_START || i->code == CODE_END) {
			if (i->code == CODE_START ? line_starts(run) : line_ends(run))
				run->todo[depth++].place = todo.place + 1;
		} else {
			list[count].place = todo.place;
			memcpy(list[count++].note, run->now, run->notes * sizeof *run->now);
		}
	}
	return count;
}

static bool takes(const struct regex_program *program, int place, unsigned char byte)
{
	const struct instruction *i = &program->instruction[place];

	if (i->code == CODE_BYTE)
		return i->byte == byte;
	if (i->code == CODE_ANY)
		return byte != '\n' || !(program->flags & REG_NEWLINE);
	return program->set[i->to][byte / 8] >> byte % 8 & 1;
}

/* One step for each byte: from the places reached before it to those reached behind it. Once there
 * is a match, nothing that began later is of interest. */
static void search(struct run *run)
{
	int count = 0;

	for (run->step = 1;; run->step++) {
		int next = 0;
		struct thread *swap = run->here;
		unsigned char byte;

		if (!run->matched) {
			for (size_t i = 0; i < run->notes; i++)
				run->now[i] = -1;
			if (run->notes)
				run->now[0] = run->at;
			count = add(run, run->here, count, 0);
		}
		if (run->at == run->end || (run->matched && (count == 0 || !run->notes)))
			return;
		byte = run->text[run->at++];
		if (run->program->flags & REG_ICASE)
			byte = (unsigned char)tolower(byte);
		run->step++;
		for (int i = 0; i < count; i++) {
			const struct thread *t = &run->here[i];

			if ((run->matched && run->notes && t->note[0] > run->best[0]) ||
			    !takes(run->program, t->place, byte))
				continue;
			if (run->notes)
				memcpy(run->now, t->note, run->notes * sizeof *run->now);
			next = add(run, run->there, next, t->place + 1);
		}
		run->here = run->there;
		run->there = swap;
		count = next;
	}
}

/* All that a run needs, in one block: the marks, the stack, two lists, and notes: of each thread,
 * of the one being added, of the best. (Each group but the whole is two instructions, and the end
 * is one: two lengths and a bit have room for the last two.) */
static void *prepare(struct run *run, size_t groups, size_t matches)
{
	size_t length = (size_t)run->program->length;
	struct thread *list;
	regoff_t *note;

	run->notes = 2 * (matches < groups + 1 ? matches : groups + 1);
	run->mark = calloc(length,
	    sizeof *run->mark + 2 * sizeof *run->todo + 2 * sizeof *list +
		2 * (run->notes + 2) * sizeof *note);
	if (!run->mark)
		return NULL;
	run->todo = (struct todo *)(run->mark + length);
	run->here = list = (struct thread *)(run->todo + 2 * length);
	run->there = list + length;
	note = (regoff_t *)(list + 2 * length);
	for (size_t i = 0; i < 2 * length; i++)
		list[i].note = note + i * run->notes;
	run->now = note + 2 * length * run->notes;
	run->best = run->now + run->notes;
	return run->mark;
}

int regexec(const regex_t *restrict regex, const char *restrict text, size_t matches,
    regmatch_t *restrict match, int flags)
{
	struct run run = { .program = regex->re_program, .flags = flags };
	regoff_t start = flags & REG_STARTEND ? match->rm_so : 0;
	void *memory;

	matches = regex->re_program->flags & REG_NOSUB ? 0 : matches;
	memory = prepare(&run, regex->re_nsub, matches);
	if (!memory)
		return REG_ESPACE;
	run.text = (const unsigned char *)text + start;
	run.end = flags & REG_STARTEND ? match->rm_eo - start : (regoff_t)strlen(text);
	search(&run);
	for (size_t i = 0; i < matches && run.matched; i++) {
		bool there = 2 * i < run.notes && run.best[2 * i] >= 0 && run.best[2 * i + 1] >= 0;

		match[i].rm_so = there ? run.best[2 * i] + start : -1;
		match[i].rm_eo = there ? run.best[2 * i + 1] + start : -1;
	}
	free(memory);
	return run.matched ? 0 : REG_NOMATCH;
}
