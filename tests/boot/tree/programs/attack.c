/* attack: what a careless or malicious program does to the servers: attack KIND [COUNT] [SEED].
 * Each kind tells in one line how far it came. */
#include <atoll/name.h>
#include <atoll/startup.h>
#include <atoll/supervisor.h>
#include <atoll/sys.h>
#include <errno.h>
#include <fcntl.h>
#include <servers/console/protocol.h>
#include <servers/echo/protocol.h>
#include <servers/file/protocol.h>
#include <servers/init/protocol.h>
#include <servers/name/protocol.h>
#include <servers/process/protocol.h>
#include <signal.h>
#include <spawn.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static unsigned long count;

/* ---- Chance: xorshift64* --------------------------------------------------------------------- */

static uint64_t chance = 1;

static uint64_t dice(uint64_t sides)
{
	chance ^= chance >> 12;
	chance ^= chance << 25;
	chance ^= chance >> 27;
	return (chance * 0x2545f4914f6cdd1dull >> 16) % sides;
}

static uint64_t any_word(void)
{
	static const uint64_t odd[] = { 0, 1, 2, 16, 4096, 65536, 65537, INT32_MAX, UINT32_MAX,
		INT64_MAX, UINT64_MAX - 1, UINT64_MAX };

	return dice(2) ? odd[dice(sizeof odd / sizeof *odd)]
	    : dice(2)  ? dice(300)
		       : dice(UINT64_MAX);
}

/* ---- Garbage to every server ----------------------------------------------------------------- */

static const struct {
	const char *name;
	unsigned version, ops[16];
} servers[] = {
	{ "name", NAME_VERSION, { NAME_REGISTER, NAME_LOOKUP, NAME_LIST, NAME_ALLOW } },
	{ "console", IO_VERSION,
	    { IO_READ, IO_WRITE, IO_SEEK, IO_STAT, IO_READDIR, IO_TRUNCATE, IO_TTY } },
	{ "file", FILE_VERSION,
	    { FILE_OPEN, FILE_STAT, FILE_UNLINK, FILE_MKDIR, FILE_RMDIR, FILE_RENAME, FILE_USAGE,
		IO_READ, IO_WRITE, IO_STAT } },
	{ "process", PROCESS_VERSION, { PROCESS_SPAWN, PROCESS_WAIT, PROCESS_KILL, PROCESS_LIST } },
	{ "echo", ECHO_VERSION, { ECHO_SAY } },
	{ "init", INIT_VERSION, { INIT_LIST, INIT_KILL } },
	{ "an open file", IO_VERSION,
	    { IO_READ, IO_WRITE, IO_SEEK, IO_STAT, IO_READDIR, IO_TRUNCATE, IO_TTY, FILE_OPEN } },
};

static char bytes[MSG_BYTES], answer[MSG_BYTES];
static cap_t things[6]; /* to send along: of every kind, and none */

/* The capability of an open file. */
static cap_t open_file(const char *path, uint64_t flags)
{
	static cap_t server;
	struct msg m = { .label = MSG_LABEL(FILE_OPEN, FILE_VERSION, 0, strlen(path)),
		.word = { flags, 0644 },
		.send = path,
		.recv_caps = 1 };

	if (!server)
		server = (cap_t)name_lookup("file", DEADLINE_NOW);
	return ipc_ask(server, &m, DEADLINE_FOREVER) ? 0 : m.cap[0];
}

static void fill_bytes(void)
{
	static const char *const texts[] = { "/", "/tmp/attack", "/tmp/ls", "name", "file",
		"attack", "/tmp/a\0/tmp/b", "/../..", "//", "/tmp/attack/", "*", "name,",
		"/tmp/ls\0/\0ls", "%s%n" };
	const char *text = texts[dice(sizeof texts / sizeof *texts)];

	memcpy(bytes, text, 20);
	if (dice(2))
		for (unsigned i = 0; i < 64; i++)
			bytes[i] = (char)dice(256);
}

/* Most of the length of a string, often; sometimes anything. */
static uint32_t any_length(void)
{
	return dice(4) ? (uint32_t)strlen(bytes) % 100
	    : dice(2)  ? (uint32_t)dice(sizeof bytes + 1)
		       : (uint32_t)dice(40);
}

/* What the operation is meant to do to others, or to us. */
static bool is_legal_harm(unsigned server, const struct msg *m)
{
	unsigned op = MSG_OP(m->label);

	return op == SUPERVISOR_EXIT || op == FAULT_OP ||
	    (!strcmp(servers[server].name, "init") &&
		(op == INIT_POWEROFF || (op == INIT_KILL && m->word[0] <= INIT_LAST))) ||
	    (!strcmp(servers[server].name, "process") && op == PROCESS_KILL && m->word[0] < 1000) ||
	    (!strcmp(servers[server].name, "console") &&
		(op == IO_WRITE || (op == IO_READ && m->word[2] & TTY_TAB)));
}

static void garbage(void)
{
	cap_t caps[sizeof servers / sizeof *servers];
	unsigned long answered = 0, refused = 0;

	for (unsigned i = 0; i < sizeof servers / sizeof *servers; i++) {
		int64_t found = name_lookup(servers[i].name, DEADLINE_NOW);

		caps[i] = found > 0 ? (cap_t)found : open_file("/tmp/attacked", O_RDWR | O_CREAT);
	}
	things[0] = (cap_t)endpoint_create();
	things[1] = (cap_t)mem_create(PAGE_SIZE);
	things[2] = startup_block()->descriptor[0].cap;
	things[3] = startup_cap("name");
	things[4] = 0x123456789;
	for (unsigned long i = 0; i < count; i++) {
		unsigned server = (unsigned)dice(sizeof servers / sizeof *servers), ops = 0;
		bool proper = dice(4) != 0;
		struct msg m = { .send = dice(20) ? bytes : (const void *)any_word(),
			.recv = dice(20) ? answer : (void *)0x1000,
			.recv_bytes = dice(4) ? sizeof answer : (uint32_t)dice(100),
			.recv_caps = (uint32_t)dice(5) };

		while (ops < 16 && servers[server].ops[ops])
			ops++;
		fill_bytes();
		m.label = MSG_LABEL(proper ? servers[server].ops[dice(ops)] : any_word(),
		    proper ? servers[server].version : any_word(), dice(6) ? 0 : dice(6),
		    any_length());
		for (unsigned w = 0; w < MSG_WORDS; w++)
			m.word[w] = any_word();
		for (unsigned c = 0; c < MSG_CAPS; c++)
			m.cap[c] = things[dice(5)];
		if (m.send != bytes && !dice(2))
			m.send = NULL;
		/* libc touches what a message names, so what is nowhere would kill us and prove
		 * nothing. */
		if (m.send != bytes)
			m.send = bytes + sizeof bytes - dice(4096) - 1;
		if ((uint64_t)m.send + MSG_NBYTES(m.label) > (uint64_t)bytes + sizeof bytes)
			m.send = bytes;
		if (m.recv != answer)
			m.recv = answer, m.recv_bytes = 0;
		if (MSG_NBYTES(m.label) > sizeof bytes || is_legal_harm(server, &m))
			continue;
		int error = ipc_call(caps[server], &m, time_in_ns(dice(10) ? 300000 : 1));
		if (!error && MSG_OP(m.label) == 0)
			answered++;
		else
			refused++;
		for (unsigned c = 0; !error && c < MSG_NCAPS(m.label); c++)
			cap_delete(m.cap[c]);
	}
	printf("%lu answered, %lu refused", answered, refused);
}

/* ---- Too much of something ------------------------------------------------------------------- */

static void flood(void)
{
	for (unsigned long i = 0; i < count; i++)
		printf("flood %lu %lu xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\n",
		    (unsigned long)getpid(), i);
}

/* Opens and never closes. */
static void files(void)
{
	unsigned long opened = 0, refused = 0;

	for (unsigned long i = 0; i < count; i++) {
		if (open_file("/etc/motd", O_RDONLY))
			opened++;
		else
			refused++;
	}
	printf("%lu opened, %lu refused", opened, refused);
}

/* Opens and closes; opens and does not take the capability. */
static void reopen(void)
{
	cap_t server = (cap_t)name_lookup("file", DEADLINE_NOW);
	unsigned long opened = 0;

	for (unsigned long i = 0; i < count; i++) {
		struct msg m = { .label = MSG_LABEL(FILE_OPEN, FILE_VERSION, 0, 9),
			.word = { O_RDONLY },
			.send = "/etc/motd",
			.recv_caps = i % 2 };

		if (ipc_ask(server, &m, DEADLINE_FOREVER) != 0)
			continue;
		opened++;
		cap_delete(m.cap[0]);
	}
	printf("%lu opened", opened);
}

/* Writes until the file server takes no more: one file, then many; then takes all away again. */
static void fill(void)
{
	static char block[65536];
	unsigned long megabytes = 0, made = 0;
	char name[32];
	int fd = open("/tmp/fill", O_WRONLY | O_CREAT | O_TRUNC, 0644), how_large, how_many;

	while (write(fd, block, sizeof block) == sizeof block)
		megabytes++;
	how_large = errno;
	close(fd);
	do {
		snprintf(name, sizeof name, "/tmp/fill%lu", made);
		fd = open(name, O_WRONLY | O_CREAT | O_EXCL, 0644);
		how_many = errno;
		close(fd);
	} while (fd >= 0 && ++made < count);
	printf("%lu MiB: %s, %lu files: %s", megabytes / 16, strerror(how_large), made,
	    made < count ? strerror(how_many) : "enough");
	fflush(stdout);
	while (made > 0) {
		snprintf(name, sizeof name, "/tmp/fill%lu", --made);
		unlink(name);
	}
	unlink("/tmp/fill");
}

/* Makes names of everything that can have one. */
static void names(void)
{
	cap_t endpoint = (cap_t)endpoint_create(), memory = (cap_t)mem_create(PAGE_SIZE);
	cap_t kernel = (cap_t)name_lookup("kernel", DEADLINE_NOW);
	unsigned long registered = 0;
	char name[16];

	for (unsigned long i = 0; i < count; i++) {
		snprintf(name, sizeof name, "attack%lu", i);
		registered += name_register(name,
				  i % 3 == 0       ? endpoint
				      : i % 3 == 1 ? memory
						   : kernel) == 0;
	}
	printf("%lu registered; console: %s", registered,
	    strerror(-name_register("console", endpoint)));
}

/* Calls that time out, so that their tokens lie about in the servers. */
static void waits(void)
{
	cap_t process = (cap_t)name_lookup("process", DEADLINE_NOW), name = startup_cap("name");
	cap_t console = startup_block()->descriptor[0].cap;
	unsigned long timed_out = 0, other = 0;
	static char *argv[] = { (char *)"sleep", (char *)"1000", NULL };
	pid_t child;

	posix_spawn(&child, "/bin/sleep", NULL, NULL, argv, environ);
	for (unsigned long i = 0; i < count; i++) {
		struct msg wait = { .label = MSG_LABEL(PROCESS_WAIT, PROCESS_VERSION, 0, 0),
			.word = { UINT64_MAX } };
		struct msg look = { .label = MSG_LABEL(NAME_LOOKUP, NAME_VERSION, 0, 6),
			.word = { 1 },
			.send = "nobody" };
		struct msg read = { .label = MSG_LABEL(IO_READ, IO_VERSION, 0, 0),
			.word = { 10, IO_HERE },
			.recv = answer,
			.recv_bytes = 10 };
		int error = i % 3 == 0 ? ipc_ask(process, &wait, time_in_ns(100000))
		    : i % 3 == 1       ? ipc_ask(name, &look, time_in_ns(100000))
				       : ipc_ask(console, &read, time_in_ns(100000));

		*(error == -ETIMEDOUT ? &timed_out : &other) += 1;
	}
	kill(child, 9);
	printf("%lu timed out, %lu otherwise", timed_out, other);
}

/* ---- The kernel's own ------------------------------------------------------------------------ */

/* As much of everything as the kernel gives. */
static void objects(void)
{
	unsigned long endpoints = 0, memories = 0, threads = 0, spaces = 0, copies = 0;
	int64_t endpoint = endpoint_create();

	while (spaces < 100 && space_create(20, 1, "attack", 6, 0) > 0)
		spaces++;
	while (memories < 500 && mem_create(PAGE_SIZE) > 0)
		memories++;
	while (endpoints < 500 && endpoint_create() > 0)
		endpoints++;
	while (copies < 500 && cap_mint((cap_t)endpoint, CAP_SEND, 1 + copies, 0) > 0)
		copies++;
	while (threads < count && thread_create(0, (uint64_t)objects, STACK_TOP, 0, 1, 0) > 0)
		threads++;
	printf("%lu spaces, %lu memory objects, %lu endpoints, %lu copies, %lu threads", spaces,
	    memories, endpoints, copies, threads);
}

/* Takes as much more memory as it gets, to the last page. */
static unsigned long take_memory(void)
{
	static uint64_t at = 0x200000000000;
	unsigned long pages = 0;

	for (uint64_t piece = 1 << 20; piece >= PAGE_SIZE;) {
		int64_t memory = mem_create(piece);

		if (memory < 0 || mem_map((cap_t)memory, 0, at, 0, piece, PROT_READ | PROT_WRITE)) {
			if (memory > 0)
				cap_delete((cap_t)memory);
			piece /= 4;
			continue;
		}
		for (uint64_t page = 0; page < piece; page += PAGE_SIZE)
			*(volatile char *)(at + page) = 1;
		at += piece;
		pages += piece / PAGE_SIZE;
	}
	return pages;
}

/* Takes all memory, what others give back too. */
static void hog(void)
{
	printf("%lu pages\n", take_memory());
	fflush(stdout);
	for (unsigned long ms = 0; ms < 1000 * count; ms += 10) {
		usleep(10000);
		take_memory();
	}
}

/* Takes all time that it gets, at the highest priority that it gets. */
static void spin(void)
{
	for (unsigned priority = 0; priority < PRIORITIES; priority++)
		thread_set(0, THREAD_PRIORITY, priority);
	printf("spins\n");
	fflush(stdout);
	for (volatile bool ever = true; ever;)
		;
}

/* ---- Processes ------------------------------------------------------------------------------- */

/* Starts itself as often as it can; each of those too. */
static void bomb(void)
{
	static char *argv[] = { (char *)"attack", (char *)"bomb", (char *)"1", NULL };
	unsigned long started = 0;
	pid_t child;

	while (posix_spawn(&child, "/bin/attack", NULL, NULL, argv, environ) == 0)
		started++;
	if (count > 1) {
		printf("%lu started: %s\n", started, strerror(errno));
		fflush(stdout);
	}
	sleep(1000);
}

/* Starts programs whose headers are damaged. Those that run all the same are ended after a while.
 */
static void programs(void)
{
	static char image[65536];
	static char *argv[] = { (char *)"damaged", NULL };
	unsigned long refused = 0, ended = 0, killed = 0;
	int fd = open("/bin/true", O_RDONLY);
	ssize_t size = read(fd, image, sizeof image);

	close(fd);
	for (unsigned long i = 0; i < count; i++) {
		size_t at = dice(i % 2 ? 64 : 400);
		char was = image[at];
		int status, patience = 10;
		pid_t child;

		image[at] ^= (char)(dice(2) ? 1ul << dice(8) : 1 + dice(255));
		fd = open("/tmp/damaged", O_WRONLY | O_CREAT | O_TRUNC, 0755);
		write(fd, image, (size_t)(dice(8) ? size : (ssize_t)dice((uint64_t)size)));
		close(fd);
		image[at] = was;
		if (posix_spawn(&child, "/tmp/damaged", NULL, NULL, argv, environ) != 0) {
			refused++;
			continue;
		}
		while (waitpid(child, &status, WNOHANG) == 0 && patience-- > 0)
			usleep(1000);
		if (patience > 0) {
			ended++;
		} else {
			kill(child, 9);
			waitpid(child, &status, 0);
			killed++;
		}
	}
	unlink("/tmp/damaged");
	printf("%lu refused, %lu ended, %lu killed", refused, ended, killed);
}

/* Starts children and never waits for them. */
static void zombies(void)
{
	static char *argv[] = { (char *)"true", NULL };
	unsigned long started = 0;
	pid_t child;

	for (unsigned long i = 0; i < count; i++)
		started += posix_spawn(&child, "/bin/true", NULL, NULL, argv, environ) == 0;
	printf("%lu started", started);
}

/* ---- Descriptors of what is gone ------------------------------------------------------------- */

static void stale(void)
{
	char buffer[8];
	int fd = open("/etc/motd", O_RDONLY), new = open("/tmp/stale", O_RDWR | O_CREAT, 0644),
	    errors[4], i = 0;
	bool again;

	kill(4, 9); /* file: the third line of init.conf */
	errors[i++] = read(fd, buffer, sizeof buffer) < 0 ? errno : 0;
	errors[i++] = write(new, "x", 1) < 0 ? errno : 0;
	errors[i++] = lseek(fd, 0, SEEK_SET) < 0 ? errno : 0;
	errors[i++] = close(fd) < 0 ? errno : 0;
	close(new);
	fd = open("/etc/motd", O_RDONLY);
	again = fd >= 0 && read(fd, buffer, sizeof buffer) > 0;
	printf("read %s, write %s, seek %s, close %d, opened again %d", strerror(errors[0]),
	    strerror(errors[1]), strerror(errors[2]), errors[3], again);
}

int main(int argc, char **argv)
{
	static const struct {
		const char *name;
		void (*run)(void);
	} kinds[] = { { "garbage", garbage }, { "flood", flood }, { "files", files },
		{ "reopen", reopen }, { "fill", fill }, { "names", names }, { "waits", waits },
		{ "objects", objects }, { "hog", hog }, { "spin", spin }, { "bomb", bomb },
		{ "zombies", zombies }, { "programs", programs }, { "stale", stale } };

	count = argc > 2 ? strtoul(argv[2], NULL, 10) : 1000;
	chance = argc > 3 ? strtoul(argv[3], NULL, 10) * 2654435761u + 1 : 1;
	for (unsigned i = 0; argc > 1 && i < sizeof kinds / sizeof *kinds; i++) {
		if (strcmp(argv[1], kinds[i].name))
			continue;
		kinds[i].run();
		printf(" (attack %s ends)\n", argv[1]);
		return 0;
	}
	return 2;
}
