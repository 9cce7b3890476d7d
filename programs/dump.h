/* What hexdump and od share: files, one behind the other, in rows of 16 bytes. */
#ifndef DUMP_H
#define DUMP_H

#include "program.h"
#include <stdbool.h>

#define DUMP_ROW 16

struct dump {
	const char *program;
	char **name; /* those that are left, ended by NULL */
	FILE *file;
	bool all; /* equal rows, too; else "*" stands for those behind the first */
	int status;
};

/* One byte, or EOF behind the last file. */
static inline int dump_byte(struct dump *dump)
{
	int c;

	for (;;) {
		c = dump->file ? getc(dump->file) : EOF;
		if (c != EOF)
			return c;
		if (dump->file && ferror(dump->file)) {
			program_error(dump->program, "a file");
			dump->status = 1;
		}
		if (dump->file && dump->file != stdin)
			fclose(dump->file);
		dump->file = NULL;
		if (!*dump->name)
			return EOF;
		dump->file = strcmp(*dump->name, "-") == 0 ? stdin : fopen(*dump->name, "r");
		if (!dump->file) {
			program_error(dump->program, *dump->name);
			dump->status = 1;
		}
		dump->name++;
	}
}

/* All rows, `most` bytes at the most behind the first `skip`; the last call is with none and the
 * position of the end. Returns the status. */
static inline int dump_rows(struct dump *dump, unsigned long skip, unsigned long most,
    void (*row)(unsigned long at, const unsigned char *byte, size_t count))
{
	unsigned char byte[DUMP_ROW], before[DUMP_ROW];
	unsigned long at = 0;
	bool starred = false, first = true;
	size_t count;
	int c = 0;

	while (at < skip && (c = dump_byte(dump)) != EOF)
		at++;
	for (;; at += count) {
		for (count = 0; count < DUMP_ROW && count < most && c != EOF; count++) {
			c = dump_byte(dump);
			if (c == EOF)
				break;
			byte[count] = (unsigned char)c;
		}
		most -= count;
		if (count == DUMP_ROW && !first && !dump->all &&
		    memcmp(byte, before, DUMP_ROW) == 0) {
			if (!starred)
				puts("*");
			starred = true;
			continue;
		}
		starred = first = false;
		memcpy(before, byte, DUMP_ROW);
		if (count > 0)
			row(at, byte, count);
		if (count < DUMP_ROW || ferror(stdout))
			break;
	}
	row(at + count, NULL, 0);
	return program_end(dump->program, dump->status, 1);
}

/* A number for an option: decimal, octal (0), hexadecimal (0x). */
static inline unsigned long dump_number(const char *program, const char *text)
{
	char *end;
	unsigned long n = strtoul(text, &end, 0);

	if (*text >= '0' && *text <= '9' && !*end)
		return n;
	fprintf(stderr, "%s: %s: not a number\n", program, text);
	exit(1);
}

#endif
