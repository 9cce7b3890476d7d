#!/usr/bin/python3
"""The utilities that make one text of another, judged by this machine's: the same commands must print the same and end with
the same status. Then what they say to mistakes.

GROUP: shell"""
import os, subprocess, sys
sys.path.insert(0, os.path.dirname(os.path.realpath(__file__)) + '/../lib')
from atoll import *
from variant import sections

MAKE = ("seq 30 > n; seq 1 3 40 > m; echo 'b:2:x' > f; echo 'a:10:' >> f; echo ':3:z:w' >> f; echo none >> f; echo 'b:2:x' >> f; echo 'b:2:x' >> f; "
	"echo -n 'no newline' > e; : > empty")
SAME = """
seq 5
seq 3 7
seq 1 3 14
seq 10 -4 -3
seq 5 4
seq -3 0
head n
head -3 n
head -n 2 n m
head -c 7 n
head -n 0 n
head -n 100 e empty
head -c 3 < e
cat f | head -2
tail n
tail -3 n
tail -n 1 n m
tail -c 7 n
tail -n 0 n
tail -n +28 n
tail -c +75 n
tail -n 5 e empty
cat f e | tail -2
seq 20000 | tail -1500 | head -2
sort n
sort -n n m
sort -r f
sort -n -r n
sort -u n m f
sort -n -u n m n
cat e n | sort
sort empty
uniq f
uniq -c f
uniq -d f
uniq -u f
sort f | uniq -c
uniq e
tr a-z A-Z < f
tr -d 0-9 < f
tr -s 0-9 < n
tr -d '\\n' < n
tr -c 0-9 . < f
tr -c -d '0-9\\n' < f
tr '[:lower:]' '[:upper:]' < e
tr '\\141b\\072' 'AB\\t' < f
tr -s n < e
tr -s a-z X < e
cut -c 1 f
cut -c 2-3,1 n
cut -c -2 f
cut -c 3- f
cut -d : -f 2 f
cut -d : -f 1,3- f
cut -d : -f 2 -s f
cut -f 1 e
tee t < n > u; cat t u | sort | uniq -c | head -2
tee -a t < e > u; tail -1 t
tee t u < empty; wc -c < t | tr -d ' '
seq 3 | tee t | tail -1; cat t
yes | head -2
yes a b | head -3
yes | head -c 100001 | tail -c 3
seq 100000 | tail -1
seq 1 2 100000 | sort -n -r | head -1
""".strip().split('\n')
MISTAKES = [
	('head -n x n', 'head: x: not a number\n', 1), ('head -c', None, 1), ('head none', 'head: none: No such file or directory\n', 1),
	('tail -n', None, 1), ('tail none n | wc -l', 'tail: none: No such file or directory\n     11\n', 0), ('tail /etc', 'tail: /etc: Is a directory\n', 1),
	('sort none', 'sort: none: No such file or directory\n', 2), ('sort -Z', None, 2), ('uniq a b', None, 1), ('uniq -Z', None, 1),
	('seq', None, 1), ('seq x', 'seq: x: not a whole number\n', 1), ('seq 1 0 2', 'seq: the step must not be 0\n', 1), ('seq 1.5', 'seq: 1.5: not a whole number\n', 1),
	('tr a', None, 1), ("tr a ''", 'tr: SET2 is empty\n', 1), ('tr z-a b', 'tr: z-a: a range that ends before it begins\n', 1), ('tr -d a b', None, 1),
	('cut f', None, 1), ('cut -f 0 f', 'cut: 0: not a list\n', 1), ('cut -c 3-2 f', 'cut: 3-2: not a list\n', 1), ('cut -c 1, f', 'cut: 1,: not a list\n', 1),
	('cut -c - f', 'cut: -: not a list\n', 1), ('cut -d xx -f 1 f', None, 1), ('cut -c 1 none', 'cut: none: No such file or directory\n', 1),
	('tee /none/x < n | tail -1', 'tee: /none/x: No such file or directory\n30\n', 0), ('tee -Z', None, 1),
]
HELP = 'cut head seq sort tail tee tr uniq yes'.split()

texts, done = sections(['cd /tmp; ' + MAKE] + [line + '; echo =$?' for line in SAME] + ['%s; echo =$?' % line for line, _, _ in MISTAKES] +
	['%s --help; echo =$?' % name for name in HELP], '--icount', timeout=200)
with tempfile.TemporaryDirectory() as folder:
	def here(line):
		return subprocess.run(['bash', '-c', line + '; echo =$?'], cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
			env={'LC_ALL': 'C', 'PATH': os.environ['PATH']}).stdout
	here(MAKE)
	for line, text in zip(SAME, texts[1:]):
		equal(text, here(line), line)
rest = texts[1 + len(SAME):]
for (line, said, status), text in zip(MISTAKES, rest):
	if said is None:
		ok(text.startswith('usage: ') or 'usage: ' + line.split()[0] in text, line + ': says how it is used', text)
		contains(text, '=%d\n' % status, line + ': status')
	else:
		equal(text, said + '=%d\n' % status, line)
for name, text in zip(HELP, rest[len(MISTAKES):]):
	ok(text.startswith('usage: ' + name) and text.endswith('=0\n'), name + ' --help', text)
equal(done.status, 0, 'and all ends well')
finish()
