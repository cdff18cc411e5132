package dev.twisted.demo.client;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.List;

import dev.twisted.defer.Deferred;
import dev.twisted.spread.pb.PBClientFactory;
import dev.twisted.spread.pb.RemoteReference;
import org.jspecify.annotations.Nullable;

/**
 * Calls a method that returns its argument with each question.
 *
 * @param factory the connection
 * @param root whose method is called
 * @param answers what has been answered before
 */
record PbConversation(PBClientFactory factory, RemoteReference root, List<?> answers) implements Conversation {

	@Override
	public List<byte[]> greeting() {
		return this.answers.stream().map(PbConversation::line).toList();
	}

	@Override
	public Deferred<byte[]> ask(byte[] question) {
		return this.root.callRemote("echo", argument(question)).addCallback(PbConversation::line);
	}

	/** Text, if it is, as Python tells it from bytes. */
	private static Object argument(byte[] question) {
		try {
			return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(question)).toString();
		}
		catch (CharacterCodingException ex) {
			return question;
		}
	}

	private static byte[] line(@Nullable Object answer) {
		return (answer instanceof byte[] bytes) ? bytes : String.valueOf(answer).getBytes(StandardCharsets.UTF_8);
	}

	@Override
	public void close() {
		this.factory.disconnect();
	}

}
