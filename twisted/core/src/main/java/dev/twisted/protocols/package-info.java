/**
 * Protocols that cut the stream of bytes into frames: lines, strings with their length in
 * front, netstrings, and private formats. Follows {@code twisted.protocols.basic}.
 */
@NullMarked
package dev.twisted.protocols;

import org.jspecify.annotations.NullMarked;
