/* Devices: interrupt lines and ports belong to who holds a capability. An ordinary program has none
 * and is refused. What a driver may do with one is drivers.c's story. */
#include "lib/story.h"

static cap_t ep;

static void refused(void)
{
	is(irq_bind(NO_CAP, 0, ep, 1), -EBADF, "irq_bind EBADF: handle never given");
	is(irq_bind(0, 0, ep, 1), -EBADF, "irq_bind EBADF: handle 0");
	is(irq_bind(ep, 0, ep, 1), -EPERM, "irq_bind EPERM: not the interrupt controller");
	is(irq_bind(kernel_cap(), 0, ep, 1), -EPERM, "irq_bind EPERM: another kind of object");
	is(irq_ack(NO_CAP, 0), -EBADF, "irq_ack EBADF: handle never given");
	is(irq_ack(ep, 0), -EPERM, "irq_ack EPERM: not the interrupt controller");
	is(port_in(NO_CAP, 0x70, 1), -EBADF, "port_in EBADF: handle never given");
	is(port_in(ep, 0x70, 1), -EPERM, "port_in EPERM: not ports");
	is(port_out(NO_CAP, 0x70, 1, 0), -EBADF, "port_out EBADF: handle never given");
	is(port_out(ep, 0x70, 1, 0), -EPERM, "port_out EPERM: not ports");
}

int main(void)
{
	ep = (cap_t)endpoint_create();
	refused();
	return tap_done();
}
