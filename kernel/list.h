/* Doubly linked circular lists whose links sit inside their elements.
 *
 * Invariant: an element is on one list, or its links point to itself. Every operation takes
 * constant time. Layer 0. */
#ifndef KERNEL_LIST_H
#define KERNEL_LIST_H

#include "types.h"

struct list {
	struct list *next, *previous;
};

#define LIST_ENTRY(link, type, member) CONTAINER_OF(link, type, member)
#define LIST_FIRST(head, type, member) LIST_ENTRY((head)->next, type, member)
#define LIST_EACH(link, head) \
	for (struct list *link = (head)->next; link != (head); link = link->next)

static inline void list_init(struct list *link)
{
	link->next = link->previous = link;
}

static inline bool list_empty(const struct list *head)
{
	return head->next == head;
}

static inline void list_insert_before(struct list *link, struct list *position)
{
	link->next = position;
	link->previous = position->previous;
	position->previous->next = link;
	position->previous = link;
}

static inline void list_push_back(struct list *head, struct list *link)
{
	list_insert_before(link, head);
}

static inline void list_push_front(struct list *head, struct list *link)
{
	list_insert_before(link, head->next);
}

static inline void list_remove(struct list *link)
{
	link->previous->next = link->next;
	link->next->previous = link->previous;
	list_init(link);
}

#endif
