/* Capabilities: tables, rights, derivation. See cap.c. */
#ifndef KERNEL_CAP_H
#define KERNEL_CAP_H

#include "list.h"
#include "quota.h"
#include "types.h"

enum object_type {
	OBJECT_SPACE,
	OBJECT_THREAD,
	OBJECT_ENDPOINT,
	OBJECT_MEMORY,
	OBJECT_IRQ,
	OBJECT_PORTS,
	OBJECT_KERNEL
};

/* What every kernel object begins with. cap.c knows no more of it than this. */
struct object {
	u8 type;
	bool dead;           /* accepts nothing new; object.c takes it apart */
	bool apart;          /* that is done: memory goes with the last capability and pin */
	u32 caps;            /* capabilities that name it, in all tables */
	u32 receivers;       /* of those, with CAP_RECV */
	u32 pins;            /* reasons besides capabilities to keep its memory */
	struct quota *quota; /* who pays for it */
	struct list watches; /* WATCH_DEATH, owned by watch.c */
	struct list dying;   /* on object.c's queue */
};

/* Whether its memory may go. */
static inline bool object_unused(const struct object *object)
{
	return object->apart && object->caps == 0 && object->pins == 0;
}
/* The object accepts nothing new from now on and waits for object.c. No harm if it does so already.
 */
void object_condemn(struct object *object);
extern struct list object_dying;
/* The first that waits, or NULL; off the queue; behind its end. */
static inline struct object *object_condemned(void)
{
	return list_empty(&object_dying) ? NULL : LIST_FIRST(&object_dying, struct object, dying);
}
void object_unqueue(struct object *object);
void object_requeue(struct object *object);

struct watch;

/* An entry of a table. */
struct cap {
	cap_t handle;   /* 0: free */
	u32 generation; /* of the entry: of its handle now, or of the last one */
	u32 rights;
	struct object *object;
	struct object *callee; /* the endpoint that one may call through it; else cap_no_object */
	u64 badge;
	struct cap *parent; /* derived from; NULL: from none. In a free entry: the next free one */
	struct list children; /* derived from this one */
	struct list sibling;
	struct list windows;    /* mappings made through it, owned by memory.c */
	struct watch *watch[2]; /* by WATCH_*: owned by watch.c */
	struct cap_table *table;
	u32 index; /* of the entry in its table */
} __attribute__((aligned(128)));

/* An object of no type, dead, with room for the fields of an endpoint, all 0: nobody waits there.
 * For the message path looks for a receiver before it knows that the entry, which may be free, is
 * one to call through. */
extern struct object *const cap_no_object;
#define CAP_NO_OBJECT_BYTES 1024

#define CAPS_PER_FRAME (PAGE_SIZE / sizeof(struct cap))
#define CAP_FRAMES     (CAP_MAX / CAPS_PER_FRAME)

struct cap_table {
	struct cap *frame[CAP_FRAMES];
	u32 frames, used;
	u32 swept; /* entries below are empty for good: the space is being destroyed */
	struct cap *free;
	struct quota *quota; /* pays for the frames */
};

void cap_table_init(struct cap_table *table, struct quota *quota);
/* Frees its frames. It is empty. */
void cap_table_destroy(struct cap_table *table);

/* The entry that handle names, or NULL. Past the bounds check the processor may still speculate
 * with a bad index: that is kept inside the table. */
static inline struct cap *cap_entry(const struct cap_table *table, cap_t handle)
{
	u32 index = handle & 0xffff;
	struct cap *cap;

	if (index >= table->frames * CAPS_PER_FRAME || handle == 0)
		return NULL;
	index &= CAP_MAX - 1;
	cap = &table->frame[index / CAPS_PER_FRAME][index % CAPS_PER_FRAME];
	return cap->handle == handle ? cap : NULL;
}
/* The entry that handle names, with all the rights asked for. 0, or -EBADF (no such), -EPERM (lacks
 * a right), -EPIPE (its object is dead: then too *found is set). */
int cap_find(const struct cap_table *table, cap_t handle, u32 rights, struct cap **found);
/* Makes sure that count insertions will succeed: 0, or -ENOSPC (table full), -ENOMEM. */
int cap_reserve(struct cap_table *table, unsigned count);
/* A new entry after cap_reserve. parent NULL: a first capability. */
struct cap *cap_insert(
    struct cap_table *table, struct object *object, u32 rights, u64 badge, struct cap *parent);
/* Whether a capability with these rights, derived from cap, may have that badge (0: the same);
 * yields the badge. */
bool cap_derive_badge(const struct cap *cap, u32 rights, u64 wanted, u64 *badge);
/* Hands up to *budget of cap's children to its parent and lowers it; true when none is left. */
bool cap_shed(struct cap *cap, unsigned *budget);
/* Empties the entry, which has no children, windows or watches any more. Whether its object lives
 * on is for object.c to see. */
void cap_remove(struct cap *cap);
/* How many entries the table has, and the one of that index; NULL: it is empty. */
u32 cap_entries(const struct cap_table *table);
struct cap *cap_at(const struct cap_table *table, u32 index);
/* The first at index or behind; NULL: there is none. Two entries a step: in one entry of the kernel
 * kernel_info may pass by thousands that are free. */
struct cap *cap_from(const struct cap_table *table, u32 index);

#endif
