/* The keyboard's controller (8042). */
#ifndef CONSOLE_PS2_H
#define CONSOLE_PS2_H

#include <stdbool.h>
#include <stdint.h>

struct ps2 {
	void (*received)(unsigned char byte); /* set by the owner: what the keyboard sent */

	/* ps2.c owns these. */
	bool present; /* else nothing is ever received */
	bool polled;  /* no interrupt to be had: call ps2_poll every few milliseconds */
};

/* Finds the controller and sets it up; its interrupts will come as these bits of the endpoint.
 * Takes 50 ms at the most, when the controller does not answer. */
void ps2_start(struct ps2 *ps2, uint64_t endpoint, uint64_t bits);
/* The interrupt came: receives, acknowledges. */
void ps2_interrupt(struct ps2 *ps2);
void ps2_poll(struct ps2 *ps2);

#endif
