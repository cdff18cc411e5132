/**
 * Auto-configuration of the health indicator of the reactor and its servers.
 */
@NullMarked
package dev.twisted.boot.autoconfigure.health;

import org.jspecify.annotations.NullMarked;
