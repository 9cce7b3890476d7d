/* Address spaces: page table, tag, capability table, quota, ceiling. See space.c. */
#ifndef KERNEL_SPACE_H
#define KERNEL_SPACE_H

#include "cap.h"
#include "list.h"
#include "pcid.h"
#include "quota.h"
#include "types.h"

/* Where a page of user memory is; see copy.c. */
struct view {
	uaddr page;   /* its address, or view_none */
	u64 distance; /* from there to where the kernel sees it */
};
#define VIEWS 16
/* What for: each has views of its own, so that the parts of a message, wherever they lie, do not
 * drive each other out. To write a struct msg_ext is to read it too. */
enum access { ACCESS_READ, ACCESS_WRITE, ACCESS_EXT, ACCESS_COUNT };

struct space {
	struct object object;
	paddr root;
	struct pcid pcid;
	struct cap_table caps;
	struct quota *quota;
	u8 ceiling; /* no thread of it gets a base priority above this */
	u32 id;     /* for kernel_info: never used twice */
	u64 tag;    /* for kernel_info: the creator's number for it */
	char name[KERNEL_NAME_MAX];
	struct list link;    /* all spaces, by id */
	struct list created; /* by threads of this one: they end with it */
	struct list sibling; /* on its creator's list */
	struct list threads; /* thread.c */
	u32 thread_count;
	struct list windows; /* memory.c: by address */
	u32 window_count;
	struct view views[ACCESS_COUNT][VIEWS]; /* copy.c: of the pages looked up last, by number */
};

/* At once in the system: they are kept in a list, which kernel_info may have to walk. */
#define SPACES_MAX 4096

/* A space that may spend `limit` bytes of its creator's quota and ends with it (NULL: init). NULL:
 * out of memory, or too many. The space's own structures are charged to itself. */
struct space *space_create(
    struct space *creator, u64 limit, u8 ceiling, const char *name, size_t length, u64 tag);
/* Takes apart up to *budget of what is left of a dead space whose threads, capabilities and windows
 * are gone; true when done: then space_free. */
bool space_dismantle(struct space *space, unsigned *budget);
void space_free(struct space *space);

extern struct space *space_on[CPUS_MAX]; /* the space that each processor has loaded, or NULL */

/* Makes its translations this processor's. */
static inline void space_load(struct space *space)
{
	if (space == space_on[machine_cpu()])
		return;
	space_on[machine_cpu()] = space;
	pcid_load(space->root, &space->pcid);
}
/* Whether that takes no more than loading this into CR3. Who does so enters the kernel by
 * space_entered the next time. */
static inline bool space_ready(const struct space *space)
{
	return pcid_ready(&space->pcid);
}
static inline u64 space_cr3(const struct space *space)
{
	return space->pcid.cr3[machine_cpu()];
}
/* The kernel was entered from this space: it is the one that is loaded. */
static inline void space_entered(struct space *space)
{
	space_on[machine_cpu()] = space;
}
/* Whose they are: a mask of processors. */
u64 space_loaded(const struct space *space);
/* The entry of this page is not what it was: whoever remembers the old one forgets it, the TLBs and
 * copy.c. */
void space_flush_page(struct space *space, uaddr address);
/* Loads the kernel's own root wherever this space is loaded, so that its tables can go. */
void space_unload(struct space *space);

/* The space of the lowest id that is not below id, or NULL. */
struct space *space_next(u32 id);
u32 space_count(void);

/* User memory, through the page tables and the direct map: the kernel never uses a user address
 * itself, so SMAP stays on and no user buffer can fault the kernel. Each answers 0 or -EFAULT, and
 * nothing was done. */
int space_check(struct space *space, uaddr address, u64 bytes, bool write);
int space_read(struct space *space, void *to, uaddr from, u64 bytes);
int space_write(struct space *space, uaddr to, const void *from, u64 bytes);
/* Between two spaces, once and directly. Both sides were checked. */
void space_copy(struct space *to_space, uaddr to, struct space *from_space, uaddr from, u64 bytes);
#endif
