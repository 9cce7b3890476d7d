#!/usr/bin/python3
"""A program does what it must not: wild addresses, forbidden instructions, odd flags and stacks. It is killed, one line
says for what, the shell gets the signal; or it survives, where it harms nobody. Everybody else goes on.

(What the kernel does there is told apart by tests/target/hardening_*.c; here it is seen as a person sees it.)"""
import os, re, sys
sys.path.insert(0, os.path.dirname(os.path.realpath(__file__)) + '/../lib')
from atoll import *
from variant import Tree, sections, together

SURVIVED, ILL, TRAP, BUS, FPE, SEGV = 0, 132, 133, 135, 136, 139
EXPECTED = { # by program; where processors, or QEMU, differ, each of them is right
	**dict.fromkeys(('null_read', 'null_write', 'null_call', 'stack_overflow', 'text_write', 'data_call', 'stack_call', 'kernel_read',
		'kernel_write', 'kernel_call', 'nowhere_read', 'nowhere_call', 'no_stack', 'kernel_stack', 'time_write', 'unaligned_vector',
		'int_80', 'int_14', 'int_8', 'hlt', 'cli', 'port_read', 'port_write', 'lgdt', 'cr0', 'cr3', 'dr7', 'wrmsr', 'swapgs', 'sysret',
		'iret', 'bad_ss', 'bad_ds', 'far_return', 'invlpg'), (SEGV,)),
	**dict.fromkeys(('alignment', 'nested', 'backwards', 'io_level', 'call_without_stack', 'call_on_kernel_stack', 'call_on_no_stack',
		'loop_without_stack', 'segments'), (SURVIVED,)),
	**dict.fromkeys(('int3', 'step', 'step_call'), (TRAP,)),
	**dict.fromkeys(('divide', 'divide_most', 'x87'), (FPE,)),
	**dict.fromkeys(('ud2', 'wrgsbase'), (ILL,)),
	'int1': (TRAP, ILL), 'nowhere_stack': (BUS, SEGV), 'sse': (FPE, SURVIVED), 'sysenter': (SEGV, ILL), 'xsetbv': (SEGV, ILL),
}
SAYS = {
	'null_read': 'page fault reading 0x0 (null pointer) at 0x', 'null_call': 'page fault executing 0x0 (null pointer) at 0x0',
	'stack_overflow': '(stack overflow) at 0x', 'text_write': ' (protected) at 0x', 'divide': 'division by zero at 0x',
	'ud2': 'illegal instruction at 0x', 'hlt': 'privileged instruction or address not canonical at 0x', 'int3': 'breakpoint at 0x',
}

with Tree() as tree:
	tree.add('tests/boot/tree')
	status, said = tree.make()
	if not ok(status == 0, 'a program that faults is added to a copy of the tree', said):
		finish()
	machines = {'QEMU': (), 'QEMU, qemu64': ('--cpu', 'qemu64'), 'Bochs': ('--emulator', 'bochs')}
	commands = ['fault %s; echo status $?' % name for name in EXPECTED] + ['fault; ls /; ping 10']
	runs = zip(machines, together(lambda options: sections(commands, '--iso', tree.iso, *options), machines.values()))
	for machine, (texts, done) in runs:
		for name, text in zip(EXPECTED, texts):
			status = re.search(r'^status (\d+)$', text, re.M)
			good = status and int(status[1]) in EXPECTED[name]
			good = good and ('survived' in text if int(status[1]) == SURVIVED else '-- killed\n' in text)
			ok(good and SAYS.get(name, '') in text, '%s: %s' % (machine, name), text)
		equal(sorted(texts[-1].split('\n')[:len(EXPECTED)]), sorted(EXPECTED), machine + ': none was left out')
		ok('10 calls of 0 bytes' in texts[-1] and done.status == 0, machine + ': the rest goes on', done)
finish()
