/**
 * What makes Spring understand a Deferred where it understands a Mono, run methods
 * written with inlineCallbacks, and say where a lost error came from.
 */
@NullMarked
package dev.twisted.boot.autoconfigure.defer;

import org.jspecify.annotations.NullMarked;
