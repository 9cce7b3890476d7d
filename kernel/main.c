/* The boot order, and what init is given; nothing else.
 *
 * Layer 9. Called once by boot/boot.S; what it returns runs first. */
#include "boot_info.h"
#include "clock.h"
#include "elf.h"
#include "frame.h"
#include "inherit.h"
#include "irq.h"
#include "machine.h"
#include "memory.h"
#include "multiboot.h"
#include "object.h"
#include "pcid.h"
#include "printk.h"
#include "quota.h"
#include "space.h"
#include "string.h"
#include "thread.h"
#include "trap.h"

#define INIT_PRIORITY 40
#define INIT_STACK    (64 * 1024)
#define INIT_STACK_TOP                                                             \
	(BOOT_INFO - PAGE_SIZE) /* with a page on either side that is never mapped \
				 */
#define PCID_MOST      4095
#define RESERVE_FRAMES 64 /* what tables and slots need that nobody is charged for */

static struct object kernel_object = { .type = OBJECT_KERNEL, .pins = 1 };
static struct boot_info boot_info;

/* ---- Command line --------------------------------------------------------------------- */

static bool option_is(const char *name, const char *value)
{
	size_t length;
	const char *given = boot_option(name, &length);
	size_t i = 0;

	while (given && i < length && value[i] && given[i] == value[i])
		i++;
	return given && i == length && !value[i];
}

/* 0: it is not there, or no number of up to four digits. */
static unsigned option_number(const char *name)
{
	size_t length;
	const char *given = boot_option(name, &length);
	unsigned number = 0;

	if (!given || length > 4)
		return 0;
	for (size_t i = 0; i < length; i++) {
		if (given[i] < '0' || given[i] > '9')
			return 0;
		number = number * 10 + given[i] - '0';
	}
	return number;
}

/* pcid=auto|off|N. Two tags at the least: with one, every switch would be a roll-over. */
static void init_pcid(void)
{
	size_t length;
	unsigned limit = option_number("pcid");

	if (option_is("pcid", "off")) {
		limit = 0;
	} else if (limit < 2 || limit > PCID_MOST) {
		if (boot_option("pcid", &length) && !option_is("pcid", "auto"))
			printk("pcid=: not auto, off or 2 to %u: using all\n", PCID_MOST);
		limit = PCID_MOST;
	}
	pcid_init(limit);
}

/* ---- init ----------------------------------------------------------------------------- */

static const struct boot_file *find_init(void)
{
	static const char name[] = "init";

	for (unsigned i = 0; i < boot_record.modules; i++)
		if (memcmp(boot_record.module[i].name, name, sizeof(name)) == 0)
			return &boot_record.module[i];
	return NULL;
}

static cap_t give(struct space *space, struct object *object, u32 rights)
{
	if (cap_reserve(&space->caps, 1))
		panic("no memory for init's capabilities: give the machine more memory");
	return cap_insert(&space->caps, object, rights | CAP_TRANSFER, 0, NULL)->handle;
}

/* The modules stay where GRUB put them, as memory objects that init may map. */
static void give_modules(struct space *space)
{
	for (unsigned i = 0; i < boot_record.modules; i++) {
		const struct boot_file *file = &boot_record.module[i];
		struct boot_module *module = &boot_info.module[boot_info.modules];
		paddr start = ALIGN_DOWN(file->start, PAGE_SIZE),
		      end = ALIGN_UP(file->start + file->bytes, PAGE_SIZE);
		struct memory *memory;

		if (file->bytes == 0 || end - start > MEM_MAX) {
			printk("module %s: empty or larger than 1 GiB, left out\n", file->name);
			continue;
		}
		memory = memory_borrow(start, (end - start) / PAGE_SIZE, NULL);
		if (!memory)
			panic("no memory for module %s: give the machine more memory", file->name);
		memcpy(module->name, file->name, sizeof(module->name));
		module->memory = give(space, &memory->object, CAP_READ);
		module->offset = file->start - start;
		module->bytes = file->bytes;
		boot_info.modules++;
	}
}

/* So is the screen: a memory object whose frames are the adapter's. */
static void give_screen(struct space *space)
{
	const struct boot_frame_buffer *screen = &boot_record.screen;
	paddr start = ALIGN_DOWN(screen->start, PAGE_SIZE),
	      end = ALIGN_UP(screen->start + screen->bytes, PAGE_SIZE);
	struct memory *memory;

	if (screen->bytes == 0)
		return;
	memory = memory_borrow(start, (end - start) / PAGE_SIZE, NULL);
	if (!memory)
		panic("no memory for the screen: give the machine more memory");
	boot_info.screen = (struct boot_screen){
		.memory = give(space, &memory->object, CAP_READ | CAP_WRITE),
		.offset = screen->start - start,
		.bytes = screen->bytes,
		.format = screen->format,
	};
}

static void describe_boot(struct space *space, struct thread *thread)
{
	boot_info.version = ABI_VERSION;
	boot_info.space = give(space, &space->object, CAP_SPACE);
	boot_info.thread = give(space, &thread->object, CAP_THREAD);
	boot_info.kernel = give(space, &kernel_object, CAP_INFO | CAP_POWER | CAP_TRACE);
	boot_info.irqs = give(space, &irq_object, CAP_IRQ);
	boot_info.ports = give(space, &ports_object, CAP_PORTS);
	boot_info.quota = space->quota->limit / PAGE_SIZE;
	memcpy(boot_info.command_line, boot_record.command_line, sizeof(boot_info.command_line));
	give_modules(space);
	give_screen(space);
	if (!elf_map(space, BOOT_INFO, sizeof(boot_info), PROT_READ, &boot_info, sizeof(boot_info)))
		panic("no memory for init: give the machine more memory");
}

/* The first process, with all memory but a reserve as its quota. Nobody could report an error to
 * us: each is a panic that says what to do. */
static void start_init(void)
{
	const struct boot_file *file = find_init();
	u64 limit = frame_available() > RESERVE_FRAMES ? frame_available() - RESERVE_FRAMES : 0;
	struct space *space;
	struct thread *thread;
	const char *wrong;
	u64 entry;

	if (!file)
		panic("no module named init: check the module2 lines of grub.cfg");
	space = space_create(NULL, limit * PAGE_SIZE, PRIORITIES - 1, "init", 4, 1);
	if (!space)
		panic("no memory for init: give the machine more memory");
	object_set_root(space);
	wrong = elf_load(space, phys_to_virt(file->start), file->bytes, &entry);
	if (wrong)
		panic("module init cannot be started: %s", wrong);
	if (!elf_map(
		space, INIT_STACK_TOP - INIT_STACK, INIT_STACK, PROT_READ | PROT_WRITE, NULL, 0))
		panic("no memory for init: give the machine more memory");
	thread = thread_create(space, entry, INIT_STACK_TOP, BOOT_INFO, INIT_PRIORITY);
	if (!thread)
		panic("no memory for init: give the machine more memory");
	describe_boot(space, thread);
	thread_make_ready(thread);
}

/* Boot order: each line needs those above it. Returns whom entry.S enters user mode with. */
struct thread *kernel_main(paddr boot_information)
{
	machine_init();
	multiboot_init(boot_information);
	frame_init();
	machine_map_kernel(frame_alloc);
	machine_interrupts_init();
	clock_init();
	init_pcid();
	inherit_enabled = !option_is("inherit", "off");
	inherit_rings_wait = option_is("deadlock", "wait");
	thread_init();
	irq_init();
	list_init(&kernel_object.watches);
	list_init(&kernel_object.dying);
	start_init();
	printk("%lu MiB, %lu of %lu frames free; PCID tags: %u; starting init\n",
	    frame_total() * PAGE_SIZE >> 20, frame_available(), frame_total(), pcid_tags());
	printk_console(false);
	return trap_first();
}
