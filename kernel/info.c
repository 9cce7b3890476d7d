/* What the kernel tells about itself, for ps, free, tlb, top and the tests.
 *
 * Records are copied out one by one, at most INFO_RECORDS a call: who asks goes on from the last
 * record's number + 1.
 *
 * Layer 6. Called by syscall.c; calls thread.c, space.c, inherit.c, frame.c, pcid.c, clock.c,
 * printk.c, copy.c. */
#include "info.h"

#include "clock.h"
#include "frame.h"
#include "inherit.h"
#include "pcid.h"
#include "printk.h"
#include "string.h"
#include "transfer.h"

#define INFO_RECORDS 8

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

static s64 write_system(struct space *space, uaddr buffer, u64 bytes)
{
	struct info_system info;
	int error;

	describe_system(&info);
	bytes = MIN(bytes, sizeof(info));
	error = space_write(space, buffer, &info, bytes);
	return error ? error : (s64)bytes;
}

static s64 write_threads(struct space *space, u64 first, uaddr buffer, u64 bytes)
{
	struct info_thread info;
	u64 done = 0, most = MIN(bytes / sizeof(info), INFO_RECORDS);
	struct thread *thread;

	while (done < most && first <= UINT16_MAX && (thread = thread_next(first))) {
		int error;

		describe_thread(thread, &info);
		error = space_write(space, buffer + done * sizeof(info), &info, sizeof(info));
		if (error)
			return error;
		first = thread_slot(thread) + 1u;
		done++;
	}
	return done * sizeof(info);
}

static s64 write_spaces(struct space *space, u64 first, uaddr buffer, u64 bytes)
{
	struct info_space info;
	u64 done = 0, most = MIN(bytes / sizeof(info), INFO_RECORDS);
	struct space *next;

	while (done < most && first <= UINT32_MAX && (next = space_next(first))) {
		int error;

		describe_space(next, &info);
		error = space_write(space, buffer + done * sizeof(info), &info, sizeof(info));
		if (error)
			return error;
		first = next->id + 1ull;
		done++;
	}
	return done * sizeof(info);
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
		return write_threads(space, first, buffer, bytes);
	case INFO_SPACES:
		return write_spaces(space, first, buffer, bytes);
	case INFO_LOG:
		return write_log(space, first, buffer, bytes);
	default:
		return -EINVAL;
	}
}
