/* Signals: how a process ended, or is to end; and what a program raises itself, with a handler or
 * without: by raise() and abort(), and SIGPIPE, which write() raises. A signal that comes from
 * elsewhere (kill, Ctrl-C) and a fault end the process: nothing calls a handler in the middle of
 * what a thread is doing. */
#ifndef SIGNAL_H
#define SIGNAL_H

#include <sys/types.h>

#define SIGHUP  1
#define SIGINT  2
#define SIGQUIT 3
#define SIGILL  4
#define SIGTRAP 5
#define SIGABRT 6
#define SIGBUS  7
#define SIGFPE  8
#define SIGKILL 9
#define SIGUSR1 10
#define SIGSEGV 11
#define SIGUSR2 12
#define SIGPIPE 13
#define SIGALRM 14
#define SIGTERM 15
#define SIGCHLD 17
#define NSIG    32

typedef int sig_atomic_t;

#define SIG_DFL ((void (*)(int))0)
#define SIG_IGN ((void (*)(int))1)
#define SIG_ERR ((void (*)(int)) - 1)

/* What is to happen when the program raises it, from now on; what was. SIG_ERR, with EINVAL: there
 * is no such signal, or it is SIGKILL. */
void (*signal(int number, void (*handler)(int)))(int);
/* To oneself: as raise(). */
int kill(pid_t pid, int signal);
int raise(int signal);

#endif
