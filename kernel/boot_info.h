/* What the boot loader told us, copied out of its memory by multiboot.c before that memory is
 * reused. Layer 0. */
#ifndef KERNEL_BOOT_INFO_H
#define KERNEL_BOOT_INFO_H

#include "types.h"

#define BOOT_REGIONS 64

struct boot_region {
	paddr start, end; /* page-aligned inwards; usable RAM only; sorted, disjoint */
};

struct boot_file {
	char name[32];
	paddr start;
	u64 bytes;
};

/* The screen as the loader left it; bytes 0: there is none, or none that can be believed. */
struct boot_frame_buffer {
	paddr start;
	u64 bytes;
	struct screen_format format;
};

/* Boot record: regions of usable RAM already without the kernel's image, the modules and the first
 * MiB. */
struct boot_record {
	unsigned regions, modules;
	struct boot_region region[BOOT_REGIONS];
	struct boot_file module[BOOT_MODULES];
	char command_line[1024];
	struct boot_frame_buffer screen;
	/* end of the highest usable region or module: what the direct map must cover, and the
	 * screen besides */
	paddr ram_end;
};

extern struct boot_record boot_record;

/* Value of NAME=VALUE on the command line, ending at a blank; NULL if absent. Writes its length.
 * (multiboot.c) */
const char *boot_option(const char *name, size_t *length);

#endif
