#!/usr/bin/python3
"""The Tab key: commands, builtins, functions, files, variables; quotes and blanks; what cannot be told apart is listed.

GROUP: shell"""
import os, sys
sys.path.insert(0, os.path.dirname(os.path.realpath(__file__)) + '/../lib')
from atoll import *


with Console() as c:
	def completes(keys, output, name):
		"""Types keys and Enter: the last line of what comes is the output."""
		got = c.enter(keys).rstrip('\n').rpartition('\n')[2]
		equal(got, output, name)

	c.enter('mkdir -p /tmp/d/islands; cd /tmp/d; echo 1 > single; > "two words"; > two; > x\u00f6; > x\u00fc; > .hidden')
	c.enter('island_function() { echo "function $1"; }; ISLAND=value; OUTER=x')
	completes('ech\tdone', 'done', 'a program')
	completes('island_\targ', 'function arg', 'a function')
	completes('export E=5; unse\tE; echo "[$E]"', '[]', 'a builtin')
	completes('true; ech\tone', 'one', 'behind ;')
	completes('echo x | hea\t', 'x', 'behind |')
	completes('if tru\t; then ech\tyes; fi', 'yes', 'behind if and then')
	completes('V=3 ech\tenv', 'env', 'behind an assignment')
	completes('echo $(ech\tinner)', 'inner', 'behind $(')
	completes('echo s\t', 'single', 'a file')
	completes('cat < s\t', '1', 'a file behind <')
	completes('echo isl\t', 'islands/', 'a folder gets a slash, and no blank')
	completes('echo /tmp/d/si\t', '/tmp/d/single', 'a path')
	c.enter('HOME=/tmp')
	completes('echo ~/d/si\t', '/tmp/d/single', 'from home')
	completes('ls -d two\\ \t', 'two words', 'a blank behind a backslash')
	completes('ls -d "two \t', 'two words', 'a blank in quotes: they are closed')
	completes("ls -d 'two \t", 'two words', 'of either kind')
	completes('echo .h\t', '.hidden', 'hidden files, when meant')
	completes('echo $ISL\t', 'value', 'a variable')
	completes('echo "${ISL\t"', 'value', 'a variable in braces and quotes')
	completes("echo '$ISL\t'", '$ISL', 'but not in single quotes')
	c.send('ls x\t')
	c.expect('x\u00f6 +x\u00fc\r\n' + PROMPT + 'ls x')
	completes('\u00fc', 'x\u00fc', 'not half of a character that two have in common')
	c.send('echo nothing_like_thi\t')
	c.expect('\a')
	completes('s', 'nothing_like_this', 'nothing fits: a bell, and the line stays')
	c.send('ls t\t')
	c.expect('two')
	c.send('\t')
	c.expect(r'two +two words\r\n' + PROMPT + 'ls two')
	completes('', 'two', 'what fits is listed, and the line drawn anew')
	c.send('sl\t\x03')
	c.expect(PROMPT)
	completes('echo fresh', 'fresh', 'Ctrl-C behind a Tab')
	c.send('cat\r')
	c.send('a\tb\r')
	c.expect('a\tb\r\n')
	c.send('\x04')
	c.expect(PROMPT)
	ok(True, 'a Tab for a program is a tab')
finish()
