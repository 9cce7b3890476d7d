/* Drivers: with the right capability, ports answer and interrupts arrive; each only as far as the
 * capability reaches. Started in place of init this story holds all the hardware: it reads the CMOS
 * clock, takes its interrupts, and tries what lies outside narrowed capabilities. Then it switches
 * the machine off.
 *
 * GROUP: inherit
 * BOOT: init */
#include "lib/order.h"

static cap_t ep;

/* ---- Ports ---------------------------------------------------------------------------- */

#define CMOS_INDEX 0x70
#define CMOS_DATA  0x71

static uint8_t cmos(cap_t ports, unsigned index)
{
	port_out(ports, CMOS_INDEX, 1, index);
	return (uint8_t)port_in(ports, CMOS_DATA, 1);
}

static void ports(cap_t all)
{
	static const struct {
		const char *what;
		unsigned port, width;
	} wrong[] = { { "width 0", 0x80, 0 }, { "width 3", 0x80, 3 }, { "width 8", 0x80, 8 },
		{ "port 65,536", 0x10000, 1 }, { "the last port, two wide", 0xffff, 2 },
		{ "the last port, four wide", 0xfffd, 4 }, { "port 2^32-1", ~0u, 1 } };
	static const struct {
		const char *what;
		unsigned port, width;
	} outside[] = { { "below", 0x6f, 1 }, { "above", 0x72, 1 },
		{ "from inside to above", 0x71, 2 }, { "from below to inside", 0x6f, 2 },
		{ "all around", 0x6e, 4 } };
	cap_t cmos_ports = (cap_t)cap_mint(all, CAP_PORTS, PORT_RANGE(0x70, 2), 0);
	cap_t blind = (cap_t)cap_mint(all, CAP_TRANSFER, 0, 0);

	ok(cmos(all, 0x0a) != 0xff, "port_in, port_out: the CMOS clock answers");
	is(cmos(cmos_ports, 0x0d), cmos(all, 0x0d),
	    "port_in, port_out: through a narrowed capability");
	for (unsigned i = 0; i < COUNT(wrong); i++) {
		is(port_in(all, wrong[i].port, wrong[i].width), -EINVAL, "port_in EINVAL: %s",
		    wrong[i].what);
		is(port_out(all, wrong[i].port, wrong[i].width, 0), -EINVAL, "port_out EINVAL: %s",
		    wrong[i].what);
	}
	for (unsigned i = 0; i < COUNT(outside); i++) {
		is(port_in(cmos_ports, outside[i].port, outside[i].width), -EPERM,
		    "port_in EPERM: %s the range", outside[i].what);
		is(port_out(cmos_ports, outside[i].port, outside[i].width, 0), -EPERM,
		    "port_out EPERM: %s the range", outside[i].what);
	}
	is(port_in(blind, 0x70, 1), -EPERM, "port_in EPERM: without CAP_PORTS");
	is(port_out(blind, 0x70, 1, 0), -EPERM, "port_out EPERM: without CAP_PORTS");
	is(cap_mint(cmos_ports, CAP_PORTS, PORT_RANGE(0x70, 3), 0), -EPERM,
	    "cap_mint EPERM: a wider range of ports");
	is(cap_mint(cmos_ports, CAP_PORTS, PORT_RANGE(0x6f, 2), 0), -EPERM,
	    "cap_mint EPERM: another range of ports");
	is(cap_mint(cmos_ports, CAP_PORTS, PORT_RANGE(0x70, 1ull << 47), 0), -EPERM,
	    "cap_mint EPERM: M6 2^47 ports");
	ok(cap_mint(cmos_ports, CAP_PORTS, PORT_RANGE(0x71, 1), 0) > 0,
	    "cap_mint: a narrower range of ports");
}

/* ---- Interrupts: the CMOS clock's periodic interrupt, line 8 -------------------- */

#define CLOCK_LINE 8

static void clock_start(cap_t all)
{
	uint8_t b = cmos(all, 0x0b);

	port_out(all, CMOS_INDEX, 1, 0x0b);
	port_out(all, CMOS_DATA, 1, b | 0x40u);
	cmos(all, 0x0c); /* reading C lets the next one come */
}

static void interrupts(cap_t irqs, cap_t all_ports)
{
	cap_t clock = (cap_t)cap_mint(irqs, CAP_IRQ, 1 << CLOCK_LINE, 0),
	      other = (cap_t)endpoint_create();
	cap_t mute = (cap_t)cap_mint(ep, CAP_SEND | CAP_RECV, 0, 0),
	      bit1 = (cap_t)cap_mint(ep, CAP_NOTIFY, 2, 0);
	cap_t parent = (cap_t)endpoint_create(), widow = (cap_t)cap_mint(parent, CAP_NOTIFY, 0, 0);
	cap_t blind = (cap_t)cap_mint(irqs, CAP_TRANSFER, 0, 0);
	struct msg m = { 0 };
	unsigned ticks = 0;

	cap_delete(parent);
	is(irq_ack(clock, CLOCK_LINE), -EINVAL, "irq_ack EINVAL: nobody is bound");
	is(irq_bind(irqs, 16, ep, 1), -EINVAL, "irq_bind EINVAL: line 16");
	is(irq_bind(irqs, 2, ep, 1), -EINVAL,
	    "irq_bind EINVAL: line 2, where the second controller hangs");
	is(irq_bind(irqs, ~0u, ep, 1), -EINVAL, "irq_bind EINVAL: line 2^32-1");
	is(irq_bind(irqs, CLOCK_LINE, ep, 0), -EINVAL, "irq_bind EINVAL: no bits");
	is(irq_bind(clock, 1, ep, 1), -EPERM, "irq_bind EPERM: a line outside the badge");
	is(irq_bind(blind, CLOCK_LINE, ep, 1), -EPERM, "irq_bind EPERM: without CAP_IRQ");
	is(irq_bind(clock, CLOCK_LINE, NO_CAP, 1), -EBADF, "irq_bind EBADF: the endpoint");
	is(irq_bind(clock, CLOCK_LINE, mute, 1), -EPERM,
	    "irq_bind EPERM: the endpoint, without CAP_NOTIFY");
	is(irq_bind(clock, CLOCK_LINE, bit1, 1), -EPERM,
	    "irq_bind EPERM: a bit outside the endpoint's badge");
	is(irq_bind(clock, CLOCK_LINE, widow, 1), -EPIPE, "irq_bind EPIPE: the endpoint is dead");
	is(cap_mint(clock, CAP_IRQ, 3 << CLOCK_LINE, 0), -EPERM, "cap_mint EPERM: a line more");

	is(irq_bind(clock, CLOCK_LINE, ep, 4), 0, "irq_bind: the clock's line");
	is(irq_bind(irqs, CLOCK_LINE, other, 1), -EBUSY,
	    "irq_bind EBUSY: bound to another endpoint");
	is(irq_bind(irqs, CLOCK_LINE, ep, 8), 0, "irq_bind: the same endpoint, other bits");
	is(irq_ack(irqs, 16), -EINVAL, "irq_ack EINVAL: line 16");
	is(irq_ack(irqs, 2), -EINVAL, "irq_ack EINVAL: line 2");
	is(irq_ack(clock, 1), -EPERM, "irq_ack EPERM: a line outside the badge");
	is(irq_ack(blind, CLOCK_LINE), -EPERM, "irq_ack EPERM: without CAP_IRQ");
	clock_start(all_ports);
	is(ipc_recv(ep, &m, time_in_ms(1000)), 0, "an interrupt becomes bits");
	ok(m.badge == 8 && m.token == 0, "those that were asked for");
	cmos(all_ports, 0x0c);
	is(ipc_recv(ep, &m, time_in_ms(50)), -ETIMEDOUT,
	    "no second one before the first is acknowledged");
	for (unsigned i = 0; i < 10; i++) {
		irq_ack(clock, CLOCK_LINE);
		ticks += ipc_recv(ep, &m, time_in_ms(1000)) == 0;
		cmos(all_ports, 0x0c);
	}
	is(ticks, 10, "then one for each acknowledgement");

	cap_delete(mute);
	cap_delete(ep);
	is(irq_bind(clock, CLOCK_LINE, other, 1), 0,
	    "irq_bind: the old endpoint is dead, a new one takes its place");
	cmos(all_ports, 0x0c);
	is(ipc_recv(other, &m, time_in_ms(1000)), 0, "irq_bind: and gets the next interrupt");
	cap_delete(other);
}

/* P21: its driver is waiting for the clock when a high client calls; the interrupt finds a middle
 * one running. */
static cap_t the_ports, the_clock;

static void drives(struct worker *d)
{
	struct msg call = { 0 }, news = { 0 };

	do /* the first bits may come before the call */
		ipc_recv(d->own, &call, DEADLINE_FOREVER);
	while (!call.token);
	sign(d);
	cmos(the_ports, 0x0c);
	irq_ack(the_clock, CLOCK_LINE);
	do { /* one may come before the middle one has run */
		ipc_recv(d->own, &news, DEADLINE_FOREVER);
		cmos(the_ports, 0x0c);
		irq_ack(the_clock, CLOCK_LINE);
	} while (!d->partner->turns);
	sign(d);
	ipc_reply(call.token, &news);
	sign(d);
}

static void boosted_driver(cap_t irqs, cap_t all_ports)
{
	struct worker d = { drives, .name = 'd', .own = (cap_t)endpoint_create() };
	struct worker h = { calls, .name = 'h', .ep = d.own, .deadline = DEADLINE_FOREVER };
	struct worker m = { keeps_on, .name = 'm', .partner = &h };

	the_ports = all_ports;
	the_clock = irqs;
	d.partner = &m;
	is(irq_bind(irqs, CLOCK_LINE, d.own, 1), 0, "irq_bind: to a driver of low priority");
	begin(&d, -8);
	in_state(&d, STATE_RECEIVE);
	order_start();
	begin(&m, -4);
	begin(&h, -2);
	ran("h-2 d-2 m-4 d-2 h-2 m-4 d-8",
	    "P21 an interrupt reaches a boosted driver: it runs at once, as high as it is");
	end(&h);
	end(&m);
	end(&d);
	cap_delete(d.own);
}

int main(void)
{
	const struct boot_info *init = as_init();

	if (!init)
		bail_out("this story is to be started in place of init");
	ep = (cap_t)endpoint_create();
	ports(init->ports);
	interrupts(init->irqs, init->ports);
	boosted_driver(init->irqs, init->ports);
	is(poweroff(init->kernel, POWEROFF_REBOOT + 1), -EINVAL, "poweroff EINVAL: status 257");
	is(poweroff(init->kernel, ~0u), -EINVAL, "poweroff EINVAL: status 2^32-1");
	return tap_done(); /* the right status is how this story ends */
}
