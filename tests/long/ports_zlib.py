#!/usr/bin/python3
"""zlib's three test programs: example, minigzip (there and back again), infcover."""
import os, sys
sys.path.insert(0, os.path.dirname(os.path.realpath(__file__)) + '/../lib')
from atoll import *
from ports import *

zlib = source('zlib')
# Its configure wants to know a shared library's name and whether files have 64-bit offsets: the headers as they come do.
made(['make', '-f', 'Makefile.in', 'CC=' + CC, 'CFLAGS=-O2 -D_LARGEFILE64_SOURCE=0', 'AR=ar', 'ARFLAGS=rc', 'RANLIB=ranlib', 'LDFLAGS=',
	'TEST_LDFLAGS=libz.a', 'libz.a', 'example', 'minigzip', 'infcover'], zlib)
programs = {'bin/' + name: zlib + '/' + name for name in ('example', 'minigzip', 'infcover')}
results, done = boot({**programs, 'port/text': zlib + '/ChangeLog'}, {
	'example': 'example /tmp/foo.gz',
	'minigzip': 'minigzip < /port/text > /tmp/text.gz; wc -c /tmp/text.gz; minigzip -d < /tmp/text.gz',
	'infcover': 'infcover'})

host, said = command(['sh', '-c', 'gcc -O2 -I. -o minigzip.host test/minigzip.c *.c -w && ./minigzip.host < ChangeLog | wc -c'], zlib)
with open(zlib + '/ChangeLog') as file:
	text = file.read()
size, _, back = results['minigzip'][0].lstrip().partition('\n')
passed = {name for name, right in {
	'example': results['example'][1] == 0 and 'inflate with dictionary: hello, hello!' in results['example'][0],
	# As many bytes as this machine's makes.
	'minigzip': host and size.split()[:1] == said.split() and back.rstrip() == text.rstrip(),
	'infcover': results['infcover'][1] == 0 and 'trailing' not in results['infcover'][0]}.items() if right}
judge('zlib', passed, 3, {name: result[0][-2000:] for name, result in results.items()})
finish()
