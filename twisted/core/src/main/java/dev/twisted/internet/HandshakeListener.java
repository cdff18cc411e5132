package dev.twisted.internet;

/**
 * For a {@link Protocol} that wants to know when its connection has become secret.
 * Follows Twisted's {@code IHandshakeListener}.
 */
public interface HandshakeListener {

	/**
	 * The TLS handshake has succeeded. Called before any data that came in secret; from
	 * now on {@link Transport#getPeerCertificate()} and
	 * {@link Transport#negotiatedProtocol()} have an answer.
	 * @throws Exception to close the connection with that reason
	 */
	void handshakeCompleted() throws Exception;

}
