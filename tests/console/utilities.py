#!/usr/bin/python3
"""Every utility: what it does, its options, its errors and exit statuses. (kill, names, ps, poweroff: elsewhere.)"""
import os, re, sys, time
sys.path.insert(0, os.path.dirname(os.path.realpath(__file__)) + '/../lib')
from atoll import *

NONE = 'No such file or directory'

with Console() as c:
	def says(line, output, status=0):
		got = c.enter(line + '; echo "=$?"')
		equal(got, output + '=%d\n' % status, line if len(line) < 70 else line[:67] + '...')

	def matches(line, pattern, status=0):
		got = c.enter(line + '; echo "=$?"')
		ok(re.fullmatch(pattern + '=%d\n' % status, got), line, got)

	c.enter('mkdir /tmp/u; cd /tmp/u')
	c.enter("echo 'one fish' > a; echo 'two  Fish' >> a; echo 'red' >> a; echo -n 'no newline' > b")

	# echo, true, false
	says('echo', '\n')
	says('echo a b  c', 'a b c\n')
	says('echo -n a; echo -n; echo -x -n', 'a-x -n\n')
	says('true', '')
	says('false', '', 1)

	says('echo -e "a\\tb\\\\\\0101"; echo -ne "x\\cy"; echo; echo -e "\\q"', 'a\tb\\0101\nx\n\\q\n')

	# printf
	says("printf '%s %d|%5.2f|%x\\n' a 5 1.5 255 b 6", 'a 5| 1.50|ff\nb 6| 0.00|0\n')
	says("printf '%s,' a b c; printf '\\n'", 'a,b,c,\n')
	says("printf '\\101%%%c%b\\n' xyz 'q\\tr\\c'; echo", 'A%xq\tr\n')
	says("printf '%-5s|%05d|%+d|%*d|%.2s|\\n' ab 42 7 4 9 abc", 'ab   |00042|+7|   9|ab|\n')
	says("printf '%d %o %i %u\\n' 0x1f 8 \"'A\" -1", '31 10 65 18446744073709551615\n')
	says("printf '%d\\n' abc", 'printf: abc: not a number\n0\n', 1)
	says("printf '%d %g\\n' 12x 1.5y", 'printf: 12x: not a number to its end\n12 printf: 1.5y: not a number to its end\n1.5\n', 1)
	says("printf '%q' x", 'printf: %q: no such conversion\n', 1)
	says('printf 2>&1 | head -1', 'usage: printf FORMAT [ARGUMENT ...]\n')
	says('printf once a b; printf "\\n"', 'once\n')

	# /dev/null
	says('echo gone > /dev/null; cat /dev/null; wc -c < /dev/null; ls -l /dev | wc -l', '      0\n      1\n')
	says('yes | head -300000 > /dev/null; echo more >> /dev/null; wc -c < /dev/null', '      0\n')

	# cat
	says('cat a b', 'one fish\ntwo  Fish\nred\nno newline')
	says('cat -n a b a', '     1\tone fish\n     2\ttwo  Fish\n     3\tred\n     4\tno newlineone fish\n'
		'     5\ttwo  Fish\n     6\tred\n')
	says('cat < b', 'no newline')
	says('cat - < a', 'one fish\ntwo  Fish\nred\n')
	says('cat none a', 'cat: none: %s\none fish\ntwo  Fish\nred\n' % NONE, 1)
	says('cat /etc', 'cat: /etc: Is a directory\n', 1)
	says('cat a >> a', 'cat: a is also the output\n', 1)

	# wc
	says('wc a', '      3       5      23 a\n')
	says('wc -l a', '      3 a\n')
	says('wc -w -c a', '      5      23 a\n')
	says('wc -l < a', '      3\n')
	says('wc b a', '      0       2      10 b\n      3       5      23 a\n      3       7      33 total\n')
	says('wc none b', 'wc: none: %s\n      0       2      10 b\n      0       2      10 total\n' % NONE, 1)
	says('wc /etc', 'wc: /etc: Is a directory\n', 1)

	# grep
	says('grep fish a', 'one fish\n')
	says('grep -i fish a', 'one fish\ntwo  Fish\n')
	says('grep -v fish a', 'two  Fish\nred\n')
	says('grep -n -i fish a', '1:one fish\n2:two  Fish\n')
	says('grep -c -i fish a', '2\n')
	says("grep '^t.*h$' a", 'two  Fish\n')
	says("grep 'o  *F' a", 'two  Fish\n')
	says("grep '[[:upper:]]' a", 'two  Fish\n')
	says("grep 'one\\|red' a", 'one fish\nred\n')
	says("grep -E '^(one|red)' a", 'one fish\nred\n')
	says("grep -F 'no newline' b", 'no newline\n')
	says('grep e a b', 'a:one fish\na:red\nb:no newline\n')
	says('grep -l e a b', 'a\nb\n')
	says('grep -c e a b', 'a:2\nb:1\n')
	says('grep red < a', 'red\n')
	says('grep blue a', '', 1)
	says('grep -q red a', '')
	says('grep -v x none a', 'grep: none: %s\na:one fish\na:two  Fish\na:red\n' % NONE, 2)
	says("grep '[x' a", 'grep: [x: a [ is not closed\n', 2)

	# mkdir, ls
	says('mkdir d; mkdir d', 'mkdir: d: File exists\n', 1)
	says('mkdir x/y', 'mkdir: x/y: %s\n' % NONE, 1)
	says('mkdir -p x/y/z x/y; ls x x/y', 'x:\ny\n\nx/y:\nz\n')
	says('mkdir -p a/b', 'mkdir: a: File exists\n', 1)
	says('mkdir /', 'mkdir: /: File exists\n', 1)
	says('> .hidden; ls', 'a  b  d  x\n')
	says('ls -A', '.hidden  a        b        d        x\n')
	says('ls -a d', '.   ..\n')
	says('ls -1', 'a\nb\nd\nx\n')
	says('ls > l; cat l', 'a\nb\nd\nl\nx\n')
	says('rm l; ls a none d', 'ls: none: %s\na\n\nd:\n' % NONE, 2)
	says('ls -d d x', 'd  x\n')
	matches('ls -l', r'-rw-rw-rw-  1 +23 \d{4}-\d\d-\d\d \d\d:\d\d a\n-rw.* +10 .* b\ndrwxrwxrwx  1 +0 .* d\ndrwx.* +1 .* x\n')
	says('ls d/..', 'a  b  d  x\n')

	# cp
	says('cp a c; cat c', 'one fish\ntwo  Fish\nred\n')
	says('cp b c; cat c', 'no newline')
	says('cp a b d; ls d', 'a  b\n')
	says('cp a a', 'cp: a and a are the same file\n', 1)
	says('cp none c', 'cp: none: %s\n' % NONE, 1)
	says('cp d e', 'cp: d is a directory (-r copies it)\n', 1)
	says('cp a b c', 'cp: c: not a directory\n', 1)
	says('cp -r d e; ls e; cat e/b', 'a  b\nno newline')
	says('cp -r d e; ls e', 'a  b  d\n')
	says('cp -r e e; ls e e/e e/e/d', 'e:\na  b  d  e\n\ne/e:\na  b  d\n\ne/e/d:\na  b\n')
	says('cp -r e e/d/deep; ls e/d/deep; ls e/d/deep/d', 'a  b  d  e\na  b\n')
	says('cp /bin/echo /tmp/u/myecho; ./myecho works', 'works\n')

	# mv
	says('mv c c2; cat c2 c', 'no newlinecat: c: %s\n' % NONE, 1)
	says('mv c2 b d; ls d', 'a   b   c2\n')
	says('mv d/b d/c2 .; ls d', 'a\n')
	says('mv none c', 'mv: none to c: %s\n' % NONE, 1)
	says('mv a b none', 'mv: none: not a directory\n', 1)
	says('mv e e/d', 'mv: e to e/d/e: Invalid argument\n', 1)
	says('mv x/y/z w; mv w/ v; ls -d v', 'v\n')
	says('mv a d; mv d/a a; mv d x; ls x', 'd  y\n')

	# rm
	says('rm c2; ls c2', 'ls: c2: %s\n' % NONE, 2)
	says('rm none', 'rm: none: %s\n' % NONE, 1)
	says('rm -f none', '')
	says('rm x', 'rm: x is a directory (-r removes it)\n', 1)
	says('rm -r x e v; ls', 'a       b       myecho\n')
	says('rm -r none', 'rm: none: %s\n' % NONE, 1)
	says("mkdir many; cd many; sh -c 'cd /bin; cp * /tmp/u/many'; cd ..; rm -r many; ls", 'a       b       myecho\n')

	# sleep
	before = time.monotonic()
	says('sleep 0.5 0.5s', '')
	ok(0.9 < time.monotonic() - before < 5, 'it slept for a second')
	says('sleep 1x', 'sleep: 1x: not a duration\n', 1)
	says('sleep 0 .0m 0.h', '')

	# free
	matches('free', r' +frames +KiB\ntotal +\d+ +\d+\nused +\d+ +\d+\nfree +\d+ +\d+\nwritten +.*\n')
	contains(c.enter('free -s'), 'console', 'free -s names spaces')

	# irqs, caps, kill -l
	matches('irqs', r'LINE +COUNT +DRIVER +ACKNOWLEDGED\n +4 +[1-9]\d* +console +yes\n +\d+ +\(the kernel\) .*\n')
	matches('caps', r' +PID NAME +TOTAL +space .*\n( +\d+ \S+( +\d+){8}\n){9,}')
	matches('caps console', r'console \(pid 3\)\n.*\n( +\d+ +(endpoint|memory) .*\n)+ +\d+ +irq +lines 0x10 +i +0x10\n.*\n +\d+ +ports +0x3f8\+8 +p .*\n(.*\n)*')
	ok('endpoint  name                 s        0x3\n' in c.enter('caps 3'), 'caps: its right to send to the name server, with its pid as badge')
	says('caps nobody', 'caps: nobody: no process of that pid or name\n', 1)
	says("caps true 2>&1 | wc -l | tr -d ' '", '1\n')
	says('kill -l | head -2', ' 1 HUP\n 2 INT\n')
	says("sh -c 'set -ez; false; echo on'", 'sh: set: -ez: unknown option\non\n')
	says('kill -NONE 1', 'kill: -NONE: no such signal\n' + c.enter('kill --help'), 2)

	contains(c.enter('help'), 'lists directories', 'help')
	for name in 'caps cat cp echo free grep irqs kill ls mkdir mv reboot rm sh sleep wc'.split():
		contains(c.enter('/bin/%s --help' % name), 'usage: ' + name, name + ' --help')
	for name in 'caps cat cp free grep irqs ls mkdir mv reboot rm sleep wc'.split():
		said = c.enter('%s -Z a b; echo =$?' % name)
		ok('usage: ' + name in said and not said.endswith('=0\n') if name != 'sleep' else 'not a duration' in said,
			name + ' refuses an unknown option', said)

	says('cd /; rm -r /tmp/u; ls /tmp', '')
	matches('free', r'(.*\n)+written +0 +0 .*\n')
finish()
