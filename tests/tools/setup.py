#!/usr/bin/python3
"""tools/setup on machines of every kind, played by a folder of stand-ins as the whole PATH."""
import os, shutil, subprocess, sys, tempfile, time
sys.path.insert(0, os.path.dirname(os.path.realpath(__file__)) + '/../lib')
from atoll import *

NEEDED = ['gcc', 'ld', 'python3', 'grub-mkrescue', 'xorriso', 'mformat', 'qemu-system-x86_64']


class Machine:
	def __init__(self, *commands, root=True, apt=0, sudo=None):
		self.folder = tempfile.TemporaryDirectory()
		self.calls = self.folder.name + '/calls'
		for real in 'env', 'sed':
			os.symlink(shutil.which(real), self.folder.name + '/' + real)
		for name in commands:
			self.add(name, 'exit 0')
		self.add('id', 'echo %d' % (0 if root else 1000))
		if apt is not None:
			# An apt-get that makes what it installs, or fails.
			self.add('apt-get', 'echo "$*" >> %s\n%s' % (self.calls, 'exit %d' % apt if apt else
				'for p; do printf "#!/bin/sh\\n" > %s/$p; done 2>/dev/null' % self.folder.name))
		if sudo is not None:
			self.add('sudo', 'echo "sudo $*" >> %s\n%s' % (self.calls,
				'exit %d' % sudo if sudo else '[ "$1" = -n ] && shift\nexec "$@"'))

	def add(self, name, script):
		path = self.folder.name + '/' + name
		with open(path, 'w') as file:
			file.write('#!/bin/sh\n%s\n' % script)
		os.chmod(path, 0o755)

	def setup(self, *goals):
		p = subprocess.run(['/bin/sh', 'tools/setup', *goals], env={'PATH': self.folder.name}, stdin=subprocess.DEVNULL,
			stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
		return Done(p.returncode, p.stdout, '', '')

	def asked(self):
		try:
			with open(self.calls) as file:
				return file.read()
		except FileNotFoundError:
			return ''


start = time.monotonic()
done = subprocess.run(['tools/setup', 'test'], stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
seconds = time.monotonic() - start
ok(done.returncode == 0 and not done.stdout, 'here, where nothing is missing: silent', done.stdout)
ok(seconds < 0.1, 'and quick', '%.3f s' % seconds)

machine = Machine(*NEEDED)
done = machine.setup('run')
ok(done.status == 0 and not done.text and not machine.asked(), 'nothing missing: apt is not asked', done)

machine = Machine(*[name for name in NEEDED if name not in ('xorriso', 'mformat')])
done = machine.setup('run')
equal(done.status, 0, 'two missing: installed without asking, for nobody is there')
contains(done.text, 'xorriso mtools', 'they are named')
contains(machine.asked(), 'install -y --no-install-recommends xorriso mtools\n', "by Debian's names, and no others")

machine = Machine(*NEEDED[1:], apt=100)
done = machine.setup('run')
equal(done.status, 1, 'apt-get fails: so does setup')
contains(machine.asked(), 'update', 'after a try with fresh lists')
contains(done.text, 'apt-get install gcc', 'and says what to do')

done = Machine(*NEEDED[1:], apt=None).setup('run')
ok(done.status == 1 and 'no apt-get' in done.text and 'gcc' in done.text, 'no apt-get: says what is missing', done)

done = Machine(*NEEDED[1:], root=False).setup('run')
ok(done.status == 1 and 'neither root nor sudo' in done.text, 'neither root nor sudo: says so', done)

machine = Machine(*NEEDED[1:], root=False, sudo=0)
done = machine.setup('run')
ok(done.status == 0 and 'sudo -n' in machine.asked(), 'not root: sudo, which must not ask for a password', machine.asked())
equal(Machine(*NEEDED[1:], root=False, sudo=1).setup('run').status, 1, 'sudo refuses: setup fails')

done = Machine(*NEEDED).setup('nonsense')
ok(done.status == 2 and 'usage' in done.text, 'a goal that does not exist', done)
equal(Machine().setup('--help').status, 0, '--help')

for answer, status, installed in ('\r', 0, True), ('y\r', 0, True), ('n\r', 1, False), ('\x04', 1, False):
	machine = Machine(*NEEDED[1:])
	with pexpect.spawn('/bin/sh', ['tools/setup', 'run'], env={'PATH': machine.folder.name}, timeout=20) as p:
		p.expect_exact('[Y/n] ')
		p.send(answer)
		p.expect(pexpect.EOF)
		p.wait()
		ok(p.exitstatus == status and bool(machine.asked()) == installed, 'at a terminal: asks; the answer is %r' % answer,
			(p.exitstatus, machine.asked()))
finish()
