/**
 * Auto-configuration of databases that answer with Deferreds.
 */
@NullMarked
package dev.twisted.boot.autoconfigure.enterprise;

import org.jspecify.annotations.NullMarked;
