#!/usr/bin/python3
"""One bit of the boot module `init` is wrong, in its headers or anywhere: it boots, is refused with a reason, or init
dies of it and the machine halts saying so. Never a reset, never a hang of the kernel.

SEED=N repeats a run, COUNT=N flips so many (300, in a slice 40)."""
import os, random, sys
sys.path.insert(0, os.path.dirname(os.path.realpath(__file__)) + '/../lib')
from atoll import *
from variant import Elf, Folder, together

SEED = int(os.environ.get('SEED', random.randrange(1000000)))
COUNT = int(os.environ.get('COUNT', 40 if 'SLICE' in os.environ else 300))

with open(BUILD + '/iso/boot/init', 'rb') as file:
	good = Elf(file.read())
headers = 64 + 56 * good.get('e_phnum')
note('SEED=%d' % SEED)
bits = random.Random(SEED)
flips = [(bits.randrange(headers if i % 2 else len(good)), bits.randrange(8)) for i in range(COUNT)]


def boot(flip):
	flipped = Elf(good)
	flipped[flip[0]] ^= 1 << flip[1]
	return run('true', '--module', 'init=' + folder.file(flipped), timeout=10)


with Folder() as folder:
	for (at, bit), done in zip(flips, together(boot, flips)):
		# What a damaged init does is its own affair, if only the kernel lives, and 124 and 125 are explained.
		fine = done.status not in (124, 125) or done.status == 124 and 'starting init' in done.text
		ok(fine, 'bit %d of byte %d: status %d' % (bit, at, done.status), done)
finish()
