/* How characters look: of struct vt_cursor the part that vt.c does not touch. Pure. See look.c. */
#ifndef CONSOLE_LOOK_H
#define CONSOLE_LOOK_H

#include "vt.h"

/* A character as it looks now. */
uint32_t look_cell(const struct vt_cursor *at, uint32_t character);
/* What comes where something goes: in the colour that is behind the letters now. */
uint32_t look_blank(const struct vt_cursor *at);
void look_reset(struct vt_cursor *at);
/* The numbers of an ESC [ ... m. */
void look_set(struct vt_cursor *at, const unsigned *number, unsigned count);

#endif
