/* pcid.c with two tags: what runs and one other space have one, all others lose theirs.
 *
 * APPEND: pcid=2
 * EMULATORS: bochs */
#include "pcid.c"
