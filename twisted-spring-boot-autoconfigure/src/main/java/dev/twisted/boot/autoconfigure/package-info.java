/**
 * Auto-configuration of the reactor and of the servers. Handlers are discovered, matched
 * with the configured servers, and bound to ports, each by a type of its own.
 */
@NullMarked
package dev.twisted.boot.autoconfigure;

import org.jspecify.annotations.NullMarked;
