/**
 * Tests against the real Twisted.
 */
@NullMarked
package dev.twisted.interop;

import org.jspecify.annotations.NullMarked;
