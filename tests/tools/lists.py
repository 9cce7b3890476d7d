#!/usr/bin/python3
"""tools/check lists: a list of passed tests that lost a name is told of, also when the loss was committed."""
import os, subprocess, sys, tempfile
sys.path.insert(0, os.path.dirname(os.path.realpath(__file__)) + '/../lib')
from atoll import *


def check(folder):
	p = subprocess.run([folder + '/tools/check', 'lists'], stdout=subprocess.PIPE, text=True)
	return p.returncode, p.stdout


def git(*words):
	subprocess.run(['git', '-c', 'user.name=test', '-c', 'user.email=test@example.org', *words], check=True)


if subprocess.run(['git', 'rev-parse', '--is-shallow-repository'], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True).stdout != 'false\n':
	ok(True, '# SKIP there is no history here')
	finish()
with tempfile.TemporaryDirectory() as folder:
	git('clone', '-q', '.', folder)
	equal(check(folder)[0], 0, 'the lists have lost nothing')
	with open(folder + '/tests/ports/zlib.list') as file:
		head, name, *rest = file.readlines()
	with open(folder + '/tests/ports/zlib.list', 'w') as file:
		file.writelines([head, *rest])
	contains(check(folder)[1], 'zlib.list: %s is missing' % name.strip(), 'a name that is taken out is missed')
	git('-C', folder, 'commit', '-q', '-a', '-m', 'Lose a test')
	contains(check(folder)[1], 'zlib.list: %s is missing' % name.strip(), 'also when that is committed')
finish()
