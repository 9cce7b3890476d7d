#!/usr/bin/python3
"""The shell's language: lists, quoting, variables, redirection, patterns, scripts, jobs, and what it says to mistakes."""
import os, sys
sys.path.insert(0, os.path.dirname(os.path.realpath(__file__)) + '/../lib')
from atoll import *

with Console() as c:
	def says(line, output):
		equal(c.enter(line), output, line if len(line) < 70 else line[:67] + '...')

	says('', '')
	says('# nothing', '')
	says('echo a; echo b;echo c', 'a\nb\nc\n')
	says('true && echo yes', 'yes\n')
	says('false && echo no', '')
	says('false || echo yes', 'yes\n')
	says('true || echo no', '')
	says('false && echo no || echo yes', 'yes\n')
	says('true || echo no && echo yes', 'yes\n')
	says('false; echo $?', '1\n')
	says('true; echo $?', '0\n')
	says("sh -c 'exit 42'; echo $?", '42\n')
	says('nothere; echo $?', 'sh: nothere: not found (`help` lists what there is)\n127\n')
	says('/nowhere/x; echo $?', 'sh: /nowhere/x: No such file or directory\n127\n')
	says('/etc; echo $?', 'sh: /etc: Is a directory\n126\n')

	says("echo 'a  b' \"c  d\" e\\ \\ f", 'a  b c  d e  f\n')
	says("X=5; echo $X ${X}y \"$X\" '$X' \\$X", '5 5y 5 $X $X\n')
	says("X='a  b'; echo $X; echo \"$X\"", 'a b\na  b\n')
	says('echo "[$NONE]" $NONE x', '[] x\n')
	says('Y=7 sh -c "echo \\$Y"; echo "[$Y]"', '7\n[]\n')
	says("Z=8; sh -c 'echo [$Z]'; export Z; sh -c 'echo [$Z]'; unset Z; echo [$Z]", '[]\n[8]\n[]\n')
	says("sh -c 'echo $0 $1 $2 $#' name one two", 'name one two 2\n')
	says("echo a#b 'c # d' # e", 'a#b c # d\n')
	c.send("echo 'one\r")
	c.expect('> ')
	equal(c.enter("two'"), 'one\ntwo\n', 'a quote that goes on in the next line')
	c.send('echo one &&\r')
	c.expect('> ')
	equal(c.enter('echo two'), 'one\ntwo\n', '&& at the end of a line')
	c.send('echo one |\r')
	c.expect('> ')
	equal(c.enter('cat'), 'one\n', '| at the end of a line')
	c.send('echo one \\\r')
	c.expect('> ')
	equal(c.enter('two'), 'one two\n', 'a backslash at the end of a line')

	says('cd /tmp; pwd; cd ..; pwd; cd tmp; cd -; echo $OLDPWD', '/tmp\n/\n/\n/tmp\n')
	says('cd /nowhere; echo $?', 'sh: cd: /nowhere: No such file or directory\n1\n')
	says('cd /etc/motd', 'sh: cd: /etc/motd: Not a directory\n')
	says('cd /tmp', '')

	says('echo one > f; cat f', 'one\n')
	says('echo two >> f; cat < f', 'one\ntwo\n')
	says('echo three >f; cat <f', 'three\n')
	says('cat /nowhere 2> err; cat err', 'cat: /nowhere: No such file or directory\n')
	says('cat f /nowhere > all 2>&1; wc -l < all', '      2\n')
	says('> empty; wc -c empty', '      0 empty\n')
	says('pwd > f; cat f', '/tmp\n')
	says('cd /nowhere 2> err; wc -l < err', '      1\n')
	says('cat < /nowhere; echo $?', 'sh: /nowhere: No such file or directory\n1\n')
	says('echo x > /nowhere/f', 'sh: /nowhere/f: No such file or directory\n')
	says('echo x > /etc', 'sh: /etc: Is a directory\n')
	says('> $NONE', 'sh: : No such file or directory\n')

	says('rm *; echo *; > b.c; > a.c; > .h; > d; echo *', '*\na.c b.c d\n')
	says("echo *.c [ab]* ?? '*' \\* .h* /tm*/d nope*", 'a.c b.c a.c b.c ?? * * .h /tmp/d nope*\n')
	says('rm *', '')

	says("echo 'echo in $0 with $1; exit 5' > s; sh s arg; echo $?", 'in s with arg\n5\n')
	says("echo 'echo direct $1' > s; ./s yes", 'direct yes\n')
	says("echo 'echo never; echo oops )' > s; sh s; echo $?", 'sh: s: line 1, column 23: ) is not supported\n2\n')
	says('sh nowhere; echo $?', 'sh: nowhere: No such file or directory\n127\n')

	for line, column, reason in (('| cat', 1, 'a command is missing before |'), ('; echo', 1, 'a command is missing before ;'),
			('echo a;; echo b', 8, 'a command is missing before ;'), ('echo a && || echo', 11, 'a command is missing before ||'),
			('(echo)', 1, 'is not supported'), ('echo $(ls)', 6, 'not supported'), ('if true', 1, '"if" is not supported'),
			('cat <', 5, 'a file name must follow <'), ('cat << x', 5, '<< is not supported'), ('echo 2>&x', 6, 'a digit must follow 2>&')):
		said = c.enter(line)
		ok(said.startswith('sh: column %d: ' % column) and reason in said, 'mistake: ' + line, said)
	says('echo $?', '2\n')

	said = c.enter('sleep 0.2 &')
	ok(said.startswith('[') and said.endswith(']\n'), 'a job is told by its pid', said)
	pid = said.strip('[]\n')
	says('echo $!', pid + '\n')
	says('jobs', '[%s] running: sleep 0.2\n' % pid)
	says('wait %s; echo $?' % pid, '0\n')
	says('wait 9999; echo $?', 'sh: wait: 9999: not a job of this shell\n127\n')
	c.enter('sleep 0.1 && false || echo a list &')
	contains(c.enter('sleep 0.5'), 'a list\n', 'a list in the background')
	c.send('sleep 0.1 &\r')
	c.expect(PROMPT)
	contains(c.enter('sleep 0.5'), 'done: sleep 0.1', 'the end of a job is told before the next prompt')
	c.send('cat &\r')
	c.send('sleep 0.5; echo settled\r')
	c.expect(r'\nsettled\r\n(\[.*\r\n)?' + PROMPT)
	contains(c.before, 'cat: standard input: Bad', 'a job in the background cannot read the terminal')

	says('export A=1; export 2=3', 'sh: export: 2=3: not a name\n')
	contains(c.enter('export'), 'export A=1\n', 'export lists')
	says("sh -c 'echo $$' > p; sh -c 'exit 300'; echo $?", '44\n')
finish()
