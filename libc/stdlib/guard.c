/* Patterns in the heap. The last word of a payload is the number of bytes that the program got. */
#include "guard.h"
#include <stdint.h>
#include <string.h>

#define FRESH  0xcd
#define BEHIND 0xfd
#define BURIED 0xdd

static bool all(const unsigned char *from, size_t count, unsigned char byte)
{
	for (size_t i = 0; i < count; i++)
		if (from[i] != byte)
			return false;
	return true;
}

static size_t *size_of(const void *payload, size_t room)
{
	return (size_t *)((char *)payload + room - sizeof(size_t));
}

void guard_set(void *payload, size_t room, size_t bytes)
{
	memset(payload, FRESH, bytes);
	memset((char *)payload + bytes, BEHIND, room - sizeof(size_t) - bytes);
	*size_of(payload, room) = bytes;
}

size_t guard_size(const void *payload, size_t room)
{
	return *size_of(payload, room);
}

bool guard_intact(const void *payload, size_t room)
{
	const size_t bytes = guard_size(payload, room);

	return bytes < room - sizeof(size_t) &&
	    all((const unsigned char *)payload + bytes, room - sizeof(size_t) - bytes, BEHIND);
}

void guard_bury(void *payload, size_t room)
{
	memset(payload, BURIED, room);
}

bool guard_undisturbed(const void *payload, size_t room)
{
	return all(payload, room, BURIED);
}
