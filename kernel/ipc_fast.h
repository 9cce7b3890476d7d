/* The short cut of the message path. See ipc_fast.c. */
#ifndef KERNEL_IPC_FAST_H
#define KERNEL_IPC_FAST_H

#include "types.h"

/* entry.S comes here with the registers of ipc_call without a deadline, of ipc_call with one, and
 * of ipc_reply_recv without one. Nothing is saved but what the C compiler would not keep: rip,
 * rflags, rsp and rbp. The words stay where they are. NULL: the kernel was built without (make
 * FAST=0). */
__attribute__((weak)) void ipc_fast_call(u64 handle, u64 label, uaddr ext);
__attribute__((weak)) void ipc_fast_call_until(u64 handle, u64 label, uaddr ext, u64 deadline);
__attribute__((weak)) void ipc_fast_reply_recv(
    u64 token, u64 label, uaddr ext, u64 deadline, u64 handle);
/* And with those of notify, to go on with the same thread: 0. Else it goes the long way. */
__attribute__((weak)) int ipc_fast_notify(u64 handle, u64 bits);

#endif
