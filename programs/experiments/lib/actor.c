/* Processes that an experiment starts itself, as init starts servers: see experiment.h. */
#include "experiment.h"
#include <atoll/startup.h>
#include <atoll/supervisor.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define ACTORS     16
#define FIRST      1000 /* pid, and so the badge, of the first: no process has one so high */
#define FRAMES     2048 /* of each one's quota */
#define INHERITED  3    /* descriptors */
#define IMAGE_PATH "/bin/%s"

static struct actor *actors[ACTORS];
static cap_t supervisor;

struct image {
	char path[64];
	void *bytes;
	size_t size;
};

/* The last image read is kept: an experiment starts the same program again and again. */
static const struct image *read_image(const char *path)
{
	static struct image image;
	struct stat st;
	int fd;

	if (image.bytes && strcmp(image.path, path) == 0)
		return &image;
	free(image.bytes);
	fd = open(path, O_RDONLY);
	if (fd < 0 || fstat(fd, &st) != 0)
		experiment_fail(path, errno);
	image.size = (size_t)st.st_size;
	image.bytes = malloc(image.size);
	snprintf(image.path, sizeof image.path, "%s", path);
	for (size_t got = 0; got < image.size;) {
		ssize_t count =
		    image.bytes ? read(fd, (char *)image.bytes + got, image.size - got) : -1;

		if (count <= 0)
			experiment_fail(path, count < 0 ? errno : EIO);
		got += (size_t)count;
	}
	close(fd);
	return &image;
}

static unsigned free_place(void)
{
	for (unsigned i = 0; i < ACTORS; i++)
		if (!actors[i])
			return i;
	experiment_fail("actors", EAGAIN);
}

void actor_start(struct actor *a, const char *path, const char *const *argv,
    const struct program_cap *caps, unsigned priority)
{
	const struct startup *own = startup_block();
	struct program_fd fd[INHERITED];
	const unsigned place = free_place();
	struct program *p = &a->program;
	const struct image *image;
	char ours[64];

	if (!supervisor)
		supervisor = new_endpoint();
	snprintf(ours, sizeof ours, IMAGE_PATH, argv[0]);
	image = read_image(path ? path : ours);
	*p = (struct program){ .image = image->bytes,
		.bytes = image->size,
		.name = argv[0],
		.pid = FIRST + place,
		.incarnation = a->incarnation,
		.frames = FRAMES,
		.priority = priority ? priority : own->priority,
		.ceiling = own->priority + 4,
		.supervisor = supervisor,
		.cap = caps,
		.fd = fd,
		.argv = argv };
	while (caps && p->caps < ACTOR_CAPS && caps[p->caps].name)
		p->caps++;
	while (p->fds < INHERITED && p->fds < own->descriptors) {
		fd[p->fds].cap = own->descriptor[p->fds].cap;
		fd[p->fds].fd = own->descriptor[p->fds].fd;
		p->fds++;
	}
	must(program_start(p), p->name);
	actors[place] = a;
}

void actor_stop(struct actor *a)
{
	for (unsigned i = 0; i < ACTORS; i++)
		if (actors[i] == a)
			actors[i] = NULL;
	program_destroy(&a->program);
}

cap_t actor_pager(const struct actor *a)
{
	return (cap_t)must(cap_mint(supervisor, CAP_SEND, a->program.pid, 0), "pager");
}

/* Its endpoint is given up again, for the experiment may have others to receive from. */
struct actor_end actor_wait(uint64_t deadline)
{
	struct actor_end end = { 0 };
	struct msg m = { 0 };
	uint64_t place;

	if (!supervisor || ipc_recv(supervisor, &m, deadline) != 0)
		return end;
	endpoint_unbind(supervisor);
	place = m.badge - FIRST;
	if (place >= ACTORS || !actors[place])
		return end;
	end.actor = actors[place];
	if (MSG_OP(m.label) == SUPERVISOR_EXIT) {
		end.status = STATUS_EXIT((int)m.word[0]);
	} else {
		end.status = fault_signal(m.word[0]);
		fault_describe(m.word, end.text, sizeof end.text);
	}
	actor_stop(end.actor);
	return end;
}
