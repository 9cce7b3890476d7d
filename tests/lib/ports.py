"""Programs that nobody here wrote, as judges of the C library: their sources come from Debian's archive, are built for Atoll with
tools/cc, and run there. Nothing of theirs is in the tree; build/ports/ keeps what was fetched. tests/ports/NAME.list names the
tests that passed once: each of them has to pass for ever. What passes besides is told of; UPDATE=1 adds it."""
import fcntl
import os
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile

from atoll import BUILD, TOP, finish, note, ok, run

RELEASE = 'bookworm' # Debian 12: the same sources for ever
KEYS = '/usr/share/keyrings/debian-archive-keyring.gpg'
PORTS = TOP + '/build/ports'
CC = TOP + '/tools/cc'
# Files that a build would make anew because a patch touched what they come from; there is nothing to be made.
NO_AUTOMAKE = [tool + '=:' for tool in ('AUTOMAKE', 'ACLOCAL', 'AUTOCONF', 'AUTOHEADER', 'YACC', 'LEX', 'MAKEINFO')]


def command(words, folder, **more):
	"""Runs it, with nothing of the make that may have started us. Returns whether it could, and what it said."""
	clean = {key: value for key, value in os.environ.items() if not key.startswith(('MAKE', 'MFLAGS'))}
	p = subprocess.run(words, cwd=folder, env=dict(clean, ATOLL_BUILD=BUILD, LC_ALL='C'), stdin=subprocess.DEVNULL,
		stdout=subprocess.PIPE, stderr=subprocess.STDOUT, errors='replace', **more)
	return p.returncode == 0, p.stdout


def made(words, folder, name=None):
	"""A step of a build without which nothing else can be tested."""
	done, said = command(words, folder)
	if not done:
		ok(False, name or ' '.join(words[:3]), said[-3000:])
		finish()


# ---- Sources --------------------------------------------------------------------------------------------------------

def fetch(package):
	"""The package's source, as Debian patches it: the folder. apt gets lists of its own: the system's settings stay as they are."""
	folder = PORTS + '/fetched/' + package
	if os.path.exists(folder):
		return folder
	made([TOP + '/tools/setup', 'ports'], TOP)
	apt = PORTS + '/apt'
	os.makedirs(apt + '/lists/partial', exist_ok=True)
	os.makedirs(PORTS + '/fetched', exist_ok=True)
	with open(apt + '/lock', 'w') as lock: # two tests at a time
		fcntl.flock(lock, fcntl.LOCK_EX)
		with open(apt + '/sources.list', 'w') as file:
			file.write('deb-src [signed-by=%s] http://deb.debian.org/debian %s main\n' % (KEYS, RELEASE))
		apt_get = ['apt-get', '-qq']
		for option in ('Dir::Etc::SourceList=%s/sources.list', 'Dir::Etc::SourceParts=/dev/null', 'Dir::State::Lists=%s/lists',
				'Dir::Cache=%s'):
			apt_get += ['-o', option.replace('%s', apt)]
		apt_get += ['-o', 'APT::Sandbox::User=']
		if not any('Sources' in name for name in os.listdir(apt + '/lists')):
			made(apt_get + ['update'], TOP, "Debian's list of sources is fetched")
		with tempfile.TemporaryDirectory(dir=apt) as new:
			made(apt_get + ['source', '--only-source', package], new, 'the source of %s is fetched' % package)
			os.rename(*[entry.path for entry in os.scandir(new) if entry.is_dir()], folder)
	return folder


def source(package, use='atoll'):
	"""A fresh copy of the source to build in."""
	folder = '%s/%s/%s' % (PORTS, package, use)
	shutil.rmtree(folder, ignore_errors=True)
	shutil.copytree(fetch(package), folder, symlinks=True)
	return folder


# ---- Runs -----------------------------------------------------------------------------------------------------------

def boot(files, parts, *options, timeout=600):
	"""Boots with these files besides Atoll's own (path there: path here) and runs the parts, one after the other: shell commands by
	name. Returns what each printed, and its status (None: it did not come to its end); and the run."""
	with tempfile.TemporaryDirectory(dir=PORTS) as new:
		script = ''.join('echo @begin %s\n%s\nstatus=$?\necho\necho @end %s $status\n' % (name, text, name) for name, text in parts.items())
		with open(new + '/script', 'w') as file:
			file.write(script)
		shutil.copy(BUILD + '/archive.tar', new + '/archive')
		with tarfile.open(new + '/archive', 'a', format=tarfile.USTAR_FORMAT) as archive:
			for name, path in {'port/script': new + '/script', **files}.items():
				archive.add(path, name)
		done = run('sh /port/script', '--module', 'archive=' + new + '/archive', *options, timeout=timeout)
	results = {}
	for name in parts:
		found = re.search(r'^@begin %s\n(.*?)(?:^\n?@end %s (\d+)$|\Z)' % (re.escape(name), re.escape(name)), done.text, re.M | re.S)
		text, status = found.groups() if found else ('', None)
		results[name] = text, None if status is None else int(status)
	return results, done


# ---- Judgement ------------------------------------------------------------------------------------------------------

def known(port):
	"""The names in the port's list."""
	try:
		with open('tests/ports/%s.list' % port) as file:
			return {line.strip() for line in file if line.strip() and not line.startswith('#')}
	except FileNotFoundError:
		return set()


def judge(port, passed, at_least, details={}):
	"""passed: names of tests. Each name in the list must be among them."""
	path, listed = 'tests/ports/%s.list' % port, known(port)
	for name in sorted(listed):
		ok(name in passed, '%s: %s' % (port, name), details.get(name))
	new = set(passed) - listed
	if new and os.environ.get('UPDATE') == '1':
		with open(path, 'w') as file:
			file.write('# Tests of %s that passed on Atoll once (tests/long/ports_%s.py). May only grow.\n' % (port, port))
			file.writelines(name + '\n' for name in sorted(listed | new))
	elif new:
		note('%d more pass; UPDATE=1 adds them to %s: %s' % (len(new), path, ' '.join(sorted(new)[:20])))
	ok(len(passed) >= at_least, '%s: %d pass, of the %d that are wanted' % (port, len(passed), at_least))
