#!/usr/bin/python3
"""gdb follows `cat /etc/motd` from cat's main into the file server's read handler and back; the same backwards in a replay; and
what can be seen in the dump that a panic leaves. At each stop: program, function, line, the message decoded."""
import os, re, sys
sys.path.insert(0, os.path.dirname(os.path.realpath(__file__)) + '/../lib')
from atoll import *
from debugger import session, station

MOTD = 'bytes: "\\nAtoll: processes are islands'
READ = 'IO_READ, version 1'
FIVE = ['atoll follow'] * 5
SHORT_CUT = BUILD == 'build'
ENTRY = 'entry_syscall' if SHORT_CUT else 'entry_syscall_long'
ANSWERS = ('reply_recv', 'kernel/ipc_fast.c') if SHORT_CUT else ('reply', 'kernel/ipc.c')


# ---- Forwards: a read of more than a page by the long way, its answer of less by the short cut -----------------------

to_read = ['atoll break cat:main', 'continue', 'atoll break cat:read', 'continue', 'delete']
commands = to_read + ['atoll follow', 'atoll bt', 'atoll follow', 'info locals', 'atoll follow', 'atoll bt', 'info args', 'atoll message cat',
	'atoll follow', 'atoll bt', 'atoll follow', 'info locals', 'atoll follow', 'atoll follow']
(_, main, _, _, _, entry, entry_bt, no_return, _, handler, bt, args, taken, reply, reply_bt, back, local, write, quick), said = \
	session(commands, '--icount', '-c', 'cat /etc/motd')
ok(re.search(r'main \(argc=2, .*at programs/cat\.c:\d+', main), "begins in cat's main", said)
station(entry, 1, r'kernel, on behalf of cat/\d+', ENTRY, 'kernel/x86/entry.S', 'call: ' + READ, 'to endpoint of file/', 'word 0: bytes wanted')
ok(re.search(r'\[kernel\] +%s at' % ENTRY, entry_bt) and re.search(r'\[cat\] +main .*at programs/cat\.c', entry_bt), "a backtrace to cat's main", entry_bt)
station(no_return, 2, r'kernel, on behalf of cat/\d+', 'deliver', 'kernel/ipc.c', 'call: ' + READ, 'words: 0x10000 0xffffffffffffffff')
station(handler, 3, r'user mode of file/\d+', 'io_read', 'servers/file/main.c', 'call: ' + READ, 'from cat/', 'badge 0x', 'token 0x')
frames = re.findall(r'^#\d+ +\[(\w+)\] +(\w+).* at (\S+):\d+$', bt, re.M)
equal(frames[0], ('file', 'io_read', 'servers/file/main.c'), 'atoll bt begins in the handler')
ok(('cat', 'main', 'programs/cat.c') in frames[-3:] and '---- kernel: cat/' in bt, "and has cat's main at its end", bt)
contains(args, 'r = 0x', "the handler's arguments")
ok('call: ' + READ in taken and 'taken by file/' in taken, 'atoll message cat: what cat waits for', taken)
station(reply, 4, r'kernel, on behalf of file/\d+', *ANSWERS, 'answer: no error to IO_READ', '176 bytes', MOTD)
ok('[kernel]' in reply_bt and '[file]' in reply_bt and '[cat]' in reply_bt, 'a backtrace through kernel, server and client', reply_bt)
station(back, 5, r'user mode of cat/\d+', 'copy', 'programs/cat.c', 'answer: no error to IO_READ', 'words: 176 ')
contains(local, 'processes are islands', "with cat's locals")
station(write, 1, r'on behalf of cat/\d+', ENTRY, 'kernel/x86/entry.S', 'call: IO_WRITE, version 1', 'to endpoint of console/', MOTD)
# The short cut with bytes, of which the compiler may make several copies.
station(quick, 2, r'on behalf of cat/\d+', *(('call', 'kernel/ipc_fast.c') if SHORT_CUT else ('deliver', 'kernel/ipc.c')), 'call: IO_WRITE', MOTD)

# ---- By the short cut -----------------------------------------------------------------------------------------------

(_, _, entry, no_return, handler, reply, back), said = session(['atoll break ping:ping', 'continue', *FIVE], '--icount', '-c', 'ping 3')
station(entry, 1, 'of ping/', ENTRY, 'kernel/x86/entry.S', 'call: ECHO_SAY, version 1', 'to endpoint of echo/', 'badge ')
station(no_return, 2, 'of ping/', *(('call', 'kernel/ipc_fast.c') if SHORT_CUT else ('deliver', 'kernel/ipc.c')), 'call: ECHO_SAY', 'words: 0 0xffffffffffffffff')
station(handler, 3, 'user mode of echo/', 'say', 'servers/echo/main.c', 'call: ECHO_SAY', 'from ping/', 'words: 0 0xffffffffffffffff')
station(reply, 4, 'of echo/', *ANSWERS, 'answer: no error to ECHO_SAY', 'words: 0 0xffffffffffffffff')
station(back, 5, 'user mode of ping/', 'ping', 'programs/ping.c', 'answer: no error to ECHO_SAY')

# ---- By the short cut of notifications -------------------------------------------------------------------------------

if SHORT_CUT:
	NAMES = r'^#\d+ +\[init\] +(\w+).* at '
	(_, _, blocked, message, _, _, user), said = session(['break ipc_fast_notify', 'continue', 'atoll bt', 'atoll message',
		'python t = atoll.kernel.current(); gdb.execute("tbreak *%#x" % t.space.word(t.reg("rsp")))', 'continue', 'atoll bt'], '--icount', '-c', 'true')
	frames, all_frames = (re.findall(NAMES, text, re.M) for text in (blocked, user))
	rest = iter(all_frames)
	ok(len(frames) >= 4 and frames[-1] == '_start' and all(name in rest for name in frames), 'a backtrace from there: the frames that user mode has', said)
	contains(message, 'a notification: bits, no message', 'and no message')

# ---- A kernel that has been changed ----------------------------------------------------------------------------------

for path, function in ('kernel/ipc.c', 'handed_over'), ('kernel/ipc_quick.c', 'call'):
	(*_, lost), said = session(['atoll break ping:ping', 'continue', 'atoll follow',
		'python atoll.stops.CALLING["%s"] = "%s",' % (path, function), 'atoll follow'], '--icount', '-c', 'ping 3')
	ok(path in lost and 'stops.py names it' in lost, 'a station that cannot be found is told: %s of %s' % (function, path), said)

# ---- A call that never comes back: another thread takes the caller's place, and is not followed -----------------------

(_, _, *way, handler, end, anew, off), said = session(['atoll break sleep:main', 'continue', *FIVE, 'atoll follow echo'], '--icount', '-c', 'sleep 1; cat /etc/motd')
station(handler, 3, 'user mode of process/', 'do_exit', 'servers/process/main.c', 'call: SUPERVISOR_EXIT', 'from sleep/')
ok(re.search(r'^atoll follow: sleep/\d+ has come to its end$', end, re.M), 'its end is told', said)
contains(anew, 'begin in a client', 'and it is not followed any more')
equal(off.strip().splitlines()[-1:], ['atoll follow: the guest has ended'], 'who calls nobody is followed until the guest ends')

# ---- A fault is a message too ---------------------------------------------------------------------------------------

(_, _, none, _, _, sent, taken), said = session(['break fault_raise', 'continue', 'atoll message', 'atoll break pager:do_fault', 'continue',
	'atoll message fork', 'atoll message'], '--icount', '-c', 'fork')
contains(none, 'atoll message: this is interrupt or exception 14: no message', 'while it is raised there is none yet')
ok(re.search(r'^  call: FAULT_OP, version 1, to endpoint of pager/.*\n  words: 14 ', sent, re.M), 'then what its thread has sent', said)
ok(re.search(r'^  call: FAULT_OP, version 1, from fork/.*\n  words: 14 ', taken, re.M), "which is what the pager's handler has", said)

# ---- A call that fails: an end of its own ---------------------------------------------------------------------------

(*_, adopted, back), said = session(['atoll break cat:main', 'continue', 'atoll break file:file_open', 'continue', 'delete', 'atoll follow', 'atoll follow'],
	'--icount', '-c', 'cat /nothing')
station(adopted, 4, 'of file/', *ANSWERS, 'answer: ENOENT to FILE_OPEN')
station(back, 5, 'user mode of cat/', 'copy_file', 'programs/cat.c', 'answer: ENOENT')
finish()
