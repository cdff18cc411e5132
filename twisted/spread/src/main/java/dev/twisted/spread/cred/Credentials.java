package dev.twisted.spread.cred;

/**
 * What somebody shows to be let in. Follows Twisted's {@code ICredentials}.
 */
public interface Credentials {

}
