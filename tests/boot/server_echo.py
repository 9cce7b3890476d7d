#!/usr/bin/python3
"""The server echo and its client ask_echo: it is found by its name, answers, refuses what it must, and when it is killed it
comes back. What `make new-server` copies, with other names, for a server of one's own."""
import os, re, sys
sys.path.insert(0, os.path.dirname(os.path.realpath(__file__)) + '/../lib')
from atoll import *

done = run('names; ask_echo captain; kill echo; ask_echo again; ps; ask_echo --help; ask_echo; ask_echo bye')
ok(done.status == 0, 'it runs', done)
ok(re.search(r'^echo +\d+$', done.text, re.M), '`names` knows it', done)
ok(re.search(r'^ *\d+ echo +RECEIVE .* 44/44 ', done.text, re.M), '`ps` shows it, with the priority of its line in init.conf', done)
contains(done.text, 'echo: captain\n', 'its client gets an answer')
contains(done.text, 'init: echo (pid', 'killed, it is started again')
contains(done.text, 'echo: again\n', 'and answers')
equal(done.text.count('usage: ask_echo TEXT\n'), 2, 'the client explains itself')
finish()
