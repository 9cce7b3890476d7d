#!/usr/bin/python3
"""The shell's language, judged by this machine's shell: the same commands must print the same. Some are written here, as many
are random: SEED=n repeats those.

GROUP: shell"""
import os, random, subprocess, sys
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
case abc in a) echo 1;; a*) echo 2;; *) echo 3;; esac; case x in (y|z) echo 1;; (w|x) echo 2;; esac; case q in a) ;; esac; echo $?
case "a b" in "a b") echo same;; esac; x='*'; case '*' in "$x") echo star;; esac; case abc in "$x") echo no;; $x) echo any;; esac
case 5 in [0-4]) echo low;; [[:digit:]]) echo digit; false;; esac; echo $?; case '' in ?*) echo some;; '') echo none; esac
for i in a.c b.h c; do case $i in *.c) echo C;; *.h) echo H; continue;; *) echo other;; esac; echo $i; done
f() { echo "f $# $1 $2"; }; f; f a; f "a b" c; f() { echo new; }; f; f | cat; (f); echo $(f)
f() { return 3; echo never; }; f; echo $?; f || echo failed; g() { f; }; g; echo $?; h() { for i in 1 2 3; do test $i = 2 && return 7; echo $i; done; }; h; echo $?
f() { set -- x y; echo $1 $2 $#; shift; echo $1 $#; }; set -- a b c; f q; echo $1 $#; set --; echo $#; set -- "p q" r; for i; do echo "<$i>"; done
fact() { if test $1 -le 1; then echo 1; else echo $(($1 * $(fact $(($1 - 1))))); fi; }; fact 6
count() { test $1 -gt 0 || return 0; echo $1; count $(($1 - 1)); echo back $1; }; count 3
f() if true; then echo if; fi; f; f() (exit 4); f; echo $?; f() { echo out; echo err >&2; } > o; f 2> e; cat o e
f() { echo $0 $1; }; f 1; sh -c 'g() { echo "g $1"; }; g 2; echo a | g 3; { g 4; } | cat'; unset -f f; f 2> /dev/null || echo gone
(echo a; echo b) | cat; (exit 3); echo $?; x=1; (x=2; echo $x); echo $x; (cd /; pwd); ( (echo deep) ); ! (true); echo $?
(echo to file) > o; cat o; (cat; echo end) < o; (echo background)& wait
echo $((1+2*3)) $((  (1+2)*3 )) $((7/2)) $((-7/2)) $((-7%3)) $((1<<10)) $((~5)) $((!5)) $((3>2)) $((3>2&&2>3)) $((0||7))
x=5; echo $((x+1)) $(($x+1)) $((x=7)) $x $((x+=3)) $x $((x<<=2)) $((y+1)) $((x>3?x:0)) $((0?1:2?3:4)) $((5&6)) $((5|6)) $((5^6))
echo $((0x1f)) $((017)) $((9223372036854775807)) $((9223372036854775807+1)) $((0 && (z=5))) "[$z]" $((1 || 1/0)) "$((2 * 3))"
i=0; while test $i -lt 4; do i=$((i+1)); test $((i % 2)) = 0 && continue; echo $i; done; echo $(( $(echo 4) * 2 ))
x=value; echo ${x:-no} ${y:-default} ${y-unset} ${x:+yes} [${y:+no}] ${y:=set} $y ${#x} ${x:-a b}; y=; echo "[${y-unset}] [${y:-empty}]"
x=/usr/lib/a.tar.gz; echo ${x#*/} ${x##*/} ${x%.*} ${x%%.*} ${x#none} "${x%/*}" ${x##*.}; y='*.'; echo ${x%$y*} ${x%"$y"*}
echo "${z:-two  words}" ${z:-two  words} ${z:-"two  words"} '${z:-x}' "${z:-$x$((1+1))}" ${z:-${q:-nested}}; set -- a b; echo ${1} ${2} ${3:-none} ${#} $# ${@}
eval 'echo a; x=5'; echo $x; eval "y=\$x" ; echo $y; cmd='echo from eval'; eval $cmd; eval; echo $?; eval 'false'; echo $?
echo 'v=inside; echo sourced; return 5; echo never' > s; . ./s; echo $? $v; f() { . ./s; echo after; }; f
printf_less=1; set -e; false || echo kept; if false; then :; fi; ! true; (false) || true; echo still; false; echo never
(set -e; echo a; false; echo b); echo $?; x=$(set -e; false; echo c); echo "[$x]"
shift 2; echo $?; set -- 1 2 3 4; shift 2; echo $1 $#; shift 3; echo $# $1
f() { local x=in y; y=2; echo $x$y; g; }; g() { local x; x=deep; echo $x$y; }; x=out; y=1; f; echo $x$y; f | cat; unset x; f; echo "[${x-unset}]"
trap 'echo bye $?' EXIT; (exit 4); false; exit 3
(trap 'echo sub' EXIT; echo in); trap 'echo one' EXIT; trap 'echo two' EXIT; trap - EXIT; echo end
trap 'echo usr1; false' USR1; kill -USR1 $$; echo $?; trap '' USR1; kill -USR1 $$; trap 'echo again' 10; kill -10 $$; trap - USR1; echo end
trap 'exit 5' EXIT; false; echo last; (trap 'echo inner; exit 6' TERM; kill -TERM $$ 2> /dev/null; echo on) > o & wait; exit 1
f() { trap 'echo from f' EXIT; }; f; set -e; echo before; false; echo never
exec 3> q; echo $?; echo kept; exec > o; echo to o; exec 2>&1; exec cat f o
exec < s; echo done; (exec sh -c 'echo replaced; exit 7'; echo never); echo $?; (exec nothere 2> e; echo never); echo $?
HOME=/tmp; echo ~ ~/x "~" '~' a~ \~; x=~; y=~/z; echo $x $y; case /tmp in ~) echo home;; esac; for i in ~/*nothing; do echo $i; done
sleep 0 & wait $!; echo $?; false & wait $!; echo $?; (exit 9) & wait $!; echo $?
echo '#!/bin/cat' > s; echo text >> s; chmod +x s 2> /dev/null; ./s; echo '#!/bin/sh -x' > s; echo 'echo "$1"' >> s; chmod +x s 2> /dev/null; ./s arg 2> e; cat e
""".strip().split('\n') + [
	'cat <<E\nplain $((1+1)) ${x:-none} $(echo sub) \\$x `echo old` "quoted" \'single\' \\\\ \\n\nE',
	"x=5; cat <<'E'\n$x $((1))\nE\ncat <<\\E\n$x\nE\necho done", 'cat <<-E\n\tindented\n\t\ttwice\n\tE\necho after', 'cat <<A <<B; echo next\none\nA\ntwo\nB\necho end',
	'cat <<A | tr a-z A-Z\nup\nA\ncat <<A && echo yes\nx\nA', 'while read a b; do echo "<$a|$b>"; done <<E\n1 2 3\nx\n\n y  z \nE',
	'f() {\ncat <<E\nin f: $1\nE\n}\nf a; f b | cat', 'if true; then cat <<E; fi | cat\nbody\nE\necho end', '{ cat <<A; cat; } <<B | cat\na\nA\nb\nB', 'x=$(cat <<E\nin $((6*7))\nE\n); echo "[$x]"',
	'cat <<E &\nbackground\nE\nwait', 'case a in\n# comment\na)\n\techo one\n\t;;\n\n*) echo two ;;\nesac\n', 'for i in 1 2; do\ncat <<E\n$i\nE\ndone', '(\necho a\necho b\n)\n{\necho c\n}', 'cat <<E\nE\necho empty',
	'echo "a\nb" \'c\nd\' e\\\nf', 'f()\n{\n\techo newline\n}\nf'
]


class Script:
	"""Random commands that end, and whose output does not depend on who runs them."""

	def __init__(self, seed):
		self.random = random.Random(seed)
		self.depth = 0

	def number(self):
		return self.random.choice(['0', '1', '2', '7', '10', '-3', '255', 'm', 'k', '$m', '${q:-4}', '0x1f', '$#'])

	def sum(self, depth=3):
		pick = self.random.randrange(8) if depth else 0
		if pick < 3:
			return self.number()
		if pick == 3:
			return '(%s)' % self.sum(depth - 1)
		if pick == 4:
			return self.random.choice('~!-') + '(%s)' % self.sum(depth - 1)
		if pick == 5:
			return '(%s ? %s : %s)' % tuple(self.sum(depth - 1) for _ in range(3))
		if pick == 6:
			return '(%s %s (%s | 1))' % (self.sum(depth - 1), self.random.choice('/%'), self.sum(depth - 1))
		return '%s %s %s' % (self.sum(depth - 1), self.random.choice('+ - * & | ^ < > <= >= == != && ||'.split()), self.sum(depth - 1))

	def word(self):
		r = self.random
		return r.choice([
			lambda: r.choice('abc'), lambda: "'a  b'", lambda: '"$x"', lambda: '$y', lambda: '"$@"', lambda: '$*', lambda: '$((%s))' % self.sum(),
			lambda: '${%s%s%s}' % (r.choice('xyz'), r.choice([':-', '-', ':+', '+', '#', '##', '%', '%%']), r.choice(['a', '*a', 'b*', '?', '$x', '[a-c]', "'*'", '"q r"'])),
			lambda: '"${%s%s%s}"' % (r.choice('xyz'), r.choice([':-', '-', ':+', '+', '#', '##', '%', '%%']), r.choice(['a', '*a', 'b*', '?', '$x', '[a-c]'])),
			lambda: '$(%s)' % self.simple(), lambda: '"$(%s)"' % self.simple(), lambda: '${#%s}' % r.choice('xyz'), lambda: 'a\\ b'])()

	def words(self):
		return ' '.join(self.word() for _ in range(self.random.randrange(4)))

	def simple(self):
		r = self.random
		return r.choice([
			lambda: 'echo ' + self.words(), lambda: 'echo "[$x|$y|$z]" $#', lambda: '%s=%s' % (r.choice('xyz'), r.choice(['a', 'bcab', '"a b"', '5', '12'])),
			lambda: 'test %s = %s' % (self.random.choice(['a', '"$x"', '"$y"']), self.random.choice(['a', '"$z"', '5'])), lambda: 'f ' + self.words(), lambda: r.choice(['true', 'false', ':']),
			lambda: 'set -- ' + self.words(), lambda: 'eval "%s=\\$%s"' % (r.choice('xyz'), r.choice('xyz'))])()

	def command(self):
		r = self.random
		self.depth += 1
		pick = r.randrange(10) if self.depth < 4 else 0
		text = (lambda: self.simple(), lambda: self.simple(), lambda: 'if %s; then %s; else %s; fi' % (self.list(), self.list(), self.list()),
			lambda: 'for i in %s; do echo $i; %s; done' % (self.words(), self.list()), lambda: 'case %s in %s) %s;; [a-c]*|"") %s;; *) %s;; esac' % (
				r.choice(['$x', '"$y"', 'abc', '$#', '"a b"']), r.choice(['a', '"$x"', '$z*', "'a b'"]), self.list(), self.list(), self.list()),
			lambda: '{ %s; }' % self.list(), lambda: '( %s )' % self.list(), lambda: '%s | cat' % self.simple(),
			lambda: 'n=0; while test $n -lt 2; do n=$((n+1)); %s; done' % self.simple(), lambda: '! ' + self.simple())[pick]()
		self.depth -= 1
		return text

	def list(self):
		return ''.join(self.command() + self.random.choice(['; ', '; ', ' && ', ' || ']) for _ in range(self.random.randrange(3))) + self.command()

	def line(self):
		return 'mkdir -p here; cd here; m=5; k=-2; x=abc; y="b a"; unset z; set -- p "q r"; f() { echo "f:$#:$1"; %s; }; %s; echo "$? $x $y $z"' % (
			self.random.choice(['return 2', 'x=f$x', 'set -- new']), '; '.join(self.command() for _ in range(3)))


SEED = int(os.environ.get('SEED', random.randrange(1 << 32)))
script = Script(SEED)
RANDOM = [script.line() for _ in range(60)]
SAYS = [
	('echo $((1/0)); echo $?', 'sh: 1/0: division by 0\n1\n'), ('echo $((1+)); echo $?', 'sh: 1+: a number is missing\n1\n'), ('echo $((a b))', 'sh: a b: not a sum\n'),
	('echo ${x:?needed}; echo $?', 'sh: x: needed\n1\n'), ('echo ${}; echo ${x!y}', 'sh: : no name of a variable\nsh: x: nothing that may stand in ${ } follows\n'),
	('f() { f; }; f; echo $?', 'sh: f: too many functions call each other\n1\n'), ('f() { f() { echo new; }; echo old; }; f; f', 'old\nnew\n'),
	('sh -c "case x in a) echo"; echo $?', 'sh: column 18: ";;" is missing at the end\n2\n'), ('sh -c "f( )"', 'sh: column 5: { is missing at the end\n'), ('sh -c "(echo"', 'sh: column 6: ")" is missing at the end\n'),
	('sh -c "cat << x"', 'sh: column 9: << is not ended by a line "x"\n'), ('set -q; echo $?', 'sh: set: -q: unknown option\n2\n'), ('f() { return x; }; f', 'sh: return: x: a number is wanted\n'), ('. /none', 'sh: .: /none: No such file or directory\n'),
	('set -x; x=5 echo a; set +x', '+ x=5 echo a\na\n+ set +x\n'), ('x="a b"; echo \'#!/bin/none\' > s; ./s; echo $?', 'sh: ./s: No such file or directory\n127\n'),
	('fg; jobs', 'sh: fg: the last one: not a job of this shell\n'), ('sleep 0.1 & fg; echo $?', 'sleep 0.1\n0\n'),
	('break; echo $?', 'sh: break: there is no loop here\n2\n'),
	('for i in 1; do break 0; done', 'sh: break: a number from 1 on is wanted\n'),
	('read; echo $?', 'sh: read: a name is wanted\n2\n'), ('echo x | read 1x', 'sh: read: 1x: not a name\n'),
	('[ a; echo $?', 'sh: [: ] is missing\n2\n'), ('test a -eq 1; echo $?', 'sh: test: a: not a whole number\n2\n'),
	('test a =~ b; echo $?', 'sh: test: =~: no such comparison\n2\n'), ('test -q b; echo $?', 'sh: test: -q: no such condition\n2\n'),
	('test a b c d e; echo $?', 'sh: test: too many arguments\n2\n'),
	('sh -c "if true; then echo"; echo $?', 'sh: column 19: "fi" is missing at the end\n2\n'),
	('sh -c "shift; shift; echo \\$?" name one', '1\n'),
	('yes | while read x; do echo $x; break; done', 'y\n'),
	('for i in $(seq 100); do echo $i | cat; done | tail -1', '100\n'),
]
# Each in a shell of its own: variables, functions, set -e.
SCRIPTS = SAME + RANDOM
LINES = ["cd /tmp; sh -c '%s' sh" % line.replace("'", "'\\''") for line in SCRIPTS]
texts, batch = [], []
for number, line in enumerate(LINES):
	batch.append(line)
	if number + 1 == len(LINES) or sum(map(len, batch)) > 24000: # init takes 32 KiB
		texts += sections(batch, '--icount', timeout=200)[0]
		batch = []
said, done = sections(['cd /tmp; ' + line for line, _ in SAYS], '--icount', timeout=200)
with tempfile.TemporaryDirectory() as folder:
	for line, text in zip(SCRIPTS, texts):
		here = subprocess.run(['bash', '-c', line, 'sh'], cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
			env={'LC_ALL': 'C', 'PATH': os.environ['PATH']}).stdout
		text = '\n'.join(t for t in text.split('\n') if not t.startswith('sh: '))
		name = repr(line)[1:-1]
		if not equal(text, here, name if len(name) < 90 else name[:87] + '...'):
			note('SEED=%d: %s' % (SEED, line))
for (line, wanted), text in zip(SAYS, said):
	equal(text, wanted, line)
equal(done.status, 0, 'and all ends well')
finish()
