/**
 * The reactor on Netty. Only the builder is public: everything else is reached through
 * the contracts of {@link dev.twisted.internet}.
 */
@NullMarked
package dev.twisted.internet.netty;

import org.jspecify.annotations.NullMarked;
