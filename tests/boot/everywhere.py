#!/usr/bin/python3
"""One image, every machine: BIOS and UEFI, QEMU and Bochs, old and new processors, little and much memory, with and
without PCID. On each the same commands say the same, and the status of the last one comes out. With --icount even every
byte is the same twice."""
import os, re, sys
sys.path.insert(0, os.path.dirname(os.path.realpath(__file__)) + '/../lib')
from atoll import *
from variant import together

with open('programs/files/etc/motd') as file:
	motd = file.read()
COUNTED = '%7d %7d %7d /etc/motd' % (motd.count('\n'), len(motd.split()), len(motd))
RUNNING = 'init', 'name', 'console', 'file', 'process', 'echo', 'shell', 'ps'


def wrong(done):
	"""What is not as it should be after COMMANDS, in words; None if all is well."""
	if done.status != 1:
		return "status is not `false`'s"
	if 'bin      etc      home     servers  tmp' not in done.text.splitlines():
		return 'ls / does not list the tree'
	if COUNTED not in done.text:
		return 'wc /etc/motd does not say %s' % COUNTED
	if [name for name in RUNNING if not re.search(r'^ *\d+ %s +(READY|SEND|RECEIVE|REPLY) ' % name, done.text, re.M)]:
		return 'ps does not show them all'


COMMANDS = 'ls /; wc /etc/motd; ps; false'
BOCHS = ('--emulator', 'bochs')
MACHINES = [
	('QEMU, UEFI', ('--uefi',), 0),
	('QEMU, BIOS', (), 0),
	('QEMU, a processor without SMEP, SMAP, UMIP, XSAVE (qemu64)', ('--cpu', 'qemu64'), 0),
	('Bochs', BOCHS, 4095),
	('Bochs, a processor without PCID (ryzen)', BOCHS + ('--cpu', 'ryzen'), 0),
	('Bochs, pcid=off', BOCHS + ('--append', 'pcid=off'), 0),
	('Bochs, pcid=2: tags are recycled all the time', BOCHS + ('--append', 'pcid=2'), 2),
	('Bochs, pcid=4', BOCHS + ('--append', 'pcid=4'), 4),
	('Bochs, pcid=1 is out of range', BOCHS + ('--append', 'pcid=1'), 4095),
	('Bochs, pcid=9999 is out of range', BOCHS + ('--append', 'pcid=9999'), 4095),
	('Bochs, pcid=abc is no number', BOCHS + ('--append', 'pcid=abc'), 4095),
	('Bochs, inherit=off', BOCHS + ('--append', 'inherit=off'), 4095),
	('QEMU, 8 MiB', ('--memory', '8'), 0),
	('QEMU, 64 MiB', ('--memory', '64'), 0),
	('QEMU, 2 GiB', ('--memory', '2048'), 0),
	('QEMU, 6 GiB, some of it above 4 GiB', ('--memory', '6144'), 0),
]
COMPLAINTS = '1', '9999', 'abc' # of pcid=

for (name, options, tags), done in zip(MACHINES, together(lambda machine: run(COMMANDS, *machine[1]), MACHINES)):
	problem = wrong(done)
	ok(problem is None, name, '%s\n%s' % (problem, done))
	contains(done.text, 'PCID tags: %d;' % tags, '  PCID tags: %d' % tags)
	value = name.partition('pcid=')[2].partition(' ')[0]
	if value:
		ok(('using all' in done.text) == (value in COMPLAINTS), '  and what cannot be meant is told', done)

first, second = together(lambda _: run(COMMANDS, '--icount'), range(2))
ok(wrong(first) is None, 'QEMU, --icount', '%s\n%s' % (wrong(first), first))
equal(second.text.splitlines(), first.text.splitlines(), '  a second time, every byte the same')
finish()
