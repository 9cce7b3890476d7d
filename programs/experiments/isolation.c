/* isolation: one process tries to scribble over another in every way that this system leaves to
 * try, and what it gets.
 *
 * The victim has a page full of one byte, a window that it shares for reading, and answers a call.
 * Each attempt is made by a process of its own (a bad one ends by it): it knows where the page
 * lies, what the handles are called in the space of who started both, and has two capabilities, to
 * call the victim and to read the window. After each attempt the victim looks whether it has
 * been changed. */
#include <atoll/startup.h>
#include <atoll/supervisor.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../program.h"
#include "lib/experiment.h"

static const char usage[] =
    "usage: isolation [--json]\n"
    "A process tries to read, change, stop or starve another one in every way there is to try, and\n"
    "shows what it gets: a fault, which ends it, or an error. After each the victim says how many of\n"
    "its bytes are others than before.\n";

#define VICTIM  0x500000000000ul /* the victim's page */
#define WINDOW  0x510000000000ul /* its window, here and there */
#define CODE    0x520000000000ul
#define KERNEL  0xffff800000000000ul
#define PATTERN 0x5a
#define HANDLES 4 /* generations of each handle that are guessed */
#define LOOK                                                                                \
	1 /* to the victim. Out: word 0: bytes changed, word 1: 0, or why it gets no memory \
	   */
#define PATIENCE time_in_ms(2000)

/* ---- The victim --------------------------------------------------------------------------------
 */

static uint64_t changed_at(uint64_t address)
{
	uint64_t changed = 0;

	for (uint64_t i = 0; i < PAGE_SIZE; i++)
		changed += ((const volatile unsigned char *)address)[i] != PATTERN;
	return changed;
}

_Noreturn static void victim(void)
{
	const cap_t endpoint = startup_cap("endpoint");
	struct msg m = { 0 };

	must(mem_map(startup_cap("page"), 0, VICTIM, 0, PAGE_SIZE, PROT_READ | PROT_WRITE), "page");
	must(mem_map(startup_cap("window"), 0, WINDOW, 0, PAGE_SIZE, PROT_READ | PROT_WRITE),
	    "page");
	memset((void *)VICTIM, PATTERN, PAGE_SIZE);
	memset((void *)WINDOW, PATTERN, PAGE_SIZE);
	must(ipc_recv(endpoint, &m, DEADLINE_FOREVER), "endpoint");
	for (;;) {
		int64_t memory = mem_create(PAGE_SIZE);

		if (memory > 0)
			cap_delete((cap_t)memory);
		m.label = 0;
		m.word[0] = changed_at(VICTIM) + changed_at(WINDOW);
		m.word[1] = memory < 0 ? (uint64_t)-memory : 0;
		ipc_reply_recv(m.token, &m, endpoint, DEADLINE_FOREVER);
	}
}

/* ---- Attempts: 0 when it worked, an error, or a fault ------------------------------------------
 */

/* What the one who started us calls the victim's things. */
static cap_t page_there, space_there, thread_there;

static int write_to(uint64_t address)
{
	*(volatile unsigned char *)address = 0;
	return 0;
}

static int write_page(void)
{
	return write_to(VICTIM);
}

static int read_page(void)
{
	return *(volatile unsigned char *)VICTIM & 0;
}

static int write_kernel(void)
{
	return write_to(KERNEL);
}

static int write_clock(void)
{
	return write_to(TIME_PAGE);
}

static int write_code(void)
{
	return write_to((uint64_t)__builtin_return_address(0));
}

static int run_data(void)
{
	static unsigned char data[] = { 0x31, 0xc0, 0xc3 }; /* return 0 */

	return ((int (*)(void))data)();
}

/* Instructions from bytes: what no compiler writes. */
static int run(const unsigned char *bytes, size_t count)
{
	const cap_t memory = (cap_t)must(mem_create(PAGE_SIZE), "memory");

	must(mem_map(memory, 0, CODE, 0, PAGE_SIZE, PROT_READ | PROT_WRITE), "memory");
	memcpy((void *)CODE, bytes, count);
	must(mem_unmap(0, CODE, PAGE_SIZE), "memory");
	must(mem_map(memory, 0, CODE, 0, PAGE_SIZE, PROT_READ | PROT_EXEC), "memory");
	return ((int (*)(void))CODE)();
}

static int stop_interrupts(void)
{
	return run((const unsigned char[]){ 0xfa, 0x31, 0xc0, 0xc3 }, 4); /* cli */
}

static int load_table(void)
{
	return run((const unsigned char[]){ 0x31, 0xc0, 0x0f, 0x22, 0xd8, 0xc3 }, 6); /* mov
											 %rax,%cr3
										       */
}

static int reset_machine(void)
{
	return run((const unsigned char[]){ 0xb0, 0xfe, 0xe6, 0x64, 0x31, 0xc0, 0xc3 }, 7); /* out
											     */
}

static int map_writable_code(void)
{
	const cap_t memory = (cap_t)must(mem_create(PAGE_SIZE), "memory");

	return mem_map(memory, 0, CODE, 0, PAGE_SIZE, PROT_WRITE | PROT_EXEC);
}

static int map_and_write(cap_t memory)
{
	int error = mem_map(memory, 0, CODE, 0, PAGE_SIZE, PROT_READ | PROT_WRITE);

	return error ? error : write_to(CODE);
}

static int map_page(void)
{
	return map_and_write(page_there);
}

static int map_over_it(void)
{
	const cap_t memory = (cap_t)must(mem_create(PAGE_SIZE), "memory");

	return mem_map(memory, space_there, VICTIM, 0, PAGE_SIZE, PROT_READ);
}

static int unmap_it(void)
{
	return mem_unmap(space_there, VICTIM, PAGE_SIZE);
}

static int kill_it(void)
{
	return thread_kill(thread_there);
}

static int start_in_it(void)
{
	int64_t thread = thread_create(space_there, (uint64_t)kill_it, VICTIM, 0, 1, 0);

	return thread < 0 ? (int)thread : 0;
}

/* Every index, with the first generations of each. Some are our own heap's; the victim's page is
 * known by what stands in it. */
static int guess_handles(void)
{
	int result = -EBADF;

	for (uint64_t generation = 0; generation < HANDLES; generation++)
		for (uint64_t index = 0; index < CAP_MAX; index++) {
			const cap_t guess = generation << 16 | index;

			if (mem_map(guess, 0, CODE, 0, PAGE_SIZE, PROT_READ | PROT_WRITE) != 0)
				continue;
			if (*(volatile unsigned char *)CODE == PATTERN)
				result = write_to(CODE);
			mem_unmap(0, CODE, PAGE_SIZE);
		}
	return result;
}

static int map_window(void)
{
	return map_and_write(startup_cap("window"));
}

static int read_window_only(void)
{
	must(mem_map(startup_cap("window"), 0, WINDOW, 0, PAGE_SIZE, PROT_READ), "window");
	return write_to(WINDOW);
}

static int protect_window(void)
{
	int error;

	must(mem_map(startup_cap("window"), 0, WINDOW, 0, PAGE_SIZE, PROT_READ), "window");
	error = mem_protect(0, WINDOW, PAGE_SIZE, PROT_READ | PROT_WRITE);
	return error ? error : write_to(WINDOW);
}

static int mint_rights(void)
{
	int64_t more = cap_mint(startup_cap("window"), CAP_READ | CAP_WRITE, 0, 0);

	return more < 0 ? (int)more : map_and_write((cap_t)more);
}

static int receive_its_calls(void)
{
	struct msg m = { 0 };

	return ipc_recv(startup_cap("victim"), &m, DEADLINE_NOW);
}

static int answer_for_it(void)
{
	int result = -ESRCH;

	for (uint64_t slot = 0; slot < 64; slot++)
		for (uint64_t call = 0; call < 64; call++) {
			struct msg m = { .label = 0 };

			if (ipc_reply(slot | call << 16, &m) == 0)
				result = 0;
		}
	return result;
}

static int receive_into_kernel(void)
{
	struct msg m = { .label = MSG_LABEL(LOOK, 1, 0, 8), .send = (void *)KERNEL };

	return ipc_call(startup_cap("victim"), &m, PATIENCE);
}

static int send_too_much(void)
{
	static char bytes[PAGE_SIZE];
	struct msg m = { .label = MSG_LABEL(LOOK, 1, 0, sizeof bytes), .send = bytes };

	return ipc_call(startup_cap("victim"), &m, PATIENCE);
}

static int take_all_memory(void)
{
	for (;;) {
		int64_t memory = mem_create(1 << 20);

		if (memory < 0)
			return (int)memory;
	}
}

static int raise_priority(void)
{
	return thread_set(0, THREAD_PRIORITY, PRIORITIES - 1);
}

static const struct attempt {
	const char *name;
	int (*make)(void);
} attempts[] = {
	{ "write to the victim's page, where it lies", write_page },
	{ "read it there", read_page },
	{ "write to the kernel", write_kernel },
	{ "write to the clock's page", write_clock },
	{ "write to a program's code", write_code },
	{ "execute data", run_data },
	{ "map memory to write and execute", map_writable_code },
	{ "CLI: keep the processor", stop_interrupts },
	{ "MOV to CR3: another page table", load_table },
	{ "OUT: reset the machine", reset_machine },
	{ "map its page by its starter's handle", map_page },
	{ "map over its page", map_over_it },
	{ "unmap its page", unmap_it },
	{ "kill its thread", kill_it },
	{ "start a thread in it", start_in_it },
	{ "guess 16,384 handles", guess_handles },
	{ "map its window to write", map_window },
	{ "write to its window, mapped to read", read_window_only },
	{ "make that mapping writable", protect_window },
	{ "mint a right to write", mint_rights },
	{ "receive what others send to it", receive_its_calls },
	{ "answer in its place, 4,096 guesses", answer_for_it },
	{ "send it the kernel's memory", receive_into_kernel },
	{ "send more bytes than it takes", send_too_much },
	{ "take all memory", take_all_memory },
	{ "a priority above all", raise_priority },
};
#define ATTEMPTS (sizeof attempts / sizeof *attempts)

/* ---- The experiment ----------------------------------------------------------------------------
 */

static cap_t endpoint, page, window;

static void start_victim(struct actor *a)
{
	static const char *const argv[] = { "isolation", "@victim", NULL };
	const unsigned rights = CAP_READ | CAP_WRITE;
	const struct program_cap caps[] = { { "endpoint", endpoint, CAP_RECV, 0, 0, 0 },
		{ "page", page, rights, 0, 0, 0 }, { "window", window, rights, 0, 0, 0 }, { 0 } };

	actor_start(a, NULL, argv, caps, 0);
}

/* What became of it, in words. */
static void tell(const struct actor_end *end)
{
	char text[128];

	if (!end->actor)
		snprintf(text, sizeof text, "nothing until now");
	else if (STATUS_SIGNALLED(end->status)) /* where, is of no interest */
		snprintf(text, sizeof text, "%.*s", (int)(strstr(end->text, " at 0x") - end->text),
		    end->text);
	else
		snprintf(text, sizeof text, "%s",
		    end->status ? strerror(STATUS_CODE(end->status)) : "IT WORKED");
	if (strstr(text, " 0x"))
		*strstr(text, " 0x") = '\0';
	cell_text(text);
}

static void attempt(unsigned number, const struct actor *of)
{
	char words[4][24];
	const char *const argv[] = { "isolation", "@attempt", words[0], words[1], words[2],
		words[3], NULL };
	const struct program_cap caps[] = { { "victim", endpoint, CAP_SEND, 0, 0, 0 },
		{ "window", window, CAP_READ, 0, 0, 0 }, { 0 } };
	struct msg m = { .label = MSG_LABEL(LOOK, 1, 0, 0) };
	struct actor attacker = { 0 };
	struct actor_end end;
	int error;

	snprintf(words[0], sizeof words[0], "%u", number);
	snprintf(words[1], sizeof words[1], "%" PRIu64, page);
	snprintf(words[2], sizeof words[2], "%" PRIu64, of->program.space);
	snprintf(words[3], sizeof words[3], "%" PRIu64, of->program.thread);
	actor_start(&attacker, NULL, argv, caps, 0);
	end = actor_wait(PATIENCE);
	error = ipc_ask(endpoint, &m, PATIENCE);
	cell_text(attempts[number].name);
	cell(error ? -1 : (int64_t)(m.word[0] + m.word[1]));
	tell(&end);
	if (!end.actor)
		actor_stop(&attacker);
}

int main(int argc, char **argv)
{
	struct actor who = { 0 };

	if (argc == 2 && strcmp(argv[1], "@victim") == 0)
		victim();
	if (argc == 6 && strcmp(argv[1], "@attempt") == 0) {
		page_there = strtoul(argv[3], NULL, 10);
		space_there = strtoul(argv[4], NULL, 10);
		thread_there = strtoul(argv[5], NULL, 10);
		return -attempts[strtoul(argv[2], NULL, 10) % ATTEMPTS].make();
	}
	argc = experiment_begin("isolation", argc, argv, usage);
	if (argc > 1)
		program_usage(usage, 2);
	endpoint = new_endpoint();
	page = (cap_t)must(mem_create(PAGE_SIZE), "page");
	window = (cap_t)must(mem_create(PAGE_SIZE), "window");
	start_victim(&who);
	table("attempts", "attempt:40|changed|what it gets");
	for (unsigned i = 0; i < ATTEMPTS; i++)
		attempt(i, &who);
	actor_stop(&who);
	return experiment_end();
}
