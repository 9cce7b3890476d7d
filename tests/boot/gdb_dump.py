#!/usr/bin/python3
"""A panic, or a run whose time is up, leaves all memory in a file, in which gdb's commands that only look work."""
import os, re, sys
sys.path.insert(0, os.path.dirname(os.path.realpath(__file__)) + '/../lib')
from atoll import *
from debugger import Rows, session
from variant import Folder

with Folder() as folder:
	path = folder.name + '/core'
	done = run('true', '--dump', path, '--memory', '64')
	ok(done.status == 0 and not os.path.exists(path), 'nothing is left of a run that ends well', done)

	# A call of panic() where the file server answers cat, whose priority is spoilt: the address that it would go back to is put on
	# the stack, one byte on, as a call's is. The string is cat's name.
	# Meanwhile tools/run sleeps: what QEMU tells of going on and of the end then comes to it at once, as on a busy host.
	commands = ['atoll break cat:main', 'continue', 'atoll break file:io_read', 'continue', 'delete', 'atoll follow',
		'python cat = atoll.kernel.find_threads("cat")[0]',
		'python gdb.execute("set var ((struct thread *)%#x)->effective = 7" % cat.address)',
		'python gdb.execute("set $rdi = %#x" % int(cat["space"].dereference()["name"].address))',
		'set $rsp = $rsp - 8', 'set var *(unsigned long *)$rsp = $pc + 1',
		'python import os, signal, subprocess; run = int(subprocess.check_output(["pgrep", "-P", str(os.getppid()), "-x", "run"]))',
		'python os.kill(run, signal.SIGSTOP)', 'jump *panic', 'python os.kill(run, signal.SIGCONT)',
		'shell timeout %d sh -c "until [ -f %s ]; do sleep 0.1; done"' % (PATIENCE, path)]
	(_, _, _, _, _, reply, *_), said = session(commands, '--icount', '--dump', path, '--memory', '64', '-c', 'cat /etc/motd')
	place = re.search(r'^#0 .*?(\w+) \(.* at (\S+):\d+$', reply, re.M)
	ok(place and place[2].startswith('kernel/'), "gdb stands where the kernel answers cat's read", said)
	ok(os.path.exists(path), 'a panic leaves one', said)
	commands = ['backtrace', 'atoll threads', 'atoll graph', 'atoll bt file', 'atoll message cat', 'atoll spaces', 'atoll names', 'atoll endpoints',
		'atoll caps cat', 'atoll queue', 'atoll timers', 'atoll tlb', 'atoll check', 'atoll follow', 'atoll follow cat', 'atoll thread cat', 'atoll trace']
	got, said = session(commands, '--core', path)
	got = dict(zip(commands, got))
	frames = re.findall(r'^#\d+ +(?:0x\w+ in )?(\w+) \(.* at (\S+):\d+$', got['backtrace'], re.M)
	below = frames[frames.index(('panic', 'kernel/panic.c')) + 1:] if ('panic', 'kernel/panic.c') in frames else []
	ok(place and below[:1] == [place.groups()], 'gdb: where the kernel panicked, and who called it', said)
	ok(re.search(r'^cat/\d+ +\d+ +REPLY-blocked +file/\d+ ', got['atoll threads'], re.M), 'atoll threads: cat waits for the file server', said)
	contains(got['atoll graph'], '<- cat/', 'atoll graph')
	ok(re.search(r'\[kernel\] +panic', got['atoll bt file']) and re.search(r'\[file\] +main at servers/file', got['atoll bt file']) and
		re.search(r'\[cat\] +main .*programs/cat\.c', got['atoll bt file']), "atoll bt: from the panic to cat's main", got['atoll bt file'])
	contains(got['atoll message cat'], 'call: IO_READ, version 1', 'atoll message: what cat sent')
	ok(re.search(r'^file +4 +%s/servers/file ' % BUILD, got['atoll spaces'], re.M), 'atoll spaces', got['atoll spaces'])
	ok(re.search(r'^file +4 +endpoint of file/3 ', got['atoll names'], re.M), 'atoll names', got['atoll names'])
	for name in 'endpoints', 'caps cat', 'queue', 'timers', 'tlb', 'thread cat':
		ok(got['atoll ' + name].strip() and 'Error' not in got['atoll ' + name] and 'atoll %s:' % name.split()[0] not in got['atoll ' + name],
			'atoll ' + name, got['atoll ' + name])
	ok(re.search(r'WRONG .*\n +cat/\d+: effective priority 7', got['atoll check']), 'atoll check: finds what was spoilt', got['atoll check'])
	contains(got['atoll trace'], 'atoll trace: nobody traces', 'atoll trace: there was no ring')
	contains(got['atoll follow'], 'this is a dump', 'what would have to run is refused')
	contains(got['atoll follow cat'], 'this is a dump: nothing runs any more', 'also by name')

	# QEMU takes long from the status to the end: gdb holds it there.
	os.remove(path)
	with open('kernel/x86/poweroff.c') as source:
		line = next(number for number, text in enumerate(source, 1) if 'return machine_features.hypervisor' in text)
	(*_, stop, _), said = session(['break trap_syscall', 'continue', 'delete', 'break kernel/x86/poweroff.c:%d' % line, 'jump *panic',
		'shell timeout %d sh -c "until [ -f %s ]; do sleep 0.1; done"' % (PATIENCE, path)], '--dump', path, '--memory', '64', '-c', 'true')
	ok('in_emulator (' in stop and os.path.exists(path), 'a panic leaves one though the machine does not come to be off', said)
	(end,), said = session(['backtrace'], '--core', path)
	ok(re.search(r'machine_poweroff \(.*panic \(', end, re.S), 'of where it stood', said)

	for seconds in 4, 12, PATIENCE: # until the machine is up
		done = run('trace sleep 1000', '--dump', path, '--memory', '64', timeout=seconds)
		(threads, events), said = session(['atoll threads', 'atoll trace'], '--core', path)
		sleeps = re.search(r'^sleep/\d+ .*RECEIVE-blocked +time +20 .* s left', threads, re.M)
		if sleeps:
			break
	ok(done.status == 124 and 'all memory is in' in done.errors, 'a run whose time is up leaves one too', done)
	ok(sleeps, 'in which sleep sleeps', said)
	ok(re.search(r'^\d+ +[\d.]+ s +trace/\d+ +cancel +ETIMEDOUT$', events, re.M), 'atoll trace: and trace looks at its ring now and then', said)
	with open(path, 'rb') as core, open(BUILD + '/atoll.elf', 'rb') as elf:
		whole, code = core.read(), elf.read()[0x1000:0x2000] # where the kernel's code begins
	for name, contents, words in (('of another build', whole.replace(code, bytes(len(code))), 'another build than %s/atoll.elf' % BUILD),
			('cut short', whole[:1 << 20], 'This dump is not whole'), ('that is none', b'no core', 'is not a core dump')):
		with open(path, 'wb') as core:
			core.write(contents)
		(threads,), said = session(['atoll threads'], '--core', path)
		ok(words in said and 'Traceback' not in said, 'a dump %s is told' % name, said)
	ok('atoll threads: there is no guest' in said, 'and nothing is shown then', said)
	_, said = session([], '--core', path + '.none')
	contains(said, 'no such file', 'a file that is not there is told')
finish()
