/* Memory objects and the windows through which spaces see them. See memory.c. */
#ifndef KERNEL_MEMORY_H
#define KERNEL_MEMORY_H

#include "cap.h"
#include "space.h"
#include "types.h"

#define MEMORY_DIRECT 8

struct memory {
	struct object object;
	u64 pages;
	u64 freed;                   /* progress of memory_dismantle */
	bool borrowed;               /* frames are the boot loader's: never freed */
	paddr direct[MEMORY_DIRECT]; /* of up to 8 pages: the frames. 0: not there yet */
	paddr root;                  /* of more: a frame of 512 tables of 512 frames */
};

/* A part of a memory object mapped into a space. */
struct window {
	struct list by_cap;   /* on cap->windows */
	struct list by_space; /* on space->windows, sorted by address */
	struct cap *cap;      /* through which it was made: goes with it */
	struct space *space;
	uaddr address;
	u64 offset;        /* pages into the object */
	u64 pages, mapped; /* wanted, and there so far */
	u64 changed;       /* progress of memory_protect */
	u8 prot;
	bool failed; /* memory ran out on the way: being unmapped again */
};

/* In one space. They are kept in a list, and so few that to search it, and to look at each of a
 * range twice, is soon done. */
#define WINDOWS_MAX 256

/* A step was cut short at its budget; what is done is kept in the objects. The same call again goes
 * on. Not an error number that user code ever sees. */
#define RESTART (-4096)

/* What an object of that many pages may take, and is charged for: also the tables that say where
 * the frames are. */
u64 memory_frames(u64 pages);
/* An object of that many pages, all zeros when first mapped; its frames come when they are mapped.
 * NULL: the quota cannot pay. */
struct memory *memory_create(u64 pages, struct quota *quota);
/* One over frames that exist already (boot modules). */
struct memory *memory_borrow(paddr start, u64 pages, struct quota *quota);
/* The frame of a page, made when it is not there; 0: out of memory. */
paddr memory_frame(struct memory *memory, u64 page);
/* Whether whoever holds cap holds all there is of a memory object: it is the only capability, and
 * nothing is mapped through it, nor does the kernel write to it. 0, or -EINVAL (no memory), -EBUSY.
 */
int memory_check_sole(const struct cap *cap);
/* From now on quota pays for the object, not who paid before. False beforehand: it cannot. */
bool memory_can_charge(const struct memory *memory, const struct quota *quota);
void memory_charge(struct memory *memory, struct quota *quota);
/* Makes it the ring that events are written to: 0, RESTART, or -ENOMEM, and then it is not. */
int memory_trace(struct memory *memory, unsigned budget);
/* Frees up to *budget frames of a dead object; true when done: then memory_free. */
bool memory_dismantle(struct memory *memory, unsigned *budget);
void memory_free(struct memory *memory);

/* Each does at most *budget pages and lowers it. 0, an error, or RESTART. */
int memory_map(struct cap *cap, struct space *space, uaddr address, u64 offset, u64 bytes, u64 prot,
    unsigned *budget);
int memory_unmap(struct space *space, uaddr address, u64 bytes, unsigned *budget);
int memory_protect(struct space *space, uaddr address, u64 bytes, u64 prot, unsigned *budget);
/* Takes one window down; true when it is gone. */
bool memory_close_window(struct window *window, unsigned *budget);

#endif
