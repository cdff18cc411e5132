/**
 * Certificates and rules of TLS. Follows {@code twisted.internet.ssl}.
 */
@NullMarked
package dev.twisted.internet.ssl;

import org.jspecify.annotations.NullMarked;
