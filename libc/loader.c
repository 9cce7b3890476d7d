/* From an ELF image to a running program: program_start() of atoll/loader.h.
 *
 * All that a program begins with is one memory object, mapped in pieces: its segments, its stack,
 * its startup block. So the starter keeps one capability for it, and one deletion takes it all
 * back. The object is filled through a window in the starter's own space that is closed before the
 * program gets to see it: no page is ever writable here and executable there. */
#include <atoll/loader.h>
#include <atoll/sys.h>
#include <errno.h>
#include <string.h>

#define PAGES(bytes)  (((bytes) + PAGE_SIZE - 1) & ~(uint64_t)(PAGE_SIZE - 1))
#define PAGE_DOWN(at) ((at) & ~(uint64_t)(PAGE_SIZE - 1))

/* What program_start works with: where in the memory object everything goes. */
struct plan {
	struct program *program;
	struct elf_layout layout;
	uint64_t segment[ELF_SEGMENTS]; /* offset of each */
	uint64_t stack, startup, total;
	uint64_t startup_bytes;
	unsigned argc, envc;
	bool window; /* mapped */
};

static uint8_t *window(uint64_t offset)
{
	return (uint8_t *)(LOADER_WINDOW + offset);
}

/* Bytes in memory from the start of a segment's first page. */
static uint64_t span(const struct elf_segment *segment)
{
	return PAGES(segment->address % PAGE_SIZE + segment->memory);
}

static uint64_t strings_size(const char *const *strings, unsigned *count)
{
	uint64_t bytes = 0;

	for (*count = 0; strings && strings[*count]; ++*count)
		bytes += strlen(strings[*count]) + 1;
	return bytes;
}

/* Where in one memory object each part goes, before anything is made: what is wrong with the
 * program shows here. */
static int make_plan(struct plan *plan)
{
	struct program *p = plan->program;
	int error = elf_check(p->image, p->bytes, &plan->layout, &p->why);

	if (error)
		return error;
	plan->startup_bytes = sizeof(struct startup) + strings_size(p->argv, &plan->argc) +
	    strings_size(p->envp, &plan->envc);
	if (plan->startup_bytes > STARTUP_MAX || (p->cwd && strlen(p->cwd) >= STARTUP_CWD)) {
		p->why = "arguments too long";
		return -E2BIG;
	}
	if (p->caps + 1 > STARTUP_CAPS || p->fds > STARTUP_DESCRIPTORS) {
		p->why = "too many capabilities";
		return -EINVAL;
	}
	for (unsigned i = 0; i < plan->layout.segments; i++) {
		plan->segment[i] = plan->total;
		plan->total += span(&plan->layout.segment[i]);
	}
	plan->stack = plan->total;
	plan->startup = plan->stack + plan->layout.stack;
	plan->total = plan->startup + PAGES(plan->startup_bytes);
	if (plan->total > MEM_MAX || plan->total / PAGE_SIZE > p->frames) {
		p->why = "program larger than its memory limit";
		return -EFBIG;
	}
	return 0;
}

static int make_memory(struct plan *plan)
{
	struct program *p = plan->program;
	int64_t memory = mem_create(plan->total);
	int error;

	if (memory < 0)
		return (int)memory;
	p->memory = (cap_t)memory;
	error = mem_map(p->memory, 0, LOADER_WINDOW, 0, plan->total, PROT_READ | PROT_WRITE);
	plan->window = !error;
	return error;
}

static int make_space(struct plan *plan)
{
	struct program *p = plan->program;
	int64_t space = space_create(
	    p->frames, p->ceiling, p->name, strnlen(p->name, KERNEL_NAME_MAX - 1), p->pid);

	if (space < 0)
		return (int)space;
	p->space = (cap_t)space;
	return 0;
}

static void copy_segments(const struct plan *plan)
{
	for (unsigned i = 0; i < plan->layout.segments; i++) {
		const struct elf_segment *segment = &plan->layout.segment[i];

		memcpy(window(plan->segment[i] + segment->address % PAGE_SIZE),
		    (const uint8_t *)plan->program->image + segment->offset, segment->file);
	}
}

/* Mints one capability into the new space, and notes it in the startup block. */
static int give(struct plan *plan, const struct program_cap *give)
{
	struct startup *startup = (struct startup *)window(plan->startup);
	struct startup_cap *named = &startup->cap[startup->caps];
	int64_t handle;

	if (!give->cap)
		return 0;
	handle = cap_mint(give->cap, give->rights, give->badge, plan->program->space);
	if (handle < 0)
		return (int)handle;
	strncpy(named->name, give->name, sizeof named->name - 1);
	named->cap = (cap_t)handle;
	named->first = give->first;
	named->size = give->size;
	startup->caps++;
	return 0;
}

static int give_all(struct plan *plan)
{
	struct program *p = plan->program;
	struct startup *startup = (struct startup *)window(plan->startup);
	const struct program_cap supervisor = { "supervisor", p->supervisor, CAP_SEND, p->pid, 0,
		0 };
	int error = give(plan, &supervisor);

	for (unsigned i = 0; !error && i < p->caps; i++)
		error = give(plan, &p->cap[i]);
	for (unsigned i = 0; !error && i < p->fds; i++) {
		int64_t handle = cap_mint(p->fd[i].cap, CAP_SEND | CAP_TRANSFER, 0, p->space);

		if (handle < 0)
			error = (int)handle;
		else
			startup->descriptor[startup->descriptors++] =
			    (struct startup_descriptor){ (cap_t)handle, p->fd[i].fd, 0 };
	}
	return error;
}

static uint8_t *copy_strings(uint8_t *to, const char *const *strings, unsigned count)
{
	for (unsigned i = 0; i < count; i++) {
		size_t bytes = strlen(strings[i]) + 1;

		memcpy(to, strings[i], bytes);
		to += bytes;
	}
	return to;
}

/* The startup block but for its capabilities: those are given afterwards. */
static void write_startup(const struct plan *plan)
{
	const struct program *p = plan->program;
	struct startup *startup = (struct startup *)window(plan->startup);
	uint8_t *strings = window(plan->startup + sizeof *startup);

	startup->magic = STARTUP_MAGIC;
	startup->version = STARTUP_VERSION;
	startup->bytes = (uint32_t)plan->startup_bytes;
	startup->pid = p->pid;
	startup->incarnation = p->incarnation;
	startup->argc = plan->argc;
	startup->envc = plan->envc;
	startup->strings = sizeof *startup;
	startup->priority = p->priority;
	startup->stack = (uint32_t)plan->layout.stack;
	startup->frames = p->frames - plan->total / PAGE_SIZE;
	strcpy(startup->cwd, p->cwd ? p->cwd : "/"); /* fits: make_plan() */
	strings = copy_strings(strings, p->argv, plan->argc);
	copy_strings(strings, p->envp, plan->envc);
}

static int map_area(
    struct program *p, uint64_t address, uint64_t offset, uint64_t bytes, unsigned protection)
{
	p->area[p->areas++] = (struct program_area){ address, offset, bytes, protection };
	return mem_map(p->memory, p->space, address, offset, bytes, protection);
}

static int map_all(const struct plan *plan)
{
	const unsigned data = PROT_READ | PROT_WRITE;
	struct program *p = plan->program;
	int error = 0;

	p->areas = 0;
	for (unsigned i = 0; !error && i < plan->layout.segments; i++) {
		const struct elf_segment *segment = &plan->layout.segment[i];

		error = map_area(p, PAGE_DOWN(segment->address), plan->segment[i], span(segment),
		    segment->protection);
	}
	if (!error)
		error = map_area(
		    p, STACK_TOP - plan->layout.stack, plan->stack, plan->layout.stack, data);
	if (!error)
		error = map_area(p, STARTUP, plan->startup, PAGES(plan->startup_bytes), data);
	return error;
}

static void close_window(struct plan *plan)
{
	if (plan->window)
		mem_unmap(0, LOADER_WINDOW, plan->total);
	plan->window = false;
}

static int start_thread(struct plan *plan)
{
	struct program *p = plan->program;
	int64_t pager = cap_mint(p->supervisor, CAP_SEND, p->pid, 0), thread;

	if (pager < 0)
		return (int)pager;
	thread = thread_create(
	    p->space, plan->layout.entry, STACK_TOP, STARTUP, p->priority, (cap_t)pager);
	cap_delete((cap_t)pager); /* the thread remembers */
	if (thread < 0)
		return (int)thread;
	p->thread = (cap_t)thread;
	return thread_start(p->thread);
}

/* All or nothing: after an error nothing is left of it, and program->why says why. */
int program_start(struct program *program)
{
	struct plan plan = { .program = program };
	int error;

	program->space = program->thread = program->memory = 0;
	program->why = NULL;
	error = make_plan(&plan);
	if (!error)
		error = make_memory(&plan);
	if (!error)
		error = make_space(&plan);
	if (!error) {
		copy_segments(&plan);
		write_startup(&plan);
		error = give_all(&plan);
	}
	close_window(&plan);
	if (!error)
		error = map_all(&plan);
	if (!error)
		error = start_thread(&plan);
	if (error) {
		program_destroy(program);
		if (!program->why)
			program->why =
			    error == -ENOMEM ? "not enough memory" : "refused by the kernel";
	}
	return error;
}

void program_destroy(struct program *program)
{
	if (program->space)
		space_destroy(program->space);
	cap_t caps[] = { program->thread, program->space, program->memory };

	for (unsigned i = 0; i < sizeof caps / sizeof *caps; i++)
		if (caps[i])
			cap_delete(caps[i]);
	program->space = program->thread = program->memory = 0;
}
