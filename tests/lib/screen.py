"""An Atoll with a screen and a keyboard: typing keys, and reading as text what is seen.

	with Screen('--uefi') as s:
		s.expect(r'atoll:/\\$ ')
		s.type('echo hello\\n')
		s.expect(r'^hello$')

What is read are pixels, compared with the font's, or the adapter's memory when that has characters. s.console is the serial line's
(atoll.py), s.monitor QEMU's monitor.
"""
import gzip
import json
import os
import re
import shutil
import socket
import struct
import tempfile
import time

from atoll import *

FONT = '/usr/share/consolefonts/Unifont-APL8x16.psf.gz'
WIDTH, HEIGHT = 8, 16
NAMES = {' ': 'spc', '\n': 'ret', '\t': 'tab', '\b': 'backspace', '\033': 'esc', '-': 'minus', '=': 'equal', '[': 'bracket_left',
	']': 'bracket_right', ';': 'semicolon', "'": 'apostrophe', '`': 'grave_accent', '\\': 'backslash', ',': 'comma', '.': 'dot', '/': 'slash'}
SHIFTED = dict(zip('!@#$%^&*()_+{}:"~|<>?', '1234567890-=[];\'`\\,./'))


class Monitor:
	"""QEMU's, in JSON."""

	def __init__(self, path):
		self.socket = socket.socket(socket.AF_UNIX)
		deadline = time.monotonic() + PATIENCE
		while self.socket.connect_ex(path):
			if time.monotonic() > deadline:
				raise TimeoutError('no monitor at ' + path)
			time.sleep(0.02)
		self.lines = self.socket.makefile('r')
		self.ask('qmp_capabilities')

	def ask(self, command, **arguments):
		self.socket.sendall(json.dumps({'execute': command, 'arguments': arguments}).encode())
		while line := self.lines.readline():
			said = json.loads(line)
			if 'error' in said:
				raise RuntimeError('%s: %s' % (command, said['error']['desc']))
			if 'return' in said:
				return said['return']
		raise EOFError('QEMU has ended')

	def human(self, line):
		return self.ask('human-monitor-command', **{'command-line': line})


def glyphs():
	"""The font's letters: by their bytes."""
	font = gzip.open(FONT).read()
	count = 512 if font[2] & 1 else 256
	at, glyph, letters = 4 + count * HEIGHT, 0, {}
	while at + 1 < len(font) and glyph < count:
		code = struct.unpack_from('<H', font, at)[0]
		at += 2
		if code == 0xffff:
			glyph += 1
		elif code != 0xfffe:
			shape = font[4 + glyph * HEIGHT:4 + (glyph + 1) * HEIGHT]
			letters[shape] = min(letters.get(shape, '\uffff'), chr(code))
	letters[bytes(HEIGHT)] = ' '
	return letters


class Screen:
	def __init__(self, *options, pixels=True, prompt=PROMPT):
		self.folder = tempfile.mkdtemp(prefix='atoll-screen.')
		self.pixels, self.letters = pixels, glyphs()
		self.console = Console('--display', 'none', '--monitor', self.folder + '/monitor',
			*([] if pixels else ['--screen', 'text']), *options, prompt=None)
		self.console.prompt = PROMPT
		self.monitor = Monitor(self.folder + '/monitor')
		if prompt:
			self.console.expect(prompt)

	def __enter__(self):
		return self

	def __exit__(self, *_):
		self.console.__exit__()
		shutil.rmtree(self.folder, ignore_errors=True)

	# ---- Keys -----------------------------------------------------------------------------------------------

	def press(self, *keys):
		"""Keys by QEMU's names, all down, then up again; waits until the guest has taken them."""
		for down, order in (True, keys), (False, keys[::-1]):
			for key in order:
				self.monitor.ask('input-send-event', events=[
					{'type': 'key', 'data': {'down': down, 'key': {'type': 'qcode', 'data': key}}}])
				deadline = time.monotonic() + PATIENCE
				while int(self.monitor.human('i /b 0x64').split('=')[1], 16) & 1:
					if time.monotonic() > deadline:
						raise TimeoutError('the guest does not look at its keyboard')

	def type(self, text):
		for c in text:
			plain = SHIFTED.get(c, c.lower())
			name = NAMES.get(plain, plain)
			self.press(*(['shift', name] if plain != c else [name]))

	# ---- What is seen ---------------------------------------------------------------------------------------

	def rows(self):
		return self.rows_of_pixels() if self.pixels else self.rows_of_text()

	def rows_of_text(self):
		path = self.folder + '/text'
		self.monitor.ask('pmemsave', val=0xb8000, size=80 * 25 * 2, filename=path)
		text = open(path, 'rb').read()[::2].decode('cp437').replace('\0', ' ')
		return [text[at:at + 80].rstrip() for at in range(0, len(text), 80)]

	def picture(self):
		"""Width, height, pixels of three bytes."""
		path = self.folder + '/picture'
		self.monitor.ask('screendump', filename=path)
		_, width, height, _, pixels = re.match(rb'(P6)\s+(\d+)\s+(\d+)\s+(\d+)\s(.*)', open(path, 'rb').read(), re.S).groups()
		return int(width), int(height), pixels

	def rows_of_pixels(self):
		width, height, pixels = self.picture()
		return [''.join(self.letter(pixels, width, x, y) for x in range(0, width - WIDTH + 1, WIDTH)).rstrip()
			for y in range(0, height - HEIGHT + 1, HEIGHT)]

	def letter(self, pixels, width, x, y):
		lines = [pixels[(line * width + x) * 3:(line * width + x + WIDTH) * 3] for line in range(y, y + HEIGHT)]
		cell = b''.join(lines)
		colours = {cell[i:i + 3] for i in range(0, len(cell), 3)} if cell != cell[:3] * (WIDTH * HEIGHT) else {cell[:3]}
		if len(colours) == 1:
			return ' '
		if len(colours) > 2:
			return '\ufffe'
		for front in sorted(colours, reverse=True):  # the brighter one first
			shape = bytes(sum(0x80 >> i for i in range(WIDTH) if line[3 * i:3 * i + 3] == front) for line in lines)
			if shape in self.letters:
				return self.letters[shape]
		return '\ufffe'

	def expect(self, pattern, name=None, count=1):
		"""Waits until it is seen (as often); a test of that name, when there is one."""
		deadline = time.monotonic() + PATIENCE
		while True:
			rows = self.rows()
			seen = '\n'.join(rows).rstrip()
			found = len(re.findall(pattern, seen, re.M)) >= count
			if found or time.monotonic() > deadline:
				break
			time.sleep(0.05)
		if name:
			return ok(found, name, '%r is not seen:\n%s' % (pattern, seen))
		if not found:
			raise TimeoutError('%r is not seen:\n%s' % (pattern, seen))
		return rows
