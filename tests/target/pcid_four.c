/* pcid.c with four tags for ten spaces.
 *
 * APPEND: pcid=4
 * EMULATORS: bochs */
#include "pcid.c"
