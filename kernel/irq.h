/* Interrupts become notifications. See irq.c. */
#ifndef KERNEL_IRQ_H
#define KERNEL_IRQ_H

#include "cap.h"
#include "ipc.h"

extern struct object irq_object, ports_object;

void irq_init(void);
/* Line's interrupts set bits at the endpoint from now on, starting with this. 0, -EBUSY (another
 * endpoint has it), -EINVAL. */
int irq_bind(const struct cap *irqs, u64 line, struct endpoint *endpoint, u64 bits);
/* The driver is done: the line may interrupt again. */
int irq_ack(const struct cap *irqs, u64 line);
/* An interrupt came. */
void irq_arrived(unsigned line);
/* How many came; has the last one not been acknowledged? */
u64 irq_count(unsigned line);
bool irq_waits(unsigned line);
/* Where its interrupts go, or NULL. */
const struct endpoint *irq_endpoint(unsigned line);
/* Port access under a capability: the value, 0, or an error. */
s64 port_in(const struct cap *ports, u64 port, u64 width);
s64 port_out(const struct cap *ports, u64 port, u64 width, u64 value);

#endif
