#!/usr/bin/python3
"""All on-target stories on Bochs, whose processor has PCID, once without tags and once with two, which run out all the
time. (make test runs them with all tags.) Left out are those that ask for a number of tags themselves (APPEND: pcid=)."""
import os, re, subprocess, sys
sys.path.insert(0, os.path.dirname(os.path.realpath(__file__)) + '/../lib')
from atoll import *

ok(subprocess.run(['make', '-s', 'target-tests']).returncode == 0, 'the stories are built')
listed = subprocess.run(['tests/run', '--list', 'target@bochs'], stdout=subprocess.PIPE, text=True).stdout
stories = [name for name in re.findall(r'^target/(.*)@bochs$', listed, re.M)
	if not any('APPEND: pcid=' in line for line in open('tests/target/%s.c' % name).readlines()[:20])]
for words in 'pcid=off', 'pcid=2':
	p = subprocess.Popen(['tests/lib/stories', 'bochs', '--append=' + words, *stories], stdout=subprocess.PIPE, text=True)
	planned = None
	for line in p.stdout:
		if found := re.match(r'(not )?ok \d+ - (.*)', line):
			ok(not found[1] or '# TODO' in line, words + ': ' + found[2])
		elif line.startswith('1..'):
			planned = line
		else:
			print(line, end='')
	ok(p.wait() == 0 and planned, words + ': all have had their turn')
finish()
