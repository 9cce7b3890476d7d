// SOURCES: servers/console/keyboard.c
// The keyboard: scan codes, as QEMU and real ones send them, become what a terminal's keys send;
// bytes by chance do no harm, and no key stays down for ever.
#include "../../servers/console/keyboard.h"
#include "tap.h"
#include <stdlib.h>
#include <string.h>

static struct keyboard keyboard;
static struct keyboard_key last;
static char sent[200];

/* Codes in hexadecimal, with blanks between; what was sent since the last `begin` is in sent. */
static void codes(const char *text)
{
	for (char *end; *text; text = end) {
		last = keyboard_code(&keyboard, (unsigned char)strtoul(text, &end, 16));
		if (last.event == KEYBOARD_BYTES_SENT)
			memcpy(sent + strlen(sent), last.bytes, last.count);
	}
}

static void sends(const char *text, const char *wanted, const char *name)
{
	keyboard = (struct keyboard){ .numbers = true };
	memset(sent, 0, sizeof sent);
	codes(text);
	if (!ok(!strcmp(sent, wanted), "%s", name)) {
		printf("#");
		for (const char *c = sent; *c; c++)
			printf(" %02x", (unsigned char)*c);
		printf("\n");
	}
}

static void test_letters(void)
{
	sends("1e 9e 30 b0 2e ae", "abc", "letters");
	sends("2a 1e 9e aa 1e 9e", "Aa", "shift");
	sends("36 2a 1e 9e aa 1e 9e b6 1e 9e", "AAa", "both shifts");
	sends("3a ba 1e 9e 02 82 2a 1e 9e aa 3a ba 1e 9e", "A1aa", "caps lock is for letters");
	sends("02 82 2a 02 82 03 83 aa", "1!@", "digits and what is above them");
	sends("2a 1a 27 28 29 2b 33 34 35 0c 0d aa 1a 27 28 29 2b 33 34 35 0c 0d",
	    "{:\"~|<>?_+[;'`\\,./-=", "signs");
	sends("1c 9c 0e 8e 0f 8f 01 81 39 b9", "\r\177\t\033 ",
	    "Enter, Backspace, Tab, Escape, space");
	sends("2a 0f 8f aa", "\033[Z", "shift and Tab");
	sends("1d 2e ae 9d 2e", "\003c", "Ctrl-C");
	sends("e0 1d 20 a0 e0 9d 20", "\004d", "the right Ctrl");
	sends("1d 1a 2b 1b 35 9d", "\033\034\035\037", "Ctrl and signs");
	sends("38 30 b0 b8 30", "\033bb", "Alt is an escape before");
	sends("e0 38 21 a1 e0 b8", "\033f", "the right Alt");
	sends("1e 1e 1e 9e", "aaa", "a key held");
}

static void test_special(void)
{
	sends("e0 48 e0 c8 e0 50 e0 d0 e0 4d e0 cd e0 4b e0 cb", "\033[A\033[B\033[C\033[D",
	    "arrows");
	sends("e0 47 e0 4f e0 52 e0 53 e0 49 e0 51", "\033[H\033[F\033[2~\033[3~\033[5~\033[6~",
	    "Home, End, Insert, Delete, Page up, Page down");
	sends("1d e0 4d e0 cd 9d", "\033[1;5C", "Ctrl and an arrow");
	sends("2a e0 53 e0 d3 aa", "\033[3;2~", "shift and Delete");
	sends("e0 2a e0 48 e0 c8 e0 aa 1e", "\033[Aa", "the shifts that keyboards invent");
	sends("3b bb 3e be 3f 44 57 58", "\033OP\033OS\033[15~\033[21~\033[23~\033[24~",
	    "function keys");
	sends("1d 3b bb 9d 2a 3f aa", "\033[1;5P\033[15;2~", "with Ctrl, with shift");
	sends(
	    "47 48 49 4a 4b 4c 4d 4e 4f 50 51 52 53 37 e0 35 e0 1c", "789-456+1230.*/\r", "keypad");
	sends("45 c5 47 48 49 4a 4b 4c 4d 4e 4f 50 51 52 53",
	    "\033[H\033[A\033[5~-\033[D\033[C+\033[F\033[B\033[6~\033[2~\033[3~",
	    "keypad without numbers");
	sends("2a 47 aa 45 c5 2a 47 aa", "\033[1;2H7", "shift turns that round");
	sends("e1 1d 45 e1 9d c5 1e 47", "a7", "Pause");
	sends("e0 37 e0 b7 46 c6 e0 5b e0 db e0 5d e0 dd 1e", "a", "keys without a meaning here");
	sends("fa aa fe ee 00 ff 1e", "a", "answers of the keyboard");
}

static void test_terminals(void)
{
	sends("38 3b", "", "Alt-F1");
	ok(last.event == KEYBOARD_TERMINAL && last.terminal == 1, "is terminal 1");
	codes("bb 3e");
	ok(last.event == KEYBOARD_TERMINAL && last.terminal == 4, "Alt-F4 is 4");
	codes("be e0 4d");
	ok(last.event == KEYBOARD_NEXT, "Alt-Right");
	codes("e0 cd e0 4b");
	ok(last.event == KEYBOARD_PREVIOUS, "Alt-Left");
	codes("e0 cb e0 48");
	ok(last.event == KEYBOARD_BYTES_SENT, "Alt-Up is a key as others");
}

static void test_garbage(void)
{
	bool right = true;

	srand(1);
	for (int i = 0; i < 500000 && right; i++) {
		struct keyboard_key key = keyboard_code(&keyboard,
		    (unsigned char)(rand() % 3 ? rand() : "\xe0\xe1\x38\x1d\x2a"[rand() % 5]));

		right = key.count <= KEYBOARD_BYTES && keyboard.skip <= 5 && keyboard.shift < 4 &&
		    keyboard.control < 4 && keyboard.alt < 4 &&
		    (key.event != KEYBOARD_TERMINAL || (key.terminal >= 1 && key.terminal <= 12)) &&
		    (key.event != KEYBOARD_BYTES_SENT || key.count > 0);
	}
	ok(right, "500,000 bytes by chance");
	memset(sent, 0, sizeof sent);
	codes("0 0 0 0 0 0 aa b6 9d b8 e0 9d e0 b8");
	if (keyboard.caps)
		codes("3a ba");
	memset(sent, 0, sizeof sent);
	codes("1e");
	ok(!strcmp(sent, "a"), "and a key is that key again");
}

int main(void)
{
	test_letters();
	test_special();
	test_terminals();
	test_garbage();
	return tap_done();
}
