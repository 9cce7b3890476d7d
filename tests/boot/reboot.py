#!/usr/bin/python3
"""reboot: the machine is reset, which ends QEMU as tools/run starts it, and no exit status is reported."""
import os, sys
sys.path.insert(0, os.path.dirname(os.path.realpath(__file__)) + '/../lib')
from atoll import *

done = run('reboot; echo not this')
equal(done.log.rstrip().rpartition('\n')[2], 'reboot', "the kernel's last word")
ok('not this' not in done.text, 'nothing comes behind', done.text)
contains(done.errors, 'qemu ended (status 0) and the kernel reported no exit status', 'the emulator saw the reset')
finish()
