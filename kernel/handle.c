/* From handles, as user code writes them, to objects: what nearly every system call begins with.
 *
 * Layer 6. Called by syscall.c; calls cap.c. */
#include "handle.h"

int handle_find(struct thread *t, cap_t handle, u32 rights, struct cap **cap)
{
	return cap_find(&t->space->caps, handle, rights, cap);
}

int handle_space(struct thread *t, cap_t handle, struct space **space)
{
	struct cap *cap;
	int error;

	*space = t->space;
	if (!handle)
		/* it may have been condemned under the caller's feet */
		return t->space->object.dead ? -EPIPE : 0;
	error = handle_find(t, handle, CAP_SPACE, &cap);
	if (!error)
		*space = CONTAINER_OF(cap->object, struct space, object);
	return error;
}

int handle_thread(struct thread *t, cap_t handle, struct thread **thread)
{
	struct cap *cap;
	int error;

	*thread = t;
	if (!handle)
		return 0;
	error = handle_find(t, handle, CAP_THREAD, &cap);
	if (!error)
		*thread = CONTAINER_OF(cap->object, struct thread, object);
	return error;
}

int handle_target(struct thread *t, cap_t handle, u64 bits, struct endpoint **endpoint)
{
	struct cap *cap;
	int error = handle_find(t, handle, CAP_NOTIFY, &cap);

	if (error)
		return error;
	if (cap->badge && (bits & ~cap->badge))
		return -EPERM;
	*endpoint = cap_endpoint(cap);
	return bits ? 0 : -EINVAL;
}

s64 handle_give(struct thread *t, struct object *object, u32 rights)
{
	return cap_insert(&t->space->caps, object, rights | CAP_TRANSFER, 0, NULL)->handle;
}
