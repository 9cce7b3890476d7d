#!/usr/bin/python3
"""make new-server: what docs/new-server.md shows is what happens, and no other file is touched; names that will not do change
nothing; make remove-server undoes it.

GROUP: docs"""
import os, re, sys
sys.path.insert(0, os.path.dirname(os.path.realpath(__file__)) + '/../lib')
from atoll import *
from transcript import OWN_TEST, alike, sessions
from variant import Tree, unmade

CONF = 'Files TREE/servers/init/init.conf and COPY/servers/init/init.conf differ'
MADE = sorted([CONF, 'Only in COPY/programs: ask_kv.c', 'Only in COPY/servers: kv', 'Only in COPY/docs/user: ask_kv.md',
	'Only in COPY/tests/boot: server_kv.py'])
# What a name may not be, and a word of why.
BAD = [('', 'which?'), ('../x', 'is not a name'), ('/etc', 'is not a name'), ('.', 'is not a name'), ('a/b', 'is not a name'),
	('kernel', 'taken'), ('init', 'taken'), ('shell', 'taken'), ('echo', 'taken'), ('console', 'taken'), ('programs', 'taken'),
	('ls', 'taken: programs/ls.c'), ('ed', 'taken: programs/ed'), ('k' * 200, 'is not a name'), ('a' * 12, 'is not a name'),
	('k\u00fche', 'is not a name'), ('\u0661', 'is not a name'), ('Kv', 'is not a name'), ('1st', 'is not a name'), ('-v', 'is not a name'),
	('--remove', 'is not a name'), ('a b', 'is not a name'), ('a\nb', 'is not a name'), ('$(id)', 'is not a name'), (';id', 'is not a name'),
	('kv.old', 'is not a name'), ('int', 'INT_MAX would be that of libc/include/'), ('_kv', 'is not a name')]


def page(tree):
	"""Types what the page shows, in the tree, but for getting it."""
	atoll = None
	(_, commands), = sessions('$ ', OWN_TEST)
	steps = [] # (in Atoll?, command, what is printed)
	for command, shown in commands:
		for i, part in enumerate(re.split(r'^atoll:/\$ ', command + '\n' + shown + '\n', flags=re.M)):
			first, _, rest = part.partition('\n')
			steps.append((i > 0, first, rest))
	ok(len(steps) <= 8, 'the page has at most 8 commands', steps)
	for inside, command, shown in steps[1:]:
		if inside and command != 'poweroff':
			printed = atoll.enter(command)
		elif inside:
			equal(atoll.power_off(), 0, 'the page: poweroff')
			continue
		elif command == 'make run':
			atoll = Console(program=['make', 'run'], cwd=tree.top, env=unmade())
			continue
		else:
			status, printed = tree.run('bash', '-c', command)
			equal(status, 0, 'the page: %s: exit status' % command)
		ok(alike(printed, shown), 'the page: ' + command, 'it prints\n%s\nthe page says\n%s' % (printed, shown))


with Tree() as tree:
	for name, why in BAD:
		status, said = tree.run('make', 'new-server', 'NAME=' + name.replace('$', '$$'))
		ok(status != 0 and why in said and len(said.splitlines()) == 2, 'a name that will not do: %r' % name[:20], said)
	status, said = tree.run('env', '-u', 'NAME', 'make', 'new-server')
	ok(status != 0 and 'which?' in said, 'none at all', said)
	equal(tree.changes(), [], 'and nothing has changed')

	page(tree)
	equal(tree.changes(), MADE, 'no other file was touched')
	with open('servers/init/init.conf') as file:
		before, after = file.read().splitlines(), tree.read('servers/init/init.conf').splitlines()
	equal([line for line in after if line not in before], ['kv         44        2M      -'], 'and in init.conf one line')
	status, said = tree.run('make', 'new-server', 'NAME=kv')
	ok(status != 0 and 'taken' in said, 'not twice', said)

	# A mistake in the line is told, not swallowed.
	tree.edit('servers/init/init.conf', '\nkv ', '\nkw ')
	tree.make()
	done = run('ask_kv captain', '--iso', tree.iso)
	contains(done.text, 'init: kw: no /servers/kw in the archive (init.conf:%d)' % (after.index('kv         44        2M      -') + 1),
		'a name misspelt in init.conf is told, with the line')
	contains(done.text, 'ask_kv: kv: No such file or directory', 'and the client hears that there is no such server')
	tree.edit('servers/init/init.conf', '\nkw ', '\nkv ')

	for name in '', '../servers/kv', 'file', 'kv2', 'kernel':
		status, said = tree.run('make', 'remove-server', 'NAME=' + name)
		ok(status != 0 and len(said.splitlines()) == 2, 'what is not removed: %r' % name, said)
	equal(tree.changes(), MADE, 'and that is all there still')
	tree.write('servers/kv/main.c', tree.read('servers/kv/main.c') + '/* mine */\n')
	status, said = tree.run('make', 'remove-server', 'NAME=kv')
	removed = re.search(r'build/removed/kv\.\d+', said)
	ok(status == 0 and removed, 'make remove-server', said)
	equal(tree.changes(), [], 'and the tree is as it was')
	contains(tree.read(removed[0] + '/servers/kv/main.c'), 'mine', 'what was there is not lost')
	status, said = tree.make()
	ok(status == 0, 'and builds', said)
finish()
