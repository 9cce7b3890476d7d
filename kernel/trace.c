/* Traces: a ring of events in memory that whoever traces has made, pays for, and maps to read
 * (trace_into, docs/abi/trace_into.md).
 *
 * Invariant: the kernel reads nothing of what stands in the ring, which its owner may write to:
 * count and place are variables here. Frames are written to only between trace_begin and trace_end,
 * which comes before they are freed (object.c). While events are written no message takes the short
 * cut, which writes none.
 *
 * Off, an event costs its place one test of one word (trace.h).
 *
 * Layer 2, for events come from all above it. Called by trap.c, ipc.c, ipc_end.c, inherit.c,
 * fault.c, thread.c, memory.c, pcid.c, syscall.c, object.c; calls the machine. (Rings that a tracer
 * maps: DTrace's buffers, Linux's ftrace and perf.) */
#include "trace.h"

#include "machine_inline.h"

#define PER_PAGE (PAGE_SIZE / sizeof(struct trace_event))
_Static_assert(PAGE_SIZE % sizeof(struct trace_event) == 0, "no event crosses a page");
_Static_assert(sizeof(struct trace_ring) == sizeof(struct trace_event), "it has place 0");

bool trace_on;
const void *trace_owner;

static struct trace_event *page[TRACE_PAGES];
static u64 pages;
static u64 count; /* events written */
static u64 place; /* of the next, in events from the ring's beginning */

static struct trace_ring *ring(void)
{
	return (struct trace_ring *)page[0];
}

void trace_add(const void *owner, paddr frame)
{
	ASSERT(!trace_on && (!trace_owner || trace_owner == owner) && pages < TRACE_PAGES);
	trace_owner = owner;
	page[pages++] = phys_to_virt(frame);
}

u64 trace_pages(void)
{
	return pages;
}

void trace_begin(void)
{
	ASSERT(pages > 0);
	count = 0;
	place = 1;
	*ring() = (struct trace_ring){ .version = TRACE_VERSION,
		.room = pages * PER_PAGE - 1,
		.event_bytes = sizeof(struct trace_event) };
	machine_hold_short_cut(true);
	trace_on = true;
}

void trace_end(const void *owner)
{
	if (owner != trace_owner)
		return;
	trace_on = false;
	machine_hold_short_cut(false);
	trace_owner = NULL;
	pages = 0;
}

void trace_write(u32 event, u64 thread, u64 peer, u64 badge, u64 label, u64 value)
{
	page[place / PER_PAGE][place % PER_PAGE] = (struct trace_event){ .time = machine_tsc(),
		.number = count,
		.thread = thread,
		.peer = peer,
		.badge = badge,
		.label = label,
		.value = value,
		.event = event };
	if (++place == pages * PER_PAGE)
		place = 1;
	/* Whoever sees the count sees the event: the compiler keeps this order, and so do the
	 * processor's stores. */
	__atomic_store_n(&ring()->count, ++count, __ATOMIC_RELEASE);
}
