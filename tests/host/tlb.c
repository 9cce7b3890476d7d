// SOURCES: tests/host/tlb_life.c tests/host/world.c tests/host/machine.c tests/host/machine_memory.c kernel/printk.c kernel/pagetable.c kernel/pcid.c kernel/trace.c kernel/cap.c kernel/space.c kernel/copy.c kernel/memory.c kernel/ready.c kernel/timeout.c kernel/waitq.c kernel/thread.c kernel/inherit.c kernel/lock.c kernel/transfer.c kernel/endpoint.c kernel/ipc.c kernel/ipc_end.c kernel/ipc_fast.c kernel/watch.c kernel/object.c kernel/fault.c kernel/irq.c kernel/info.c kernel/handle.c kernel/syscall.c kernel/trap.c kernel/check.c kernel/check_waits.c
// The tagged TLB that no emulator has (machine_tlb.c), and under it a million random operations of
// the real pcid.c, space.c, pagetable.c and memory.c. What a failure prints repeats it:
// SEED=N OPS=N make test T=tlb
#include "tlb_life.h"

int main(void)
{
	return tlb_lives(1000000);
}
