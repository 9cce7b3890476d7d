#!/usr/bin/python3
"""The screen and the keyboard: what is typed is seen, on four virtual terminals, under BIOS and UEFI, in pixels and in text."""
import os, sys
sys.path.insert(0, os.path.dirname(os.path.realpath(__file__)) + '/../lib')
from screen import *

EMPTY = r'\Aatoll:/\$\Z'  # a shell that has just begun, and nothing else


def basics(s, kind, rows):
	s.expect(EMPTY, kind + ': a shell on the first terminal')
	s.type('echo hallo\n')
	s.expect(r'^hallo$', kind + ': what is typed is done, and seen')
	s.type('cat\nin front\n')
	s.expect(r'^in front\nin front$')
	s.press('ctrl', 'c')
	s.expect(r'^\^C\natoll:/\$$', kind + ': Ctrl-C')
	s.type('eco x')
	for _ in range(3):
		s.press('left')
	s.type('h\n')
	s.expect(r'^atoll:/\$ echo x\nx$', kind + ': arrows')
	s.press('alt', 'f2')
	s.expect(EMPTY, kind + ': another shell on the second')
	s.press('up')
	s.type('echo "A{b}~|"\n')
	s.expect(r'^A\{b\}~\|$', kind + ': with a history of its own, and signs')
	s.press('alt', 'right')
	s.expect(EMPTY, kind + ': the third')
	s.press('alt', 'f1')
	s.expect(r'^hallo$', kind + ': the first is as it was')
	s.press('alt', 'left')
	s.expect(EMPTY, kind + ': round to the fourth')
	s.type('seq 1 200 | more\n')
	s.expect(r'\A1\n(.*\n){%d}%d\n--more--$' % (rows - 3, rows - 1), kind + ': programs know the window, keys come one by one')
	s.type(' ')
	s.expect(r'\A\d+\n(.*\n){%d}%d\n--more--$' % (rows - 3, 2 * rows - 2), kind + ': the next screen')
	s.type('qexit\n')
	s.expect(r'^atoll:/\$ exit\natoll:/\$$', kind + ': who leaves the shell gets another one')


def serial(s):
	"""With colours and letters that the keyboard has not."""
	c = s.console
	s.press('alt', 'f1')
	s.type('clear\n')
	s.expect(EMPTY)
	equal(c.enter('echo over the line'), 'over the line\n', 'the serial line has a shell of its own')
	s.expect(EMPTY, 'which is not seen on the screen')
	c.enter("echo 'öß ┌─┐ €' > /tmp/letters; echo 'E[1;31mredE[0m E[44mblueE[0m' | tr E '\\033' > /tmp/colours")
	s.type('cat /tmp/letters\n')
	s.expect(r'^öß ┌─┐ %s$' % ('€' if s.pixels else r'\?'), 'letters of UTF-8')
	s.type('cat /tmp/colours\n')
	s.expect(r'^red blue$', 'colours')
	if s.pixels:
		pixels = s.picture()[2]
		colours = {pixels[i:i + 3] for i in range(0, len(pixels), 3)}
		equal(colours, {b'\0\0\0', b'\xaa\xaa\xaa', b'\xff\x55\x55', b'\0\0\xaa'}, 'black, grey, red, blue')
	c.send('kill echo\r')
	c.expect(r'init: echo \(pid 6\): killed')
	c.expect(PROMPT)
	s.expect(r'init: echo \(pid 6\): killed', 'what init tells is told on both')


def two_at_a_time(s):
	"""Ctrl-C is for who is in front of that terminal; words are completed on each."""
	s.press('alt', 'f2')
	s.type('clear\ntrap "echo caught" INT; cat\n')
	s.press('alt', 'f3')
	s.type('clear\ncat\n')
	s.press('alt', 'f4')
	s.type('clear\nupti\t; ls /et\t\n')
	s.expect(r'^up \d+ days.*\n(.* )?init\.conf', 'Tab completes on a virtual terminal')
	s.press('ctrl', 'c')
	s.press('alt', 'f3')
	s.expect(r'\Aatoll:/\$ cat\Z', 'Ctrl-C on one leaves the others alone')
	s.press('ctrl', 'c')
	s.expect(r'^\^C\natoll:/\$\Z', 'and ends who is in front of its own')
	s.press('alt', 'f2')
	s.expect(r'cat\Z', 'a third goes on')
	s.press('ctrl', 'c')
	s.expect(r'^\^C\ncaught\natoll:/\$\Z', 'until it is typed there')
	s.console.send('cat\r')
	s.press('ctrl', 'c')
	s.console.send('still\r')
	s.console.expect('still\r\nstill\r\n')
	s.console.send('\003')
	s.console.expect(PROMPT)
	ok(True, 'the serial line is one more')


def restart(s):
	c = s.console
	c.send('kill console\r')
	c.expect(PROMPT)
	s.type('\n')
	s.expect(r'^atoll:/\$$', 'the console dies, and the screen goes on')
	s.type('echo still here\n')
	s.expect(r'^still here$', 'with the same shells')
	s.press('alt', 'f2')
	s.type('echo there too\n')
	s.expect(r'^there too$', 'all of them')
	equal(len(set(re.findall(r'^ *(\d+) sh\b', c.enter('ps'), re.M))), 4, 'four, and none was started twice')


with Screen() as s:
	basics(s, 'pixels', 48)
	serial(s)
	two_at_a_time(s)
	restart(s)
with Screen(pixels=False) as s:
	basics(s, 'text', 25)
	serial(s)
with Screen('--uefi') as s:
	basics(s, 'UEFI', 48)

done = run('ls /', '--memory', '8')
ok(done.status == 0 and 'bin' in done.text, '8 MiB are enough to start programs', done)
done = run('ps')
ok(' shells' not in done.text and ' shell ' in done.text, 'without a screen there are no shells for it', done)
with Screen('--memory', '8') as s:
	seen = s.console.enter('ps')
	ok(' shells' not in seen and ' ps ' in seen, 'nor with little memory, where programs need it', seen)
finish()
