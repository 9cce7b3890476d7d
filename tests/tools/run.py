#!/usr/bin/python3
"""tools/run as one might use it by mistake, and that nothing stays behind, however it ends."""
import glob, os, re, signal, subprocess, sys, tempfile, time
sys.path.insert(0, os.path.dirname(os.path.realpath(__file__)) + '/../lib')
from atoll import *

scratch = tempfile.TemporaryDirectory(prefix='atoll test, ')  # with a blank and a comma, which QEMU minds
os.environ['TMPDIR'] = scratch.name


def call(*words, env=None, **more):
	return subprocess.run(['tools/run', *words], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
		text=True, errors='replace', env={**os.environ, **(env or {})}, **more)


def left_behind():
	"""Files in our own temporary folder, and processes that were started from there."""
	left = glob.glob(scratch.name + '/atoll-*')
	for cwd in glob.glob('/proc/[0-9]*/cwd'):
		try:
			if os.readlink(cwd).startswith(scratch.name):
				left.append(cwd)
		except OSError:
			pass
	return left


os.mkdir(scratch.name + '/thesis')
with open(scratch.name + '/thesis/chapter', 'w'):
	pass

# ---- Wrong options -------------------------------------------------------------------------------------------------

for words, complaint in (
	(['--nonsense'], '--nonsense'),
	(['ls'], 'ls'),
	(['-c'], '-c'),
	(['-t'], '-t'),
	(['-t', '0'], 'positive'),
	(['-t', '-5'], '-t'),
	(['-t', 'soon'], 'soon'),
	(['-t', 'nan'], 'positive'),
	(['--emulator', 'vmware'], 'vmware'),
	(['--emulator', 'bochs', '--uefi'], '--uefi'),
	(['--emulator', 'bochs', '--icount'], '--icount'),
	(['--emulator', 'bochs', '--gdb', 'x'], '--gdb'),
	(['--icount', '--accel', 'kvm'], '--icount'),
	(['--memory', 'much'], 'much'),
	(['--memory', '0'], 'positive'),
	(['--module', 'archive'], 'NAME=FILE'),
	(['--module', '=Makefile'], 'NAME=FILE'),
	(['--module', 'a b=Makefile'], 'NAME=FILE'),
	(['--module', 'archive=/nonexistent'], 'no such file'),
	(['--module', 'archive=/'], 'no such file'),
	(['--iso', '/nonexistent'], 'no such file'),
	(['--dump', '/nonexistent/x'], 'cannot write'),
	(['--dump', scratch.name], 'cannot write'),
	(['--record', '/proc/x'], 'no recording can be made'),
	(['--record', scratch.name + '/thesis', '-c', 'true', '-t', '60'], 'something else than a recording'),
):
	done = call(*words)
	ok(done.returncode == 2 and complaint in done.stderr and 'usage' in done.stderr and not done.stdout,
		'tools/run %s: status 2, usage, the reason' % ' '.join(words), done)
done = call('--help')
ok(done.returncode == 0 and '--emulator' in done.stdout, '--help')
done = call('-c', 'true', '--kernel-log', '/nonexistent/log')
ok(done.returncode == 125 and '/nonexistent/log' in done.stderr, 'a log that cannot be written: 125 and why', done)

ok(os.path.exists(scratch.name + '/thesis/chapter'), 'and what was there is there still')

# ---- Emulators that fail -------------------------------------------------------------------------------------------

stand_ins = tempfile.TemporaryDirectory()
for name in 'qemu-system-x86_64', 'bochs':
	path = stand_ins.name + '/' + name
	with open(path, 'w') as file:
		file.write('#!/bin/sh\necho "the stand-in complains" >&2\nexit 3\n')
	os.chmod(path, 0o755)
for emulator in 'qemu', 'bochs':
	done = call('-c', 'true', '--emulator', emulator, env={'PATH': stand_ins.name + ':' + os.environ['PATH']})
	ok(done.returncode == 125 and 'no exit status' in done.stderr and 'stand-in complains' in done.stderr,
		emulator + ' ends at once: 125, and its own words', done)
done = call('-c', 'true', '--cpu', 'pentium17')
ok(done.returncode == 125 and 'pentium17' in done.stderr, 'a processor that QEMU does not know: 125 and why', done)
done = call('-c', 'true', '--iso', 'Makefile', '-t', '5')
ok(done.returncode == 124, 'an ISO that is none: out of time', done)
equal(left_behind(), [], 'nothing left behind so far')

# ---- Signals, keys, streams ------------------------------------------------------------------------------------------

for emulator in 'qemu', 'bochs':
	for number in [signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGKILL][0 if emulator == 'qemu' else 3:]:
		with Console('--emulator', emulator) as console:
			console.kill(number)
			console.expect(pexpect.EOF)
			console.wait()
			status = console.exitstatus if console.exitstatus is not None else 128 + console.signalstatus
			equal(status, 128 + number, '%s: %s ends it' % (emulator, number.name))
	with Console('--emulator', emulator) as console:
		console.send('\x1d')
		equal(console.end(), 130, emulator + ': Ctrl-] ends it')
	with Console('--emulator', emulator) as console:
		console.send('sleep 100\r')
		console.expect_exact('sleep 100')
		time.sleep(0.5)
		console.send('\x03')
		console.expect(PROMPT)
		equal(console.power_off(), 0, emulator + ': Ctrl-C is for the guest')
time.sleep(0.2)
equal([path for path in left_behind() if path.startswith('/proc')], [], 'no process left behind, not even by SIGKILL')

done = call('-c', 'echo hi', '--iso', BUILD + '/atoll.iso', '--kernel-log', scratch.name + '/a, log')
ok(done.stdout.endswith('\nhi\n') and '\r' not in done.stdout, 'lines end with LF when the output is no terminal', done.stdout)
with open(scratch.name + '/a, log') as file:
	contains(file.read(), 'starting init', "the kernel's log, in a file with an odd name")
done = subprocess.run('tools/run -c "exit 5" <&- >&- 2>&-', shell=True)
equal(done.returncode, 5, 'with standard input, output and error closed')
done = subprocess.run('tools/run -c "cat /etc/init.conf; cat /etc/motd" | head -n 1', shell=True, stdout=subprocess.PIPE,
	stderr=subprocess.PIPE, text=True)
ok(done.stdout.count('\n') == 1 and not done.stderr, 'a reader that has enough: no complaint', done)
p = subprocess.Popen(['tools/run', '-t', '60'], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
text = b''
while not text.endswith(b'$ ') and (got := os.read(p.stdout.fileno(), 1000)):
	text += got # what is typed before the console server runs is lost, as on any serial line
text = p.communicate(b'echo one two\rpoweroff 6\r')[0]
ok(p.returncode == 6 and b'\none two\n' in text, 'commands on standard input', text)

for options in ['--uefi'], ['--emulator', 'bochs'], ['--cpu', 'qemu64']:
	done = call('-c', 'echo the last line', *options)
	ok(re.match(r'\d+ MiB, .*starting init\n', done.stdout), '%s: nothing of the firmware in front' % ' '.join(options), done)
	ok(done.stdout.endswith('\nthe last line\n'), '%s: and all to the last byte' % ' '.join(options), done)

# ---- Many at once ----------------------------------------------------------------------------------------------------

many = [(n, subprocess.Popen(['tools/run', '-t', '120', '-c', 'exit %d' % n, '--emulator', e], stdout=subprocess.DEVNULL))
	for n, e in enumerate(['bochs', 'qemu'] * 4, 20)]
equal([p.wait() for _, p in many], [n for n, _ in many], 'four of each emulator at the same time')

# ---- Words that shells and GRUB would like to change -------------------------------------------------------------------

equal(call('-c', r"""x='a  b'; echo "$x" '$x' "'" '"' '\' a\ b  {} \$root""").stdout.splitlines()[-1:],
	[r"""a  b $x ' " \ a b {} $root"""], 'quoting reaches the shell as it is')
finish()
