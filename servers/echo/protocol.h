/* echo: says what it hears. The example of a server. */
#ifndef SERVERS_ECHO_PROTOCOL_H
#define SERVERS_ECHO_PROTOCOL_H

#define ECHO_VERSION 1
#define ECHO_MAX     4096 /* bytes in one message at the most */

/* Sends the bytes and the words back.
 * In:     bytes: anything, 0 to ECHO_MAX.
 * Out:    the same bytes and words.
 * Errors: none of its own. Idempotent. */
#define ECHO_SAY 1

#endif
