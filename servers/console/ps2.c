/* 8042 driver: the keyboard half of it. The controller is told to translate to scan codes of set 1
 * and to keep a mouse quiet, so that all that comes is the keyboard's. While there is a byte it
 * holds the interrupt line; the kernel has masked that, and an edge that comes meanwhile is kept
 * (8259), so none is lost. */
#include "ps2.h"
#include <atoll/startup.h>
#include <atoll/sys.h>

enum { DATA = 0x60, STATUS = 0x64, COMMAND = 0x64, LINE = 1 };

#define STATUS_OUTPUT  1 /* there is a byte for us */
#define STATUS_INPUT   2 /* it has not yet taken ours */
#define STATUS_MOUSE   0x20
#define STATUS_NOTHING 0xff /* what reads where no chip is */

#define READ_MODE    0x20
#define WRITE_MODE   0x60
#define MOUSE_OFF    0xa7
#define KEYBOARD_OFF 0xad
#define KEYBOARD_ON  0xae
#define MODE_IRQ     0x01
#define MODE_IRQ12   0x02
#define MODE_NO_KEYS 0x10
#define MODE_NO_MICE 0x20
#define MODE_SET_1   0x40
#define KEYS_ON      0xf4 /* to the keyboard itself, which answers */

#define PATIENCE_MS 10
/* Bytes handled in one go: it holds one, and a keyboard sends 1,500 in a second. */
#define BURST 16

static unsigned in(unsigned port)
{
	const struct startup_cap *ports = startup_covering("ports", port);
	int64_t value = ports ? port_in(ports->cap, port, 1) : -1;

	return value < 0 ? STATUS_NOTHING : (unsigned)value;
}

static void out(unsigned port, unsigned value)
{
	const struct startup_cap *ports = startup_covering("ports", port);

	if (ports)
		port_out(ports->cap, port, 1, value);
}

/* Waits until these bits of the status are so. */
static bool status_is(unsigned bits, unsigned wanted)
{
	uint64_t deadline = time_in_ms(PATIENCE_MS);

	do {
		if ((in(STATUS)&bits) == wanted)
			return true;
	} while (time_now() < deadline);
	return false;
}

static bool tell(unsigned port, unsigned value)
{
	if (!status_is(STATUS_INPUT, 0))
		return false;
	out(port, value);
	return true;
}

/* Throws away what waits; false when it never ends. */
static bool empty(void)
{
	for (int i = 0; i < BURST; i++) {
		if (!(in(STATUS)&STATUS_OUTPUT))
			return true;
		in(DATA);
	}
	return false;
}

/* Both are silenced meanwhile, so that the answer is the controller's. */
static bool set_up(void)
{
	unsigned mode;

	if (in(STATUS) == STATUS_NOTHING || !tell(COMMAND, KEYBOARD_OFF) ||
	    !tell(COMMAND, MOUSE_OFF) || !empty() || !tell(COMMAND, READ_MODE) ||
	    !status_is(STATUS_OUTPUT, STATUS_OUTPUT))
		return false;
	mode = in(DATA);
	mode =
	    (mode & ~(unsigned)(MODE_IRQ12 | MODE_NO_KEYS)) | MODE_IRQ | MODE_NO_MICE | MODE_SET_1;
	return tell(COMMAND, WRITE_MODE) && tell(DATA, mode) && tell(COMMAND, KEYBOARD_ON) &&
	    tell(DATA, KEYS_ON);
}

void ps2_start(struct ps2 *ps2, uint64_t endpoint, uint64_t bits)
{
	const struct startup_cap *irqs = startup_covering("irqs", LINE);

	ps2->present = set_up();
	ps2->polled = ps2->present && (!irqs || irq_bind(irqs->cap, LINE, endpoint, bits) != 0);
}

void ps2_poll(struct ps2 *ps2)
{
	for (int i = 0; i < BURST && ps2->present; i++) {
		unsigned status = in(STATUS), byte;

		if (status == STATUS_NOTHING || !(status & STATUS_OUTPUT))
			return;
		byte = in(DATA);
		if (!(status & STATUS_MOUSE))
			ps2->received((unsigned char)byte);
	}
}

void ps2_interrupt(struct ps2 *ps2)
{
	const struct startup_cap *irqs = startup_covering("irqs", LINE);

	ps2_poll(ps2);
	if (irqs)
		irq_ack(irqs->cap, LINE);
}
