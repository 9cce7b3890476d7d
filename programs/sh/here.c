/* << : what stands in the lines behind a command. They are read when the line has ended, in the
 * order of their <<. */
#include "scan.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void *check(void *memory)
{
	if (!memory) {
		fprintf(stderr, "sh: out of memory\n");
		exit(2);
	}
	return memory;
}

/* Any quote in the word quotes the whole body. */
struct here *new_here(struct parser *p, const char *word, size_t length, bool tabs)
{
	struct here *here = check(calloc(1, sizeof *here)), **last = &p->here;
	char *to = here->end = check(strndup(word, length));

	for (size_t i = 0; i < length; i++) {
		if (strchr("'\"\\", word[i]))
			here->quoted = true;
		else
			*to++ = word[i];
	}
	*to = '\0';
	here->tabs = tabs;
	while (*last)
		last = &(*last)->next;
	return *last = here;
}

/* False: the text ends before it does. */
static bool read_body(struct parser *p, struct here *here)
{
	const char *line = p->text + p->next;
	char *to = here->body = check(malloc(strlen(line) + 1));

	here->from = p->next;
	while (*line) {
		const char *end = line + strcspn(line, "\n");

		while (here->tabs && *line == '\t')
			line++;
		if ((size_t)(end - line) == strlen(here->end) &&
		    strncmp(line, here->end, (size_t)(end - line)) == 0) {
			*to = '\0';
			here->to = p->next = (size_t)(end + (*end == '\n') - p->text);
			return true;
		}
		end += *end == '\n';
		to = stpncpy(to, line, (size_t)(end - line));
		line = end;
	}
	*to = '\0';
	return false;
}

void read_here(struct parser *p)
{
	for (; p->here; p->here = p->here->next) {
		struct here *here = p->here;

		if (p->token == TOKEN_END || !read_body(p, here)) {
			fail(p, p->start, true, "<< is not ended by a line \"%.*s\"", here->end,
			    strlen(here->end));
			return;
		}
	}
}

/* ---- Parts of a text ------------------------------------------------------------------------- */

struct part {
	const char *text;
	char *bytes;
	size_t length, end;
};

static void add(struct part *part, size_t from, size_t to)
{
	part->bytes = check(realloc(part->bytes, part->length + to - from + 2));
	memcpy(part->bytes + part->length, part->text + from, to - from);
	part->length += to - from;
	part->bytes[part->length] = '\0';
}

static void add_bodies(struct part *part, const struct command *first, const struct command *last);

static void add_list(struct part *part, const struct list *list)
{
	if (list && list->commands)
		add_bodies(part, list->command, list->command + list->commands - 1);
}

/* In the order in which their << stand: a command's parts come before its own redirections. */
static void add_bodies(struct part *part, const struct command *first, const struct command *last)
{
	for (const struct command *c = first; c <= last; c++) {
		add_list(part, c->condition);
		add_list(part, c->body);
		add_list(part, c->otherwise);
		for (size_t i = 0; i < c->redirects; i++) {
			const struct here *here = c->redirect[i].here;

			if (!here || here->from < part->end)
				continue;
			if (part->bytes[part->length - 1] != '\n')
				part->bytes[part->length++] = '\n';
			add(part, here->from, here->to);
		}
	}
}

char *part_text(
    const char *text, size_t from, const struct command *first, const struct command *last)
{
	struct part part = { .text = text, .end = last->end };

	add(&part, from, last->end);
	add_bodies(&part, first, last);
	return part.bytes;
}
