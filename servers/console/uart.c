/* 16550 driver. The interrupt line is edge triggered: an edge is lost when a cause comes up while
 * another one still holds the line. So the handler ends by turning the chip's interrupts off and on
 * again, which makes a new edge if anything is pending. Nothing here waits for the chip. */
#include "uart.h"
#include <atoll/startup.h>
#include <atoll/sys.h>

enum {
	DATA = 0,         /* read: received; write: to send */
	INTERRUPTS = 1,   /* which causes interrupt */
	CAUSE = 2,        /* read */
	FIFO_CONTROL = 2, /* write */
	LINE_CONTROL = 3,
	MODEM_CONTROL = 4,
	LINE_STATUS = 5,
	DIVISOR_LOW = 0, /* while LINE_CONTROL has DIVISOR_ACCESS */
	DIVISOR_HIGH = 1,
};
#define INTERRUPT_RECEIVED 1
#define INTERRUPT_EMPTY    2 /* the transmitter */
#define CAUSE_FIFOS        0xc0
#define FIFO_ENABLE        1
#define LINE_8N1           3
#define DIVISOR_ACCESS     0x80
#define DIVISOR_115200     1
#define MODEM_READY        0x0b /* DTR, RTS, and OUT2, which lets the interrupt out on a PC */
#define STATUS_RECEIVED    1
#define STATUS_EMPTY       0x20
#define STATUS_NOTHING     0xff /* what reads where no chip is */

#define FIFO_DEPTH 16
/* Bytes handled in one go; a chip that always has more must not keep us from our clients. */
#define BURST 256

#define COM1 0x3f8
#define LINE 4

/* What init.conf gives the console for them: `ports=` and `irq=`. 0: not given. */
static cap_t ports, irqs;

static cap_t covering(const char *name, uint64_t what)
{
	const struct startup_cap *found = startup_covering(name, what);

	return found ? found->cap : 0;
}

static unsigned in(unsigned reg)
{
	int64_t value = port_in(ports, COM1 + reg, 1);

	return value < 0 ? STATUS_NOTHING : (unsigned)value;
}

static void out(unsigned reg, unsigned value)
{
	port_out(ports, COM1 + reg, 1, value);
}

/* Only the low four bits of the interrupt register exist; an empty bus, or ports that we may not
 * use, read as 0xff. */
static bool probe(void)
{
	unsigned low, high;

	out(INTERRUPTS, 0);
	low = in(INTERRUPTS);
	out(INTERRUPTS, 0xff);
	high = in(INTERRUPTS);
	out(INTERRUPTS, 0);
	return (low & 0xf) == 0 && (high & 0xf) == 0xf && in(LINE_STATUS) != STATUS_NOTHING;
}

void uart_start(struct uart *uart, uint64_t endpoint, uint64_t bits)
{
	ports = covering("ports", COM1);
	irqs = covering("irqs", LINE);
	uart->present = probe();
	if (!uart->present)
		return;
	out(LINE_CONTROL, LINE_8N1 | DIVISOR_ACCESS);
	out(DIVISOR_LOW, DIVISOR_115200);
	out(DIVISOR_HIGH, 0);
	out(LINE_CONTROL, LINE_8N1);
	/* Nothing is cleared: somebody may have typed during boot. */
	out(FIFO_CONTROL, FIFO_ENABLE);
	out(MODEM_CONTROL, MODEM_READY);
	uart->depth = (in(CAUSE)&CAUSE_FIFOS) == CAUSE_FIFOS ? FIFO_DEPTH : 1;
	/* Somebody else has the line: the chip is then asked again and again, which is slow but
	 * works. */
	uart->polled = irq_bind(irqs, LINE, endpoint, bits) != 0;
	if (!uart->polled)
		out(INTERRUPTS, INTERRUPT_RECEIVED);
}

static void receive(struct uart *uart)
{
	for (int i = 0; i < BURST; i++) {
		unsigned status = in(LINE_STATUS);

		if (status == STATUS_NOTHING || !(status & STATUS_RECEIVED))
			return;
		uart->received((unsigned char)in(DATA));
	}
}

/* Fills the transmitter if it is empty. Returns whether there may be more to send. */
static bool fill(struct uart *uart)
{
	unsigned char byte;

	if (!(in(LINE_STATUS)&STATUS_EMPTY))
		return true;
	for (unsigned i = 0; i < uart->depth; i++) {
		if (!uart->next(&byte))
			return false;
		out(DATA, byte);
	}
	return true;
}

void uart_kick(struct uart *uart)
{
	unsigned char byte;

	if (!uart->present) {
		while (uart->next(&byte))
			;
	} else if (!uart->sending && !uart->polled && fill(uart)) {
		uart->sending = true;
		out(INTERRUPTS, INTERRUPT_RECEIVED | INTERRUPT_EMPTY);
	}
}

void uart_interrupt(struct uart *uart)
{
	if (!uart->present)
		return;
	/* Reading it withdraws "the transmitter is empty"; what came in is seen in LINE_STATUS. */
	in(CAUSE);
	receive(uart);
	uart->sending = uart->sending && fill(uart);
	out(INTERRUPTS, 0);
	irq_ack(irqs, LINE);
	out(INTERRUPTS, uart->sending ? INTERRUPT_RECEIVED | INTERRUPT_EMPTY : INTERRUPT_RECEIVED);
}

void uart_poll(struct uart *uart)
{
	receive(uart);
	for (int i = 0; i < BURST && (in(LINE_STATUS)&STATUS_EMPTY); i++)
		if (!fill(uart))
			return;
}
