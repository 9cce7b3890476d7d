/* Processes whose pages come from the pager. See paging.c. */
#ifndef PROCESS_PAGING_H
#define PROCESS_PAGING_H

#include "table.h"
#include <atoll/server.h>

/* Results are 0 or a positive error. */

/* Hands what the program has mapped over to the pager. */
int paging_attach(struct process *process);
/* Makes child->program, a copy of the parent's, but does not start its thread. After an error
 * nothing is left of it. */
int paging_fork(const struct process *parent, struct process *child, const struct request *r);
/* Of the next process that did what no page can mend: its pid, or 0; the words of its fault. */
uint32_t paging_crash(uint64_t word[MSG_WORDS]);

#endif
