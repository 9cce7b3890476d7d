/* The 16550 serial port (QEMU's and Bochs's COM1), and what older and newer ones share with it. */
#ifndef CONSOLE_UART_H
#define CONSOLE_UART_H

#include <stdbool.h>
#include <stdint.h>

struct uart {
	/* Set by the owner: bytes that came in; the next byte to send, false if there is none. */
	void (*received)(unsigned char byte);
	bool (*next)(unsigned char *byte);

	/* uart.c owns these. */
	bool present;   /* else: what is sent vanishes, nothing is received */
	bool sending;   /* the transmitter will interrupt when it is empty */
	bool polled;    /* no interrupt to be had: call uart_poll every UART_POLL_MS */
	unsigned depth; /* bytes the transmitter takes at once */
};

#define UART_POLL_MS 10

/* Finds the chip and sets it up; its interrupts will come as these bits of the endpoint. */
void uart_start(struct uart *uart, uint64_t endpoint, uint64_t bits);
/* There is something to send: call it after each change. Never waits. */
void uart_kick(struct uart *uart);
/* The interrupt came: sends, receives, acknowledges. */
void uart_interrupt(struct uart *uart);
/* The same for a port without an interrupt. */
void uart_poll(struct uart *uart);

#endif
