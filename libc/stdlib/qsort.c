/* qsort and bsearch. Heapsort: no worst case, no extra memory, no recursion. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

struct array {
	unsigned char *base;
	size_t size;
	int (*compare)(const void *, const void *);
};

static unsigned char *element(const struct array *a, size_t i)
{
	return a->base + i * a->size;
}

static void swap(unsigned char *x, unsigned char *y, size_t size)
{
	unsigned char part[64];

	while (size) {
		size_t n = size < sizeof part ? size : sizeof part;

		memcpy(part, x, n);
		memcpy(x, y, n);
		memcpy(y, part, n);
		x += n;
		y += n;
		size -= n;
	}
}

/* Below i everything is a heap but for i itself, which sinks to its place. The path of the larger
 * children is followed to the bottom first and the place sought upwards from there: i came from the
 * bottom and belongs near it, so this takes half the comparisons. */
static void sink(const struct array *a, size_t i, size_t count)
{
	size_t place = i;

	while (2 * place + 2 < count) {
		size_t left = 2 * place + 1;

		place = a->compare(element(a, left), element(a, left + 1)) < 0 ? left + 1 : left;
	}
	if (2 * place + 2 == count)
		place = 2 * place + 1;
	while (place != i && a->compare(element(a, i), element(a, place)) >= 0)
		place = (place - 1) / 2;
	/* Now everything on the path moves up by one, and i's element takes the place. */
	for (; place != i; place = (place - 1) / 2)
		swap(element(a, i), element(a, place), a->size);
}

void qsort(void *base, size_t count, size_t size, int (*compare)(const void *, const void *))
{
	struct array a = { base, size, compare };

	if (!size)
		return;
	for (size_t i = count / 2; i-- > 0;)
		sink(&a, i, count);
	while (count > 1) {
		count--;
		swap(element(&a, 0), element(&a, count), size);
		sink(&a, 0, count);
	}
}

void *bsearch(const void *key, const void *base, size_t count, size_t size,
    int (*compare)(const void *, const void *))
{
	const unsigned char *from = base;

	while (count) {
		const unsigned char *middle = from + count / 2 * size;
		int order = compare(key, middle);

		if (order == 0)
			return (void *)middle;
		if (order > 0) {
			from = middle + size;
			count--;
		}
		count /= 2;
	}
	return NULL;
}
