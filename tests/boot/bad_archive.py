#!/usr/bin/python3
"""The boot archive is damaged, or its init.conf is: each time it is said what is wrong, and where. What can still run
runs, and the machine turns itself off with a status; nobody waits for ever.

tests/host/ustar.c and tests/host/init_conf.c go through the many ways; here are those that a boot shows."""
import os, sys, tarfile
sys.path.insert(0, os.path.dirname(os.path.realpath(__file__)) + '/../lib')
from atoll import *
from variant import Folder, archive, together

with open(BUILD + '/archive.tar', 'rb') as file:
	GOOD = file.read()
with tarfile.open(BUILD + '/archive.tar') as tar:
	AT = {entry.name: entry.offset for entry in tar}
with open('servers/init/init.conf') as file:
	CONF = file.read()
LAST = max(AT.values())


def flipped(offset):
	copy = bytearray(GOOD)
	copy[offset] ^= 4
	return copy


def conf(*changes, add=''):
	text = CONF
	for old, new in changes:
		assert text.count(old) == 1, old
		text = text.replace(old, new)
	return archive({'etc/init.conf': (text + add).encode()})


def without(name):
	lines = [line for line in CONF.splitlines(True) if not line.startswith(name)]
	return archive({'etc/init.conf': ''.join(lines).encode()})


NO_CONF = 'init: no /etc/init.conf in the archive; power off'
NO_SESSION = 'init: /etc/init.conf names no session (stdio=) that could run the commands; power off'
CHECKSUM = 'init: archive: at byte %d: header with a wrong checksum'
CUT = 'init: archive: at byte %d: archive cut off: no end mark'
LONGER = 'init: archive: at byte %d: file longer than the archive: cut off?'
COMMANDS = 'ls /; ping 1'

ARCHIVES = [ # what, archive, status, what must be said
	('empty file', b'', 1, ['boot module archive: empty', 'init: no boot module `archive`']),
	('text', b'This is no archive.\n' * 100, 1, ['init: archive: at byte 0: not a ustar header', NO_CONF]),
	('zeros: an archive of nothing', bytes(10240), 1, [NO_CONF]),
	('cut within the first header', GOOD[:300], 1, [CUT % 0, NO_CONF]),
	('cut within init.conf', GOOD[:AT['etc/init.conf'] + 600], 1, [LONGER % AT['etc/init.conf'], NO_CONF]),
	('cut behind init.conf', GOOD[:AT['bin/cat']], 1,
		[CUT % AT['bin/cat'], 'init: name: no /servers/name in the archive (init.conf:', 'init: shell: no /bin/sh in the archive']),
	('cut among the servers', GOOD[:AT['servers/file'] + 1000], 127,
		[LONGER % AT['servers/file'], 'init: file: no /servers/file in the archive']),
	('cut within the last file', GOOD[:LAST], 0, [CUT % LAST, '1 calls of 0 bytes']),
	("a bit flipped in the first header", flipped(3), 1, [CHECKSUM % 0, NO_CONF]),
	("a bit flipped in init.conf's header", flipped(AT['etc/init.conf'] + 2), 1, [CHECKSUM % AT['etc/init.conf'], NO_CONF]),
	("a bit flipped in the last header", flipped(LAST + 130), 0, [CHECKSUM % LAST, '1 calls of 0 bytes']),
	("a bit flipped in a magic", flipped(LAST + 258), 0, ['init: archive: at byte %d: not a ustar header' % LAST, '1 calls']),
	('a bit flipped in a program', flipped(AT['servers/echo'] + 512), 1,
		['init: echo: cannot start /servers/echo: not an ELF file', 'ping: no server `echo`']),
	('no shell', archive({'bin/sh': None}), 1, ['init: shell: no /bin/sh in the archive']),
	('a shell that is no program', archive({'bin/sh': b'x' * 2000}), 1, ['init: shell: cannot start /bin/sh: not an ELF file']),
]

CONFS = [ # the same for init.conf
	('empty', archive({'etc/init.conf': b''}), 1, ['init: /etc/init.conf names no server; power off']),
	('binary', archive({'etc/init.conf': bytes(range(256)) * 8}), 1,
		['init: /etc/init.conf:1: NUL in the line', 'init: /etc/init.conf names no server; power off']),
	('bad lines beside good ones', conf(add='''\
few words
much 99 2M -
odd 10 2X -
commas 10 2M a,,b
name 10 2M -
%s
word 10 2M - what
irq 10 2M - irq=99
port 10 2M - ports=0xfffe+9
gone 10 2M name
up/down 10 2M -
down 50 2M echo
''' % ('x' * 600)), 0, [
		'init: /etc/init.conf:%d: %s' % (CONF.count('\n') + i, what) for i, what in (
			(1, 'fewer than four words: name, priority, memory, may-call: few'), (2, 'priority is not a number from 1 to 62: 99'),
			(3, 'memory is not like 64K, 2M, 1G or 25%: 2X'), (4, 'may-call is not *, - or a list of names with commas: a,,b'),
			(5, 'a name that is taken: name'), (6, 'line too long'), (7, 'a word that init does not know: what'),
			(8, 'irq is not a number from 0 to 63: 99'), (9, 'ports are not like 0x3f8+8: 0xfffe+9'),
			(11, 'not a name: letters, digits, - _ . and at most 31: up/down'),
			(12, 'may-call names a server that is not of higher priority: echo'))] + [
		'init: gone: no /servers/gone in the archive', 'init: down: no /servers/down in the archive', '1 calls of 0 bytes']),
	('from bottom to top', archive({'etc/init.conf': '\n'.join(reversed(CONF.splitlines())).encode()}), 0, ['1 calls of 0 bytes']),
	('no name server', without('name '), 127, ['no line for the server `name`: nobody will find anybody', 'sh: ping: ']),
	('no console', without('console'), 1, ['stdio= of a server that is not there: console', NO_SESSION]),
	('no file server', without('file'), 126, ['sh: ls: Input/output error']),
	('no process server', without('process'), 127, ['interrupt= of a server that is not there: process', 'sh: ls: ']),
	('a shell that may call nobody', conf(('16M     *', '16M     -')), 126, ['sh: ls: Permission denied']),
	('a server in too little memory', conf(('56        4M', '56        8K'), ('25%', '64K')), 126, [
		'init: console: cannot start /servers/console: program larger than its memory limit',
		'init: file: cannot start /servers/file: program larger than its memory limit']),
	('a shell in too little memory', conf(('16M', '64K')), 1,
		['init: shell: cannot start /bin/sh: program larger than its memory limit']),
	('programs in too little memory', conf(('20        64M', '20        64K')), 126, ['sh: ls: File too large']),
]


def boot(case):
	return run(COMMANDS, '--module', 'archive=' + folder.file(case[1]), timeout=20)


with Folder() as folder:
	for kind, cases in ('archive', ARCHIVES), ('init.conf', CONFS):
		for (name, _, status, said), done in zip(cases, together(boot, cases)):
			missing = [line for line in said if line not in done.text]
			ok(done.status == status and not missing, '%s: %s: status %d and why' % (kind, name, status),
				'wanted: status %d, %s\n%s' % (status, missing, done))
finish()
