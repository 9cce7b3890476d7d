/* The ring of earlier lines: a flat buffer from which the oldest line is cut when room is needed.
 * Lines are added by a person typing, so moving 8 KiB each time costs nothing that anybody could
 * notice. */
#include "history.h"
#include <string.h>

void history_add(struct history *history, const char *line, size_t length)
{
	const char *newest = history_get(history, 0);

	if (length == 0 || length + 1 > sizeof history->lines)
		return;
	if (newest && strlen(newest) == length && memcmp(newest, line, length) == 0)
		return;
	while (history->used + length + 1 > sizeof history->lines) {
		size_t oldest = strlen(history->lines) + 1;

		history->used -= oldest;
		memmove(history->lines, history->lines + oldest, history->used);
	}
	memcpy(history->lines + history->used, line, length);
	history->lines[history->used + length] = '\0';
	history->used += length + 1;
}

const char *history_get(const struct history *history, unsigned age)
{
	size_t start = history->used;

	do {
		if (start == 0)
			return NULL;
		/* From the end of one line, which is at start - 1, back to behind the end of the
		 * one before. */
		for (start--; start > 0 && history->lines[start - 1] != '\0'; start--)
			;
	} while (age-- > 0);
	return history->lines + start;
}
