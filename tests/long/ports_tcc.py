#!/usr/bin/python3
"""tcc compiles its own test programs on Atoll, links them with Atoll's libc, and Atoll runs them.

It is built as a cross compiler is, so without -run: that wants pages both writable and executable, which the kernel does not make.
Each test is what tests/tests2/Makefile makes of it otherwise: the same options, arguments and expected output."""
import os, sys
from glob import glob
sys.path.insert(0, os.path.dirname(os.path.realpath(__file__)) + '/../lib')
from atoll import *
from ports import *

CONFIG = """
#define TCC_VERSION "0.9.27"
#define CONFIG_TCC_STATIC 1
#define CONFIG_TCCDIR "/lib/tcc"
#define CONFIG_TCC_SYSINCLUDEPATHS "/lib/tcc/include:/include"
#define CONFIG_TCC_LIBPATHS "/lib"
#define CONFIG_TCC_CRTPREFIX "/lib"
"""
OPTIONS = {
	'76_dollars_in_identifiers': '-fdollars-in-identifiers',
	'104_inline': '104+_inline.c'}
ARGUMENTS = {
	'31_args': 'arg1 arg2 arg3 arg4 arg5',
	'46_grep': r"'[^* ]*[:a:d: ]+\:\*-/: $' 46_grep.c"}

tcc = source('tcc')
with open(tcc + '/config.h', 'w') as file:
	file.write(CONFIG)
# execvp is how tcc -m32 would become another compiler.
made([CC, '-O2', '-w', '-U__x86_64__', '-DTCC_TARGET_X86_64', '-DTCC_IS_NATIVE_387', '-Dexecvp(file,arguments)=-1', '-I.', '-o', 'tcc', 'tcc.c'],
	tcc, 'tcc is built for Atoll')
for name in 'libtcc1.c', 'alloca86_64.S':
	made([CC, '-O2', '-w', '-c', '-o', name.split('.')[0] + '.o', 'lib/' + name], tcc)
made(['ar', 'rcs', 'libtcc1.a', 'libtcc1.o', 'alloca86_64.o'], tcc)
with open(tcc + '/empty.c', 'w') as file:
	file.write('')
made([CC, '-c', '-o', 'empty.o', 'empty.c'], tcc)
# What Atoll's programs are linked with here: libc and what gcc's own library adds, but where tcc has the same; without what only a
# debugger reads.
made(['sh', '-ec', '''
	cp %s/%s/libc.a .
	mkdir parts; cd parts
	ar x "$(gcc -print-libgcc-file-name)"
	for name in $(nm -g --defined-only ../libtcc1.a | awk 'NF == 3 { print $3 }'); do rm -f "_${name#__}.o" "${name#__}.o"; done
	ar qs ../libc.a *.o
	strip -g ../libc.a''' % (TOP, BUILD)], tcc, 'the library to link with')
files = {'bin/tcc': tcc + '/tcc', 'lib/crt1.o': BUILD + '/obj/libc/x86/crt0.o', 'lib/crti.o': tcc + '/empty.o', 'lib/crtn.o': tcc + '/empty.o',
	'lib/libc.a': tcc + '/libc.a', 'lib/tcc/libtcc1.a': tcc + '/libtcc1.a',
	'lib/tcc/include': tcc + '/include', 'include': 'libc/include', 'port/tests2': tcc + '/tests/tests2'}

tests = sorted(os.path.basename(path)[:-len('.expect')] for path in glob(tcc + '/tests/tests2/*.expect'))
parts = {name: 'cd /port/tests2; rm -f /tmp/a.exe; tcc -static -I/kernel/include %s.c %s -o /tmp/a.exe && /tmp/a.exe %s' % (
	name, OPTIONS.get(name, ''), ARGUMENTS.get(name, '')) for name in tests}
results, done = boot({**files, 'kernel/include': 'kernel/include'}, parts, timeout=1500)


def lines(text):
	"""As diff -Nbu sees them: blanks and their number do not count."""
	return [' '.join(line.split()) for line in text.strip().splitlines()]


passed, details = set(), {}
for name in tests:
	with open('%s/tests/tests2/%s.expect' % (tcc, name), errors='replace') as file:
		wanted = file.read()
	text, status = results[name]
	if status is not None and lines(text) == lines(wanted):
		passed.add(name)
	details[name] = 'status %s\ngot\n%s\nexpected\n%s' % (status, text[-1500:], wanted[-1500:])
if os.environ.get('SHOW'):
	for name in tests:
		if name not in passed:
			note(name + ': ' + details[name][:700])
judge('tcc', passed, 90, details)
finish()
