/* What kernel_info tells. See info.c. */
#ifndef KERNEL_INFO_H
#define KERNEL_INFO_H

#include "thread.h"

/* Counts since boot, raised by trap.c. */
struct counters {
	u64 calls, faults, interrupts, switches;
	/* messages that took the short cut: to another space, within one; not counted above */
	u64 short_cuts_across, short_cuts_within;
	u64 tsc_user, tsc_idle;
};
extern struct counters counters;

/* Writes as many records from `first` on as fit and a bounded number allows; returns the bytes
 * written, or an error. */
s64 info_write(struct space *space, u64 what, u64 first, uaddr buffer, u64 bytes);

#endif
