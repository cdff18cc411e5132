package dev.twisted.cred;

/**
 * The credentials of somebody who shows none. Follows Twisted's class of this name.
 */
public record Anonymous() implements Credentials {

}
