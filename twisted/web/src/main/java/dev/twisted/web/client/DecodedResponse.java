package dev.twisted.web.client;

import java.util.List;
import java.util.function.Supplier;
import java.util.zip.DataFormatException;

import dev.twisted.defer.Failure;
import dev.twisted.internet.Protocol;
import dev.twisted.web.Headers;
import org.jspecify.annotations.Nullable;

/**
 * A response whose body is decoded on its way.
 */
final class DecodedResponse implements Response {

	private final Response encoded;

	private final Supplier<? extends Decoder> decoder;

	private final Headers headers;

	DecodedResponse(Response encoded, Supplier<? extends Decoder> decoder, List<String> remainingEncodings) {
		this.encoded = encoded;
		this.decoder = decoder;
		this.headers = encoded.headers().copy();
		if (remainingEncodings.isEmpty()) {
			this.headers.removeHeader("Content-Encoding");
		}
		else {
			this.headers.setRawHeaders("Content-Encoding", remainingEncodings);
		}
	}

	@Override
	public String version() {
		return this.encoded.version();
	}

	@Override
	public int code() {
		return this.encoded.code();
	}

	@Override
	public String phrase() {
		return this.encoded.phrase();
	}

	@Override
	public Headers headers() {
		return this.headers;
	}

	@Override
	public long length() {
		return UNKNOWN_LENGTH;
	}

	@Override
	public Request request() {
		return this.encoded.request();
	}

	@Override
	public @Nullable Response previousResponse() {
		return this.encoded.previousResponse();
	}

	@Override
	public void setPreviousResponse(Response response) {
		this.encoded.setPreviousResponse(response);
	}

	@Override
	public void deliverBody(Protocol protocol) {
		this.encoded.deliverBody(new Decoding(protocol, this.decoder.get()));
	}

	@Override
	public String toString() {
		return this.encoded.toString();
	}

	/**
	 * Stands between the response and the protocol that gets it.
	 */
	private static final class Decoding extends Protocol {

		private final Protocol taker;

		private final Decoder decoder;

		Decoding(Protocol taker, Decoder decoder) {
			this.taker = taker;
			this.decoder = decoder;
		}

		@Override
		protected void connectionMade() throws Exception {
			this.taker.makeConnection(transport());
		}

		@Override
		protected void dataReceived(byte[] data) throws Exception {
			try {
				this.decoder.decode(data, this::pass);
			}
			catch (DataFormatException ex) {
				transport().failConnection(failed(ex));
			}
			catch (ProtocolFailed ex) {
				throw ex.failure;
			}
		}

		private boolean pass(byte[] decoded) {
			try {
				this.taker.deliverData(io.netty.buffer.Unpooled.wrappedBuffer(decoded));
			}
			catch (Exception ex) {
				throw new ProtocolFailed(ex);
			}
			return !transport().disconnecting();
		}

		@Override
		protected void connectionLost(Failure reason) throws Exception {
			Failure told = reason;
			if (reason.value() instanceof ResponseDone || reason.value() instanceof PotentialDataLoss) {
				try {
					this.decoder.end();
				}
				catch (DataFormatException ex) {
					told = failed(ex);
				}
			}
			this.decoder.close();
			this.taker.deliverConnectionLost(told);
		}

		private static Failure failed(DataFormatException cause) {
			return new Failure(new ResponseFailed(List.of(new Failure(cause)), null));
		}

	}

	/**
	 * What the protocol has thrown, past a decoder that knows nothing of it.
	 */
	private static final class ProtocolFailed extends RuntimeException {

		private static final long serialVersionUID = 1L;

		private final transient Exception failure;

		ProtocolFailed(Exception failure) {
			super(failure);
			this.failure = failure;
		}

	}

}
