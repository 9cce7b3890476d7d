/* Capability tables. A capability is an entry in a space's table: an object, the rights to it, a
 * badge. User code names it by a handle, and has no other way to name anything.
 *
 * Invariants: a handle names at most one entry, ever: its generation rises when the entry is
 * emptied, and an entry whose 32 bits of generation are used up is not used again (at a deletion
 * each microsecond, after 71 minutes of wearing out that one entry). An entry's rights are a subset
 * of those of the entry it was derived from. object->caps counts the entries that name it.
 *
 * Derivation is a tree over all tables. Deleting an entry hands its children to its parent;
 * revoking deletes the children until there are none: each descendant is handed upward once, so
 * both are linear in what they touch, and both stop at a budget and go on later (object.c).
 *
 * Layer 3. Sees objects only by their header. Called by ipc.c, ipc_end.c, transfer.c, space.c,
 * object.c, handle.c, syscall.c, elf.c, main.c; calls frame.c, quota.c. (Ideas: seL4's capability
 * derivation tree; EROS' generations.) */
#include "cap.h"

#include "frame.h"
#include "machine.h"
#include "string.h"

_Static_assert(PAGE_SIZE % sizeof(struct cap) == 0, "entries fill a frame");

static union {
	struct object object;
	u8 room[CAP_NO_OBJECT_BYTES];
} nothing = { .object.dead = true };
struct object *const cap_no_object = &nothing.object;

struct list object_dying = { &object_dying, &object_dying };

void object_condemn(struct object *object)
{
	if (object->dead)
		return;
	object->dead = true;
	list_push_back(&object_dying, &object->dying);
}

void object_unqueue(struct object *object)
{
	list_remove(&object->dying);
}

void object_requeue(struct object *object)
{
	list_push_back(&object_dying, &object->dying);
}

static cap_t make_handle(u32 index, u32 generation)
{
	return index | (cap_t)generation << 16;
}

static struct cap *entry_at(const struct cap_table *table, u32 index)
{
	return &table->frame[index / CAPS_PER_FRAME][index % CAPS_PER_FRAME];
}

void cap_table_init(struct cap_table *table, struct quota *quota)
{
	memset(table, 0, sizeof(*table));
	table->quota = quota;
}

void cap_table_destroy(struct cap_table *table)
{
	u64 bytes = (u64)table->frames * PAGE_SIZE;

	ASSERT(table->used == 0);
	while (table->frames > 0)
		frame_free(virt_to_phys(table->frame[--table->frames]));
	quota_refund(table->quota, bytes);
	table->free = NULL;
}

int cap_find(const struct cap_table *table, cap_t handle, u32 rights, struct cap **found)
{
	struct cap *cap = cap_entry(table, handle);

	if (!cap)
		return -EBADF;
	if ((cap->rights & rights) != rights)
		return -EPERM;
	*found = cap;
	return cap->object->dead ? -EPIPE : 0;
}

/* A frame of entries more, charged to the owner, all of them free: the lowest index is used first.
 */
static int add_frame(struct cap_table *table)
{
	u32 first = table->frames * CAPS_PER_FRAME;
	paddr frame;

	if (table->frames == CAP_FRAMES)
		return -ENOSPC;
	if (!quota_charge(table->quota, PAGE_SIZE))
		return -ENOMEM;
	frame = frame_alloc_zeroed();
	if (!frame) {
		quota_refund(table->quota, PAGE_SIZE);
		return -ENOMEM;
	}
	table->frame[table->frames++] = phys_to_virt(frame);
	for (u32 i = CAPS_PER_FRAME; i-- > 0;) {
		struct cap *cap = entry_at(table, first + i);

		cap->index = first + i;
		cap->callee = cap_no_object;
		cap->generation = 1; /* so that no handle is 0 */
		cap->parent = table->free;
		table->free = cap;
	}
	return 0;
}

int cap_reserve(struct cap_table *table, unsigned count)
{
	ASSERT(count <= MSG_CAPS);
	for (;;) {
		struct cap *cap = table->free;
		unsigned free = 0;
		int error;

		for (; cap && free < count; cap = cap->parent)
			free++;
		if (free == count)
			return 0;
		error = add_frame(table);
		if (error)
			return error;
	}
}

struct cap *cap_insert(
    struct cap_table *table, struct object *object, u32 rights, u64 badge, struct cap *parent)
{
	struct cap *cap = table->free;

	ASSERT(cap && !object->dead);
	ASSERT(!parent || (rights & ~parent->rights) == 0);
	table->free = cap->parent;
	table->used++;
	cap->handle = make_handle(cap->index, cap->generation);
	cap->callee = rights & CAP_SEND ? object : cap_no_object;
	cap->object = object;
	cap->rights = rights;
	cap->badge = badge;
	cap->table = table;
	cap->parent = parent;
	list_init(&cap->children);
	list_init(&cap->windows);
	list_init(&cap->sibling);
	if (parent)
		list_push_back(&parent->children, &cap->sibling);
	object->caps++;
	if (rights & CAP_RECV)
		object->receivers++;
	return cap;
}

bool cap_derive_badge(const struct cap *cap, u32 rights, u64 wanted, u64 *badge)
{
	u64 old = cap->badge;

	*badge = wanted ? wanted : old;
	if (*badge == old || old == 0)
		return true;
	switch (cap->object->type) {
	case OBJECT_IRQ: /* a mask of lines: fewer */
		return (wanted & ~old) == 0;
	case OBJECT_PORTS: { /* a range: within */
		u64 first = old & 0xffff, wanted_first = wanted & 0xffff;

		return wanted_first >= first &&
		    wanted_first + (wanted >> 16) <= first + (old >> 16);
	}
	case OBJECT_ENDPOINT: /* one that only notifies: fewer bits. Else the badge says who it is,
				 and stays */
		return !(rights & (CAP_SEND | CAP_RECV)) && (wanted & ~old) == 0;
	default:
		return false;
	}
}

bool cap_shed(struct cap *cap, unsigned *budget)
{
	while (!list_empty(&cap->children)) {
		struct cap *child = LIST_FIRST(&cap->children, struct cap, sibling);

		if (*budget == 0)
			return false;
		(*budget)--;
		list_remove(&child->sibling);
		child->parent = cap->parent;
		if (cap->parent)
			list_push_back(&cap->parent->children, &child->sibling);
	}
	return true;
}

void cap_remove(struct cap *cap)
{
	struct cap_table *table = cap->table;

	ASSERT(cap->handle && list_empty(&cap->children) && list_empty(&cap->windows));
	ASSERT(!cap->watch[0] && !cap->watch[1]);
	list_remove(&cap->sibling);
	cap->object->caps--;
	if (cap->rights & CAP_RECV)
		cap->object->receivers--;
	cap->handle = 0;
	cap->object = NULL;
	cap->callee = cap_no_object;
	table->used--;
	if (++cap->generation != 0) {
		cap->parent = table->free;
		table->free = cap;
	}
}

u32 cap_entries(const struct cap_table *table)
{
	return table->frames * CAPS_PER_FRAME;
}

struct cap *cap_from(const struct cap_table *table, u32 index)
{
	for (u32 frame = index / CAPS_PER_FRAME; frame < table->frames; frame++) {
		struct cap *cap = entry_at(table, index),
			   *end = table->frame[frame] + CAPS_PER_FRAME;

		if (index % 2 && (cap++)->handle)
			return cap - 1;
		for (; cap < end; cap += 2)
			if (cap[0].handle | cap[1].handle)
				return cap[0].handle ? cap : cap + 1;
		index = (frame + 1) * CAPS_PER_FRAME;
	}
	return NULL;
}

struct cap *cap_at(const struct cap_table *table, u32 index)
{
	struct cap *cap = entry_at(table, index);

	return cap->handle ? cap : NULL;
}
