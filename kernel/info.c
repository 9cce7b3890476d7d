/* What the kernel tells about itself, for ps, free, tlb, top and the tests.
 *
 * Records are copied out one by one, at most INFO_RECORDS a call: who asks goes on from the last
 * record's number + 1.
 *
 * Layer 6. Called by syscall.c; calls thread.c, space.c, cap.c, irq.c, inherit.c, frame.c, pcid.c,
 * clock.c, printk.c, copy.c. */
#include "info.h"

#include "clock.h"
#include "frame.h"
#include "inherit.h"
#include "irq.h"
#include "memory.h"
#include "pcid.h"
#include "printk.h"
#include "string.h"
#include "transfer.h"

#define INFO_RECORDS 8

union record {
	struct info_thread thread;
	struct info_space space;
	struct info_irq irq;
	struct info_cap cap;
};

_Static_assert(INFO_CAP_SPACE == (int)OBJECT_SPACE && INFO_CAP_KERNEL == (int)OBJECT_KERNEL,
    "types are told as they are");

struct counters counters;

/* The whole machine in one record. Time in idle and in boot does not count as used. */
static void describe_system(struct info_system *info)
{
	u64 across = counters.short_cuts_across, short_cuts = across + counters.short_cuts_within;

	*info = (struct info_system){
		.uptime_ns = clock_now(),
		.idle_ns = clock_from_tsc(boot_tsc_entry + counters.tsc_idle),
		.frames_total = frame_total(),
		.frames_free = frame_available(),
		.threads = thread_count(),
		.spaces = space_count(),
		.calls = counters.calls + short_cuts,
		.messages = transfer_count + short_cuts,
		.faults = counters.faults,
		.interrupts = counters.interrupts,
		.switches = counters.switches + short_cuts,
		.space_switches = pcid_unflushed(across) + pcid_flushed(across),
		.switches_unflushed = pcid_unflushed(across),
		.full_flushes = pcid_flushed(across),
		.page_flushes = pcid_counters.page_flushes,
		.pcid_rollovers = pcid_counters.rollovers,
		.pcid_generation = pcid_generation(),
		.pcid_tags = pcid_tags(),
		.invpcid = machine_features.invpcid,
		.tsc_entry = boot_tsc_entry,
		.tsc_user = counters.tsc_user,
		.tsc_now = machine_tsc(),
		.tsc_idle = counters.tsc_idle,
		.tsc_hz = clock_tsc_hz(),
	};
}

static void describe_thread(const struct thread *thread, struct info_thread *info)
{
	const struct thread *waits_for = inherit_waits_for(thread);

	*info = (struct info_thread){
		.slot = thread_slot(thread),
		.space = thread->space->id,
		.id = thread->id,
		.waits_on = waits_for ? waits_for->id : 0,
		.cpu_ns = clock_from_tsc(boot_tsc_entry + thread->cpu_tsc),
		.messages = thread_messages(thread),
		.tag = thread->space->tag,
		.state = thread->state,
		.base = thread->base,
		.effective = thread->effective,
	};
	memcpy(info->name, thread->space->name, sizeof(info->name));
}

static void describe_space(const struct space *space, struct info_space *info)
{
	*info = (struct info_space){
		.id = space->id,
		.threads = space->thread_count,
		.tag = space->tag,
		.quota = space->quota->limit / PAGE_SIZE,
		.used = ALIGN_UP(space->quota->used, PAGE_SIZE) / PAGE_SIZE,
		.caps = space->caps.used,
		.windows = space->window_count,
		.ceiling = space->ceiling,
	};
	memcpy(info->name, space->name, sizeof(info->name));
}

/* An endpoint is told of by who receives from it: that is whom a message through it reaches. */
static void describe_cap(const struct cap *cap, struct info_cap *info)
{
	const struct object *object = cap->object;
	const struct thread *thread = NULL;
	const struct space *space = NULL;

	*info = (struct info_cap){
		.index = cap->index,
		.handle = cap->handle,
		.badge = cap->badge,
		.rights = cap->rights,
		.type = object->type,
		.dead = object->dead,
	};
	if (object->type == OBJECT_MEMORY)
		info->what = CONTAINER_OF(object, struct memory, object)->pages * PAGE_SIZE;
	else if (object->type == OBJECT_ENDPOINT)
		thread = cap_endpoint(cap)->receiver;
	else if (object->type == OBJECT_THREAD)
		thread = CONTAINER_OF(object, struct thread, object);
	else if (object->type == OBJECT_SPACE)
		space = CONTAINER_OF(object, struct space, object);
	if (thread) {
		info->what = thread->id;
		space = thread->space;
	} else if (space) {
		info->what = space->id;
	}
	if (space)
		memcpy(info->name, space->name, sizeof(info->name));
}

static s64 write_system(struct space *space, uaddr buffer, u64 bytes)
{
	struct info_system info;
	int error;

	describe_system(&info);
	bytes = MIN(bytes, sizeof(info));
	error = space_write(space, buffer, &info, bytes);
	return error ? error : (s64)bytes;
}

/* ---- Records one by one: each fills the record of the first thing from *first on, and sets *first
 * behind it. False: there are no more. ------------------------------------------------------- */

static bool next_thread(u64 *first, union record *record)
{
	struct thread *thread = *first <= UINT16_MAX ? thread_next(*first) : NULL;

	if (thread) {
		describe_thread(thread, &record->thread);
		*first = thread_slot(thread) + 1u;
	}
	return thread;
}

static bool next_space(u64 *first, union record *record)
{
	struct space *space = *first <= UINT32_MAX ? space_next(*first) : NULL;

	if (space) {
		describe_space(space, &record->space);
		*first = space->id + 1ull;
	}
	return space;
}

static bool next_irq(u64 *first, union record *record)
{
	u64 line = *first;
	const struct thread *receiver;

	while (line < IRQ_LINES && !irq_endpoint(line))
		line++;
	if (line >= IRQ_LINES)
		return false;
	receiver = irq_endpoint(line)->receiver;
	record->irq = (struct info_irq){
		.line = line,
		.masked = irq_waits(line),
		.count = irq_count(line),
	};
	if (receiver)
		memcpy(record->irq.name, receiver->space->name, sizeof(record->irq.name));
	*first = line + 1;
	return true;
}

static bool next_cap(u64 *first, union record *record)
{
	u32 id = *first >> 32;
	const struct space *space = space_next(id);
	const struct cap *cap =
	    space && space->id == id ? cap_from(&space->caps, (u32)*first) : NULL;

	if (!cap)
		return false;
	describe_cap(cap, &record->cap);
	record->cap.space = id;
	*first = INFO_CAP(id, cap->index + 1);
	return true;
}

static s64 write_records(struct space *space, u64 first, uaddr buffer, u64 bytes,
    bool (*next)(u64 *first, union record *record), u64 size)
{
	u64 done = 0, most = MIN(bytes / size, INFO_RECORDS);
	union record record;

	while (done < most && next(&first, &record)) {
		int error = space_write(space, buffer + done * size, &record, size);

		if (error)
			return error;
		done++;
	}
	return done * size;
}

static s64 write_log(struct space *space, u64 first, uaddr buffer, u64 bytes)
{
	char text[512];
	size_t count = printk_log_read(first, text, MIN(bytes, sizeof(text)));
	int error = space_write(space, buffer, text, count);

	return error ? error : (s64)count;
}

s64 info_write(struct space *space, u64 what, u64 first, uaddr buffer, u64 bytes)
{
	switch (what) {
	case INFO_SYSTEM:
		return write_system(space, buffer, bytes);
	case INFO_THREADS:
		return write_records(
		    space, first, buffer, bytes, next_thread, sizeof(struct info_thread));
	case INFO_SPACES:
		return write_records(
		    space, first, buffer, bytes, next_space, sizeof(struct info_space));
	case INFO_IRQS:
		return write_records(
		    space, first, buffer, bytes, next_irq, sizeof(struct info_irq));
	case INFO_CAPS:
		return write_records(
		    space, first, buffer, bytes, next_cap, sizeof(struct info_cap));
	case INFO_LOG:
		return write_log(space, first, buffer, bytes);
	default:
		return -EINVAL;
	}
}
