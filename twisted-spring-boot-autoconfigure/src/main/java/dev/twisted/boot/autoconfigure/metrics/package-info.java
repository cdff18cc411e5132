/**
 * Auto-configuration of the metrics {@code twisted.*}.
 */
@NullMarked
package dev.twisted.boot.autoconfigure.metrics;

import org.jspecify.annotations.NullMarked;
