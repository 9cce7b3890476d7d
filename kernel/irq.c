/* Interrupts and ports, for drivers in user space.
 *
 * Invariant: a line is unmasked only while it is bound and its last interrupt was acknowledged; so
 * a driver that does not answer, or has died, gets no second interrupt, and no driver can flood the
 * kernel. A binding pins its endpoint; a restarted driver binds its predecessor's endpoint again.
 *
 * Layer 6. Called by trap.c, syscall.c, main.c; calls ipc.c, endpoint.c, the machine. */
#include "irq.h"

#include "endpoint.h"
#include "machine.h"

/* The badge of a capability narrows these two: a mask of lines, a range of ports. */
struct object irq_object = { .type = OBJECT_IRQ, .pins = 1 };
struct object ports_object = { .type = OBJECT_PORTS, .pins = 1 };

static struct {
	struct endpoint *endpoint;
	u64 bits, count;
	bool waits; /* for irq_ack */
} binding[IRQ_LINES];

void irq_init(void)
{
	list_init(&irq_object.watches);
	list_init(&irq_object.dying);
	list_init(&ports_object.watches);
	list_init(&ports_object.dying);
}

static int check_line(const struct cap *irqs, u64 line)
{
	if (line >= IRQ_LINES || line == IRQ_CASCADE)
		return -EINVAL;
	return !irqs->badge || (irqs->badge & 1ull << line) ? 0 : -EPERM;
}

int irq_bind(const struct cap *irqs, u64 line, struct endpoint *endpoint, u64 bits)
{
	int error = check_line(irqs, line);
	struct endpoint *old;

	if (error)
		return error;
	old = binding[line].endpoint;
	if (old && old != endpoint && !old->object.dead)
		return -EBUSY;
	/* Point of no return. */
	endpoint->object.pins++;
	binding[line].endpoint = endpoint;
	binding[line].bits = bits;
	binding[line].waits = false;
	if (old)
		endpoint_unpin(old);
	machine_irq_unmask(line);
	return 0;
}

int irq_ack(const struct cap *irqs, u64 line)
{
	int error = check_line(irqs, line);

	if (error)
		return error;
	if (!binding[line].endpoint)
		return -EINVAL;
	binding[line].waits = false;
	machine_irq_unmask(line);
	return 0;
}

void irq_arrived(unsigned line)
{
	if (machine_irq_spurious(line))
		return;
	machine_irq_mask(line);
	machine_irq_done(line);
	binding[line].count++;
	binding[line].waits = true;
	if (binding[line].endpoint && !binding[line].endpoint->object.dead)
		ipc_set_bits(binding[line].endpoint, binding[line].bits);
}

const struct endpoint *irq_endpoint(unsigned line)
{
	return binding[line].endpoint;
}

u64 irq_count(unsigned line)
{
	return binding[line].count;
}

bool irq_waits(unsigned line)
{
	return binding[line].waits;
}

static int check_port(const struct cap *ports, u64 port, u64 width)
{
	u64 first = ports->badge & 0xffff, count = ports->badge ? ports->badge >> 16 : 0x10000;

	if ((width != 1 && width != 2 && width != 4) || port + width > 0x10000 || port > 0xffff)
		return -EINVAL;
	return port >= first && port + width <= first + count ? 0 : -EPERM;
}

s64 port_in(const struct cap *ports, u64 port, u64 width)
{
	int error = check_port(ports, port, width);

	return error ? error : (s64)machine_port_in(port, width);
}

s64 port_out(const struct cap *ports, u64 port, u64 width, u64 value)
{
	int error = check_port(ports, port, width);

	if (!error)
		machine_port_out(port, width, value);
	return error;
}
