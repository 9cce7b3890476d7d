#!/usr/bin/python3
"""tools/cc: a program that is not the tree's is compiled and linked with it, and runs on Atoll."""
import os, subprocess, sys
sys.path.insert(0, os.path.dirname(os.path.realpath(__file__)) + '/../lib')
from atoll import *
from variant import Folder

PROGRAM = b"""
#include <limits.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#if __STDC_HOSTED__ != 1
#error "as for a hosted program"
#endif
int main(int argc, char **argv)
{
	printf("%s %.3f %d\\n", argv[1], sin(argc) * cos(argc), UINT64_MAX == ULONG_MAX);
}
"""

DEEP = """
#include <stdio.h>
static int first, last;
__attribute__((constructor)) static void begin(void) { first = 1; }
__attribute__((destructor)) static void end(void) { printf("last %d\\n", last); }
static int deep(int n) { volatile char room[1000]; room[0] = 1; return n ? deep(n - 1) + room[0] : 0; }
int main(void) { printf("%d deep, first %d, ", deep(1500), first); last = 2; }
"""


def cc(*words):
	p = subprocess.run(['tools/cc', *words], env=dict(os.environ, ATOLL_BUILD=BUILD), stdout=subprocess.PIPE,
		stderr=subprocess.STDOUT, text=True)
	return p.returncode, p.stdout


with Folder() as folder:
	source, program, archive = folder.name + '/hello.c', folder.name + '/hello', folder.name + '/archive'
	with open(source, 'wb') as file:
		file.write(PROGRAM)
	equal(cc('-Wall', '-Werror', '-O2', '-o', program, source, '-lm'), (0, ''), 'compiles and links in one go')
	os.remove(program)
	equal([cc('-c', '-o', program + '.o', source), cc(program + '.o', '-lm', '-o', program)], [(0, '')] * 2, 'compiles, then links')
	subprocess.run(['cp', BUILD + '/archive.tar', archive])
	subprocess.run(['tar', '--format=ustar', '-rf', archive, '-C', folder.name, 'hello'])
	done = run('/hello world', '--module', 'archive=' + archive)
	ok(done.status == 0 and done.text.endswith('\nworld -0.378 1\n'), 'it runs; main that returns nothing returns 0', done)
	with open(source, 'w') as file:
		file.write(DEEP)
	equal(cc('-O0', '-Wl,-z,stack-size=2097152', '-o', program, source), (0, ''), 'asks for a stack of 2 MiB')
	equal(cc('-O0', '-o', program + '2', source), (0, ''), 'or does not')
	equal(cc('-O0', '-Wl,-z,stack-size=17000000', '-o', program + '3', source), (0, ''), 'or for too much')
	subprocess.run(['cp', BUILD + '/archive.tar', archive])
	subprocess.run(['tar', '--format=ustar', '-rf', archive, '-C', folder.name, 'hello', 'hello2', 'hello3'])
	done = run('/hello; echo $?; /hello2; /hello3', '--module', 'archive=' + archive)
	contains(done.text, '\n1500 deep, first 1, last 2\n0\n', 'it has that stack; constructors and destructors are called')
	contains(done.text, '(stack overflow)', 'one that did not ask has not')
	contains(done.text, '/hello3: not a program', 'nobody has so much')
	with open(source, 'w') as file:
		file.write('int no_such(void);\nint main(void) { return no_such(); }\n')
	status, said = cc('-o', program, source)
	ok(status == 1 and 'no_such' in said, "what libc lacks is the linker's error", said)
	environment = dict(os.environ, ATOLL_BUILD='none')
	p = subprocess.run(['tools/cc', source], env=environment, stderr=subprocess.PIPE, text=True)
	ok(p.returncode == 1 and 'run make' in p.stderr, 'nothing built: says so', p.stderr)
	equal(cc('--version')[0], 0, 'a question links nothing')
	equal(cc()[0], 2, 'no arguments: usage')
finish()
