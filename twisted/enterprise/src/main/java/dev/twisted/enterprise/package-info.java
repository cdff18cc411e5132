/**
 * Databases that answer with Deferreds. Follows {@code twisted.enterprise.adbapi}, on
 * R2DBC where that is a pool of threads.
 */
@NullMarked
package dev.twisted.enterprise;

import org.jspecify.annotations.NullMarked;
