/* A QEMU plugin that counts the instructions of each kernel entry, exactly, with nothing in the
 * kernel for it. tests/boot/longest_entry.py builds and loads it:
 *
 *	-plugin longest_entry.so,symbols=FILE,result=FILE
 *
 * symbols is what nm says of the kernel. An entry begins at entry_syscall, at entry_syscall_long or
 *at one of the stubs of the interrupt table, and ends where the next begins; user code is not
 *looked at. Where the idle kernel lets interrupts in, one ends too. Its name is the function of
 *syscall.c that it runs through, or one of trap.c's other ways. Each repetition of a string
 *instruction is one instruction, as under -icount; those of memcpy and memmove are counted apart.
 *
 * Appended to result, a line for each name: the longest entry without repetitions of a copy, these,
 * how many entries there were, name. */
#include "qemu_plugin.h"
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- The kernel's symbols ----------------------------------------------------------------------
 */

#define NAMES_MAX 128
#define STUBS     (50 * 16) /* bytes: ENTRY_STUBS of ENTRY_STUB_BYTES */

static uint64_t entry_syscall, entry_syscall_long, entry_stubs, object_step, copy_start, copy_end;
static uint64_t waits, takes; /* where the idle kernel lets interrupts in */
static struct name {
	uint64_t address;
	char text[48];
	uint64_t entries, longest, copied;
} name[NAMES_MAX] = { { 0, "(before the first)", 0, 0, 0 } };
static unsigned names = 1;

/* Those of trap.c's ways that are no system call. */
static const char *const others[] = { "on_timer", "irq_arrived", "fault_raise",
	"machine_fpu_first_use" };

static unsigned add_name(uint64_t address, const char *text)
{
	if (names == NAMES_MAX)
		abort();
	name[names].address = address;
	snprintf(name[names].text, sizeof(name[names].text), "%s", text);
	return names++;
}

static void read_symbols(const char *path)
{
	FILE *file = fopen(path, "r");
	uint64_t address;
	char text[40];

	if (!file)
		abort();
	while (fscanf(file, "%" SCNx64 " %*c %39s%*[^\n]", &address, text) == 2) {
		if (!strcmp(text, "entry_syscall"))
			entry_syscall = address;
		else if (!strcmp(text, "entry_syscall_long"))
			entry_syscall_long = address;
		else if (!strcmp(text, "entry_stubs"))
			entry_stubs = address;
		else if (!strcmp(text, "object_step"))
			object_step = address;
		else if (!strcmp(text, "machine_wait_for_interrupt"))
			waits = address;
		else if (!strcmp(text, "machine_take_interrupts"))
			takes = address;
		else if (!strcmp(text, "memcpy")) /* memmove ends in its middle */
			copy_start = address;
		else if (!strcmp(text, "memset"))
			copy_end = address;
		else if (!strncmp(text, "do_", 3))
			add_name(address, text + 3);
		for (unsigned i = 0; i < sizeof(others) / sizeof(others[0]); i++)
			if (!strcmp(text, others[i]))
				add_name(address, text);
	}
	fclose(file);
	if (!entry_syscall || !entry_syscall_long || !entry_stubs || !object_step || !waits ||
	    !takes || !copy_start || !copy_end)
		abort();
}

/* ---- Counting ----------------------------------------------------------------------------------
 */

static const char *result;
static unsigned current;                    /* name of this entry */
static unsigned short_cut, interrupt, idle; /* before it has a better one */
static bool steps;                          /* it went through object_step too */
static uint64_t instructions, repetitions, last;

/* What is cut short for a step of destruction, too, is told by a name of its own. */
static struct name *full_name(void)
{
	char text[sizeof(name->text)];

	if (!steps)
		return &name[current];
	snprintf(text, sizeof(text), "%.30s, object_step", name[current].text);
	for (unsigned i = 0; i < names; i++)
		if (!strcmp(name[i].text, text))
			return &name[i];
	return &name[add_name(0, text)];
}

static void begin(unsigned as)
{
	struct name *ended = full_name();

	ended->entries++;
	if (instructions > ended->longest) {
		ended->longest = instructions;
		ended->copied = repetitions;
	}
	current = as;
	steps = false;
	instructions = repetitions = 0;
}

/* A run of instructions without a jump: what QEMU translates at once. */
struct block {
	uint64_t address, instructions;
	unsigned means; /* name that it gives to the entry, or 0 */
};

static void execute(unsigned processor, void *data)
{
	const struct block *block = data;
	uint64_t address = block->address;

	(void)processor;
	if (address == entry_syscall || address == entry_syscall_long)
		begin(short_cut);
	else if (address - entry_stubs < STUBS)
		begin(interrupt);
	else if (address == waits || address == takes)
		begin(idle);
	if (block->means)
		current = block->means;
	else if (address == object_step)
		steps = true;
	/* The repetition of a copy is a block that follows itself. */
	if (address == last && address >= copy_start && address < copy_end)
		repetitions += block->instructions;
	else
		instructions += block->instructions;
	last = address;
}

static void translate(qemu_plugin_id_t id, struct qemu_plugin_tb *tb)
{
	struct block *block;

	(void)id;
	if (qemu_plugin_tb_vaddr(tb) >> 47 == 0)
		return;
	block = calloc(1, sizeof(*block)); /* QEMU may keep a translation as long as it runs */
	block->address = qemu_plugin_tb_vaddr(tb);
	block->instructions = qemu_plugin_tb_n_insns(tb);
	for (unsigned i = 1; i < names; i++)
		if (name[i].address == block->address)
			block->means = i;
	qemu_plugin_register_vcpu_tb_exec_cb(tb, execute, 0, block);
}

static void tell(qemu_plugin_id_t id, void *data)
{
	FILE *file = fopen(result, "a");

	(void)id, (void)data;
	if (!file)
		abort();
	for (unsigned i = 1; i < names; i++)
		if (name[i].entries)
			fprintf(file, "%" PRIu64 " %" PRIu64 " %" PRIu64 " %s\n", name[i].longest,
			    name[i].copied, name[i].entries, name[i].text);
	fclose(file);
}

int qemu_plugin_install(qemu_plugin_id_t id, const void *info, int count, char **word)
{
	(void)info;
	short_cut = add_name(0, "(short cut, or no call)");
	interrupt = add_name(0, "(other exception)");
	idle = add_name(0, "(idle)");
	for (int i = 0; i < count; i++) {
		char *value = strchr(word[i], '=');

		if (value && !strncmp(word[i], "symbols", 7))
			read_symbols(value + 1);
		else if (value && !strncmp(word[i], "result", 6))
			result = strdup(value + 1);
	}
	if (!result || !entry_syscall)
		return -1;
	qemu_plugin_register_vcpu_tb_trans_cb(id, translate);
	qemu_plugin_register_atexit_cb(id, tell, NULL);
	return 0;
}
