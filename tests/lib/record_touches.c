/* A QEMU plugin that records which pages user code touches and when the processor switches spaces,
 * in the format of tests/host/tlb_replay.c. tests/boot/tlb_recorded.py builds and loads it:
 *
 *	-plugin record_touches.so,result=FILE,loads=ADDRESS[:ADDRESS...]
 *
 * loads: where the kernel loads CR3. Which space that is cannot be read by a plugin. But QEMU has
 * no PCID, and there kernel/pcid.c writes a space's struct pcid at its first load and reads CR3
 * from it at each later one: so the last access to the kernel's heap before the load names the
 * space, and a write says that it is a new one.
 *
 * A page that is touched twice in a row is told of once. The kernel's pages are left out, and so
 * are the pages that it takes from a space: of those, there are few. */
#include "qemu_plugin.h"
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- Recording ---------------------------------------------------------------------------------
 */

#define KERNEL_IMAGE 0xffffffff80000000u
#define USER_END     (1ull << 47)
#define PCID_BYTES   16 /* struct pcid of one processor */
#define SPACES       1024
#define LOADS        16

static FILE *result;
static uint64_t loads[LOADS];            /* instructions that load CR3 */
static uint64_t place[SPACES];           /* of a space's struct pcid */
static unsigned number[SPACES], numbers; /* and how it is told of */
static unsigned places;
static uint64_t heap, last_page;
static bool heap_written;

static void load(unsigned processor, void *data)
{
	uint64_t pcid = heap / PCID_BYTES;
	unsigned i = 0;

	(void)processor, (void)data;
	while (i < places && place[i] != pcid)
		i++;
	if (heap_written) {
		if (i == SPACES)
			abort();
		if (i < places)
			fprintf(result, "end %u\n", number[i]);
		else
			places++;
		place[i] = pcid;
		number[i] = ++numbers;
	}
	if (i < places) /* else the kernel's own */
		fprintf(result, "load %u\n", number[i]);
	last_page = 0;
}

static void touch(uint64_t address)
{
	if (address >> 12 == last_page || numbers == 0) /* 0: that is the firmware, or GRUB */
		return;
	last_page = address >> 12;
	fprintf(result, "touch %" PRIx64 "000\n", last_page);
}

static void fetch(unsigned processor, void *address)
{
	(void)processor;
	touch((uint64_t)address);
}

static void user_access(
    unsigned processor, qemu_plugin_meminfo_t info, uint64_t address, void *data)
{
	(void)processor, (void)info, (void)data;
	touch(address);
}

static void kernel_access(
    unsigned processor, qemu_plugin_meminfo_t info, uint64_t address, void *data)
{
	(void)processor, (void)data;
	if (address < USER_END || address >= KERNEL_IMAGE)
		return;
	heap = address;
	heap_written = qemu_plugin_mem_is_store(info);
}

static void translate(qemu_plugin_id_t id, struct qemu_plugin_tb *tb)
{
	(void)id;
	for (size_t i = 0; i < qemu_plugin_tb_n_insns(tb); i++) {
		struct qemu_plugin_insn *insn = qemu_plugin_tb_get_insn(tb, i);
		uint64_t address = qemu_plugin_insn_vaddr(insn);

		if (address < USER_END)
			qemu_plugin_register_vcpu_insn_exec_cb(insn, fetch, 0, (void *)address);
		qemu_plugin_register_vcpu_mem_cb(insn,
		    address < USER_END ? user_access : kernel_access, 0, READS_AND_WRITES, NULL);
		for (unsigned k = 0; k < LOADS && loads[k]; k++)
			if (address == loads[k])
				qemu_plugin_register_vcpu_insn_exec_cb(insn, load, 0, NULL);
	}
}

static void end(qemu_plugin_id_t id, void *data)
{
	(void)id, (void)data;
	fclose(result);
}

int qemu_plugin_install(qemu_plugin_id_t id, const void *info, int count, char **word)
{
	(void)info;
	for (int i = 0; i < count; i++) {
		char *value = strchr(word[i], '=');

		if (value && !strncmp(word[i], "result", 6))
			result = fopen(value + 1, "w");
		else if (value && !strncmp(word[i], "loads", 5))
			for (unsigned k = 0; k < LOADS && *value; k++)
				loads[k] = strtoull(value + 1, &value, 16);
	}
	if (!result || !loads[0])
		return -1;
	qemu_plugin_register_vcpu_tb_trans_cb(id, translate);
	qemu_plugin_register_atexit_cb(id, end, NULL);
	return 0;
}
