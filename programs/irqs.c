/* irqs: the interrupt lines that drivers have bound, how many came, and who gets them. */
#include "kernel.h"

static const char usage[] =
    "usage: irqs\n"
    "Shows the interrupt lines that drivers have bound: how many interrupts came, to whom they\n"
    "go, and whether the last one has been acknowledged.\n";

static void print_line(const struct info_irq *irq)
{
	printf("%4u %10" PRIu64 "  %-15s %s\n", irq->line, irq->count,
	    *irq->name ? irq->name : "(nobody)", irq->masked ? "not yet" : "yes");
}

int main(int argc, char **argv)
{
	struct info_irq irq[8];
	uint64_t next = 0, bound = 0;
	cap_t kernel;
	int64_t bytes;

	program_help(argc, argv, usage);
	if (argc > 1)
		program_usage(usage, 2);
	kernel = kernel_open("irqs");
	printf("LINE      COUNT  DRIVER          ACKNOWLEDGED\n");
	while ((bytes = kernel_info(kernel, INFO_IRQS, next, irq, sizeof irq)) > 0) {
		size_t count = (size_t)bytes / sizeof *irq;

		for (size_t i = 0; i < count; i++) {
			print_line(&irq[i]);
			bound += irq[i].count;
		}
		next = irq[count - 1].line + 1ull;
	}
	if (bytes < 0)
		kernel_fails("irqs", "the kernel does not tell", bytes);
	printf("%15" PRIu64 "  (the kernel)    the timer, and what is nobody's\n",
	    kernel_system("irqs", kernel).interrupts - bound);
	return program_end("irqs", 0, 1);
}
