/* Signal numbers: how a process ended, or is to end. A signal from outside (kill, Ctrl-C, a fault)
 * ends the process at once; handlers are for raise(), abort(), and SIGPIPE, which write() raises.
 */
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

/* What raise() does: a function, SIG_IGN, or SIG_DFL, which ends the process (but for SIGCHLD).
 * Returns what it was; SIG_ERR with EINVAL. A function is called once; then it is SIG_DFL again. */
void (*signal(int number, void (*function)(int)))(int);
int kill(pid_t pid, int signal);
int raise(int signal);

#endif
