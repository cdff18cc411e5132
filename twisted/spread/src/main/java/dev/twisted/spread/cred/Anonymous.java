package dev.twisted.spread.cred;

/**
 * The credentials of somebody who shows none. Follows Twisted's class of this name.
 */
public record Anonymous() implements Credentials {

}
