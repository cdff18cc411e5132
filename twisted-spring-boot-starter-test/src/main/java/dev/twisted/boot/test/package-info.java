/**
 * Support for tests of applications with servers.
 */
@NullMarked
package dev.twisted.boot.test;

import org.jspecify.annotations.NullMarked;
