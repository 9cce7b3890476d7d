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
		file.write('int no_such(void);\nint main(void) { return no_such(); }\n')
	status, said = cc('-o', program, source)
	ok(status == 1 and 'no_such' in said, "what libc lacks is the linker's error", said)
	environment = dict(os.environ, ATOLL_BUILD='none')
	p = subprocess.run(['tools/cc', source], env=environment, stderr=subprocess.PIPE, text=True)
	ok(p.returncode == 1 and 'run make' in p.stderr, 'nothing built: says so', p.stderr)
	equal(cc('--version')[0], 0, 'a question links nothing')
	equal(cc()[0], 2, 'no arguments: usage')
finish()
