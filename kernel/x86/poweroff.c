/* The end: exit status to the emulator, power off; or a new beginning. And I/O ports, for drivers
 * that hold a right to them.
 *
 * Invariant: the last line on the debug console that starts with "atoll: exit status" is this
 * file's: tools/run takes the status from there and user code has no way to that port.
 *
 * Layer 1. Called by panic.c, syscall.c; calls serial.c, cpu.c. Must not panic: panic ends here. */
#include "../machine.h"

#include "asm.h"

#define DEBUG_CONSOLE  0xe9
#define QEMU_PM1A      0x604  /* PM1a control of its ACPI under SeaBIOS and on q35 */
#define QEMU_PM1A_OVMF 0xb004 /* and where OVMF puts it on the i440fx */
#define PM1A_SLEEP_S5  0x2000
#define BOCHS_SHUTDOWN 0x8900

#define RESET_CONTROL    0xcf9
#define RESET_PREPARE    0x02 /* of the whole machine, not of the processor alone */
#define RESET_FULL       0x06
#define KEYBOARD_COMMAND 0x64
#define KEYBOARD_RESET   0xfe

static void say(const char *text, void (*put)(char))
{
	while (*text)
		put(*text++);
}

static void say_number(unsigned number, void (*put)(char))
{
	if (number >= 10)
		say_number(number / 10, put);
	put((char)('0' + number % 10));
}

/* On real hardware these ports may belong to anything. The debug console answers with its own
 * number. */
static bool in_emulator(void)
{
	return machine_features.hypervisor || inb(DEBUG_CONSOLE) == DEBUG_CONSOLE;
}

_Noreturn void machine_poweroff(int status)
{
	__asm__ volatile("cli");
	say("\natoll: exit status ", machine_log);
	say_number((unsigned)status & 0xff, machine_log);
	machine_log('\n');
	if (in_emulator()) {
		outw(QEMU_PM1A, PM1A_SLEEP_S5);
		outw(QEMU_PM1A_OVMF, PM1A_SLEEP_S5);
		for (const char *c = "Shutdown"; *c; c++)
			outb(BOCHS_SHUTDOWN, (u8)*c);
		/* QEMU ends when another of its threads comes round to it: the line below is for
		 * where nothing helped. */
		for (unsigned i = 0; i < 1u << 26; i++)
			__asm__ volatile("pause");
	}
	say("It is now safe to switch off.\n", machine_console);
	machine_halt();
}

/* The reset control register of the chipset; where there is none, the keyboard controller's line to
 * the processor; at last a fault without handlers, after which a processor resets itself. */
_Noreturn void machine_reboot(void)
{
	static const struct {
		u16 limit;
		u64 base;
	} __attribute__((packed)) nothing = { 0, 0 };

	__asm__ volatile("cli");
	outb(RESET_CONTROL, RESET_PREPARE);
	outb(RESET_CONTROL, RESET_FULL);
	outb(KEYBOARD_COMMAND, KEYBOARD_RESET);
	for (unsigned i = 0; i < 1u << 20; i++)
		__asm__ volatile("pause");
	__asm__ volatile("lidt %0; int3" : : "m"(nothing));
	machine_halt();
}

u32 machine_port_in(u16 port, unsigned width)
{
	switch (width) {
	case 1:
		return inb(port);
	case 2:
		return inw(port);
	default:
		return inl(port);
	}
}

void machine_port_out(u16 port, unsigned width, u32 value)
{
	switch (width) {
	case 1:
		outb(port, (u8)value);
		break;
	case 2:
		outw(port, (u16)value);
		break;
	default:
		outl(port, value);
	}
}
