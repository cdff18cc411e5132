/**
 * Tests of the protocols that cut the stream into frames.
 */
@NullMarked
package dev.twisted.protocols;

import org.jspecify.annotations.NullMarked;
