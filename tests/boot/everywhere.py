#!/usr/bin/python3
"""One image, every machine: BIOS and UEFI, QEMU and Bochs, old and new processors, little and much memory, with and
without PCID. On each the same commands say the same, and the status of the last one comes out. With --icount even every
byte is the same twice."""
import os, re, sys
sys.path.insert(0, os.path.dirname(os.path.realpath(__file__)) + '/../lib')
from atoll import *
from variant import together

COMMANDS = 'ls /; wc /etc/motd; ps; false'
RUNNING = ['init', *servers(), 'ps']
with open('programs/files/etc/motd') as file:
	motd = file.read()
COUNTED = '%7d %7d %7d /etc/motd' % (motd.count('\n'), len(motd.split()), len(motd))


def wrong(done):
	"""What is not as it should be after COMMANDS, in words; None if all is well."""
	if done.status != 1:
		return "status is not `false`'s"
	if 'bin      dev      etc      home     man      servers  tmp' not in done.text.splitlines():
		return 'ls / does not list the tree'
	if COUNTED not in done.text.splitlines():
		return 'wc /etc/motd does not say %s' % COUNTED
	if [name for name in RUNNING if not re.search(r'^ *\d+ %s +(READY|SEND|RECEIVE|REPLY) ' % name, done.text, re.M)]:
		return 'ps does not show them all'


BOCHS = ('--emulator', 'bochs')
ALL = 4095 # PCID tags
MACHINES = [ # name, options, tags in use
	('QEMU, UEFI', ('--uefi',), 0),
	('QEMU, BIOS', (), 0),
	('QEMU, a processor without SMEP, SMAP, UMIP, XSAVE (qemu64)', ('--cpu', 'qemu64'), 0),
	('QEMU, 8 MiB', ('--memory', '8'), 0),
	('QEMU, 64 MiB', ('--memory', '64'), 0),
	('QEMU, 2 GiB', ('--memory', '2048'), 0),
	('QEMU, 6 GiB, some of it above 4 GiB', ('--memory', '6144'), 0),
	('QEMU, inherit=off', ('--append', 'inherit=off'), 0),
	('Bochs', BOCHS, ALL),
	('Bochs, a processor without PCID (ryzen)', BOCHS + ('--cpu', 'ryzen'), 0),
	('Bochs, pcid=off', BOCHS + ('--append', 'pcid=off'), 0),
	('Bochs, pcid=2: tags are recycled all the time', BOCHS + ('--append', 'pcid=2'), 2),
	('Bochs, pcid=4', BOCHS + ('--append', 'pcid=4'), 4),
	('Bochs, pcid=1, which is out of range', BOCHS + ('--append', 'pcid=1'), ALL),
	('Bochs, pcid=9999, which is out of range', BOCHS + ('--append', 'pcid=9999'), ALL),
	('Bochs, pcid=abc, which is no number', BOCHS + ('--append', 'pcid=abc'), ALL),
]

for (name, options, tags), done in zip(MACHINES, together(lambda machine: run(COMMANDS, *machine[1]), MACHINES)):
	problem = wrong(done)
	ok(problem is None, name, '%s\n%s' % (problem, done))
	contains(done.text, 'PCID tags: %d;' % tags, name + ': %d tags' % tags)
	if 'pcid' in name:
		equal('using all' in done.text, 'which is' in name, name + ': what cannot be meant is told, and only that')

first, second = together(lambda _: run(COMMANDS, '--icount'), range(2))
ok(wrong(first) is None, 'QEMU, --icount', '%s\n%s' % (wrong(first), first))
equal(second.text.splitlines(), first.text.splitlines(), 'QEMU, --icount: a second time, every byte the same')
finish()
