/* Reads what GRUB left. See multiboot.c. */
#ifndef KERNEL_MULTIBOOT_H
#define KERNEL_MULTIBOOT_H

#include "boot_info.h"

/* Fills boot_record from the boot information at that physical address (below 4 GiB: boot.S has
 * mapped that). */
void multiboot_init(paddr information);

#endif
