/* Finding one's way in the startup block. */
#include <atoll/startup.h>
#include <stddef.h>
#include <string.h>

#include "internal.h"

cap_t libc_pager;

const struct startup *startup_block(void)
{
	return libc_startup;
}

/* The one of this name, of index `from` or more. */
static const struct startup_cap *find(const char *name, uint32_t from)
{
	const struct startup *s = libc_startup;

	for (uint32_t i = from; s && i < s->caps && i < STARTUP_CAPS; i++)
		if (strncmp(s->cap[i].name, name, sizeof s->cap[i].name) == 0)
			return &s->cap[i];
	return NULL;
}

const struct startup_cap *startup_named(const char *name)
{
	return find(name, 0);
}

cap_t startup_cap(const char *name)
{
	const struct startup_cap *found = find(name, 0);

	return found ? found->cap : 0;
}

const struct startup_cap *startup_covering(const char *name, uint64_t what)
{
	const struct startup_cap *found = find(name, 0);

	while (found && (what < found->first || what - found->first >= found->size))
		found = find(name, (uint32_t)(found - libc_startup->cap) + 1);
	return found;
}
