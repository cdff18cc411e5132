/**
 * Where to listen and where to connect, as objects and as strings, and clients that stay
 * connected. Follows {@code twisted.internet.endpoints} and
 * {@code twisted.application.internet}.
 */
@NullMarked
package dev.twisted.endpoints;

import org.jspecify.annotations.NullMarked;
