/**
 * A small HTTP server of resources, for those who bring a service written for Twisted.
 * Follows {@code twisted.web.server} and {@code twisted.web.resource}. Who begins anew is
 * better served by the controllers of Spring.
 */
@NullMarked
package dev.twisted.web.server;

import org.jspecify.annotations.NullMarked;
