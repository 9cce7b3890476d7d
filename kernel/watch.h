/* Watching objects and capabilities. See watch.c. */
#ifndef KERNEL_WATCH_H
#define KERNEL_WATCH_H

#include "cap.h"
#include "ipc.h"

struct watch {
	struct list on_object; /* object->watches, of a WATCH_DEATH */
	struct cap *cap;
	struct endpoint *target;
	u64 bits;
	u8 what;
};

/* Sets bits at the target once, when what (WATCH_*) happens to cap or its object. 0, -EBUSY
 * (watched so already), -ENOMEM. */
int watch_add(struct cap *cap, unsigned what, struct endpoint *target, u64 bits);
/* The capability goes: so do its watches, silently. */
void watch_drop(struct cap *cap);
/* The object is dead: fires up to *budget watches; true when none is left. */
bool watch_object_died(struct object *object, unsigned *budget);
/* A capability derived from cap is gone. */
void watch_child_gone(struct cap *cap);

#endif
