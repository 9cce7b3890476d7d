/* kernel/x86/current.h for the host: who is current, and what became of a short cut, stands in
 * variables. */
#ifndef TESTS_CURRENT_H
#define TESTS_CURRENT_H

#include "kernel/machine.h"

struct thread *machine_current(void);
void machine_set_current(struct thread *thread);
void machine_load_cr3_now(u64 cr3);
void machine_switch(struct thread *next, struct machine_thread *old, struct machine_thread *new);
u64 machine_tsc(void);
static inline void machine_copy(void *to, const void *from, u64 bytes)
{
	for (u64 i = 0; i < bytes; i++)
		((u8 *)to)[i] = ((const u8 *)from)[i];
}
void machine_resume(struct thread *thread, u64 badge, u64 label, u64 token);
void machine_resume_caller(struct thread *thread, u64 label);
void machine_long_call(u64 rdi, u64 rsi, u64 rdx, u64 r10);
void machine_long_reply_recv(u64 rdi, u64 rsi, u64 rdx, u64 r10, u64 r8);

#endif
