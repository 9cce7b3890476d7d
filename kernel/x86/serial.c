/* Text out of the kernel: COM1 for boot and panic, the emulator's debug console for everything.
 *
 * Invariant: no character waits for ever. COM1 is used only if its scratch register remembers
 * (there is a chip), and is given up once it does not get ready.
 *
 * Layer 1. Called by cpu.c, printk.c; calls nobody. */
#include "cpu.h"

#include "asm.h"

#define DEBUG_CONSOLE 0xe9

#define COM1       0x3f8
#define DIVISOR    (COM1 + 0) /* while LINE_DLAB */
#define INTERRUPTS (COM1 + 1)
#define FIFO       (COM1 + 2)
#define LINE       (COM1 + 3)
#define MODEM      (COM1 + 4)
#define STATUS     (COM1 + 5)
#define SCRATCH    (COM1 + 7)

#define LINE_DLAB    0x80
#define LINE_8N1     0x03
#define FIFO_ON      0x07
#define MODEM_ON     0x0b /* DTR, RTS, and the gate of its interrupt line */
#define STATUS_EMPTY 0x20
#define PATIENCE     100000

static bool present;

static bool remembers(u8 value)
{
	outb(SCRATCH, value);
	return inb(SCRATCH) == value;
}

void serial_init(void)
{
	present = remembers(0x5a) && remembers(0xa5);
	if (!present)
		return;
	outb(INTERRUPTS, 0);
	outb(LINE, LINE_DLAB);
	outb(DIVISOR, 1); /* 115200 */
	outb(DIVISOR + 1, 0);
	outb(LINE, LINE_8N1);
	outb(FIFO, FIFO_ON);
	outb(MODEM, MODEM_ON);
}

static void put(char c)
{
	for (unsigned i = 0; present && !(inb(STATUS) & STATUS_EMPTY); i++)
		present = i < PATIENCE;
	if (present)
		outb(COM1, (u8)c);
}

void machine_console(char c)
{
	if (c == '\n')
		put('\r');
	put(c);
}

void machine_log(char c)
{
	outb(DEBUG_CONSOLE, (u8)c);
}
