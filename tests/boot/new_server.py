#!/usr/bin/python3
"""The course's first assignment, by hand: a new server `hello`, made by copying servers/echo/ and changing the names, a
line in init.conf, and a client. It is built, started, found by its name and called; no other file was touched."""
import os, re, sys
sys.path.insert(0, os.path.dirname(os.path.realpath(__file__)) + '/../lib')
from atoll import *
from variant import Tree

CLIENT = r'''
#include <atoll/name.h>
#include <atoll/sys.h>
#include <servers/hello/protocol.h>
#include <stdio.h>
#include <string.h>

int main(int argc, char **argv)
{
	char answer[HELLO_MAX];
	int64_t server = name_lookup("hello", DEADLINE_NOW);
	struct msg m = { .label = MSG_LABEL(HELLO_SAY, HELLO_VERSION, 0, strlen(argv[1])), .word = { 41 }, .send = argv[1],
		.recv = answer, .recv_bytes = sizeof answer };
	int error = server < 0 ? (int)server : ipc_ask((cap_t)server, &m, DEADLINE_FOREVER);

	if (error)
		printf("greet: %s\n", strerror(-error));
	else
		printf("hello, %.*s %lu\n", (int)MSG_NBYTES(m.label), answer, (unsigned long)m.word[0]);
	return error != 0;
}
'''


def renamed(text):
	return text.replace('echo', 'hello').replace('ECHO', 'HELLO')


with Tree() as tree:
	for name in 'main.c', 'protocol.h':
		tree.write('servers/hello/' + name, renamed(tree.read('servers/echo/' + name)))
	tree.write('programs/greet.c', CLIENT)
	conf = tree.read('servers/init/init.conf')
	line = re.search(r'^echo .*\n', conf, re.M)[0]
	tree.edit('servers/init/init.conf', line, line + renamed(line))
	status, said = tree.make()
	ok(status == 0, 'it builds', said)
	done = run('greet captain; kill hello; greet again; names; ps; greet bye', '--iso', tree.iso)
	ok(done.status == 0, 'it boots', done)
	contains(done.text, 'hello, captain 41\n', 'the client gets its answer')
	contains(done.text, 'hello, again 41\n', 'also after the server was killed')
	ok(re.search(r'^hello +\d+$', done.text, re.M), '`names` knows it', done)
	ok(re.search(r'^ *\d+ hello +RECEIVE .* 44/44 ', done.text, re.M), '`ps` shows it, with the priority of its line', done)
	changed = subprocess.run(['diff', '-rq', '--exclude=build', '--exclude=.git', '--exclude=__pycache__', TOP, tree.top],
		stdout=subprocess.PIPE, text=True).stdout
	equal(sorted(changed.replace(tree.top, 'COPY').replace(TOP, 'TREE').splitlines()), [
		'Files TREE/servers/init/init.conf and COPY/servers/init/init.conf differ',
		'Only in COPY/programs: greet.c', 'Only in COPY/servers: hello'], 'no other file was touched')
	before, after = conf.splitlines(), tree.read('servers/init/init.conf').splitlines()
	equal(len(after) - len(before), 1, 'and in init.conf one line')

	# A mistake in the line is told, not swallowed.
	tree.edit('servers/init/init.conf', '\nhello', '\nhallo')
	tree.make()
	done = run('greet captain', '--iso', tree.iso)
	contains(done.text, 'init: hallo: no /servers/hallo in the archive (init.conf:%d)' % (after.index(renamed(line).rstrip()) + 1),
		'a name misspelt in init.conf is told, with the line')
	contains(done.text, 'greet: No such file or directory', 'and the client hears that there is no such server')
finish()
