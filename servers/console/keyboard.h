/* From the codes of a PC keyboard (set 1, US layout) to what a terminal's keys send. Pure. */
#ifndef CONSOLE_KEYBOARD_H
#define CONSOLE_KEYBOARD_H

#include <stdbool.h>

#define KEYBOARD_BYTES 8 /* that one key sends at the most */

struct keyboard {
	/* Keys that are down, the left and the right one in a bit each. */
	unsigned char shift, control, alt;
	bool caps, numbers; /* the locks */
	bool extended;      /* a code's first byte was 0xe0 */
	unsigned char skip; /* bytes that belong to the Pause key */
};

enum keyboard_event {
	KEYBOARD_NOTHING,
	KEYBOARD_BYTES_SENT, /* bytes[0..count) */
	KEYBOARD_TERMINAL,   /* Alt and a function key: `terminal`, 1 to 12 */
	KEYBOARD_NEXT,       /* Alt and an arrow */
	KEYBOARD_PREVIOUS,
};

struct keyboard_key {
	enum keyboard_event event;
	char bytes[KEYBOARD_BYTES];
	unsigned count, terminal;
};

/* Takes one byte that came from the keyboard. Any will do. */
struct keyboard_key keyboard_code(struct keyboard *keyboard, unsigned char byte);

#endif
