/* Endpoints as objects. See endpoint.c. */
#ifndef KERNEL_ENDPOINT_H
#define KERNEL_ENDPOINT_H

#include "thread.h"

/* NULL: the quota cannot pay. */
struct endpoint *endpoint_create(struct quota *quota);
void endpoint_free(struct endpoint *endpoint);
/* One reason less to keep it. */
void endpoint_unpin(struct endpoint *endpoint);

#endif
