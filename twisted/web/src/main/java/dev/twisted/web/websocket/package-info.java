/**
 * WebSockets (RFC 6455) as transports of protocols that know nothing of them.
 */
@NullMarked
package dev.twisted.web.websocket;

import org.jspecify.annotations.NullMarked;
