/* How objects end. See object.c. */
#ifndef KERNEL_OBJECT_H
#define KERNEL_OBJECT_H

#include "cap.h"
#include "space.h"

/* Objects that one kernel entry deals with at the most. */
#define OBJECT_BUDGET 16

/* Deletes an entry with what hangs on it; false: budget used up, call again. */
bool object_delete_cap(struct cap *cap, unsigned *budget);
/* Deletes everything derived from an entry; false: call again. */
bool object_revoke(struct cap *cap, unsigned *budget);
/* One reason less to keep it. */
void object_unpin(struct object *object);
/* One bounded step at what is dying; trap.c calls it on the way out while there is something. */
void object_step(void);
/* The machine halts when this space ends. */
void object_set_root(struct space *space);

#endif
