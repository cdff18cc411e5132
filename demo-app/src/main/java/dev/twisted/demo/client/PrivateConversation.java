package dev.twisted.demo.client;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

import dev.twisted.defer.Deferred;
import dev.twisted.defer.Failure;
import dev.twisted.protocols.FramingException;
import dev.twisted.protocols.StructFrameReceiver;
import dev.twisted.struct.Struct;
import dev.twisted.struct.Values;
import tools.jackson.core.JacksonException;
import tools.jackson.core.json.JsonWriteFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Sends each question as a frame with a JSON string in it. The answer is the JSON of the
 * next frame, with its characters written as themselves; JSON so written is one line.
 */
final class PrivateConversation extends StructFrameReceiver implements Conversation {

	private static final Struct HEADER = Struct.of("<iii");

	private static final int BODY_SIZE = 1;

	private static final int VERSION = 1;

	private static final int TELL = 1100;

	/** Writes as Python does. */
	private static final JsonMapper ASCII = JsonMapper.builder()
		.enable(JsonWriteFeature.ESCAPE_NON_ASCII)
		.disable(JsonWriteFeature.WRITE_HEX_UPPER_CASE)
		.build();

	private static final JsonMapper PLAIN = new JsonMapper();

	private final Deferred<Conversation> opened;

	private final PendingAnswer answer = new PendingAnswer();

	PrivateConversation(Deferred<Conversation> opened) {
		super(HEADER, BODY_SIZE);
		this.opened = opened;
		setMaxLength(LONGEST_ANSWER);
	}

	@Override
	protected void connectionMade() {
		this.opened.callback(this);
	}

	@Override
	public Deferred<byte[]> ask(byte[] question) {
		String text;
		try {
			text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(question)).toString();
		}
		catch (CharacterCodingException ex) {
			return Deferred.fail(new IOException("What is to be sent is not UTF-8", ex));
		}
		Deferred<byte[]> json = this.answer.expect();
		byte[] body = ASCII.writeValueAsBytes(text);
		sendFrame(body, VERSION, body.length, TELL);
		return json;
	}

	@Override
	protected void frameReceived(Values header, byte[] body) {
		this.answer.arrived(PLAIN.writeValueAsBytes(read(body)));
	}

	private static JsonNode read(byte[] body) {
		try {
			JsonNode json = PLAIN.readTree(body);
			if (!json.isMissingNode()) {
				return json;
			}
		}
		catch (JacksonException ex) {
			// Says the same as an empty body.
		}
		throw new FramingException("The server answered with what is no JSON");
	}

	@Override
	protected void connectionLost(Failure reason) {
		this.answer.lost(reason);
	}

	@Override
	public void close() {
		transport().loseConnection();
	}

}
