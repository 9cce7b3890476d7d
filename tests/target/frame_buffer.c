/* The screen: in place of init the story is given it as the kernel gives it. It is memory like
 * other memory, but nobody's else: it can be written, a message may be sent from it and received
 * into it, it cannot be executed, and it is never given to anybody when it is let go.
 *
 * BOOT: init
 * SCREEN: yes
 * EMULATORS: qemu check */
#include "lib/story.h"
#include <string.h>

#define SCREEN WINDOW

static char *map_screen(const struct boot_screen *screen, uint64_t *length)
{
	*length = (screen->offset + screen->bytes + PAGE_SIZE - 1) & ~(uint64_t)(PAGE_SIZE - 1);
	is(mem_map(screen->memory, 0, SCREEN, 0, *length, PROT_READ | PROT_WRITE), 0,
	    "it is mapped");
	return (char *)SCREEN + screen->offset;
}

/* Receives into the second row, and answers from there. */
static void answers(struct worker *w)
{
	struct msg m = { .recv = (void *)w->deadline, .recv_bytes = 64 };

	w->result = ipc_recv(w->own, &m, DEADLINE_FOREVER);
	m.label = MSG_LABEL(0, 0, 0, 64);
	m.send = m.recv;
	ipc_reply(m.token, &m);
}

static void messages(char *row, uint32_t pitch)
{
	static struct worker server;
	char *second = row + pitch, *third = second + pitch;
	struct msg m = {
		.label = MSG_LABEL(1, 1, 0, 64), .send = row, .recv = third, .recv_bytes = 64
	};

	for (int i = 0; i < 64; i++)
		row[i] = (char)(i * 3);
	memset(second, 0, 64);
	memset(third, 0, 64);
	server.own = (cap_t)endpoint_create();
	server.deadline = (uint64_t)second;
	server.run = answers;
	begin(&server, HIGHER);
	is(ipc_call(server.own, &m, DEADLINE_FOREVER), 0, "a message is sent from there");
	is(server.result, 0, "and received there");
	ok(memcmp(second, row, 64) == 0, "it is what was sent");
	ok(memcmp(third, row, 64) == 0, "so is the reply");
}

static void let_go(const struct boot_screen *screen, uint64_t length)
{
	uint64_t frames = settled_frames();

	is(mem_unmap(0, SCREEN, length), 0, "it is unmapped");
	is(cap_delete(screen->memory), 0, "and let go");
	/* Three frames said where its own are. */
	ok(settled_frames() <= frames + 3, "its frames go to nobody");
}

int main(void)
{
	const struct boot_info *init = as_init();
	const struct boot_screen *screen = init ? &init->screen : NULL;
	const struct screen_format *f;
	uint64_t length;
	char *row;

	if (!screen)
		bail_out("this story is to be started in place of init");
	f = &screen->format;
	ok(screen->memory != 0 && f->kind == SCREEN_PIXELS, "there is a screen");
	ok(f->width == 1024 && f->height == 768 && f->bits == 32 && f->pitch >= 4 * f->width &&
		screen->bytes == (uint64_t)f->pitch * f->height,
	    "as large as was asked for");
	is(mem_map(screen->memory, 0, SCREEN, 0, PAGE_SIZE, PROT_READ | PROT_EXEC), -EPERM,
	    "nobody executes it");
	row = map_screen(screen, &length);
	messages(row, f->pitch);
	let_go(screen, length);
	return tap_done();
}
