package dev.twisted.web.client;

import dev.twisted.web.Headers;

/**
 * What was asked for. Follows Twisted's {@code IClientRequest}.
 *
 * @param method such as {@code GET}
 * @param absoluteURI what was asked for
 * @param headers as they were given
 */
public record Request(String method, String absoluteURI, Headers headers) {

}
