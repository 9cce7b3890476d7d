#!/usr/bin/python3
"""The utilities that look at files, compute, compare and edit, judged by this machine's: the same commands on the same random
files must print the same and end with the same status. SEED=n repeats one. What diff finds is applied by this machine's patch,
and as short as its diff's. Then mistakes, and what only Atoll knows.

GROUP: shell"""
import os, random, subprocess, sys
sys.path.insert(0, os.path.dirname(os.path.realpath(__file__)) + '/../lib')
from atoll import *
from variant import sections

SEED = int(os.environ.get('SEED', random.randrange(1 << 32)))
r = random.Random(SEED)


def quoted(text):
	return "'%s'" % text.replace("'", "'\\''")


def lines(letters, count):
	return ''.join(''.join(r.choice(letters) for _ in range(r.randrange(5))) + '\n' for _ in range(count))


def changed(text):
	new = text.splitlines(True)
	for _ in range(r.randrange(8)):
		if new and r.random() < 0.5:
			new.pop(r.randrange(len(new)))
		else:
			new.insert(r.randrange(len(new) + 1), r.choice(['new\n', 'a\n', 'b\n', '\n']))
	return ''.join(new)


def number():
	return r.choice(['0', '1', '7', '-12', '1000000007', '3', 'abc', "''"])


def expression(depth=2):
	if depth == 0:
		return number()
	pick = r.randrange(6)
	if pick == 0:
		return "'(' %s ')'" % expression(depth - 1)
	if pick == 1:
		return '%s : %s' % (r.choice(['abcab', 'a.c', '/usr/bin']), quoted(r.choice(['a*', '\\(.*\\)b', '.*/', 'x*', 'a[a-c]*', '.\\(.\\)'])))
	if pick == 2:
		return '%s %s %s' % (expression(depth - 1), quoted(r.choice('|&')), expression(depth - 1))
	if pick == 3:
		return '%s %s %s' % (number(), quoted(r.choice(['<', '<=', '=', '!=', '>=', '>'])), number())
	return '%s %s %s' % (r.choice(['3', '-7', '100']), quoted(r.choice('+-*/%')), r.choice(['2', '-3', '5']))


def edits():
	address = lambda: r.choice(['1', '2', '$', '.', '3', '$-1', '1+1', '/a/', '?b?'])
	some = [lambda: '%sa\nnew b\nx a\n.' % address(), lambda: '%si\nins b\n.' % address(), lambda: '1,2c\nchanged a\nb\n.', lambda: '%sd' % r.choice(['1', '$', '2']),
		lambda: ',s/%s/%s/' % (r.choice(['^', '$', 'a*', 'x*', '.*']), r.choice(['<&>', '\\&', '[\\\\]', 'Q'])),
		lambda: 'g/%s/%s' % (r.choice(['a', 'b', '^', '[nx]']), r.choice(['p', 's/[ab]/<&>/gp', 'n', 't.', 'm0', 'd', '.,.p', 's/$/!/'])), lambda: 'v/%s/%s' % (r.choice('abz'), r.choice(['p', 'n', 'l'])),
		lambda: '1m$', lambda: '1,2t0', lambda: '1,2j', lambda: ',n', lambda: '2,3p', lambda: '1ka\n$m0\n\'ap', lambda: '1;+1p', lambda: 's/\\(.*\\)/\\1\\1/p', lambda: '=', lambda: '1,2d\nu\n,p']
	return '\n'.join(r.choice(some)() for _ in range(r.randrange(2, 7))) + '\n,p\n$=\nw out\n'


DATA = {'n': 'a b\nab\nba a\nb\nabab\nbab\n', 'p': lines('ab ', 12), 'q': lines('abc\t', 20) * 3, 'e': '', 'z': 'no newline'}
MAKE = 'mkdir d d/e d/f; ' + ' '.join('printf_to %s %s;' % (name, quoted(text)) for name, text in DATA.items()) + ' cp n d/x.c; cp p d/e/y.c; cp q d/f/z.h; tr a-c "\\000-\\002" < q > bin'
MAKE = 'printf_to() { echo -n "$2" > $1; }; ' + MAKE
SAME = """
hexdump n
hexdump -C n z
hexdump -C bin
hexdump -v -C q
hexdump -n 5 -s 3 n
hexdump -C e
hexdump -C < z
od n
od -c bin
od -b n
od -x q
od -t x1 n
od -A x -t x4 q
od -A n -t u1 z
od -A d -t d2 bin
od -t o8 q
od -t d8 -v q
od -t u4 p
od -N 10 -j 2 -c q
od e
cmp n n
cmp n p
cmp -l n p 2> err | tr -d ' '; cat err
cmp -s n p
cmp n e
cmp - n < n
diff n n
diff -q n p
diff e n
diff n e
find d | sort
find d -name '*.c' | sort
find d -type d | sort
find d -type f ! -name 'x*' | sort
find d -maxdepth 1 | sort
find d -size -1 -type f | sort
find d -size +30c -type f | sort
find d -name x.c -exec cat {} ';'
find d -name '[xy].c' -exec echo found {} ';' | sort
seq 12 | xargs
seq 12 | xargs -n 5
seq 12 | xargs -n 5 echo a
echo 'a "b c" d\\ e' | xargs -n 1
xargs < e
xargs -r < e
seq 3 | xargs -n 1 false
echo x | xargs no_such_program 2> err
seq 3000 | xargs | wc -w | tr -d ' '
env -i A=1 B='x y'
env -i A=1 B=2 env -u A
env A=5 sh -c 'echo $A'
env no_such_program 2> err
env false
touch t; wc -c < t | tr -d ' '; touch n; cmp n d/x.c
touch -c none; ls none 2> err
rmdir t 2> err
mkdir g; rmdir g; ls g 2> err
date -d @0
date -d @1000000000 +%Y-%m-%dT%H:%M:%S
date -d @86400 '+%A %j %U %%'
uname -m
which -a no_such_program
cat n | more
expr length abc
expr substr hello 2 3
expr index hello l
expr match abc 'a.'
expr 5 + 2 '*' 3
expr 0
expr + length
expr abc : '\\(b\\)'
""".strip().split('\n') + ['expr %s 2> err' % expression() for _ in range(40)]
EDITS = [edits() for _ in range(40)]
SAME += ['cp n in; echo -n %s > script; ed -s in < script 2> err; cat out; rm -f out' % quoted(text) for text in EDITS]
SAME += ["echo -n %s > one; echo -n %s > two; diff one two > d1; echo $?; diff -u one two > d2; cat d1; echo ---%%; tail -n +3 d2 | tr @ %%" % (quoted(old), quoted(changed(old)))
	for old in (lines('ab', r.randrange(15)) for _ in range(30))]
DIFFS = 30
MISTAKES = [
	('od -t q n', 'od: q: no such type\n', 1), ('od -j x n', 'od: x: not a number\n', 1), ('hexdump none', 'hexdump: none: No such file or directory\n', 1), ('cmp n', None, 2),
	('cmp n none', 'cmp: none: No such file or directory\n', 2), ('diff n none', 'diff: none: No such file or directory\n', 2), ('diff n', None, 2), ('expr 1 +', 'expr: something is missing at the end\n', 2),
	('expr 1 / 0', 'expr: division by 0\n', 2), ('expr a + 1', 'expr: a number is wanted\n', 2), ('expr 1 2', 'expr: something stands behind the end\n', 2), ("expr a : '['", 'expr: a [ is not closed\n', 2),
	('expr 9223372036854775807 + 1', 'expr: the result is too large\n', 2), ('find none', 'find: none: No such file or directory\n', 1), ('find . -what x', 'find: no such condition (see find --help)\n', 1),
	('xargs -n 0 < n', 'xargs: 0: not a number from 1 to 256\n', 1), ("echo \"'\" | xargs", 'xargs: a quote is not closed\n', 1), ('date -d x', 'date: x: not a time\n', 1), ('rmdir n', 'rmdir: n: Not a directory\n', 1),
	('rmdir d', 'rmdir: d: Directory not empty\n', 1), ('touch /none/x', 'touch: /none/x: No such file or directory\n', 1), ('uname -q', None, 1), ('time', None, 125), ('time no_such', None, 127), ('man none', 'man: none: there is no such page (`man` lists them)\n', 1),
	('echo 50p | ed -s n', '?\ned: line 1: there is no such line\n', 1), ("echo 's/[/x/' | ed -s n", '?\ned: line 1: a [ is not closed\n', 1), ('env -u', None, 125), ('which', None, 2), ('clear x', None, 1), ('more none', 'more: none: No such file or directory\n', 1),
]
HELP = 'clear cmp date diff ed env find hexdump man more od rmdir time touch uname uptime which xargs expr'.split()

commands = [line + '; echo =$?' for line in SAME] + ['%s; echo =$?' % line for line, _, _ in MISTAKES] + ['%s --help; echo =$?' % name for name in HELP] + [
	'time true 2> t; cut -d " " -f 1,3 t', 'man cat', 'man | wc -l', 'ls /bin | wc -l', 'uptime', 'which cat; which -a ls cat']
texts, batch = [], [MAKE]
for at, line in enumerate(commands):
	batch.append('cd /tmp; ' + line)
	if at + 1 == len(commands) or sum(map(len, batch)) > 24000: # init takes 32 KiB
		some, done = sections(['cd /tmp; ' + batch[0]] + batch[1:], '--icount', timeout=200)
		texts += some[1:]
		batch = [MAKE]


def minimal(text):
	return sum(line.startswith(('<', '>')) for line in text.splitlines())


with tempfile.TemporaryDirectory() as folder:
	def here(line):
		return subprocess.run(['bash', '-c', line + '; echo =$?'], cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
			env={'LC_ALL': 'C', 'TZ': 'UTC', 'PATH': os.environ['PATH']}).stdout

	def patched(form):
		with open(folder + '/patch', 'w') as file:
			file.write(form)
		here('cp one three; test ! -s patch || patch -s three patch')
		return here('cmp three two') == '=0\n'

	here(MAKE)
	for at, (line, text) in enumerate(zip(SAME, texts)):
		name = repr(line)[1:-1] if len(line) < 60 else repr(line)[1:58] + '...'
		wanted = here(line)
		if at < len(SAME) - DIFFS:
			if not equal(text, wanted, name):
				note('SEED=%d: %s' % (SEED, line))
			continue
		status, _, form = text.rpartition('=0\n')[0].partition('\n')
		normal, _, unified = form.partition('---%\n')
		unified = unified.replace('%', '@') # what begins with @ begins a section
		header = '--- one\n+++ two\n' if unified else ''
		ok(status == wanted[0] and patched(normal) and patched(header + unified) and minimal(normal) == minimal(here('diff --minimal one two')),
			'diff %d is applied by patch, and minimal' % (at - len(SAME) + DIFFS + 1), 'SEED=%d: %s\n%s' % (SEED, line, text))
rest = texts[len(SAME):]
for (line, said, status), text in zip(MISTAKES, rest):
	if said is None:
		contains(text, '=%d\n' % status, line + ': status')
		ok(text.startswith('usage: ') or ': ' in text, line + ': says why', text)
	else:
		equal(text, said + '=%d\n' % status, line)
rest = rest[len(MISTAKES):]
for name, text in zip(HELP, rest):
	ok(text.startswith('usage: ' + name) and text.endswith('=0\n'), name + ' --help', text)
timed, page, pages, programs, up, paths = rest[len(HELP):]
equal(timed.split('\n')[:2], ['real s', 'busy s'], 'time tells how long')
ok(page.startswith('cat: prints files\n\n    cat [-n] [FILE ...]\n') and '`' not in page, 'man cat', page)
ok(int(pages) > int(programs) > 50, 'there are more pages than programs', pages + programs)
ok(up.startswith('up 0 days 00:00:') and ' threads in ' in up, 'uptime', up)
equal(paths, '/bin/cat\n/bin/ls\n/bin/cat\n', 'which')
equal(done.status, 0, 'and all ends well')
finish()
