/**
 * What clients and servers of HTTP share. Follows {@code twisted.web}.
 */
@NullMarked
package dev.twisted.web;

import org.jspecify.annotations.NullMarked;
