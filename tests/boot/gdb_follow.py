#!/usr/bin/python3
"""gdb follows `cat /etc/motd` from cat's main into the file server's read handler and back; the same backwards in a replay; and
what can be seen in the dump that a panic leaves. At each stop: program, function, line, the message decoded."""
import os, re, sys, tempfile
sys.path.insert(0, os.path.dirname(os.path.realpath(__file__)) + '/../lib')
from atoll import *
from debugger import Rows, session
from variant import Folder

MOTD = 'bytes: "\\nAtoll: processes are islands'
READ = 'IO_READ, version 1'
FIVE = ['atoll follow'] * 5


def station(text, number, where, function, line, *words):
	"""What a stop shows."""
	name = 'station %d, %s in %s' % (number, function, line)
	ok(re.search(r'^%d\. ' % number, text, re.M) and re.search(where, text) and re.search(r'^#\d+ .*\b%s \(.* at %s:\d+$' % (function, line), text, re.M)
		and all(w in text for w in words), name, text)


# ---- Forwards, by the long way: a read has bytes --------------------------------------------------------------------

to_read = ['atoll break cat:main', 'continue', 'atoll break cat:read', 'continue', 'delete']
commands = to_read + ['atoll follow', 'atoll bt', 'atoll follow', 'info locals', 'atoll follow', 'atoll bt', 'info args', 'atoll message cat',
	'atoll follow', 'atoll bt', 'atoll follow', 'info locals', 'atoll follow']
(_, main, _, _, _, entry, entry_bt, no_return, _, handler, bt, args, taken, reply, reply_bt, back, local, write), said = \
	session(commands, '--icount', '-c', 'cat /etc/motd')
ok(re.search(r'main \(argc=2, .*at programs/cat\.c:\d+', main), "begins in cat's main", said)
station(entry, 1, r'kernel, on behalf of cat/\d+', 'entry_syscall', 'kernel/x86/entry.S', 'call: ' + READ, 'to endpoint of file/', 'word 0: bytes wanted')
ok(re.search(r'\[kernel\] +entry_syscall at', entry_bt) and re.search(r'\[cat\] +main .*at programs/cat\.c', entry_bt), "a backtrace to cat's main", entry_bt)
station(no_return, 2, r'kernel, on behalf of cat/\d+', '(?:deliver|call)', 'kernel/ipc(?:_fast)?.c', 'call: ' + READ, 'words: 0x10000 0xffffffffffffffff')
station(handler, 3, r'user mode of file/\d+', 'io_read', 'servers/file/main.c', 'call: ' + READ, 'from cat/', 'badge 0x', 'token 0x')
frames = re.findall(r'^#\d+ +\[(\w+)\] +(\w+).* at (\S+):\d+$', bt, re.M)
equal(frames[0], ('file', 'io_read', 'servers/file/main.c'), 'atoll bt begins in the handler')
ok(('cat', 'main', 'programs/cat.c') in frames[-3:] and '---- kernel: cat/' in bt, "and has cat's main at its end", bt)
contains(args, 'r = 0x', "the handler's arguments")
ok('call: ' + READ in taken and 'taken by file/' in taken, 'atoll message cat: what cat waits for', taken)
station(reply, 4, r'kernel, on behalf of file/\d+', 'reply(?:_recv)?', 'kernel/ipc(?:_fast)?.c', 'answer: no error to IO_READ', '176 bytes', MOTD)
ok('[kernel]' in reply_bt and '[file]' in reply_bt and '[cat]' in reply_bt, 'a backtrace through kernel, server and client', reply_bt)
station(back, 5, r'user mode of cat/\d+', 'copy', 'programs/cat.c', 'answer: no error to IO_READ', 'words: 176 ')
contains(local, 'processes are islands', "with cat's locals")
station(write, 1, r'on behalf of cat/\d+', 'entry_syscall', 'kernel/x86/entry.S', 'call: IO_WRITE, version 1', 'to endpoint of console/', MOTD)

# ---- By the short cut -----------------------------------------------------------------------------------------------

(_, _, entry, no_return, handler, reply, back), said = session(['atoll break ping:ping', 'continue', *FIVE], '--icount', '-c', 'ping 3')
station(entry, 1, 'of ping/', 'entry_syscall', 'kernel/x86/entry.S', 'call: ECHO_SAY, version 1', 'to endpoint of echo/', 'badge ')
station(no_return, 2, 'of ping/', 'call', 'kernel/ipc_fast.c', 'call: ECHO_SAY', 'words: 0 0xffffffffffffffff')
station(handler, 3, 'user mode of echo/', 'say', 'servers/echo/main.c', 'call: ECHO_SAY', 'from ping/', 'words: 0 0xffffffffffffffff')
station(reply, 4, 'of echo/', 'reply_recv', 'kernel/ipc_fast.c', 'answer: no error to ECHO_SAY', 'words: 0 0xffffffffffffffff')
station(back, 5, 'user mode of ping/', 'ping', 'programs/ping.c', 'answer: no error to ECHO_SAY')

# ---- A call that fails: an end of its own ---------------------------------------------------------------------------

(*_, adopted, back), said = session(['atoll break cat:main', 'continue', 'atoll break file:file_open', 'continue', 'delete', 'atoll follow', 'atoll follow'],
	'--icount', '-c', 'cat /nothing')
station(adopted, 4, 'of file/', 'reply_recv', 'kernel/ipc_fast.c', 'answer: ENOENT to FILE_OPEN')
station(back, 5, 'user mode of cat/', 'copy_file', 'programs/cat.c', 'answer: ENOENT')
finish()
