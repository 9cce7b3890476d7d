#!/usr/bin/python3
"""Lua 5.4 runs scripts: on Atoll they print what they print under a Lua that is made of the same source for this machine. (Lua's own tests
are not in Debian's package. The scripts are ours: tests/ports/lua/.)"""
import os, sys
from glob import glob
sys.path.insert(0, os.path.dirname(os.path.realpath(__file__)) + '/../lib')
from atoll import *
from ports import *

SCRIPTS = {os.path.basename(path)[:-4]: path for path in sorted(glob('tests/ports/lua/*.lua'))}
lua = source('lua5.4')
with open(lua + '/src/lua5.4-deb-multiarch.h', 'w') as file: # as debian/rules does
	file.write('#define DEB_HOST_MULTIARCH "atoll"\n')
parts = [path for path in sorted(glob(lua + '/src/*.c')) if not path.endswith('/luac.c')]
made([CC, '-O2', '-w', '-DLUA_COMPAT_5_3', '-o', lua + '/lua'] + parts + ['-lm'], lua, 'Lua is built for Atoll')
made(['gcc', '-O2', '-w', '-DLUA_COMPAT_5_3', '-o', lua + '/lua.host'] + parts + ['-lm'], lua, 'Lua is built for this machine')
results, done = boot(
	{'bin/lua': lua + '/lua', **{'port/%s.lua' % name: path for name, path in SCRIPTS.items()}},
	{name: 'lua /port/%s.lua' % name for name in SCRIPTS})

passed, details = set(), {}
for name, (text, status) in results.items():
	worked, wanted = command(['./lua.host', TOP + '/' + SCRIPTS[name]], lua)
	if not worked:
		ok(False, name + ' is wrong: this machine does not run it', wanted)
	got, wanted = [t.replace('/port/', '').replace(TOP + '/tests/ports/lua/', '').rstrip().splitlines() for t in (text, wanted)]
	if status == 0 and got == wanted:
		passed.add(name)
	details[name] = 'status %s; got, expected:\n%s' % (status, '\n'.join(
		'%s\n%s' % pair for pair in zip(got + [''] * 99, wanted) if pair[0] != pair[1]))
	if name not in passed: note(details[name])
judge('lua', passed, len(SCRIPTS), details)
finish()
