#!/usr/bin/python3
"""Typing at the console: the editor's keys, history, Ctrl-C and Ctrl-D at the prompt, long lines, typing ahead, and
output that comes while a line is typed. What was meant is seen from what the shell then does."""
import os, sys
sys.path.insert(0, os.path.dirname(os.path.realpath(__file__)) + '/../lib')
from atoll import *

UP, DOWN, RIGHT, LEFT = '\x1b[A', '\x1b[B', '\x1b[C', '\x1b[D'
HOME, END, DELETE = '\x1b[H', '\x1b[F', '\x1b[3~'
CTRL_LEFT, CTRL_RIGHT = '\x1b[1;5D', '\x1b[1;5C'


def ctrl(letter):
	return chr(ord(letter) & 31)


with Console() as c:
	def types(keys, output, name):
		"""Types keys and Enter: the last line of what comes is the output."""
		got = c.enter(keys).rstrip('\n').rpartition('\n')[2]
		equal(got, output, name)

	types('echo hello', 'hello', 'a line')
	types('echo helo' + LEFT + 'l', 'hello', 'Left')
	types('echo helo' + ctrl('B') + ctrl('B') + ctrl('F') + 'l', 'hello', 'Ctrl-B, Ctrl-F')
	types('cho hello' + HOME + 'e' + END + '!', 'hello!', 'Home, End')
	types('cho hello' + ctrl('A') + 'e' + ctrl('E') + '!', 'hello!', 'Ctrl-A, Ctrl-E')
	types('echo hellx\x7fo', 'hello', 'Backspace')
	types('echo hellx\x08o', 'hello', 'Backspace as Ctrl-H')
	types('echo hexllo' + LEFT * 4 + DELETE, 'hello', 'Delete')
	types('echo hexllo' + LEFT * 4 + ctrl('D'), 'hello', 'Ctrl-D inside a line')
	types('echo hello world' + LEFT * 6 + ctrl('K'), 'hello', 'Ctrl-K')
	types('rm -r /echo hello' + LEFT * 10 + ctrl('U'), 'hello', 'Ctrl-U')
	types('echo hello world' + ctrl('W') + 'you', 'hello you', 'Ctrl-W')
	types('echo one two three' + CTRL_LEFT * 2 + 'x' + CTRL_RIGHT + 'y', 'one xtwoy three', 'Ctrl-Left, Ctrl-Right')
	types('echo M\u00f6wx\x7fe' + LEFT * 3 + DELETE + 'oe', 'Moewe', 'a character of two bytes is one')
	types('echo \u20ac \U0001f41a', '\u20ac \U0001f41a', 'those of three and four bytes pass')
	types('echo a\x1b[15~b\x1b[1;2Pc\x00\x1c', 'abc', 'keys without a meaning')

	types('echo first', 'first', 'history: one')
	types('echo second', 'second', 'history: two')
	types(UP + UP, 'first', 'Up, Up: the line before the last')
	types(UP, 'first', 'which is now the last')
	types(ctrl('P') * 2 + ctrl('N'), 'first', 'Ctrl-P, Ctrl-N')
	types('echo mine' + UP + UP + DOWN + DOWN, 'mine', 'one\'s own line comes back')
	types(UP + ' edited', 'mine edited', 'a line of the history, edited')
	c.send(UP * 100)
	c.expect('\a')
	ok(True, 'there is a bell at the end of the history')
	c.send(ctrl('C'))
	c.expect(PROMPT)

	c.send('echo not this' + ctrl('C'))
	c.expect(r'\^C\r\n' + PROMPT)
	types('echo this', 'this', 'Ctrl-C throws the line away')
	types('echo $?', '0', 'and what was typed after it is fresh')
	c.send(ctrl('C'))
	c.expect(PROMPT)
	types('echo $?', '130', 'its status is 130')

	long = 'x' * 1000
	types('echo ' + long + HOME + RIGHT * 5 + 'y', 'y' + long, 'a line of many rows, edited in its first')
	# Every key echoes all that is behind it: 300 times 3 KiB would drown the test, so few are typed there.
	longest = 'echo ' + 'z' * (4095 - 5)
	c.send(longest + '!!')
	c.expect('\a')
	c.send('\r')
	c.expect(PROMPT)
	equal(c.before.count('z') % 4090, 0, 'the longest line, and then a bell')

	c.send('sleep 1; echo slept\recho ahead\r')
	c.expect(r'slept\r\n' + PROMPT + r'echo ahead\r\nahead\r\n' + PROMPT)
	ok(True, 'what is typed ahead stands behind the prompt that it is for')

	c.send('sleep 1 && echo background &\r')
	c.expect(PROMPT)
	c.send('echo fore')
	c.expect('echo fore')
	c.expect(r'background\r\n' + PROMPT + 'echo fore$')
	contains(c.enter('ground'), 'foreground\n', 'a line half typed survives what others print')
	c.enter('wait')

	c.send('echo cleared' + ctrl('L'))
	c.expect_exact('\x1b[H\x1b[2J')
	c.expect(PROMPT + 'echo cleared')
	types('', 'cleared', 'Ctrl-L: a clear screen, with prompt and line')

	c.send('cat\r')
	c.expect_exact('cat\r\n')
	c.send('one\r')
	c.expect_exact('one\r\none\r\n')
	c.send('two' + ctrl('D'))
	c.expect_exact('twotwo')
	c.send(ctrl('D'))
	c.expect(PROMPT)
	ok(True, 'Ctrl-D: hands a line over, or ends the input')
	types(UP + UP, 'cleared', 'what a program reads does not enter the history')

	c.send('sh\r')
	c.expect(PROMPT)
	c.send(ctrl('D'))
	c.expect(r'exit\r\n' + PROMPT)
	types('echo back', 'back', 'Ctrl-D at the prompt ends a shell')
finish()
