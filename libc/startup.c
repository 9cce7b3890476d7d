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

cap_t startup_cap(const char *name)
{
	const struct startup *s = libc_startup;

	for (uint32_t i = 0; s && i < s->caps && i < STARTUP_CAPS; i++)
		if (strncmp(s->cap[i].name, name, sizeof s->cap[i].name) == 0)
			return s->cap[i].cap;
	return 0;
}
