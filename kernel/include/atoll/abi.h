/* What user code sees of the kernel: the calls, their registers, the objects, the structures.
 * Nothing else.
 *
 * One table (ATOLL_CALLS) yields the numbers here, the user stubs (libc/x86/), the dispatch
 * (kernel/syscall.c) and the names in traces. One page a call: docs/abi/. Units: times are
 * nanoseconds since boot on the monotonic clock, sizes bytes, quotas frames of 4096 bytes,
 * priorities 0 (lowest) to 63. */
#ifndef ATOLL_ABI_H
#define ATOLL_ABI_H

#include <atoll/errno.h>
#include <stdint.h>

#define ABI_VERSION 1

/* ---- Calls ----------------------------------------------------------------------------
 *
 * SYSCALL instruction; number in rax; arguments in rdi, rsi, rdx, r10, r8, r9; result in rax (rcx
 * and r11 are lost; what stands behind a comma in a result is in rdx). The four message calls have
 * registers of their own, below. CALL(number, name, arguments). A space of 0 is the caller's own.
 */
/* clang-format off */
#define ATOLL_CALLS(CALL) \
	CALL(0, ipc_call, 4)            /* see "Messages" */ \
	CALL(1, ipc_reply_recv, 5) \
	CALL(2, ipc_recv, 3) \
	CALL(3, ipc_reply, 3) \
	CALL(4, delegate, 2)            /* token, thread */ \
	CALL(5, notify, 2)              /* endpoint, bits */ \
	CALL(6, yield, 0) \
	CALL(7, thread_create, 6)       /* space, entry, stack, argument, priority, pager: thread, its id */ \
	CALL(8, thread_start, 1)        /* thread */ \
	CALL(9, thread_set, 3)          /* thread (0: oneself), THREAD_*, value */ \
	CALL(10, thread_kill, 1)        /* thread (0: oneself) */ \
	CALL(11, space_create, 5)       /* frames, ceiling, name, its length, tag: space */ \
	CALL(12, space_destroy, 1)      /* space */ \
	CALL(13, endpoint_create, 0)    /* : endpoint */ \
	CALL(14, endpoint_unbind, 1)    /* endpoint */ \
	CALL(15, cap_mint, 4)           /* capability, rights, badge, space: handle there */ \
	CALL(16, cap_delete, 1)         /* capability */ \
	CALL(17, cap_revoke, 1)         /* capability */ \
	CALL(18, mem_create, 1)         /* bytes: memory */ \
	CALL(19, mem_map, 6)            /* memory, space, address, offset, length, PROT_* */ \
	CALL(20, mem_unmap, 3)          /* space, address, length */ \
	CALL(21, mem_protect, 4)        /* space, address, length, PROT_* */ \
	CALL(22, irq_bind, 4)           /* irq, line, endpoint, bits */ \
	CALL(23, irq_ack, 2)            /* irq, line */ \
	CALL(24, port_in, 3)            /* ioport, port, width in bytes: value */ \
	CALL(25, port_out, 4)           /* ioport, port, width in bytes, value */ \
	CALL(26, lock_wait, 2)          /* address of the lock word, deadline */ \
	CALL(27, lock_wake, 1)          /* address of the lock word */ \
	CALL(28, watch, 4)              /* capability, WATCH_*, endpoint, bits */ \
	CALL(29, kernel_info, 5)        /* kernel, INFO_*, first index, buffer, its size: bytes */ \
	CALL(30, poweroff, 2)           /* kernel, exit status 0 to 255, or POWEROFF_REBOOT */ \
	CALL(31, trace_into, 2)         /* kernel, memory (0: no more) */
/* clang-format on */

#define ATOLL_CALL_NUMBER(number, name, arguments) SYS_##name = number,
enum { ATOLL_CALLS(ATOLL_CALL_NUMBER) SYS_COUNT };
#undef ATOLL_CALL_NUMBER

/* ---- Capabilities ---------------------------------------------------------------------
 *
 * A handle names an entry in the caller's own table: bits 0-15 index, 16-47 generation of that
 * entry, rest 0. 0 is never a capability. A deleted entry's handle never reaches what is put there
 * later. */
typedef uint64_t cap_t;

#define CAP_MAX 4096 /* entries in a space's table at the most */

/* Rights. Each belongs to one kind of object, so a right that is there proves the kind. */
#define CAP_SEND     (1u << 0)  /* endpoint: ipc_call, pager of a thread */
#define CAP_RECV     (1u << 1)  /* endpoint: ipc_recv, endpoint_unbind */
#define CAP_NOTIFY   (1u << 2)  /* endpoint: notify, and as the target of watch and irq_bind */
#define CAP_READ     (1u << 3)  /* memory: map readable */
#define CAP_WRITE    (1u << 4)  /* memory: map writable */
#define CAP_EXECUTE  (1u << 5)  /* memory: map executable */
#define CAP_THREAD   (1u << 6)  /* thread: start, set, kill, delegate to */
#define CAP_SPACE    (1u << 7)  /* space: create threads in, map into, mint into, destroy */
#define CAP_IRQ      (1u << 8)  /* irq: bind, acknowledge */
#define CAP_PORTS    (1u << 9)  /* ioport: in, out */
#define CAP_INFO     (1u << 10) /* kernel: kernel_info */
#define CAP_POWER    (1u << 11) /* kernel: poweroff */
#define CAP_TRACE    (1u << 12) /* kernel: trace_into */
#define CAP_TRANSFER (1u << 15) /* any: may ride in a message or be minted into another space */
#define CAP_ALL      0xffffu

/* clang-format off */
/* Badges. 0 stands for "not narrowed": only such an endpoint capability can be minted with another.
 *   endpoint  handed to the receiver with each message; with CAP_NOTIFY also the mask of bits
 *   irq       mask of lines; minting may only take lines away
 *   ioport    range of ports; minting may only narrow it */
/* clang-format on */
#define PORT_RANGE(first, count) ((uint64_t)(first) | (uint64_t)(count) << 16)

/* ---- Messages ------------------------------------------------------------------------- */
/* clang-format off */
/*
 *                  in                                        out
 *   rax            number                                    0 or -error
 *   rdi            call, recv: endpoint (recv: or 0)         recv: badge, or the bits
 *                  reply, reply_recv: token
 *   rsi            call, reply, reply_recv: label            label (0: a notification)
 *   rdx            address of a struct msg_ext, or 0         recv: token (0: a notification)
 *   r10            call, recv, reply_recv: deadline          0
 *   r8             reply_recv: endpoint                      0
 *   r9                                                       0
 *   rbx r12-r15    the words                                 the words
 *
 * A reply leaves 0 in rdi and rdx, and ipc_reply itself changes only rax. On an error r8 and r9 may
 * be 0 where they are no arguments, and once the message was taken, or the reply made, all of the
 * above are lost. The room for what is received is read when a message comes that needs it, by
 * reply_recv with what it sends, if that is more than words. */
/* clang-format on */
#define MSG_WORDS 5
#define MSG_CAPS  4
#define MSG_BYTES 65536

/* Label: operation 16 bits, version 8, number of capabilities 8, bytes 32. In a reply the operation
 * is 0 or an error number. With MSG_MOVE added to their number, the first capability is not copied
 * but moved: it is the only one for a memory object, and the receiver has it, and pays for the
 * memory, from then on. A receiver adds MSG_MOVE to recv_caps to say that it would. */
#define MSG_MOVE 0x80
#define MSG_LABEL(op, version, caps, bytes)                              \
	((uint64_t)(uint16_t)(op) | (uint64_t)(uint8_t)(version) << 16 | \
	    (uint64_t)(uint8_t)(caps) << 24 | (uint64_t)(uint32_t)(bytes) << 32)
#define MSG_OP(label)      ((uint16_t)(label))
#define MSG_VERSION(label) ((uint8_t)((label) >> 16))
#define MSG_NCAPS(label)   ((uint8_t)((label) >> 24 & 0x7f))
#define MSG_MOVED(label)   ((uint8_t)((label) >> 24 & MSG_MOVE))
#define MSG_NBYTES(label)  ((uint32_t)((label) >> 32))

/* What does not fit in registers. Without one a thread sends and takes no bytes and no
 * capabilities. */
struct msg_ext {
	uint64_t send;       /* address of the bytes sent; how many stands in the label */
	uint64_t recv;       /* where received bytes go */
	uint32_t recv_bytes; /* at most so many are taken; more fails the sender with EMSGSIZE */
	uint32_t recv_caps;  /* at most so many are taken; more fails the sender with ENOSPC */
	/* in: those sent; out: those received (copies, derived from the sender's, or one moved) */
	cap_t cap[MSG_CAPS];
};

#define DEADLINE_NOW     0ull /* do not wait */
#define DEADLINE_FOREVER UINT64_MAX

/* A fault is a call of the faulting thread to its pager (thread_create). Words: vector; error code;
 * address (of a page fault: CR2); instruction pointer; thread id. Reply with operation 0: go on;
 * any other: kill the thread. */
#define FAULT_OP      0xfa01
#define FAULT_VERSION 1

/* ---- Memory --------------------------------------------------------------------------- */
#define PAGE_SIZE  4096
#define USER_START 0x1000ull             /* page 0 is never mapped: a null pointer faults */
#define USER_END   0x00007fffffffe000ull /* addresses that mem_map takes end here */
#define BOOT_INFO  0x00007ffffff00000ull /* init only, read-only: struct boot_info */
#define TIME_PAGE  0x00007fffffffe000ull /* every space, read-only: struct time_page */
#define MEM_MAX    (1ull << 30)          /* bytes in one memory object at the most */
#define MAP_MAX    (1ull << 30)          /* bytes in one mapping at the most */

#define PROT_READ  1
#define PROT_WRITE 2
#define PROT_EXEC  4 /* never together with PROT_WRITE */

/* ns = ns_base + ((tsc - tsc_base) * mult >> shift), the product in 128 bits */
struct time_page {
	uint64_t tsc_base, ns_base, mult;
	uint32_t shift;
	uint32_t version;
};

/* ---- Threads --------------------------------------------------------------------------
 * A new thread starts with rdi = argument, rsi = its id (slot 16 bits, incarnation above), other
 * registers 0. */
#define PRIORITIES 64
enum {
	THREAD_PRIORITY, /* base priority, at most the ceiling of the thread's space */
	THREAD_TLS,      /* FS base */
	/* endpoint capability (CAP_SEND) that gets its faults; 0: none, a fault kills */
	THREAD_PAGER,
};

/* ---- Watching ------------------------------------------------------------------------- */
enum {
	/* the object died (space, thread: ended; endpoint: nobody can receive any more) */
	WATCH_DEATH,
	WATCH_DERIVED, /* nothing that was derived from this capability is left, in any space */
};

#define POWEROFF_REBOOT 256 /* poweroff: begin anew instead */

/* ---- Locks ----------------------------------------------------------------------------
 * The word: 0 free; else the owner's thread id, with LOCK_WAITERS when somebody waits in the
 * kernel. */
#define LOCK_WAITERS (1ull << 63)

/* ---- What the kernel tells (kernel_info) ---------------------------------------------- */
#define KERNEL_NAME_MAX 16 /* with the closing NUL */

enum { INFO_SYSTEM, INFO_THREADS, INFO_SPACES, INFO_LOG, INFO_IRQS, INFO_CAPS };

enum {
	STATE_INACTIVE, /* created, not started */
	STATE_READY,    /* on the ready queue, or running */
	STATE_SEND,     /* SEND-blocked: waits for a receiver to take its message */
	STATE_RECEIVE,  /* RECEIVE-blocked: waits for a message, a notification or the time */
	STATE_REPLY,    /* REPLY-blocked: waits for the answer */
	STATE_LOCK,     /* waits for a lock */
	STATE_DEAD,
};

struct info_system {
	uint64_t uptime_ns, idle_ns;
	uint64_t frames_total, frames_free;
	uint64_t threads, spaces;
	uint64_t calls, messages, faults, interrupts, switches; /* counts since boot */
	/* Loads of a space: all, without a flush of the TLB, with one. Pages flushed one by one */
	uint64_t space_switches, switches_unflushed, full_flushes, page_flushes;
	uint64_t pcid_rollovers, pcid_generation; /* times that tags ran out; now in use, or 0 */
	uint64_t tsc_entry, tsc_user; /* TSC at the kernel's first and at init's first instruction
				       */
	uint64_t tsc_now, tsc_idle, tsc_hz;
	uint32_t pcid_tags; /* tags in use at the most; 0: PCID off */
	uint32_t invpcid;   /* 1: the processor has INVPCID */
};

struct info_thread {
	uint32_t slot;     /* index of this record: ask again from slot + 1 */
	uint32_t space;    /* id of its space */
	uint64_t id;       /* thread id */
	uint64_t waits_on; /* id of the thread it waits for, or 0 */
	uint64_t cpu_ns, messages;
	uint64_t tag; /* of its space */
	uint8_t state, base, effective, reserved[5];
	char name[KERNEL_NAME_MAX]; /* of its space */
};

struct info_space {
	uint32_t id, threads; /* ask again from id + 1 */
	uint64_t tag;         /* as given to space_create: the process id, by convention */
	uint64_t quota, used; /* frames, rounded up */
	uint32_t caps, windows;
	uint8_t ceiling, reserved[7];
	char name[KERNEL_NAME_MAX];
};

/* A line that a driver has bound. */
struct info_irq {
	uint32_t line;   /* ask again from line + 1 */
	uint32_t masked; /* 1: its last interrupt has not been acknowledged */
	uint64_t count;
	char name[KERNEL_NAME_MAX]; /* of the space whose thread receives them; "": none does */
};

/* A capability in a space's table: `first` is INFO_CAP(id of the space, index). */
#define INFO_CAP(space, index) ((uint64_t)(space) << 32 | (index))
enum {
	INFO_CAP_SPACE,
	INFO_CAP_THREAD,
	INFO_CAP_ENDPOINT,
	INFO_CAP_MEMORY,
	INFO_CAP_IRQ,
	INFO_CAP_PORTS,
	INFO_CAP_KERNEL,
};

struct info_cap {
	uint32_t space, index; /* ask again from index + 1 */
	uint64_t handle, badge;
	uint64_t what; /* id of the space, of the thread, of the endpoint's receiver; bytes; or 0 */
	uint32_t rights;
	uint8_t type, dead, reserved[2]; /* INFO_CAP_*; 1: the object is dead */
	char name[KERNEL_NAME_MAX];      /* of that space, or of the thread's */
};

/* ---- Traces (trace_into) --------------------------------------------------------------
 *
 * The memory is a ring: a struct trace_ring, then `room` events, of which the one that came as
 * number n stands in place n % room. `count` is raised when an event is whole. Who has read number
 * n, and finds then that count - n < room, has read what was written. Nothing in it is ever read
 * by the kernel. */
#define TRACE_VERSION 1
#define TRACE_MAX     (4ull << 20) /* bytes of a ring at the most */

struct trace_ring {
	uint64_t count; /* events so far, since it became the ring */
	uint64_t room;
	uint32_t version, event_bytes;
	uint64_t reserved[5];
};

struct trace_event {
	uint64_t time; /* TSC; the time page has its scale */
	uint64_t number;
	/* threads by id. 0: none */
	uint64_t thread, peer;
	uint64_t badge, label, value; /* as TRACE_EVENTS says; else 0 */
	uint32_t event, reserved;
};

/* EVENT(number, name, who is thread; what is peer, badge, label, value). A call that is queued is
 * sent once and received later; one cancelled has no reply. */
/* clang-format off */
#define TRACE_EVENTS(EVENT) \
	EVENT(1, call)      /* system call of thread; value: its number */ \
	EVENT(2, send)      /* ipc_call or fault; peer: who receives there (0: nobody yet); badge; label; token */ \
	EVENT(3, receive)   /* message taken by thread; peer: the caller; badge; label; token */ \
	EVENT(4, reply)     /* answer by thread; peer: the caller; badge; label; token */ \
	EVENT(5, cancel)    /* wait of thread over before its time; value: the error (ETIMEDOUT: expiry), negated */ \
	EVENT(6, notify)    /* by thread (0: a watch) for peer (0: nobody receives there); value: the bits */ \
	EVENT(7, change)    /* switch to thread (0: idle) from peer */ \
	EVENT(8, priority)  /* of thread by inheritance; value: effective now; label: before */ \
	EVENT(9, fault)     /* exception of thread; value: vector; label: error code; badge: address of a page fault */ \
	EVENT(10, interrupt) /* while thread ran; value: vector */ \
	EVENT(11, flush)    /* of the TLB; value: the page's address; 0: all of one space */ \
	EVENT(12, begin)    /* thread is made; badge: tag of its space; peer: base priority; label, value: its space's name */ \
	EVENT(13, end)      /* thread is dead */
/* clang-format on */
#define TRACE_EVENT_NUMBER(number, name) TRACE_##name = number,
enum { TRACE_EVENTS(TRACE_EVENT_NUMBER) };
#undef TRACE_EVENT_NUMBER

/* ---- What init is given: rdi = BOOT_INFO ---------------------------------------------- */
#define BOOT_MODULES 8

struct boot_module {
	char name[32];          /* first word of its GRUB command line */
	cap_t memory;           /* CAP_READ, CAP_TRANSFER */
	uint64_t offset, bytes; /* of the file within the memory object */
};

/* How the screen is laid out, as the boot loader says. The first row is the top one. */
enum {
	SCREEN_NONE,
	SCREEN_PIXELS, /* a pixel's colours lie in it where the masks say */
	SCREEN_TEXT,   /* characters: code of the adapter's font, then its colours */
};

struct screen_format {
	uint8_t kind;           /* SCREEN_* */
	uint8_t bits;           /* of a pixel or character: 15, 16, 24 or 32 */
	uint8_t shift[3];       /* of red, green, blue: their lowest bit */
	uint8_t depth[3];       /* and how many bits, 1 to 8 */
	uint32_t width, height; /* in pixels or characters */
	uint32_t pitch;         /* bytes from one row to the next */
	uint32_t reserved;
};

struct boot_screen {
	cap_t memory;           /* CAP_READ, CAP_WRITE, CAP_TRANSFER; 0: no screen */
	uint64_t offset, bytes; /* of the first row within the memory object; of all rows */
	struct screen_format format;
};

struct boot_info {
	uint32_t version, modules;
	cap_t space, thread, kernel, irqs, ports; /* oneself and the hardware, all rights */
	uint64_t quota;                           /* frames init may spend */
	struct boot_screen screen;
	char command_line[1024];
	struct boot_module module[BOOT_MODULES];
};

#endif
