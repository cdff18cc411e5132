package dev.twisted.web.client;

import dev.twisted.internet.Protocol;
import dev.twisted.web.Headers;
import org.jspecify.annotations.Nullable;

/**
 * The response to a request, whose body is still to come. Follows Twisted's
 * {@code IResponse}.
 * <p>
 * The body has to be asked for, with {@link #deliverBody} or with
 * {@link Responses#readBody}: until it has been read, or the time for the whole request
 * is over, it keeps its connection.
 */
public interface Response {

	/** The length of a body whose length is not known before it ends. */
	long UNKNOWN_LENGTH = -1;

	/**
	 * The version of HTTP.
	 * @return such as {@code HTTP/1.1}
	 */
	String version();

	/**
	 * The status.
	 * @return such as 200
	 */
	int code();

	/**
	 * What the server says about the status.
	 * @return such as {@code OK}
	 */
	String phrase();

	/**
	 * The headers.
	 * @return what the server has sent
	 */
	Headers headers();

	/**
	 * How long the body is.
	 * @return its length in bytes, or {@link #UNKNOWN_LENGTH}
	 */
	long length();

	/**
	 * What was asked for.
	 * @return the request that this is the response to
	 */
	Request request();

	/**
	 * The response that has led to this one.
	 * @return a redirect, {@code null} if there was none
	 */
	@Nullable Response previousResponse();

	/**
	 * Tell which response has led to this one.
	 * @param response a redirect
	 */
	void setPreviousResponse(Response response);

	/**
	 * Have the body delivered to a protocol. Nothing of it is read before. The protocol's
	 * transport pauses, resumes and aborts the response; it cannot be written to.
	 * <p>
	 * {@code connectionLost} gets a {@link ResponseDone} when all of it has come, a
	 * {@link PotentialDataLoss} when only the end of the connection tells that, a
	 * {@link ResponseFailed} if some of it is missing or wrong, and a
	 * {@link dev.twisted.defer.TimeoutException} if it took too long.
	 * @param protocol gets the body, on the loop that the request was made on
	 * @throws IllegalStateException if it has been delivered before
	 */
	void deliverBody(Protocol protocol);

}
