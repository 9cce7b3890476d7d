/* linger: gets into a situation, and stays there to be killed:
 *	linger files N     has N files open
 *	linger blocked MS  after that time kills the file server, and waits in a call to it
 *	linger kill MS PID after that time kills that process; it is loaded already, and needs no
 *file server for it linger register NAME  is a server of that name that never receives */
#include <atoll/name.h>
#include <atoll/sys.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define FILE_SERVER 4 /* init.conf, third line */

int main(int argc, char **argv)
{
	unsigned number = argc > 2 ? (unsigned)strtoul(argv[2], NULL, 10) : 0;

	if (argc > 2 && !strcmp(argv[1], "files")) {
		unsigned opened = 0;

		while (opened < number && open("/etc/motd", O_RDONLY) >= 0)
			opened++;
		printf("%u opened\n", opened);
		sleep(1000);
	} else if (argc > 2 && !strcmp(argv[1], "blocked")) {
		usleep(number * 1000);
		kill(FILE_SERVER, SIGKILL);
		printf("opened %d\n", open("/etc/motd", O_RDONLY));
	} else if (argc > 3 && !strcmp(argv[1], "kill")) {
		usleep(number * 1000);
		printf("kill: %d\n", kill((pid_t)strtoul(argv[3], NULL, 10), SIGKILL));
	} else if (argc > 2 && !strcmp(argv[1], "register")) {
		printf("registered: %d\n", name_register(argv[2], (cap_t)endpoint_create()));
		fflush(stdout);
		sleep(1000);
	}
	return 0;
}
