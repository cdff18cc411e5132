/**
 * Auto-configuration for Perspective Broker.
 */
@NullMarked
package dev.twisted.boot.autoconfigure.spread;

import org.jspecify.annotations.NullMarked;
