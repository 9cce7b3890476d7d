# What gdb should know of Atoll: settings, and the commands of tools/gdb/atoll/. tools/debug reads it; so can you:
#	gdb -x tools/gdb/init.gdb build/atoll.elf
set confirm off
set pagination off
set print pretty on
set breakpoint pending on
set architecture i386:x86-64
python
import os, sys
sys.path.insert(0, os.path.join(os.getcwd(), 'tools', 'gdb'))
sys.dont_write_bytecode = True
import atoll
end
