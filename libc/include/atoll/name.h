/* Finding servers: the name server's two calls that everybody makes (servers/name/protocol.h has
 * the rest). */
#ifndef ATOLL_NAME_H
#define ATOLL_NAME_H

#include <atoll/abi.h>

/* A capability of the server that has this name; its badge is the caller's pid. With DEADLINE_NOW
 * -ENOENT when there is none; else waits until there is. */
int64_t name_lookup(const char *name, uint64_t deadline);
/* The same for who calls that server again and again: looked up when *kept is 0, and kept there,
 * for an endpoint outlives its server. 0, or the error of name_lookup(). */
int name_once(const char *name, cap_t *kept, uint64_t deadline);
/* Gives a capability a name. An endpoint's must not be narrowed. */
int name_register(const char *name, cap_t capability);

#endif
