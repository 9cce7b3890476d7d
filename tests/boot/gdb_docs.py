#!/usr/bin/python3
"""What docs/debugging.md shows is what one sees: its gdb commands, typed, print the lines that it has below them; addresses, line
numbers and figures may differ. And what an editor reads, .vscode/launch.json, starts a session.
GROUP: docs"""
import json, os, re, sys, time
sys.path.insert(0, os.path.dirname(os.path.realpath(__file__)) + '/../lib')
from atoll import *
from debugger import session
from transcript import alike, sessions
from variant import Folder

if BUILD != 'build':
	print('1..0 # SKIP the page, and the editor, have the kernel with the short cut')
	sys.exit()
PAGE = 'docs/debugging.md'
with open(PAGE) as page:
	start = re.search(r'^    make debug ARGS="-c \'(.*)\'"$', page.read(), re.M)[1]
shown = [typed for _, block in sessions('(gdb) ', [PAGE]) for typed in block]
ok(len(shown) == 12, 'the tour has at most twelve commands, this page says twelve', len(shown))
equal([page for page, _ in sessions('(gdb) ')], [PAGE] * len(sessions('(gdb) ', [PAGE])), 'no other page has a session with gdb')
got, said = session([command for command, _ in shown], '--icount', '-c', start)
for (command, lines), printed in zip(shown, got):
	ok(alike(printed, lines), command, 'it prints\n%s\nthe page says\n%s' % (printed, lines))

# As VS Code's C/C++ extension does it (MIEngine, DebuggedProcess.cs and LocalTransport.cs): gdb's machine interface, begun in the folder
# of gdb itself; what launch.json says is to be set up; the file; a break point at main, which is gone when hit.
def line(text, end):
	"""Has gdb do that, and reads as far as what it answers; all that it said."""
	mi.stdin.write(text + '\n')
	mi.stdin.flush()
	said = ''
	for answer in mi.stdout:
		said += answer
		if re.match(end + r'|\^error', answer):
			break
	return said


with open('.vscode/launch.json') as file:
	launch = json.loads(file.read().replace('${workspaceFolder}', TOP))['configurations'][0]
with open('.vscode/tasks.json') as file:
	task = json.load(file)['tasks'][0]
equal(launch['preLaunchTask'], task['label'], "the editor's task is that of the launch")
equal(launch['miDebuggerServerAddress'], TOP + '/' + re.search(r'tools/run --gdb (\S+)$', task['command'])[1], 'and both mean the same socket')
with Folder() as folder:
	address = folder.name + '/gdb'
	guest = subprocess.Popen(['tools/run', '--gdb', address, '-c', 'cat /etc/motd'], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
	while not os.path.exists(address) and guest.poll() is None:
		time.sleep(0.05)
	mi = subprocess.Popen(['timeout', str(2 * PATIENCE), 'gdb', '--interpreter=mi'], cwd='/usr/bin', stdin=subprocess.PIPE, stdout=subprocess.PIPE,
		text=True, errors='replace')
	setup = [c['text'] for c in launch['setupCommands']]
	setup = [c if c.startswith('-') else '-interpreter-exec console "%s"' % c for c in setup]
	said = ''.join(line(c, r'\^') for c in setup + ['-environment-cd ' + launch['cwd'], '-file-exec-and-symbols ' + launch['program'], 'show architecture',
		'-break-insert main', '-target-select remote ' + address])
	ok('^error' not in said and '^connected' in said, 'what the editor has gdb do works', said)
	stop = line('-exec-continue', r'\*stopped')
	ok(re.search(r'reason="breakpoint-hit".*func="main".*servers/', stop), "it stops in the first program's main", stop)
	said = line('-break-delete 1', r'\^') + line('-break-insert programs/cat.c:main', r'\^') + line('-exec-continue', r'\*stopped')
	ok(re.search(r'reason="breakpoint-hit".*func="main".*programs/cat\.c', said), "then the editor's break point is hit", said)
	mi.stdin.write('-interpreter-exec console "atoll threads"\n-gdb-exit\n')
	rest = mi.communicate()[0]
	contains(rest, 'REPLY-blocked', 'and the commands work from its console')
	guest.terminate()
	guest.wait()

	# Two terminals: one to type at, one for gdb.
	with Console('--gdb', address + '2', prompt=None) as console:
		console.expect('waits for gdb')
		gdb = pexpect.spawn('tools/debug', ['--attach', address + '2'], timeout=PATIENCE, encoding='utf-8', env={**os.environ, 'TERM': 'dumb'})
		gdb.expect(r'\(gdb\) ')
		gdb.sendline('atoll break cat:main')
		gdb.expect(r'\(gdb\) ')
		gdb.sendline('continue')
		console.expect(PROMPT)
		console.send('cat /etc/motd\r')
		gdb.expect('hit Breakpoint|Breakpoint 2, ')
		gdb.expect(r'\(gdb\) ')
		gdb.sendline('continue')
		ok(console.expect(['processes are islands', pexpect.TIMEOUT]) == 0, 'with gdb in another terminal one can type at the guest')
		console.send('poweroff\r')
		equal(console.end(), 0, 'and turn it off')
		gdb.close(force=True)
finish()
