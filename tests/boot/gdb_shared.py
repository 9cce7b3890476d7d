#!/usr/bin/python3
"""gdb where programs share their addresses: a copy of cat under another name; then an Atoll all of whose programs are linked at
one address. A break point by a program's name hits in that program only, and symbols are those of who runs."""
import os, re, sys
sys.path.insert(0, os.path.dirname(os.path.realpath(__file__)) + '/../lib')
from atoll import *
from debugger import session
from variant import Tree

WHO = 'python print(atoll.kernel.current().space)'
COMMANDS = 'cp /bin/cat /tmp/kitten; /tmp/kitten /etc/motd; cat /etc/motd; /tmp/kitten /etc/motd'

(_, _, first, _, second, end), said = session(['break programs/cat.c:main', 'continue', WHO, 'continue', WHO, 'kill'], '-c', COMMANDS)
ok(first.startswith('kitten') and second.startswith('cat'), 'both run the same code at the same address', said)
(_, stop, who, end), said = session(['atoll break cat:main', 'continue', WHO, 'continue'], '-c', COMMANDS)
ok('main (argc=2' in stop and who.startswith('cat'), 'atoll break cat:main stops in cat only', said)
ok('Breakpoint' not in end, 'and nowhere else', said)
(_, _, _, stop, who), said = session(['break programs/cat.c:main', 'continue', 'atoll break kitten:main', 'continue', WHO],
	'-c', '/bin/cp /bin/cat /tmp/kitten; /tmp/kitten /etc/motd; cat /etc/motd')
ok('no file' not in said and who.startswith('cat'), 'a copy that runs can be named too', said)

with Tree() as tree:
	tree.edit('Makefile', 'i=$$((i + 1)); done)', 'done)')
	status, text = tree.make()
	ok(status == 0, 'all programs are linked at one address', text)
	(_, stop, who, back, *_), said = session(['atoll break cat:main', 'continue', WHO, 'backtrace 1', 'atoll break file:io_read',
		'continue'], '-c', 'echo one; cat /etc/motd; ls /', top=tree.top)
	ok('main (argc=2' in stop and 'programs/cat.c' in stop and who.startswith('cat'), 'atoll break cat:main stops in cat', said)
	(_, _, _, stop, who, bt, end), said = session(['atoll break cat:main', 'continue', 'atoll break file:io_read', 'continue', WHO,
		'atoll bt', 'kill'], '-c', 'echo one; cat /etc/motd; ls /', top=tree.top)
	ok('/servers/file:\n#0  io_read (r=' in stop and 'servers/file/main.c' in stop and who.startswith('file'), 'atoll break file:io_read in the file server', said)
	ok(re.search(r'\[file\] +dispatch at libc/server\.c', bt) and re.search(r'\[cat\] +main .*at programs/cat\.c', bt),
		'atoll bt has the symbols of both', bt)
finish()
