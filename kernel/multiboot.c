/* What GRUB left in memory (Multiboot2 specification, 3.4), copied into boot_record and put in
 * order.
 *
 * Invariant: afterwards the regions are page-aligned, sorted, disjoint, real RAM, and without the
 * kernel, the modules and the first MiB; nothing in boot_record points into the loader's memory.
 * Nothing read from there is trusted: sizes are checked before what they measure, entries may
 * overlap, overflow, come in any order and number.
 *
 * Layer 9. Called by main.c, first of all; calls printk.c. boot_option also by pcid.c's
 * and ipc.c's callers. */
#include "multiboot.h"

#include "machine.h"
#include "printk.h"
#include "string.h"

#define TAG_END          0
#define TAG_COMMAND_LINE 1
#define TAG_MODULE       3
#define TAG_MEMORY_MAP   6
#define TAG_SCREEN       8

#define INFORMATION_MAX (1u << 20) /* more is not believed */
#define MEMORY_USABLE   1
#define FIRST_MIB       (1ull << 20)
#define SCREEN_MOST     16384 /* pixels either way */
#define SCREEN_BYTES    (256u << 20)
#define SCREEN_END      (1ull << 46) /* the direct map reaches further */

struct tag {
	u32 type, bytes; /* bytes with this header, without the padding to 8 */
};

struct module_tag {
	struct tag tag;
	u32 start, end;
	char command_line[];
};

struct memory_tag {
	struct tag tag;
	u32 entry_bytes, version;
};

struct memory_entry {
	u64 start, bytes;
	u32 type, reserved;
};

enum { SCREEN_TAG_RGB = 1, SCREEN_TAG_TEXT = 2 };

struct screen_tag {
	struct tag tag;
	u64 start;
	u32 pitch, width, height;
	u8 bits, type;
	u16 reserved;
	struct {
		u8 shift, depth;
	} colour[3]; /* SCREEN_TAG_RGB */
};
#define SCREEN_TAG_MIN offsetof(struct screen_tag, colour)

extern char image_start[], image_end[]; /* linker.ld */

struct boot_record boot_record;

/* ---- Regions: a sorted set of disjoint intervals -------------------------------------- */

static void delete_region(unsigned index)
{
	boot_record.regions--;
	memmove(&boot_record.region[index], &boot_record.region[index + 1],
	    (boot_record.regions - index) * sizeof(struct boot_region));
}

static void insert_region(unsigned index, paddr start, paddr end)
{
	if (boot_record.regions == BOOT_REGIONS) {
		printk("memory map: no room for %lx-%lx, not used\n", start, end);
		return;
	}
	memmove(&boot_record.region[index + 1], &boot_record.region[index],
	    (boot_record.regions - index) * sizeof(struct boot_region));
	boot_record.region[index] = (struct boot_region){ start, end };
	boot_record.regions++;
}

/* Swallows every region that it overlaps or touches. */
static void add_region(paddr start, paddr end)
{
	unsigned i = 0;

	while (i < boot_record.regions && boot_record.region[i].end < start)
		i++;
	while (i < boot_record.regions && boot_record.region[i].start <= end) {
		start = MIN(start, boot_record.region[i].start);
		end = MAX(end, boot_record.region[i].end);
		delete_region(i);
	}
	insert_region(i, start, end);
}

static void remove_region(paddr start, paddr end)
{
	for (unsigned i = 0; i < boot_record.regions;) {
		struct boot_region r = boot_record.region[i];

		if (r.end <= start || end <= r.start) {
			i++;
			continue;
		}
		delete_region(i);
		if (r.start < start)
			insert_region(i++, r.start, start);
		if (end < r.end)
			insert_region(i++, end, r.end);
	}
}

/* ---- Tags ----------------------------------------------------------------------------- */

static paddr physical_end(void)
{
	return 1ull << MIN(machine_features.physical_bits, 52u);
}

/* Usable memory first, inwards to whole pages; then what anybody reserves is taken out, outwards:
 * where entries contradict each other, memory is not ours. */
static void take_memory_map(const struct memory_tag *map, bool usable)
{
	u32 bytes = map->tag.bytes;

	if (bytes < sizeof(*map) || map->entry_bytes < sizeof(struct memory_entry) ||
	    map->entry_bytes % 8)
		panic("the boot loader's memory map makes no sense");
	for (u32 at = sizeof(*map); bytes - at >= map->entry_bytes; at += map->entry_bytes) {
		const struct memory_entry *e = (const void *)((const u8 *)map + at);
		paddr start = MIN(e->start, physical_end()),
		      end = start + MIN(e->bytes, physical_end() - start);

		if ((e->type == MEMORY_USABLE) != usable || start == end)
			continue;
		if (!usable)
			remove_region(ALIGN_DOWN(start, PAGE_SIZE), ALIGN_UP(end, PAGE_SIZE));
		else if (ALIGN_UP(start, PAGE_SIZE) < ALIGN_DOWN(end, PAGE_SIZE))
			add_region(ALIGN_UP(start, PAGE_SIZE), ALIGN_DOWN(end, PAGE_SIZE));
	}
}

/* Copies what is before the first NUL or `stop`, or as much as there is and fits. */
static void copy_text(char *to, size_t room, const char *from, size_t bytes, char stop)
{
	size_t length = 0;

	while (length < bytes && length + 1 < room && from[length] && from[length] != stop)
		length++;
	memcpy(to, from, length);
	to[length] = '\0';
}

static bool overlaps(paddr start, paddr end, paddr other, paddr other_end)
{
	return start < ALIGN_UP(other_end, PAGE_SIZE) && other < ALIGN_UP(end, PAGE_SIZE);
}

/* Whether the image or a module lies there. */
static bool is_ours(paddr start, paddr end)
{
	bool ours = overlaps(start, end, image_to_phys(image_start), image_to_phys(image_end));

	for (unsigned i = 0; i < boot_record.modules; i++) {
		const struct boot_file *file = &boot_record.module[i];

		ours |= overlaps(start, end, file->start, file->start + file->bytes);
	}
	return ours;
}

/* Each module gets pages of its own (the header asks for that), or whoever maps one would see
 * another. */
static bool is_credible(const struct module_tag *tag)
{
	if (tag->tag.bytes < sizeof(*tag) || tag->start >= tag->end || tag->start % PAGE_SIZE)
		return false;
	return !is_ours(tag->start, tag->end);
}

/* A module that cannot be is left out, so that its memory is not taken for what it is not. */
static void take_module(const struct module_tag *tag)
{
	struct boot_file *module = &boot_record.module[boot_record.modules];
	char name[sizeof(module->name)] = "";

	if (tag->tag.bytes >= sizeof(*tag))
		copy_text(
		    name, sizeof(name), tag->command_line, tag->tag.bytes - sizeof(*tag), ' ');
	if (!is_credible(tag)) {
		printk("boot module %s: empty, or where none can be: ignored\n", name);
		return;
	}
	remove_region(tag->start, ALIGN_UP((u64)tag->end, PAGE_SIZE)); /* also if there is no room
									  for one more */
	if (boot_record.modules == BOOT_MODULES) {
		printk("boot module %s: one too many, ignored\n", name);
		return;
	}
	memcpy(module->name, name, sizeof(name));
	module->start = tag->start;
	module->bytes = tag->end - tag->start;
	boot_record.modules++;
	boot_record.ram_end = MAX(boot_record.ram_end, ALIGN_UP((u64)tag->end, PAGE_SIZE));
}

static void take_command_line(const struct tag *tag)
{
	size_t bytes = tag->bytes - sizeof(*tag), room = sizeof(boot_record.command_line);

	copy_text(boot_record.command_line, room, (const char *)(tag + 1), bytes, '\0');
	if (bytes > room)
		printk("command line: cut off after %lu characters\n", room - 1);
}

/* Where the colours lie in a pixel. */
static bool take_colours(const struct screen_tag *tag, struct screen_format *format)
{
	if (tag->tag.bytes < SCREEN_TAG_MIN + sizeof(tag->colour))
		return false;
	if (tag->bits != 15 && tag->bits != 16 && tag->bits != 24 && tag->bits != 32)
		return false;
	for (unsigned i = 0; i < 3; i++) {
		format->shift[i] = tag->colour[i].shift;
		format->depth[i] = tag->colour[i].depth;
		if (format->depth[i] < 1 || format->depth[i] > 8 ||
		    format->shift[i] + format->depth[i] > tag->bits)
			return false;
	}
	format->kind = SCREEN_PIXELS;
	return true;
}

static bool take_format(const struct screen_tag *tag, struct screen_format *format)
{
	*format = (struct screen_format){
		.bits = tag->bits, .width = tag->width, .height = tag->height, .pitch = tag->pitch
	};
	if (tag->width < 1 || tag->width > SCREEN_MOST || tag->height < 1 ||
	    tag->height > SCREEN_MOST || tag->pitch / ((tag->bits + 7u) / 8) < tag->width ||
	    tag->pitch > SCREEN_BYTES / tag->height)
		return false;
	if (tag->type == SCREEN_TAG_RGB)
		return take_colours(tag, format);
	format->kind = SCREEN_TEXT;
	return tag->type == SCREEN_TAG_TEXT && tag->bits == 16;
}

/* Other kinds (a palette) are no screen to us. The last tag counts. */
static void take_screen(const struct screen_tag *tag)
{
	struct boot_frame_buffer screen = { 0 };
	paddr end = MIN(physical_end(), SCREEN_END);

	if (tag->tag.bytes < SCREEN_TAG_MIN || tag->bits < 8 || !take_format(tag, &screen.format)) {
		printk("screen: of a kind that is not known, not used\n");
		return;
	}
	screen.start = tag->start;
	screen.bytes = (u64)tag->pitch * tag->height;
	if (screen.start >= end || screen.bytes > end - screen.start ||
	    is_ours(screen.start, screen.start + screen.bytes)) {
		printk("screen: where none can be, not used\n");
		return;
	}
	remove_region(
	    ALIGN_DOWN(screen.start, PAGE_SIZE), ALIGN_UP(screen.start + screen.bytes, PAGE_SIZE));
	boot_record.screen = screen;
}

/* The tag after this one (the first, for NULL); NULL at the end, of the tags or of what can be
 * believed. */
static const struct tag *next_tag(const u32 *information, const struct tag *tag)
{
	u64 at = 8, total = information[0];

	if (tag)
		at =
		    (u64)((const u8 *)tag - (const u8 *)information) + ALIGN_UP((u64)tag->bytes, 8);
	if (at + sizeof(struct tag) > total)
		return NULL;
	tag = (const struct tag *)((const u8 *)information + at);
	if (tag->type == TAG_END || tag->bytes < sizeof(*tag) || tag->bytes > total - at)
		return NULL;
	return tag;
}

/* One pass over all tags for each step, since they come in any order: memory is added before
 * anything is taken out. */
static void for_each_tag(const u32 *information, void (*take)(const struct tag *))
{
	for (const struct tag *tag = next_tag(information, NULL); tag;
	     tag = next_tag(information, tag))
		take(tag);
}

static void add_usable(const struct tag *tag)
{
	if (tag->type == TAG_MEMORY_MAP)
		take_memory_map((const struct memory_tag *)tag, true);
}

/* After the modules, whose memory it must not be. */
static void find_screen(const struct tag *tag)
{
	if (tag->type == TAG_SCREEN)
		take_screen((const struct screen_tag *)tag);
}

static void take_the_rest(const struct tag *tag)
{
	if (tag->type == TAG_MEMORY_MAP)
		take_memory_map((const struct memory_tag *)tag, false);
	else if (tag->type == TAG_MODULE)
		take_module((const struct module_tag *)tag);
	else if (tag->type == TAG_COMMAND_LINE)
		take_command_line(tag);
}

void multiboot_init(paddr information)
{
	const u32 *words = phys_to_virt(information);

	ASSERT(information % 8 == 0);
	if (words[0] < 16 || words[0] > INFORMATION_MAX)
		panic("the boot loader's information has an impossible size");
	for_each_tag(words, add_usable);
	for_each_tag(words, take_the_rest);
	for_each_tag(words, find_screen);
	remove_region(0, FIRST_MIB);
	remove_region(image_to_phys(image_start), ALIGN_UP(image_to_phys(image_end), PAGE_SIZE));
	if (boot_record.regions == 0)
		panic("the boot loader's memory map has no usable memory");
	boot_record.ram_end =
	    MAX(boot_record.ram_end, boot_record.region[boot_record.regions - 1].end);
}

/* ---- Options -------------------------------------------------------------------------- */

const char *boot_option(const char *name, size_t *length)
{
	size_t wanted = 0;

	while (name[wanted])
		wanted++;
	for (const char *word = boot_record.command_line; *word;) {
		size_t bytes = 0;

		while (word[bytes] && word[bytes] != ' ')
			bytes++;
		if (bytes > wanted && word[wanted] == '=' && memcmp(word, name, wanted) == 0) {
			*length = bytes - wanted - 1;
			return word + wanted + 1;
		}
		word += bytes;
		while (*word == ' ')
			word++;
	}
	return NULL;
}
