/* The screen and the keyboard, and which virtual terminal has them. All of them go on in their own
 * cells; only the one that is shown is drawn. Without a screen there are none, and with little
 * memory fewer. */
#include "console.h"
#include "display.h"
#include "keyboard.h"
#include "ps2.h"
#include <atoll/server.h>
#include <atoll/startup.h>
#include <atoll/ustar.h>
#include <stdlib.h>

#define FONT_FILE      "/etc/font.psf"
#define ARCHIVE_WINDOW 0x0000300000000000ull
#define SCREEN_WINDOW  0x0000310000000000ull
#define DRAW_MS        20 /* from one picture to the next, at the least */

/* The adapter's registers, of which we want one: its own cursor, off. */
enum { ADAPTER_INDEX = 0x3d4, ADAPTER_DATA, ADAPTER_CURSOR = 0x0a, ADAPTER_CURSOR_OFF = 0x20 };

static struct display display;
static struct keyboard keyboard = { .numbers = true };
static struct ps2 ps2;
static unsigned shown; /* of console.virtual */
static uint64_t drawn_at;

/* ---- Finding it ------------------------------------------------------------------------------ */

/* Maps what a capability covers, and returns where that begins; NULL: it cannot be, or there is
 * none. */
static uint8_t *map(const char *name, uint64_t at, unsigned protection, uint64_t *bytes)
{
	const struct startup_cap *cap = startup_named(name);
	uint64_t length;

	if (!cap || cap->size == 0)
		return NULL;
	length = (cap->first + cap->size + PAGE_SIZE - 1) & ~(uint64_t)(PAGE_SIZE - 1);
	*bytes = cap->size;
	return mem_map(cap->cap, 0, at, 0, length, protection) ? NULL : (uint8_t *)at + cap->first;
}

static bool find_font(void)
{
	uint64_t bytes;
	uint8_t *archive = map("archive", ARCHIVE_WINDOW, PROT_READ, &bytes);
	struct ustar_entry file;

	return archive && ustar_find(archive, bytes, FONT_FILE, &file) &&
	    font_open(&display.font, file.data, file.bytes);
}

static void hide_adapter_cursor(void)
{
	const struct startup_cap *ports = startup_covering("ports", ADAPTER_INDEX);

	if (ports) {
		port_out(ports->cap, ADAPTER_INDEX, 1, ADAPTER_CURSOR);
		port_out(ports->cap, ADAPTER_DATA, 1, ADAPTER_CURSOR_OFF);
	}
}

/* A loader that knows of no screen may say that there is one all the same: what is written to text
 * memory is read back. */
static bool remembers(volatile uint8_t *memory)
{
	for (unsigned value = 0x55; value <= 0xaa; value += 0x55) {
		*memory = (uint8_t)value;
		if (*memory != value)
			return false;
	}
	return true;
}

static bool find_screen(const char *argument)
{
	uint64_t bytes;
	uint8_t *memory;

	if (!argument || !display_format(argument, &display.format))
		return false;
	memory = map("screen", SCREEN_WINDOW, PROT_READ | PROT_WRITE, &bytes);
	if (!memory)
		return false;
	if (display.format.kind == SCREEN_TEXT) {
		if (!remembers(memory))
			return false;
		hide_adapter_cursor();
	} else if (!find_font()) {
		return false;
	}
	return display_open(&display, memory, bytes) == 0;
}

static struct terminal *new_terminal(void)
{
	struct {
		struct terminal terminal;
		struct vt vt;
		uint32_t cell[];
	} *new = calloc(1, sizeof *new + (size_t)display.rows *display.columns * sizeof(uint32_t));

	if (!new)
		return NULL;
	vt_init(&new->vt, new->cell, display.rows, display.columns);
	terminal_init(&new->terminal, &new->vt, display.rows, display.columns);
	new->terminal.changed = true;
	return &new->terminal;
}

/* ---- Which one ------------------------------------------------------------------------------- */

struct terminal *screen_shown(void)
{
	return console.virtual[shown];
}

static void show(unsigned number)
{
	struct terminal *terminal = console.virtual[number];

	if (!terminal)
		return;
	shown = number;
	terminal->changed = true;
	if (terminal->waits_for)
		server_reply(terminal->waits_for, 0, NULL);
	terminal->waits_for = 0;
}

/* `step` terminals further, round and round, past those that there are not. */
static void show_next(unsigned step)
{
	unsigned number = shown;

	do
		number = (number + step) % CONSOLE_VIRTUAL;
	while (!console.virtual[number]);
	show(number);
}

static void keyboard_received(unsigned char byte)
{
	struct keyboard_key key = keyboard_code(&keyboard, byte);

	switch (key.event) {
	case KEYBOARD_BYTES_SENT:
		for (unsigned i = 0; i < key.count; i++)
			key_received(screen_shown(), (unsigned char)key.bytes[i]);
		break;
	case KEYBOARD_TERMINAL:
		if (key.terminal <= CONSOLE_VIRTUAL)
			show(key.terminal - 1);
		break;
	case KEYBOARD_NEXT:
		show_next(1);
		break;
	case KEYBOARD_PREVIOUS:
		show_next(CONSOLE_VIRTUAL - 1);
		break;
	case KEYBOARD_NOTHING:
		break;
	}
}

void screen_start(const char *argument, uint64_t endpoint, uint64_t bits)
{
	if (!find_screen(argument))
		return;
	for (unsigned i = 0; i < CONSOLE_VIRTUAL; i++)
		console.virtual[i] = new_terminal();
	if (!screen_shown())
		return;
	ps2.received = keyboard_received;
	ps2_start(&ps2, endpoint, bits);
}

void screen_interrupt(void)
{
	if (ps2.present)
		ps2_interrupt(&ps2);
}

bool screen_polled(void)
{
	return ps2.polled;
}

/* ---- Drawing --------------------------------------------------------------------------------- */

void screen_flush(void)
{
	struct terminal *terminal = screen_shown();

	if (!terminal || !terminal->changed)
		return;
	display_draw(&display, terminal->vt);
	terminal->changed = false;
	drawn_at = time_now();
}

/* Who writes much is not kept waiting for each line to be seen. */
uint64_t screen_draw(void)
{
	struct terminal *terminal = screen_shown();
	uint64_t next = drawn_at + DRAW_MS * 1000000ull;

	if (!terminal || !terminal->changed)
		return 0;
	if (drawn_at && time_now() < next)
		return next;
	screen_flush();
	return 0;
}
