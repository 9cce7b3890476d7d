/* Finding servers: the name server's two calls that everybody makes (servers/name/protocol.h has
 * the rest). */
#ifndef ATOLL_NAME_H
#define ATOLL_NAME_H

#include <atoll/abi.h>

/* A capability of the server that has this name; its badge is the caller's pid. With DEADLINE_NOW
 * -ENOENT when there is none; else waits until there is. */
int64_t name_lookup(const char *name, uint64_t deadline);
/* Gives a capability a name. An endpoint's must not be narrowed. */
int name_register(const char *name, cap_t capability);

#endif
