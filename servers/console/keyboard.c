/* Scan codes, set 1: what the controller makes of what keyboards send. A code is one byte, 0x80
 * added when the key is let go; keys that the first PC had not have an 0xe0 before. Bytes that mean
 * nothing, answers of the keyboard (0xfa, 0xaa ...) among them, change nothing.
 *
 * Special keys send what xterm sends; Alt puts an escape before a key. */
#include "keyboard.h"
#include <string.h>

#define EXTENDED 0xe0
#define PAUSE    0xe1 /* and five bytes more, none of which is let go */
#define LET_GO   0x80
#define ESCAPE   27

enum {
	CODE_CONTROL = 0x1d,
	CODE_LEFT_SHIFT = 0x2a,
	CODE_SLASH = 0x35,
	CODE_RIGHT_SHIFT = 0x36,
	CODE_ALT = 0x38,
	CODE_CAPS = 0x3a,
	CODE_F1 = 0x3b,
	CODE_F10 = 0x44,
	CODE_NUMBERS = 0x45,
	CODE_PAD = 0x47,
	CODE_PAD_MINUS = 0x4a,
	CODE_PAD_PLUS = 0x4e,
	CODE_PAD_END = 0x53,
	CODE_F11 = 0x57,
	CODE_F12 = 0x58,
};

/* By code, up to the blank. */
static const char plain[] =
    "\0\0331234567890-=\177\tqwertyuiop[]\r\0asdfghjkl;'`\0\\zxcvbnm,./\0*\0 ";
static const char shifted[] =
    "\0\033!@#$%^&*()_+\177\tQWERTYUIOP{}\r\0ASDFGHJKL:\"~\0|ZXCVBNM<>?\0*\0 ";

/* The keypad from 0x47 on, without its minus and plus: as numbers, and as the keys between. */
static const char pad_numbers[] = "789-456+1230.";
static const char pad_keys[] = "HA5-D\0C+FB623"; /* letters: ESC [ letter; 2, 3, 5, 6: ESC [ n ~ */

static void send(struct keyboard_key *key, const char *bytes, unsigned count)
{
	key->event = KEYBOARD_BYTES_SENT;
	key->count = count;
	memcpy(key->bytes, bytes, count);
}

/* ---- Special keys ---------------------------------------------------------------------------- */

/* As xterm numbers them, behind the first number of a sequence; 1: none. */
static unsigned modifiers(const struct keyboard *k)
{
	return 1 + (k->shift ? 1 : 0) + (k->alt ? 2 : 0) + (k->control ? 4 : 0);
}

/* ESC [ letter, with modifiers ESC [ 1 ; m letter. */
static void send_letter(const struct keyboard *k, struct keyboard_key *key, char letter)
{
	char bytes[KEYBOARD_BYTES] = { ESCAPE, '[', letter };

	if (modifiers(k) == 1) {
		send(key, bytes, 3);
		return;
	}
	memcpy(bytes + 2, "1;", 2);
	bytes[4] = (char)('0' + modifiers(k));
	bytes[5] = letter;
	send(key, bytes, 6);
}

/* ESC [ n ~, with modifiers ESC [ n ; m ~; n has one or two digits. */
static void send_number(const struct keyboard *k, struct keyboard_key *key, unsigned n)
{
	char bytes[KEYBOARD_BYTES] = { ESCAPE, '[' };
	unsigned count = 2;

	if (n >= 10)
		bytes[count++] = (char)('0' + n / 10);
	bytes[count++] = (char)('0' + n % 10);
	if (modifiers(k) > 1) {
		bytes[count++] = ';';
		bytes[count++] = (char)('0' + modifiers(k));
	}
	bytes[count++] = '~';
	send(key, bytes, count);
}

/* A key of the keypad, or its twin between letters and keypad. */
static void special(const struct keyboard *k, struct keyboard_key *key, char what)
{
	if (k->alt && (what == 'C' || what == 'D'))
		key->event = what == 'C' ? KEYBOARD_NEXT : KEYBOARD_PREVIOUS;
	else if (what >= 'A')
		send_letter(k, key, what);
	else if (what)
		send_number(k, key, (unsigned)(what - '0'));
}

static void function(const struct keyboard *k, struct keyboard_key *key, unsigned number)
{
	static const unsigned char numbers[] = { 15, 17, 18, 19, 20, 21, 23, 24 };
	char bytes[] = { ESCAPE, 'O', (char)('P' + number - 1) };

	if (k->alt) {
		key->event = KEYBOARD_TERMINAL;
		key->terminal = number;
	} else if (number > 4) {
		send_number(k, key, numbers[number - 5]);
	} else if (modifiers(k) > 1) {
		send_letter(k, key, bytes[2]);
	} else {
		send(key, bytes, 3);
	}
}

/* ---- Letters --------------------------------------------------------------------------------- */

/* Ctrl with a letter or with what stands beside them in ASCII; others are as without it. */
static char with_control(char c)
{
	if (c == ' ' || c == '2')
		return 0;
	if (c == '/' || c == '-')
		return 0x1f;
	return c >= '@' && c < 0x7f ? c & 0x1f : c;
}

static void letter(const struct keyboard *k, struct keyboard_key *key, unsigned code)
{
	char c = plain[code];
	bool is_letter = c >= 'a' && c <= 'z';
	char bytes[2] = { ESCAPE };

	if (c == '\t' && k->shift) {
		send_letter(&(struct keyboard){ 0 }, key, 'Z');
		return;
	}
	if ((k->shift != 0) != (is_letter && k->caps))
		c = shifted[code];
	if (k->control)
		c = with_control(c);
	bytes[1] = c;
	if (k->alt)
		send(key, bytes, 2);
	else
		send(key, &c, 1);
}

/* ---- Codes ----------------------------------------------------------------------------------- */

/* Keys that only change what others mean. False: it is none of them. */
static bool modifier(struct keyboard *k, unsigned code, bool extended, bool down)
{
	unsigned char *keys, bit = extended || code == CODE_RIGHT_SHIFT ? 2 : 1;

	switch (code) {
	case CODE_LEFT_SHIFT:
	case CODE_RIGHT_SHIFT:
		if (extended)
			return true; /* sent around the keys between, for programs that are long
					gone */
		keys = &k->shift;
		break;
	case CODE_CONTROL:
		keys = &k->control;
		break;
	case CODE_ALT:
		keys = &k->alt;
		break;
	case CODE_CAPS:
		k->caps ^= down && !extended;
		return true;
	case CODE_NUMBERS:
		k->numbers ^= down && !extended;
		return true;
	default:
		return false;
	}
	*keys = down ? *keys | bit : *keys & (unsigned char)~bit;
	return true;
}

static void pressed(
    const struct keyboard *k, struct keyboard_key *key, unsigned code, bool extended)
{
	char bytes[1];

	if (code >= CODE_PAD && code <= CODE_PAD_END) {
		bool number = !extended && (k->numbers != (k->shift != 0));

		bytes[0] = pad_numbers[code - CODE_PAD];
		if (number || code == CODE_PAD_MINUS || code == CODE_PAD_PLUS)
			send(key, bytes, 1);
		else
			special(k, key, pad_keys[code - CODE_PAD]);
	} else if (code >= CODE_F1 && code <= CODE_F10) {
		function(k, key, code - CODE_F1 + 1);
	} else if (code == CODE_F11 || code == CODE_F12) {
		function(k, key, code - CODE_F11 + 11);
	} else if (code < sizeof plain - 1 && plain[code] &&
	    (!extended || code == CODE_SLASH || plain[code] == '\r')) {
		letter(k, key, code);
	}
}

struct keyboard_key keyboard_code(struct keyboard *k, unsigned char byte)
{
	struct keyboard_key key = { .event = KEYBOARD_NOTHING };
	bool extended = k->extended;
	unsigned code = byte & ~(unsigned)LET_GO;

	if (k->skip > 0) {
		k->skip--;
		return key;
	}
	k->extended = byte == EXTENDED;
	if (byte == EXTENDED)
		return key;
	if (byte == PAUSE)
		k->skip = 5;
	else if (!modifier(k, code, extended, !(byte & LET_GO)) && !(byte & LET_GO))
		pressed(k, &key, code, extended);
	return key;
}
