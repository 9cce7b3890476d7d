#!/usr/bin/python3
"""The shell's language, judged by this machine's shell: the same commands must print the same.

GROUP: shell"""
import os, subprocess, sys
sys.path.insert(0, os.path.dirname(os.path.realpath(__file__)) + '/../lib')
from atoll import *
from variant import sections

SAME = r"""
if true; then echo yes; else echo no; fi
if false; then echo yes; else echo no; fi
if false; then echo 1; elif true; then echo 2; else echo 3; fi
if false; then echo 1; fi; echo $?
if true && ! false; then if false; then echo 1; else echo inner; fi; fi
for i in 1 2 3; do echo $i; done
for i in; do echo never; done; echo $?
for i in a 'b c' "d  e"; do echo "<$i>"; done
for i in 1 2; do for j in x y z; do test $j = y && continue; echo $i$j; done; done
for i in 1 2; do for j in x y z; do test $j = y && continue 2; echo $i$j; done; done
for i in 1 2; do for j in x y z; do test $j = y && break; echo $i$j; done; done
for i in 1 2; do for j in x y z; do test $j = y && break 2; echo $i$j; done; done; echo $?
for i in $(seq 3) `echo 4`; do echo -n "$i "; done; echo
for i in 1 2 3; do false; done; echo $?; for i in 1 2 3; do true; done; echo $?
i=; while test "$i" != aaa; do i=a$i; echo $i; done
i=; until [ "$i" = aaa ]; do i=a$i; done; echo $i
while true; do echo once; break; done; echo $?
while false; do echo never; done; echo $?
{ echo a; echo b; } | cat; { echo c; false; }; echo $?
! { true; }; echo $?; ! false | true; echo $?
seq 5 | while read n; do test $n -ge 4 && break; echo line $n; done
seq 3 | { read first; echo "first $first"; cat; }
echo 'a b  c ' | while read x y; do echo "<$x><$y>"; done
echo a | while read x y z; do echo "<$x><$y><$z>"; done
read x < /dev/nothing; echo $?
seq 3 > f; while read n; do echo "$n!"; done < f; for i in 1 2; do echo $i; done > g; cat g; { cat; echo end; } < f >> g; wc -l < g | tr -d ' '
echo "[$(echo a; echo b)]"; echo [$(echo a; echo b)]; echo "$(echo "nested $(echo deep)")" '$(echo not)'
X=$(echo value); echo $X; Y=$(false); echo $?; Y=$(exit 7); echo $?; echo $(true); echo $?
echo $(printf_is_not_here 2> e) end
echo "$(seq 30000 | tail -1)" `seq 3 | head -1`
N=5; for k in 1; do echo $N; done | cat; N=6 ; echo $(echo $N)
sh -c 'for x; do echo "arg $x"; done; shift; echo $1 $#; echo "$*"; for x in "$@"; do echo $x; done' name p 'q r' s
test a = a; echo $?; test a != a; echo $?; test -n ''; echo $?; test -z ''; echo $?; test; echo $?; test x; echo $?; test ''; echo $?
[ 3 -lt 10 ]; echo $?; [ 3 -gt 10 ]; echo $?; [ -3 -le -3 ]; echo $?; [ 1 -ne 1 ]; echo $?; [ ! 1 -eq 2 ]; echo $?
> empty; echo x > full; [ -e full ]; echo $?; [ -f full ]; echo $?; [ -d . ]; echo $?; [ -s empty ]; echo $?; [ -s full ]; echo $?; [ -f . ]; echo $?; [ -e none ]; echo $?
if [ -e none ] || [ -e full ]; then echo there; fi
if read line; then echo "$line"; fi < full
for i in 1 2 3; do if test $i = 2; then continue; fi; echo $i; done & wait
for f in *ull; do echo $f; done
""".strip().split('\n')
SAYS = [
	('break; echo $?', 'sh: break: there is no loop here\n2\n'),
	('for i in 1; do break 0; done', 'sh: break: a number from 1 on is wanted\n'),
	('read; echo $?', 'sh: read: a name is wanted\n2\n'), ('echo x | read 1x', 'sh: read: 1x: not a name\n'),
	('[ a; echo $?', 'sh: [: ] is missing\n2\n'), ('test a -eq 1; echo $?', 'sh: test: a: not a whole number\n2\n'),
	('test a ~ b; echo $?', 'sh: test: ~: no such comparison\n2\n'), ('test -q b; echo $?', 'sh: test: -q: no such condition\n2\n'),
	('test a b c d e; echo $?', 'sh: test: too many arguments\n2\n'),
	('sh -c "if true; then echo"; echo $?', 'sh: column 19: "fi" is missing at the end\n2\n'),
	('sh -c "shift; shift; echo \\$?" name one', '1\n'),
	('yes | while read x; do echo $x; break; done', 'y\n'),
	('for i in $(seq 100); do echo $i | cat; done | tail -1', '100\n'),
]
texts, done = sections(['cd /tmp; ' + line for line in SAME] + [line for line, _ in SAYS], '--icount', timeout=200)
with tempfile.TemporaryDirectory() as folder:
	for line, text in zip(SAME, texts):
		here = subprocess.run(['bash', '-c', line], cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
			env={'LC_ALL': 'C', 'PATH': os.environ['PATH']}).stdout
		text = '\n'.join(t for t in text.split('\n') if not t.startswith('sh: '))
		equal(text, here, line if len(line) < 90 else line[:87] + '...')
for (line, said), text in zip(SAYS, texts[len(SAME):]):
	equal(text, said, line)
equal(done.status, 0, 'and all ends well')
finish()
