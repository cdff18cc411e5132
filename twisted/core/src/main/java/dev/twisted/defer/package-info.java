/**
 * Deferreds: results that are not there yet, and the chains of functions that wait for
 * them. Follows {@code twisted.internet.defer} and {@code twisted.python.failure}. Knows
 * no event loop.
 */
@NullMarked
package dev.twisted.defer;

import org.jspecify.annotations.NullMarked;
