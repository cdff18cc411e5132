/**
 * Binary layouts: the format language of Python's {@code struct} module, and Java records
 * as frames. Knows nothing of connections.
 */
@NullMarked
package dev.twisted.struct;

import org.jspecify.annotations.NullMarked;
