/**
 * Auto-configuration for HTTP: the agent, the web server on the reactor's event loops,
 * and protocols behind WebSockets.
 */
@NullMarked
package dev.twisted.boot.autoconfigure.web;

import org.jspecify.annotations.NullMarked;
