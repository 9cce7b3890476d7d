#!/usr/bin/python3
"""No kernel entry runs long: how many instructions each took at the most, over all target stories on QEMU.

Counted by a QEMU plugin (tests/lib/longest_entry.c), with nothing in the kernel for it. A repetition of a string
instruction is one instruction, as under -icount; but the words that memcpy and memmove copy stand in a column of their
own and are not judged: 8,192 of them are a message of 64 KiB. With names of stories: only these.
"""
import glob, os, re, subprocess, sys
sys.path.insert(0, os.path.dirname(os.path.realpath(__file__)) + '/../lib')
from atoll import *
from plugin import build_plugin

MOST = 20_000
STORIES = [os.path.basename(f)[:-2] for f in sorted(glob.glob('tests/target/*.c'))
	if not re.search(r'EMULATORS: (?!.*\bqemu\b)', open(f).read(2000))]
HERE = TOP + '/' + BUILD + '/tests/longest_entry'

os.makedirs(HERE, exist_ok=True)
SYMBOLS, RESULT, PLUGIN = [HERE + '/' + name for name in ('symbols', 'result', 'plugin.so')]


def measure(stories):
	"""What the stories said, and {name: (longest, words copied, how many)}."""
	build_plugin('tests/lib/longest_entry.c', PLUGIN)
	with open(SYMBOLS, 'w') as file:
		subprocess.run(['nm', BUILD + '/atoll.elf'], stdout=file, check=True)
	open(RESULT, 'w').close()
	said = subprocess.run(['tests/lib/stories', 'qemu', *stories], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
		env={**os.environ, 'ATOLL_PLUGIN': '%s,symbols=%s,result=%s' % (PLUGIN, SYMBOLS, RESULT)}).stdout
	entries = {}
	for line in open(RESULT):
		longest, copied, count, name = line.rstrip('\n').split(' ', 3)
		before = entries.get(name, (-1, 0, 0))
		entries[name] = *max(before[:2], (int(longest), int(copied))), before[2] + int(count)
	return said, entries


subprocess.run(['make', '-s', 'target-tests'], check=True)
said, entries = measure(sys.argv[1:] or STORIES)
failed = [line for line in said.splitlines() if line.startswith('not ok')]
ok(len(entries) > 10 and not failed, 'the stories run, and their entries are counted', '\n'.join(failed) or said[-2000:])
note('longest   words    entries')
for name, (longest, copied, count) in sorted(entries.items(), key=lambda item: -item[1][0]):
	note('%7d %7d %10d  %s' % (longest, copied, count, name))
for name, (longest, copied, count) in sorted(entries.items()):
	ok(longest <= MOST, '%s: %d instructions at the most' % (name, longest))
finish()
