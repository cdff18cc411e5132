/**
 * What makes Spring understand a Deferred where it understands a Mono.
 */
@NullMarked
package dev.twisted.boot.autoconfigure.defer;

import org.jspecify.annotations.NullMarked;
