/* name: from names to capabilities, and who may call whom.
 *
 * The badge of a message is the caller's pid. Everybody has a capability of this server (`name` in
 * the startup block), so its answers never wait for anybody else. */
#ifndef SERVERS_NAME_PROTOCOL_H
#define SERVERS_NAME_PROTOCOL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define NAME_VERSION   1
#define NAME_MAX_LEN   31  /* letters, digits, '-', '_', '.' */
#define NAME_ENTRIES   64  /* names at the most */
#define NAME_WAITERS   64  /* lookups that wait at the same time */
#define NAME_ALLOW_MAX 256 /* bytes of a may-call list */

/* Gives a capability a name.
 * In:     bytes: the name (no NUL); word 0: whose it is, heeded from init only, else the caller's.
 *         One capability, with CAP_TRANSFER and not narrowed: an endpoint's (copies of it get
 *         CAP_SEND), the kernel's (CAP_INFO, or else CAP_TRACE) or a memory object's (CAP_READ).
 * Errors: EINVAL (not a name, or another capability), EEXIST (another pid has it), ENOSPC (full),
 *         EPERM (no endpoint, of a pid from 16 on: nothing would end its name).
 * Idempotent: the owner, or init, may register a name anew, and the new capability takes the old
 * one's place. The name goes when the object dies, an endpoint when nobody can receive there. */
#define NAME_REGISTER 1

/* A capability for a name.
 * In:     bytes: the name; word 0: 0 answer at once, 1 wait until there is one.
 * Out:    one capability, a copy whose badge is the caller's pid.
 * Errors: EINVAL (not a name), ENOENT (no such name), EACCES (not on the caller's may-call list),
 *         EAGAIN (so many wait that this one was given up: try again).
 * Idempotent. */
#define NAME_LOOKUP 2

/* All names.
 * In:     word 0: index to begin with; word 1: how many entries the caller takes.
 * Out:    bytes: array of struct name_entry, by name; none: no more. Word 0: how many in all.
 * Idempotent. */
#define NAME_LIST 3

/* Who may call whom (init only). Before it is said for a pid: nobody. Until it is said for 16,
 * which init does last, lookups and lists wait.
 * In:     word 0: pid 2 to 15, or 16 for all from 16 on; bytes: a list of names with commas, "*"
 *         for all, "-" for none.
 * Errors: EPERM (the caller is not init), EINVAL (the pid or the list).
 * Idempotent. */
#define NAME_ALLOW 4

struct name_entry {
	char name[NAME_MAX_LEN + 1];
	uint64_t pid;     /* whose it is */
	uint32_t allowed; /* 1: the caller of NAME_LIST may look it up */
	uint32_t reserved;
};

static inline bool name_valid(const char *name, size_t length)
{
	for (size_t i = 0; i < length; i++)
		if (!((name[i] >= 'a' && name[i] <= 'z') || (name[i] >= 'A' && name[i] <= 'Z') ||
			(name[i] >= '0' && name[i] <= '9') || name[i] == '-' || name[i] == '_' ||
			name[i] == '.'))
			return false;
	return length > 0 && length <= NAME_MAX_LEN;
}

/* A may-call list: "*", "-", or names with commas. */
static inline bool name_list_valid(const char *list, size_t length)
{
	if (length == 1 && (list[0] == '*' || list[0] == '-'))
		return true;
	if (length >= NAME_ALLOW_MAX)
		return false;
	for (size_t at = 0, end; at <= length; at = end + 1) {
		for (end = at; end < length && list[end] != ','; end++)
			;
		if (!name_valid(list + at, end - at))
			return false;
	}
	return true;
}

#endif
