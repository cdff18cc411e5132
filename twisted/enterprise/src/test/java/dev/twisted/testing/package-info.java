/**
 * What tests need.
 */
package dev.twisted.testing;
