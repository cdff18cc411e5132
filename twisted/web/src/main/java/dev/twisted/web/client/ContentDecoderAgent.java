package dev.twisted.web.client;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;

import dev.twisted.defer.Deferred;
import dev.twisted.web.Headers;
import org.jspecify.annotations.Nullable;

/**
 * Asks for encoded bodies and decodes them, two layers at most; what is left is in
 * {@code Content-Encoding}. Follows Twisted's {@code ContentDecoderAgent}.
 */
public final class ContentDecoderAgent implements HTTPAgent {

	/**
	 * More would be an attack: each layer makes a thousand times as much of what is under
	 * it, on the loop.
	 */
	private static final int MAX_LAYERS = 2;

	private final HTTPAgent agent;

	private final Map<String, Supplier<? extends Decoder>> decoders;

	/**
	 * Decode gzip.
	 * @param agent makes the requests
	 */
	public ContentDecoderAgent(HTTPAgent agent) {
		this(agent, Map.of("gzip", GzipDecoder::new));
	}

	/**
	 * Decode bodies.
	 * @param agent makes the requests
	 * @param decoders the names of encodings, in lower case, and what makes their
	 * decoders
	 */
	public ContentDecoderAgent(HTTPAgent agent, Map<String, ? extends Supplier<? extends Decoder>> decoders) {
		this.agent = agent;
		this.decoders = new LinkedHashMap<>(decoders);
	}

	@Override
	public Deferred<Response> request(String method, String uri, Headers headers, @Nullable BodyProducer bodyProducer) {
		Headers sent = headers.copy().setRawHeader("Accept-Encoding", String.join(",", this.decoders.keySet()));
		return this.agent.request(method, uri, sent, bodyProducer).addCallback(this::decoded);
	}

	/** The last encoding was put on last; one that is not known hides those under it. */
	private Response decoded(Response response) {
		List<String> encodings = new ArrayList<>();
		response.headers()
			.getRawHeaders("Content-Encoding")
			.forEach((value) -> List.of(value.split(",", -1))
				.forEach((encoding) -> encodings.add(encoding.strip().toLowerCase(Locale.ROOT))));
		Response decoded = response;
		for (int layer = 0; layer < MAX_LAYERS && !encodings.isEmpty() && response.length() != 0; layer++) {
			Supplier<? extends Decoder> decoder = this.decoders.get(encodings.get(encodings.size() - 1));
			if (decoder == null) {
				break;
			}
			encodings.remove(encodings.size() - 1);
			decoded = new DecodedResponse(decoded, decoder, List.copyOf(encodings));
		}
		return decoded;
	}

}
