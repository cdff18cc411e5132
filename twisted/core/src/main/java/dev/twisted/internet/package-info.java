/**
 * The contracts between the reactor and those who use it: time, threads, connections,
 * datagrams, protocols and factories. Follows {@code twisted.internet.interfaces},
 * {@code twisted.internet.protocol} and {@code twisted.internet.error}.
 */
@NullMarked
package dev.twisted.internet;

import org.jspecify.annotations.NullMarked;
