/**
 * HTTP clients that run on the reactor. Follows {@code twisted.web.client} and, for
 * everyday use, treq.
 */
@NullMarked
package dev.twisted.web.client;

import org.jspecify.annotations.NullMarked;
