"""Chromium without a window, to be asked by its DevTools protocol over a pipe (messages end with a zero byte)."""
import fcntl
import json
import os
import subprocess


class Browser:
	"""Shows one page; ask(JavaScript) yields what it, or its promise, comes to."""

	def __init__(self, profile, url):
		self.number, self.rest = 0, b''
		end, self.to = os.pipe()
		self.answers, other = os.pipe()
		ends = [fcntl.fcntl(fd, fcntl.F_DUPFD, 10) for fd in (end, other)] # it wants them as 3 and 4
		self.process = subprocess.Popen(['timeout', '120', 'chromium', '--headless', '--no-sandbox', '--disable-gpu', '--remote-debugging-pipe',
			'--user-data-dir=' + profile], pass_fds=(3, 4), preexec_fn=lambda: (os.dup2(ends[0], 3), os.dup2(ends[1], 4)),
			stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
		for fd in (end, other, *ends):
			os.close(fd)
		page = self.command('Target.createTarget', url=url)['targetId']
		self.session = self.command('Target.attachToTarget', targetId=page, flatten=True)['sessionId']

	def command(self, method, session=None, **params):
		self.number += 1
		message = dict(id=self.number, method=method, params=params, **({'sessionId': session} if session else {}))
		text = json.dumps(message).encode() + b'\0'
		while text:
			text = text[os.write(self.to, text):]
		while True:
			message, zero, self.rest = self.rest.partition(b'\0')
			if zero:
				said = json.loads(message)
				if said.get('id') == self.number:
					return said.get('result', {})
			else:
				more = os.read(self.answers, 1 << 16)
				if not more:
					raise EOFError('chromium has ended')
				self.rest = message + more

	def ask(self, script):
		return self.command('Runtime.evaluate', self.session, expression=script, returnByValue=True, awaitPromise=True).get('result', {}).get('value')

	def end(self):
		self.process.terminate()
		self.process.wait()
