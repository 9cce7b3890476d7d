# Builds Atoll. `make help` lists the targets; everything that is made lies under build/.
#
# Found by folder, so adding one changes nothing here:
#   kernel/*.c kernel/x86/* boot/*.S     the kernel             -> build/atoll.elf
#   libc/**/*.c libc/x86/*.S             the C library          -> build/libc.a
#   servers/NAME/*.c                     a server               -> build/servers/NAME, /servers/NAME in the archive
#   programs/NAME.c or programs/NAME/*.c a program              -> build/programs/NAME, /bin/NAME in the archive
#   programs/experiments/NAME.c          an experiment          -> the same; programs/experiments/lib/ is in each
#   programs/files/                      files as they are      -> / in the archive
#   servers/init/init.conf, a font of Debian's                  -> /etc in the archive
#   docs/user/NAME.md                    a page of the manual   -> /man/NAME in the archive
#   tests/bench/*.c                      the benchmarks         -> build/tests/bench/bench
#   tests/target/*.c                     on-target stories      -> build/tests/target/NAME, /tests/NAME in the archive
#
# CROSS_COMPILE=prefix- and CC=clang work. CHECK=1 builds into build/check/ a kernel that verifies its invariants at
# every exit; FAST=0 builds into build/slow/ one without the short cut of messages, and is what tests then boot. V=1
# shows the commands.

CROSS_COMPILE ?=
ifneq ($(filter default undefined,$(origin CC)),)
CC := $(CROSS_COMPILE)gcc
endif
LD      := $(CROSS_COMPILE)ld
AR      := $(CROSS_COMPILE)ar
STRIP   := $(CROSS_COMPILE)strip
OBJDUMP := $(CROSS_COMPILE)objdump
B       := build$(if $(filter 0,$(FAST)),/slow)$(if $(CHECK),/check)

ifeq ($(filter -j%, $(MAKEFLAGS)),)
MAKEFLAGS += -j$(shell nproc)
endif
MAKEFLAGS += -rR --no-print-directory
.DELETE_ON_ERROR:
.SECONDARY:
.SECONDEXPANSION:
.DEFAULT_GOAL := all
Q   := $(if $(V),,@)
say  = $(if $(V)$(findstring s,$(firstword -$(MAKEFLAGS))),,@echo '  $(1) $@')

# ---- Flags ------------------------------------------------------------------------------------------------------

WARNINGS := -Wall -Wextra -Werror -Wstrict-prototypes -Wmissing-prototypes -Wpointer-arith -Wwrite-strings \
	-Wvla -Wundef -Wshadow -Wno-unused-parameter
CFLAGS   := -std=gnu17 -O2 -g -ffreestanding -fno-stack-protector -fno-omit-frame-pointer -fno-pic -fno-pie \
	-fno-asynchronous-unwind-tables -fcf-protection=none -fno-common -MMD -MP $(WARNINGS)
# The compiler's own headers (stdint.h, stddef.h, ...), and none of the host's. Asked late: setup may install gcc.
NOSTDINC = $(eval NOSTDINC := -nostdinc -isystem $(shell $(CC) -print-file-name=include))$(NOSTDINC)

# Interrupts would overwrite a red zone, and nothing saves the kernel's own vector registers.
KERNEL_CFLAGS = $(CFLAGS) $(NOSTDINC) -mcmodel=kernel -mgeneral-regs-only -mno-red-zone \
	$(if $(findstring clang,$(CC)),,$(addprefix -fno-align-,functions jumps loops labels)) \
	$(if $(CHECK),-DCHECK=1) -Ikernel -Ikernel/include
# What is off the path of calls is compiled for size: what boots, tells and checks.
KERNEL_SMALL  = $(addprefix kernel/,main multiboot elf info panic printk check check_waits watch \
	$(addprefix x86/,calibrate descriptors kernelmap kerneltrap pic poweroff serial))
USER_CFLAGS   = $(CFLAGS) $(NOSTDINC) -ffunction-sections -fdata-sections -Ilibc/include -Ikernel/include -I.
# A thread that never touches a vector register is switched without saving them, and its messages take the short cut.
# So servers and programs do not, and of libc only what handles floating point: libc/math/ and files called *float*.
# A program that computes with floating point has a source called so, too.
LIBC_CFLAGS   = $(USER_CFLAGS) $(if $(findstring clang,$(CC)),-fno-builtin,-fno-tree-loop-distribute-patterns)
SERVER_CFLAGS = $(USER_CFLAGS) -mgeneral-regs-only
PROGRAM_CFLAGS = $(SERVER_CFLAGS)
# The archive is memory: programs are compiled for size, and so is of libc and the servers what nobody waits for.
PROGRAM_SMALL  = -Os
SERVER_SMALL   = servers/console/%
LIBC_SMALL     = libc/decimal/% libc/stdio/% libc/regex/% libc/time/% $(addprefix libc/,fault file grow loader start startup) \
	$(addprefix libc/posix/,cwd dirent getopt path pipe process spawn spawn_actions stat system tree tty) libc/stdlib/getenv libc/stdlib/exit

USER_LDFLAGS := -static -nostdlib -T libc/program.ld -Wl,-z,max-page-size=4096,-z,norelro,-z,noexecstack \
	-Wl,--gc-sections,--build-id=none,--fatal-warnings

# ---- What there is ----------------------------------------------------------------------------------------------

# Objects stand apart, so that build/servers/NAME can be the program.
objects = $(patsubst %,$(B)/obj/%.o,$(basename $(1)))

# The short cut needs registers set aside, which only gcc can: clang builds a kernel without it.
SHORT_CUT      := kernel/ipc_fast.c
KERNEL_SOURCES := $(filter-out $(if $(filter 0,$(FAST))$(findstring clang,$(CC)),$(SHORT_CUT)), \
	$(sort $(wildcard kernel/*.c kernel/x86/*.c kernel/x86/*.S boot/*.S)))
LIBC_SOURCES   := $(filter-out libc/x86/crt0.S,$(sort $(wildcard libc/*.c libc/*/*.c libc/x86/*.S)))
SERVERS  := $(sort $(patsubst servers/%/,%,$(dir $(wildcard servers/*/main.c))))
PROGRAMS := $(sort $(basename $(notdir $(wildcard programs/*.c programs/experiments/*.c))) \
	$(patsubst programs/%/,%,$(dir $(wildcard programs/*/main.c))))
STORIES  := $(sort $(basename $(notdir $(wildcard tests/target/*.c))))
PAGES    := $(sort $(basename $(notdir $(wildcard docs/user/*.md))))
FILES    := $(sort $(shell cd programs/files 2>/dev/null && find . -mindepth 1 ! -name .gitkeep | cut -c3-))
USER     := $(SERVERS:%=servers/%) $(PROGRAMS:%=programs/%) $(STORIES:%=tests/target/%) tests/bench/bench

# Every user program is linked at an address of its own, 4 MiB apart in the order of this list, so that an address
# alone tells gdb which program it is in. (2 GiB, what the small code model reaches, has room for 511.)
ADDRESSES := $(shell i=1; for p in $(USER); do printf '%s=0x%x ' $$p $$((i * 0x400000)); i=$$((i + 1)); done)
address    = $(patsubst $(1)=%,%,$(filter $(1)=%,$(ADDRESSES)))

# What the screen's letters look like (docs/decisions/0018-screen.md).
FONT := /usr/share/consolefonts/Unifont-APL8x16.psf.gz

ETC      := init.conf font.psf
ARCHIVED := $(PROGRAMS:%=bin/%) $(PAGES:%=man/%) $(patsubst %,servers/%,$(filter-out init,$(SERVERS)))

# ---- Targets ----------------------------------------------------------------------------------------------------

.PHONY: all run test test-long bench experiments debug record replay check mutants new-server remove-server screenshot iso clean help setup compile_commands.json FORCE

all iso: $(B)/atoll.iso ## build build/atoll.iso, and all that is on it

run: all ## build, boot in QEMU to a shell on this terminal (quit: poweroff)
	$(Q)tools/run --iso $(B)/atoll.iso $(ARGS)

test: all ## run every test; T=name: one, or one group; FAST=0: with no short cut
	$(Q)tests/run $(T)

test-long: all ## run the campaigns in tests/long/; T=name, SEED=n; SLICE=1: a part of each
	$(Q)tests/run --long $(T)

bench: all $(B)/tests/bench/archive.tar target-tests ## count each operation's instructions; UPDATE=1: these are right from now on
	$(Q)MAKEFLAGS= $(MAKE) FAST=0 iso
	$(Q)tools/bench $(if $(UPDATE),--update)

experiments: all ## the textbook's claims about messages, tried: docs/experiments/results.md and its plots
	$(Q)tools/experiments

debug: all ## QEMU stopped at the first kernel instruction, gdb attached; ARGS="-c 'ls /'": what is to run
	$(Q)tools/debug $(ARGS)

record: all ## as run, and all that is typed and happens is noted in build/record/
	$(Q)tools/run --record build/record --iso $(B)/atoll.iso $(ARGS)

replay: ## that once more under gdb, which can go backwards too
	$(Q)tools/debug --replay build/record $(ARGS)

check: all ## layers, formatting, static analysis, docs, size table
	$(Q)tools/check

mutants: all ## take each guard out: does its test turn red? M=name tries one
	$(Q)tools/mutants $(M)

new-server: ## make a server of your own, with a client, a test and a page: NAME=kv
	$(Q)tools/new-server -- "$$NAME"

remove-server: ## take it away again: NAME=kv
	$(Q)tools/new-server --remove -- "$$NAME"

screenshot: all ## make docs/screenshot.png anew
	$(Q)tools/screenshot

compile_commands.json: ## for editors: how each file is compiled
	$(Q)tools/compile-commands > $@

clean: ## remove build/
	rm -rf build compile_commands.json

help: ## this list
	@sed -n 's/^\([a-z_. -]*\):.* ## \(.*\)/make \1	\2/p' Makefile | expand -t 28

# Installs what a goal needs and this machine lacks; does nothing, quickly, when all is there.
setup:
	$(Q)tools/setup $(if $(filter clang%,$(CC)),clang) $(or $(patsubst screenshot,test,$(filter screenshot,$(MAKECMDGOALS))),$(filter test test-long bench experiments debug record check mutants,$(MAKECMDGOALS)),run)

# ---- Compiling --------------------------------------------------------------------------------------------------

# Writes $(1) to the target unless it says so already.
update = @mkdir -p $(@D); echo '$(strip $(1))' | cmp -s - $@ || echo '$(strip $(1))' > $@

# Objects are made anew when the flags change (CC=clang after gcc).
$(FONT): | setup

$(B)/flags: FORCE | setup
	$(call update,$(CC) $(KERNEL_CFLAGS) $(KERNEL_SMALL) $(LIBC_CFLAGS) $(LIBC_SMALL) $(SERVER_SMALL) $(PROGRAM_CFLAGS) $(PROGRAM_SMALL) $(USER_LDFLAGS))

$(B)/obj/kernel/%.o $(B)/obj/boot/%.o: FLAGS = $(KERNEL_CFLAGS) $(if $(filter $(KERNEL_SMALL),$*),-Os)
# The words of a message stay in these registers; entry.S has saved rbp.
$(B)/obj/kernel/ipc_fast.o: FLAGS = $(KERNEL_CFLAGS) -fomit-frame-pointer $(addprefix -ffixed-,rbx r12 r13 r14 r15)
$(B)/obj/libc/%.o:     FLAGS = $(LIBC_CFLAGS) $(if $(findstring float,$*)$(filter libc/math/%,$*),,-mgeneral-regs-only) $(if $(filter $(LIBC_SMALL),$*),-Os)
$(B)/obj/servers/%.o:  FLAGS = $(SERVER_CFLAGS) $(if $(filter $(SERVER_SMALL),$*),$(PROGRAM_SMALL))
$(B)/obj/programs/%.o: FLAGS = $(if $(findstring float,$*),$(USER_CFLAGS),$(PROGRAM_CFLAGS)) $(PROGRAM_SMALL)
$(B)/obj/tests/%.o:    FLAGS = $(if $(filter %fpu %faults,$*)$(findstring float,$*),$(USER_CFLAGS),$(PROGRAM_CFLAGS))
$(B)/obj/tests/bench/%.o $(B)/obj/tests/target/lib/%.o: FLAGS = $(SERVER_CFLAGS)

define compile
$(B)/obj/%.o: %.$(1) $(B)/flags | setup
	$$(call say,CC )
	@mkdir -p $$(@D)
	$$(Q)$$(CC) $$(FLAGS) -c -o $$@ $$<
endef
$(eval $(call compile,c))
$(eval $(call compile,S))

# ---- Kernel: linked twice, the second time with the table of its own symbols for backtraces ---------------------

KERNEL_OBJECTS := $(call objects,$(KERNEL_SOURCES))
KERNEL_LINK     = $(LD) -nostdlib -static -z max-page-size=4096 -z noexecstack --build-id=none --fatal-warnings \
	-T linker.ld -o $@ $(KERNEL_OBJECTS)

$(B)/atoll.pass1: $(KERNEL_OBJECTS) linker.ld
	$(Q)$(KERNEL_LINK)

$(B)/symbols.S: $(B)/atoll.pass1 tools/symbols
	$(Q)tools/symbols $< > $@

$(B)/symbols.o: $(B)/symbols.S
	$(Q)$(CC) $(KERNEL_CFLAGS) -c -o $@ $<

$(B)/atoll.elf: $(KERNEL_OBJECTS) $(B)/symbols.o linker.ld
	$(call say,LD )
	$(Q)$(KERNEL_LINK) $(B)/symbols.o

# ---- User programs ----------------------------------------------------------------------------------------------

$(B)/libc.a: $(call objects,$(LIBC_SOURCES))
	$(call say,AR )
	$(Q)rm -f $@; $(AR) rcsD $@ $^

# The list of addresses changes only when a program comes or goes; then all are linked anew.
$(B)/addresses: FORCE
	$(call update,$(ADDRESSES))

# A program's sources: its .c file, or all in its folder. Experiments and stories share what is in lib/.
experiment = $(wildcard $(patsubst programs/%,programs/experiments/%.c,$(filter programs/%,$(1))))
sources = $(sort $(wildcard $(1).c $(1)/*.c)) $(if $(experiment),$(experiment) $(wildcard programs/experiments/lib/*.c)) $(if $(filter tests/%,$(1)),$(wildcard tests/target/lib/*.c)) \
	$(if $(filter tests/bench/%,$(1)),$(wildcard tests/bench/*.c))

$(USER:%=$(B)/%): $(B)/%: $$(call objects,$$(call sources,$$*)) $(B)/obj/libc/x86/crt0.o $(B)/libc.a libc/program.ld $(B)/addresses
	$(call say,LD )
	@mkdir -p $(@D)
	$(Q)$(CC) $(USER_LDFLAGS) -Wl,-Ttext-segment=$(call address,$*) -o $@ \
		$(B)/obj/libc/x86/crt0.o $(filter %.o,$(filter-out %/crt0.o,$^)) $(B)/libc.a -lgcc

# ---- The archive (ustar), the same bytes from the same sources --------------------------------------------------

TAR := tar --format=ustar --no-recursion --mtime=@0 --owner=0 --group=0 --numeric-owner --mode=u=rwX,go=rX

# What the guest gets has no symbols; GRUB would load the kernel's debugging sections too.
define copy
$(B)/$(1): $(2)
	@mkdir -p $$(@D)
	$$(Q)$(3)
endef
$(eval $(call copy,root/bin/%,$(B)/programs/%,$(STRIP) -o $$@ $$<))
$(eval $(call copy,root/servers/%,$(B)/servers/%,$(STRIP) -o $$@ $$<))
$(eval $(call copy,root/tests/%,$(B)/tests/target/%,$(STRIP) -o $$@ $$<))
$(eval $(call copy,root/tests/bench,$(B)/tests/bench/bench,$(STRIP) -o $$@ $$<))
$(eval $(call copy,root/man/%,docs/user/%.md,cp $$< $$@))
$(eval $(call copy,root/etc/init.conf,servers/init/init.conf,cp $$< $$@))
$(eval $(call copy,root/etc/font.psf,$(FONT),gzip -dc $$< > $$@))
$(eval $(call copy,iso/boot/atoll,$(B)/atoll.elf,$(STRIP) -o $$@ $$<))
$(eval $(call copy,iso/boot/init,$(B)/servers/init,$(STRIP) -o $$@ $$<))
$(eval $(call copy,iso/boot/archive,$(B)/archive.tar,cp $$< $$@))
$(eval $(call copy,iso/boot/grub/grub.cfg,boot/grub.cfg,cp $$< $$@))

$(B)/archive.tar: $(ARCHIVED:%=$(B)/root/%) $(ETC:%=$(B)/root/etc/%) $(FILES:%=programs/files/%) $(B)/addresses
	$(call say,TAR)
	$(Q)$(TAR) -cf $@ -C $(B)/root bin man servers $(ETC:%=etc/%) $(ARCHIVED) -C $(CURDIR)/programs/files $(FILES)

$(B)/tests/archive.tar: $(B)/archive.tar $(STORIES:%=$(B)/root/tests/%)
	@mkdir -p $(@D)
	$(Q)cp $< $@ && $(TAR) -rf $@ -C $(B)/root tests $(STORIES:%=tests/%)

$(B)/tests/bench/archive.tar: $(B)/archive.tar $(B)/root/tests/bench
	$(Q)cp $< $@ && $(TAR) -rf $@ -C $(B)/root tests tests/bench

# ---- Tests ------------------------------------------------------------------------------------------------------

# Host tests: tests/host/NAME.c and the sources that its first line names, the real ones, for this machine. Headers
# of libc come last, so that <errno.h> and its like are the host's.
HOST_TESTS  := $(basename $(notdir $(shell grep -ls '^// SOURCES:' tests/host/*.c)))
HOST_CFLAGS := -std=gnu17 -g -O1 -Wall -Wextra -Wshadow -Wno-unused-parameter -MMD -MP \
	-fsanitize=address,undefined -fno-sanitize-recover=undefined -I. -Ikernel/include -idirafter libc/include
H           := $(B)/tests/host
host_objects = $(patsubst %.c,$(H)/obj/%.o,tests/host/$(1).c $(filter-out $(if $(filter 0,$(FAST)),$(SHORT_CUT)), \
	$(shell sed -n 's|^// SOURCES:||p' tests/host/$(1).c)))

$(H)/obj/%.o: %.c | setup
	@mkdir -p $(@D)
	$(Q)gcc $(HOST_CFLAGS) -c -o $@ $<

$(HOST_TESTS:%=$(H)/%): $(H)/%: $$(call host_objects,$$*)
	$(call say,LD )
	$(Q)gcc -fsanitize=address,undefined -o $@ $^ -lm

.PHONY: host-tests target-tests
host-tests: $(HOST_TESTS:%=$(H)/%)
target-tests: $(B)/tests/archive.tar $(STORIES:%=$(B)/tests/target/%)

# ---- The image: GRUB for BIOS and UEFI --------------------------------------------------------------------------

# The part_* are not used, but GRUB for UEFI complains about each one that is missing, which takes a second.
GRUB_MODULES := normal multiboot2 iso9660 tar configfile test all_video \
	$(addprefix part_,acorn amiga apple bsd dfly dvh gpt msdos plan sun sunpc)

$(B)/atoll.iso: $(addprefix $(B)/iso/boot/,atoll init archive grub/grub.cfg)
	$(call say,ISO)
	$(Q)grub-mkrescue --install-modules="$(GRUB_MODULES)" --fonts= --locales= --themes= -o $@ $(B)/iso \
		> $(B)/mkrescue.log 2>&1 || { cat $(B)/mkrescue.log; exit 1; }

FORCE:
-include $(patsubst %.o,%.d,$(KERNEL_OBJECTS) $(call objects,$(LIBC_SOURCES) libc/x86/crt0.S \
	$(foreach p,$(USER),$(call sources,$(p))))) $(wildcard $(H)/obj/*/*.d $(H)/obj/*/*/*.d)
