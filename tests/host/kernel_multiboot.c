// SOURCES: tests/host/machine.c tests/host/machine_memory.c kernel/multiboot.c kernel/printk.c
// What the boot loader says, distrusted: the regions that come out are page-aligned, sorted,
// disjoint, real memory, and nobody else's, against a map of single pages; whatever is broken, cut
// off or contradictory gives a clear panic or is left out, and nothing is read beyond it (poison
// all around).
#include "machine.h"
#include "tap.h"
#include <stdlib.h>
#include <string.h>

#include "kernel/boot_info.h"
#include "kernel/multiboot.h"

/* The kernel's image: 64 KiB from the second MiB on (machine.h). */
__asm__(".bss\n.balign 4096\n.globl host_image, image_start, image_end\n"
	"host_image: image_start: .zero 65536\nimage_end:\n.text\n");

#define MIB       0x100000ull
#define IMAGE_END (MIB + 65536)
#define ROOM      0x300000ull /* the information ends here, at the poison */
#define MOST      0x4000ull
#define PAGES     8192 /* what the model covers: 32 MiB */

enum {
	END = 0,
	COMMAND_LINE = 1,
	MODULE = 3,
	MEMORY_MAP = 6,
	SCREEN = 8,
	USABLE = 1,
	RESERVED = 2
};

static u8 blob[MOST];
static u32 bytes;

static void begin(void)
{
	memset(blob, 0, sizeof(blob));
	bytes = 8;
}

static void put(const void *data, u32 length)
{
	memcpy(blob + bytes, data, length);
	bytes += length;
}

static u32 open_tag(u32 type)
{
	u32 at = bytes, header[2] = { type, 0 };

	put(header, 8);
	return at;
}

static void close_tag(u32 at)
{
	*(u32 *)(blob + at + 4) = bytes - at;
	bytes = (u32)ALIGN_UP(bytes, 8);
}

static void end(void)
{
	close_tag(open_tag(END));
	*(u32 *)blob = bytes;
}

static void text_tag(u32 type, const char *text)
{
	u32 at = open_tag(type);

	put(text, (u32)strlen(text) + 1);
	close_tag(at);
}

static void module(u32 start, u32 stop, const char *text)
{
	u32 at = open_tag(MODULE);

	put(&start, 4);
	put(&stop, 4);
	put(text, (u32)strlen(text) + 1);
	close_tag(at);
}

/* A frame buffer: type 1 of pixels with colours, 2 of text. */
static void screen(u64 start, u32 pitch, u32 width, u32 height, u8 bits, u8 type)
{
	u32 at = open_tag(SCREEN), sizes[3] = { pitch, width, height };
	u8 rest[10] = { bits, type, 0, 0, 16, 8, 8, 8, 0, 8 };

	put(&start, 8);
	put(sizes, 12);
	put(rest, type == 1 ? 10 : 4);
	close_tag(at);
}

static u32 map_begins(u32 entry_bytes)
{
	u32 at = open_tag(MEMORY_MAP), rest[2] = { entry_bytes, 0 };

	put(rest, 8);
	return at;
}

static void entry(u64 start, u64 length, u32 type)
{
	u64 words[3] = { start, length, type };

	put(words, 24);
}

/* Runs the kernel's reader over the blob, whose last byte is followed by poison. True: it did not
 * give up. */
static bool read_it(void)
{
	paddr at = ALIGN_DOWN(ROOM - bytes, 8);
	u8 *there = phys_to_virt(at);
	bool gave_up;

	memset(&boot_record, 0, sizeof(boot_record));
	host_unpoison(phys_to_virt(ROOM - MOST - PAGE_SIZE), MOST + 2 * PAGE_SIZE);
	memset(phys_to_virt(ROOM - MOST - PAGE_SIZE), 0xff, MOST + 2 * PAGE_SIZE);
	memcpy(there, blob, bytes);
	host_poison(there + ALIGN_UP(bytes, 8), PAGE_SIZE);
	host_poison(phys_to_virt(ROOM - MOST - PAGE_SIZE), at - (ROOM - MOST - PAGE_SIZE));
	gave_up = PANICS(multiboot_init(at));
	host_unpoison(phys_to_virt(ROOM - MOST - PAGE_SIZE), MOST + 2 * PAGE_SIZE);
	return !gave_up;
}

static bool overlap(u64 a, u64 a_end, u64 b, u64 b_end)
{
	return a < b_end && b < a_end;
}

/* The screen is nobody else's memory, and as large as its format says. */
static bool screen_sound(void)
{
	const struct boot_frame_buffer *s = &boot_record.screen;
	const struct screen_format *f = &s->format;
	u64 end = s->start + s->bytes;
	bool right = s->bytes == (u64)f->pitch * f->height && f->width >= 1 && f->height >= 1 &&
	    (u64)f->width * ((f->bits + 7) / 8) <= f->pitch && end > s->start &&
	    end <= 1ull << 40 && s->bytes <= 256 * MIB && !overlap(s->start, end, MIB, IMAGE_END);

	if (s->bytes == 0)
		return true;
	if (f->kind == SCREEN_TEXT)
		right &= f->bits == 16;
	for (unsigned i = 0; i < 3 && f->kind == SCREEN_PIXELS; i++)
		right &=
		    f->depth[i] >= 1 && f->depth[i] <= 8 && f->shift[i] + f->depth[i] <= f->bits;
	for (unsigned i = 0; i < boot_record.regions; i++)
		right &=
		    !overlap(s->start, end, boot_record.region[i].start, boot_record.region[i].end);
	for (unsigned m = 0; m < boot_record.modules; m++)
		right &= !overlap(s->start, end, boot_record.module[m].start,
		    boot_record.module[m].start + boot_record.module[m].bytes);
	return right && (f->kind == SCREEN_TEXT || f->kind == SCREEN_PIXELS);
}

/* Whatever was read: what the rest of the kernel relies on. */
static bool sound(void)
{
	paddr last = MIB;

	if (!screen_sound())
		return false;
	if (boot_record.regions == 0 || boot_record.regions > BOOT_REGIONS ||
	    boot_record.modules > BOOT_MODULES)
		return false;
	for (unsigned i = 0; i < boot_record.regions; i++) {
		struct boot_region r = boot_record.region[i];

		if (r.start % PAGE_SIZE || r.end % PAGE_SIZE || r.start >= r.end ||
		    r.start < last || r.end > boot_record.ram_end || r.end > 1ull << 40 ||
		    overlap(r.start, r.end, MIB, IMAGE_END))
			return false;
		last = r.end;
		for (unsigned m = 0; m < boot_record.modules; m++) {
			const struct boot_file *f = &boot_record.module[m];

			if (overlap(r.start, r.end, ALIGN_DOWN(f->start, PAGE_SIZE),
				ALIGN_UP(f->start + f->bytes, PAGE_SIZE)))
				return false;
		}
	}
	for (unsigned m = 0; m < boot_record.modules; m++)
		if (memchr(boot_record.module[m].name, 0, sizeof(boot_record.module[m].name)) ==
			NULL ||
		    boot_record.module[m].start + boot_record.module[m].bytes > boot_record.ram_end)
			return false;
	return memchr(boot_record.command_line, 0, sizeof(boot_record.command_line)) != NULL;
}

/* ---- What GRUB really says ---------------------------------------------------------- */

static void as_grub_does(void)
{
	u32 map;

	begin();
	text_tag(COMMAND_LINE, "pcid=4 quiet");
	text_tag(2, "GRUB 2.06");
	map = map_begins(24);
	entry(0, 0x9fc00, USABLE);
	entry(0x9fc00, 0x400, RESERVED);
	entry(0xf0000, 0x10000, RESERVED);
	entry(MIB, 0xff00000, USABLE);
	entry(0xfffc0000, 0x40000, RESERVED);
	close_tag(map);
	module(0x200000, 0x212345, "init");
	module(0x213000, 0x280000, "archive with words");
	end();
	ok(read_it() && sound(), "a PC with 256 MiB");
	ok(boot_record.regions == 2 && boot_record.region[0].start == IMAGE_END &&
		boot_record.region[0].end == 0x200000 && boot_record.region[1].start == 0x280000 &&
		boot_record.region[1].end == 0x10000000,
	    "memory without the image and the modules");
	ok(boot_record.modules == 2 && !strcmp(boot_record.module[0].name, "init") &&
		boot_record.module[0].start == 0x200000 && boot_record.module[0].bytes == 0x12345 &&
		!strcmp(boot_record.module[1].name, "archive"),
	    "modules, by the first word of their line");
	ok(boot_record.ram_end == 0x10000000 && !strcmp(boot_record.command_line, "pcid=4 quiet"),
	    "the command line");
}

static bool option(const char *line, const char *name, const char *wanted)
{
	size_t length;
	const char *value;

	strcpy(boot_record.command_line, line);
	value = boot_option(name, &length);
	return wanted ? value && length == strlen(wanted) && !memcmp(value, wanted, length)
		      : !value;
}

static void options(void)
{
	ok(option("pcid=4", "pcid", "4") && option("a b pcid=off c", "pcid", "off") &&
		option("pcid= x", "pcid", ""),
	    "an option's value ends at a blank");
	ok(option("", "pcid", NULL) && option("pcid", "pcid", NULL) &&
		option("xpcid=4", "pcid", NULL) && option("pcidx=4", "pcid", NULL) &&
		option("a=pcid=4", "pcid", NULL),
	    "no option but the one asked for");
	ok(option("pcid=1 pcid=2", "pcid", "1") && option("   pcid=3", "pcid", "3"),
	    "the first counts; blanks do not");
}

/* ---- Broken, one thing at a time ---------------------------------------------------- */

static void good_map(void)
{
	u32 map = map_begins(24);

	entry(MIB, 16 * MIB, USABLE);
	close_tag(map);
}

static void one_thing_broken(void)
{
	char words[3000];
	u32 map;

	begin();
	end();
	ok(!read_it() && strstr(host.panic, "no usable memory"), "no memory map: %s", host.panic);
	begin();
	good_map();
	end();
	*(u32 *)blob = 15;
	ok(!read_it() && strstr(host.panic, "size"), "too small to be true: %s", host.panic);
	*(u32 *)blob = 2 << 20;
	ok(!read_it(), "too large to be true");
	begin();
	map = map_begins(16);
	entry(MIB, 16 * MIB, USABLE);
	close_tag(map);
	end();
	ok(!read_it() && strstr(host.panic, "memory map"), "entries too small: %s", host.panic);
	begin();
	map = map_begins(0);
	close_tag(map);
	end();
	ok(!read_it(), "entries of no size");
	begin();
	map = map_begins(25);
	entry(MIB, 16 * MIB, USABLE);
	close_tag(map);
	end();
	ok(!read_it(), "entries of an odd size");
	begin();
	map = map_begins(UINT32_MAX - 7);
	entry(MIB, 16 * MIB, USABLE);
	close_tag(map);
	end();
	ok(!read_it(), "entries larger than the map");
	begin();
	map = open_tag(MEMORY_MAP);
	close_tag(map);
	end();
	ok(!read_it(), "a map without a header");
	begin();
	map = map_begins(24);
	entry(MIB, 16 * MIB, USABLE);
	bytes -= 8; /* the last entry is cut off */
	close_tag(map);
	end();
	ok(!read_it(), "a map that ends within an entry");
	begin();
	map = map_begins(40);
	entry(MIB, 8 * MIB, USABLE);
	put((u64[2]){ 0 }, 16);
	entry(32 * MIB, 8 * MIB, USABLE);
	put((u64[2]){ 0 }, 16);
	close_tag(map);
	end();
	ok(read_it() && sound() && boot_record.regions == 2, "entries larger than today's");
	begin();
	good_map();
	module(0x200000, 0x200000, "empty");
	module(0x300000, 0x200000, "backwards");
	module(0x200800, 0x300000, "crooked");
	module(0x100000, 0x101000, "over-the-kernel");
	module(0x400000, 0x500000, "good");
	module(0x4ff000, 0x600000, "over-another");
	end();
	ok(read_it() && sound() && boot_record.modules == 1,
	    "modules where none can be are left out");
	begin();
	good_map();
	for (u32 i = 0; i < BOOT_MODULES + 3; i++)
		module(0x200000 + i * 0x1000, 0x200800 + i * 0x1000,
		    "a-name-longer-than-there-is-room-for-in-the-record");
	end();
	ok(read_it() && sound() && boot_record.modules == BOOT_MODULES &&
		strlen(boot_record.module[0].name) == 31,
	    "too many modules, too long names");
	memset(words, 'w', sizeof(words) - 1);
	words[sizeof(words) - 1] = 0;
	begin();
	good_map();
	text_tag(COMMAND_LINE, words);
	end();
	ok(read_it() && sound() && strlen(boot_record.command_line) == 1023,
	    "a command line too long");
	begin();
	good_map();
	map = open_tag(COMMAND_LINE);
	put("no-end", 6);
	close_tag(map);
	end();
	ok(read_it() && !strcmp(boot_record.command_line, "no-end"),
	    "a command line without its end");
	begin();
	map = map_begins(24);
	entry(MIB, UINT64_MAX, USABLE);
	entry(UINT64_MAX - 10, 100, USABLE);
	entry(1ull << 39, 1ull << 63, RESERVED);
	close_tag(map);
	end();
	ok(read_it() && sound() && boot_record.ram_end == 1ull << 39,
	    "more memory than there are addresses");
	begin();
	map = map_begins(24);
	for (u64 i = 0; i < 200; i++)
		entry(2 * MIB + i * 0x2000, 0x1000, USABLE);
	close_tag(map);
	end();
	ok(read_it() && sound() && boot_record.regions == BOOT_REGIONS,
	    "more regions than there is room for");
}

/* ---- Screens ------------------------------------------------------------------------ */

static unsigned unsound;

/* Whether that is taken, beside a good map and a module at 4 MiB. */
static bool takes(u64 start, u32 pitch, u32 width, u32 height, u8 bits, u8 type)
{
	begin();
	screen(start, pitch, width, height, bits, type);
	good_map();
	module(0x400000, 0x500000, "archive");
	end();
	unsound += !read_it() || !sound() || boot_record.modules != 1;
	return boot_record.screen.bytes != 0;
}

static void screens(void)
{
	const struct boot_frame_buffer *s = &boot_record.screen;

	ok(takes(0xfd000000, 4096, 1024, 768, 32, 1) && s->start == 0xfd000000 &&
		s->bytes == 4096 * 768 && s->format.kind == SCREEN_PIXELS &&
		s->format.shift[0] == 16 && s->format.depth[2] == 8,
	    "pixels");
	ok(takes(0xb8000, 160, 80, 25, 16, 2) && s->format.kind == SCREEN_TEXT && s->bytes == 4000,
	    "text");
	ok(!takes(0xfd000000, 1024, 1024, 768, 8, 0), "a palette is not taken");
	ok(!takes(0xfd000000, 4096, 1024, 768, 16, 1), "colours outside the pixel");
	ok(!takes(0xfd000000, 4096, 1024, 768, 12, 1), "pixels of 12 bits");
	ok(!takes(0xb8000, 160, 80, 25, 8, 2), "text of one byte");
	ok(!takes(0xfd000000, 4095, 1024, 768, 32, 1), "rows that overlap");
	ok(!takes(0xfd000000, 4096, 0, 768, 32, 1) && !takes(0xfd000000, 4096, 1024, 0, 32, 1),
	    "nothing to be seen");
	ok(!takes(0xfd000000, UINT32_MAX, 1024, 768, 32, 1) &&
		!takes(0xfd000000, 1u << 26, 1u << 20, 3, 32, 1),
	    "larger than any");
	ok(!takes((1ull << 40) - 4096, 4096, 1024, 768, 32, 1) &&
		!takes(UINT64_MAX - 4096, 4096, 1024, 768, 32, 1),
	    "where there are no addresses");
	ok(!takes(MIB - 4096, 4096, 1024, 2, 32, 1), "over the kernel's image");
	ok(!takes(0x3ff000, 4096, 1024, 2, 32, 1) && !takes(0x4ff800, 4096, 1024, 2, 32, 1),
	    "over a module");
	ok(takes(0x800000, 4096, 1024, 768, 32, 1) && boot_record.regions == 3,
	    "over memory, which then is none");
	ok(unsound == 0, "and each leaves all in order");
}

/* ---- Chance ------------------------------------------------------------------------- */

static u64 any(u64 below)
{
	return ((u64)rand() << 31 ^ (u64)rand()) % below;
}

/* Random maps and modules within 32 MiB against a map of single pages. */
static bool against_the_model(void)
{
	static u8 mine[PAGES];
	u64 start[24], length[24];
	u32 type[24], count = (u32)any(24), map;
	bool any_region = false;

	begin();
	if (any(2))
		text_tag(COMMAND_LINE, "x=1");
	map = map_begins(24);
	for (u32 i = 0; i < count; i++) {
		start[i] = any(2) ? any(PAGES) * PAGE_SIZE : any(PAGES * PAGE_SIZE);
		length[i] = any(3) ? any(PAGES / 4) * PAGE_SIZE : any(PAGES * PAGE_SIZE / 4);
		length[i] = MIN(length[i], PAGES * PAGE_SIZE - start[i]);
		type[i] = any(3) ? USABLE : (u32)any(8);
		entry(start[i], length[i], type[i]);
	}
	close_tag(map);
	end();
	memset(mine, 0, sizeof(mine));
	for (u32 i = 0; i < count; i++) /* whole pages of one entry, or of several that touch: as
					   regions grow together */
		for (u64 p = (start[i] + 4095) / 4096;
		     type[i] == USABLE && p < (start[i] + length[i]) / 4096; p++)
			mine[p] = 1;
	for (u32 i = 0; i < count; i++)
		for (u64 p = start[i] / 4096;
		     type[i] != USABLE && length[i] && p < (start[i] + length[i] + 4095) / 4096;
		     p++)
			mine[p] = 0;
	memset(mine, 0, IMAGE_END / PAGE_SIZE);
	for (u64 p = 0; p < PAGES; p++)
		any_region |= mine[p];
	if (!read_it())
		return !any_region;
	if (!sound())
		return false;
	for (unsigned i = 0; i < boot_record.regions; i++)
		for (u64 p = boot_record.region[i].start / 4096;
		     p < boot_record.region[i].end / 4096; p++)
			if (mine[p]++ != 1)
				return false;
	for (u64 p = 0; p < PAGES; p++)
		if (mine[p] == 1)
			return false;
	return true;
}

/* A good one with some of its bytes changed, or cut off anywhere. */
static bool garbage(void)
{
	unsigned changes = (unsigned)any(12);
	u32 map, whole;

	begin();
	text_tag(COMMAND_LINE, "pcid=4 inherit=off");
	map = map_begins(24);
	for (unsigned i = 0; i < 6; i++)
		entry(i * 4 * MIB, 3 * MIB, i % 4 ? USABLE : RESERVED);
	close_tag(map);
	module(0x900000, 0x912345, "init");
	module(0xa00000, 0xa80000, "archive");
	screen(0xb00000, 4096, 1024, 16, 32, 1);
	end();
	whole = bytes;
	for (unsigned i = 0; i < changes; i++) {
		u32 at = (u32)any(bytes);

		if (any(2))
			blob[at] = (u8)any(256);
		else
			*(u32 *)(blob + (at & ~3u)) = any(2) ? (u32)any(64) : (u32)any(UINT32_MAX);
	}
	if (any(2))
		bytes = 16 + (u32)any(whole - 16);
	if (any(2) || *(u32 *)blob > bytes)
		*(u32 *)blob = bytes;
	return !read_it() || sound();
}

int main(void)
{
	bool all = true;

	srand(1);
	host_boot_memory(1 << 20);
	machine_features.physical_bits = 40;
	as_grub_does();
	options();
	one_thing_broken();
	screens();
	for (unsigned i = 0; i < 3000; i++)
		all &= against_the_model();
	ok(all, "3,000 random memory maps against a map of pages");
	all = true;
	for (unsigned i = 0; i < 20000; i++)
		all &= garbage();
	ok(all, "20,000 times garbage: a panic in words, or something sound");
	return tap_done();
}
