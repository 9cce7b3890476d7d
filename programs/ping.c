/* ping: calls the server echo and tells how long a message takes there and back: ping [COUNT]
 * [BYTES] */
#include <atoll/name.h>
#include <atoll/sys.h>
#include <servers/echo/protocol.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static unsigned char sent[ECHO_MAX], received[ECHO_MAX];

/* A number from least to most; least - 1 when it is none. */
static long number(const char *text, long least, long most)
{
	char *end;
	long value = strtol(text, &end, 10);

	return *text && !*end && value >= least && value <= most ? value : least - 1;
}

/* One call; the answer must be what was sent. 0 or an error. */
static int ping(cap_t echo, uint64_t turn, size_t bytes)
{
	struct msg m = { .label = MSG_LABEL(ECHO_SAY, ECHO_VERSION, 0, bytes),
		.word = { turn, ~turn },
		.send = sent,
		.recv = received,
		.recv_bytes = bytes };
	int error = ipc_ask(echo, &m, DEADLINE_FOREVER);

	if (error)
		return error;
	return m.word[0] == turn && m.word[1] == ~turn && MSG_NBYTES(m.label) == bytes &&
		!memcmp(sent, received, bytes)
	    ? 0
	    : -EPROTO;
}

int main(int argc, char **argv)
{
	long count = argc > 1 ? number(argv[1], 1, 100000000) : 1000;
	long bytes = argc > 2 ? number(argv[2], 0, ECHO_MAX) : 0;
	uint64_t start, ns;
	int64_t echo;

	if (count < 1 || bytes < 0 || argc > 3) {
		fprintf(stderr, "usage: ping [COUNT] [BYTES, at most %d]\n", ECHO_MAX);
		return 2;
	}
	echo = name_lookup("echo", DEADLINE_NOW);
	if (echo < 0) {
		fprintf(stderr, "ping: no server `echo`: %s\n", strerror((int)-echo));
		return 1;
	}
	for (long i = 0; i < bytes; i++)
		sent[i] = (unsigned char)(i * 7);
	start = time_now();
	for (long i = 0; i < count; i++) {
		int error = ping((cap_t)echo, (uint64_t)i, (size_t)bytes);

		if (error) {
			fprintf(
			    stderr, "ping: call %ld of %ld: %s\n", i + 1, count, strerror(-error));
			return 1;
		}
	}
	ns = time_now() - start;
	printf("%ld calls of %ld bytes: %lu ns each\n", count, bytes,
	    (unsigned long)(ns / (uint64_t)count));
	return 0;
}
