/* Files for a while, in /tmp. */
#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdio.h>
#include <unistd.h>

/* Two that ask at once get two numbers; what another process has of the same name shows when it is
 * opened. */
static void next_name(char name[L_tmpnam])
{
	static atomic_uint number;

	snprintf(
	    name, L_tmpnam, "/tmp/t%d.%u", (int)getpid(), atomic_fetch_add(&number, 1) % TMP_MAX);
}

char *tmpnam(char *name)
{
	static char ours[L_tmpnam];

	name = name ? name : ours;
	for (int tries = 0; tries < TMP_MAX; tries++) {
		next_name(name);
		if (access(name, F_OK) != 0 && errno == ENOENT)
			return name;
	}
	return NULL;
}

/* It has no name any more when the caller gets it, so it is gone as soon as nobody has it open. */
FILE *tmpfile(void)
{
	char name[L_tmpnam];
	FILE *f;
	int fd, tries = 0;

	do {
		next_name(name);
		fd = open(name, O_RDWR | O_CREAT | O_EXCL, 0600);
	} while (fd < 0 && errno == EEXIST && ++tries < TMP_MAX);
	if (fd < 0)
		return NULL;
	unlink(name);
	f = fdopen(fd, "w+");
	if (!f)
		close(fd);
	return f;
}
