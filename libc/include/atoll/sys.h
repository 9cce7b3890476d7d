/* The kernel's calls as C functions, the four message calls with struct msg, and the clock.
 *
 * Nothing here touches errno: a result of 0 or more is success, a negative one is an error of
 * <atoll/errno.h> negated. What each call does to the last detail, and every error:
 * docs/abi/NAME.md. */
#ifndef ATOLL_SYS_H
#define ATOLL_SYS_H

#include <atoll/abi.h>
#include <stddef.h>
#include <stdint.h>

/* ---- Messages -----------------------------------------------------------------------------------
 *
 * A message as user code holds it. The label says how many bytes and capabilities are sent; send,
 * recv and below stay untouched by the kernel's short path when neither side has any. From `send`
 * on it is laid out as the kernel's struct msg_ext. */
struct msg {
	uint64_t label; /* MSG_LABEL(operation, version, caps, bytes); in a reply: error or 0 */
	uint64_t word[MSG_WORDS]; /* always travel */
	uint64_t badge;           /* received: who sent it; of a notification: its bits */
	uint64_t token;           /* received: what to reply to; 0: this is a notification */
	const void *send;         /* the bytes sent */
	void *recv;               /* where bytes received go */
	uint32_t recv_bytes;      /* how many are taken at the most */
	uint32_t recv_caps;       /* how many capabilities are taken at the most (MSG_CAPS) */
	cap_t cap[MSG_CAPS];      /* those sent; afterwards those received */
};

/* Sends m to a server and waits for its reply, which replaces label, words, received bytes and
 * capabilities. 0: a reply came (its operation may still be an error: see ipc_ask). -ETIMEDOUT,
 * -EPIPE: perhaps done, no answer. */
int ipc_call(cap_t endpoint, struct msg *m, uint64_t deadline);
/* Waits for a message or notification bits. endpoint 0: waits for the time alone, and ends with
 * -ETIMEDOUT. */
int ipc_recv(cap_t endpoint, struct msg *m, uint64_t deadline);
/* Answers. Never blocks. -ESRCH: the caller is gone, or was answered already. */
int ipc_reply(uint64_t token, const struct msg *m);
/* ipc_reply, then ipc_recv into the same m, in one crossing. */
int ipc_reply_recv(uint64_t token, struct msg *m, cap_t endpoint, uint64_t deadline);
/* ipc_call for clients: an error the server replied becomes the result too, negated. */
int ipc_ask(cap_t endpoint, struct msg *m, uint64_t deadline);

/* Sets bits at an endpoint; its receiver gets them before any message. Never blocks. */
int notify(cap_t endpoint, uint64_t bits);
/* Hands a received call to another thread of this space; the caller then waits for that one. */
int delegate(uint64_t token, cap_t thread);

/* ---- Threads --------------------------------------------------------------------------------- */
/* Lets others of the same priority run first. */
int yield(void);
/* A new, inactive thread of a space: its handle. pager: endpoint that gets its faults, or 0. */
int64_t thread_create(
    cap_t space, uint64_t entry, uint64_t stack, uint64_t argument, unsigned priority, cap_t pager);
int thread_start(cap_t thread);
/* The caller's own id, as lock words and INFO_THREADS have it. No system call. Who makes threads
 * for the C library to run in uses <threads.h>: one that thread_create made passes for the main
 * thread here and in errno, and must call nothing that locks, such as malloc or stdio. */
uint64_t thread_id(void);
/* what: THREAD_PRIORITY, THREAD_TLS or THREAD_PAGER. thread 0: oneself. */
int thread_set(cap_t thread, unsigned what, uint64_t value);
/* thread 0: oneself, and then it does not return. */
int thread_kill(cap_t thread);
/* Waits until the lock word at this address is ours. -EOWNERDEAD: ours, but its owner died. */
int lock_wait(uint64_t *word, uint64_t deadline);
/* Hands the lock to the first waiter. */
int lock_wake(uint64_t *word);

/* ---- Spaces and capabilities ----------------------------------------------------------------- */
/* A new space: its handle. Its frames come out of the caller's quota; no thread in it gets above
 * the ceiling. */
int64_t space_create(
    uint64_t frames, unsigned ceiling, const char *name, size_t name_length, uint64_t tag);
int space_destroy(cap_t space);
/* A new endpoint, all rights: its handle. */
int64_t endpoint_create(void);
/* Its receiver receives from it no longer; what is queued there waits for the next one. */
int endpoint_unbind(cap_t endpoint);
/* A copy with fewer rights, a badge (0: the same), in a space (0: one's own): its handle over
 * there. */
int64_t cap_mint(cap_t capability, unsigned rights, uint64_t badge, cap_t space);
int cap_delete(cap_t capability);
/* Deletes everything derived from it, in every space; the capability itself stays. */
int cap_revoke(cap_t capability);
/* Bits are set at an endpoint when the object dies (WATCH_DEATH), or when nothing derived from the
 * capability is left (WATCH_DERIVED). */
int watch(cap_t capability, unsigned what, cap_t endpoint, uint64_t bits);

/* ---- Memory ---------------------------------------------------------------------------------- */
/* Memory of so many bytes, whole pages, zeroed: its handle. */
int64_t mem_create(uint64_t bytes);
/* space 0: one's own. Address, offset and length in whole pages; protection: PROT_*. */
int mem_map(cap_t memory, cap_t space, uint64_t address, uint64_t offset, uint64_t length,
    unsigned protection);
int mem_unmap(cap_t space, uint64_t address, uint64_t length);
int mem_protect(cap_t space, uint64_t address, uint64_t length, unsigned protection);

/* ---- Drivers --------------------------------------------------------------------------------- */
/* Interrupts of this line set these bits; each must be acknowledged before the next comes. */
int irq_bind(cap_t irq, unsigned line, cap_t endpoint, uint64_t bits);
int irq_ack(cap_t irq, unsigned line);
/* width in bytes: 1, 2, 4. port_in: the value read. */
int64_t port_in(cap_t ports, unsigned port, unsigned width);
int port_out(cap_t ports, unsigned port, unsigned width, uint32_t value);

/* ---- The kernel itself ----------------------------------------------------------------------- */
/* Copies records (INFO_*) from this index on: the number of bytes written. */
int64_t kernel_info(cap_t kernel, unsigned what, uint64_t first, void *buffer, size_t size);
/* Does not return when it may. status 0 to 255 goes to the emulator. */
int poweroff(cap_t kernel, unsigned status);
/* Memory becomes a struct trace_ring, into which the kernel writes events until the memory dies or
 * this is called with memory 0. */
int trace_into(cap_t kernel, cap_t memory);

/* ---- Time: nanoseconds since boot ------------------------------------------------------------ */
/* Now, without a system call: from the kernel's read-only time page. */
uint64_t time_now(void);
/* Deadlines so much from now; what would overflow is DEADLINE_FOREVER. */
uint64_t time_in_ns(uint64_t ns);
uint64_t time_in_ms(uint64_t ms);

#endif
