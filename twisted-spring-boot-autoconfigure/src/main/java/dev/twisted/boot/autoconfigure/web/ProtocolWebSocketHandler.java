package dev.twisted.boot.autoconfigure.web;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;

import dev.twisted.internet.Address;
import dev.twisted.internet.Factory;
import dev.twisted.internet.Reactor;
import dev.twisted.protocols.LengthLimitExceededException;
import dev.twisted.web.websocket.WebSocketTransport;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.TooLongFrameException;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.springframework.core.NestedExceptionUtils;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.web.reactive.socket.CloseStatus;
import org.springframework.web.reactive.socket.WebSocketHandler;
import org.springframework.web.reactive.socket.WebSocketMessage;
import org.springframework.web.reactive.socket.WebSocketSession;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Serves WebSockets with the protocols of a factory.
 */
final class ProtocolWebSocketHandler implements WebSocketHandler {

	private final Reactor reactor;

	private final String name;

	private final Factory factory;

	private final OpenWebSockets.Sockets open;

	ProtocolWebSocketHandler(Reactor reactor, String name, Factory factory, OpenWebSockets.Sockets open) {
		this.reactor = reactor;
		this.name = name;
		this.factory = factory;
		this.open = open;
	}

	@Override
	public Mono<Void> handle(WebSocketSession session) {
		WebSocketTransport transport = new WebSocketTransport(this.reactor, this.name, this.factory,
				address(session.getHandshakeInfo().getRemoteAddress()), host(session.getHandshakeInfo().getUri()));
		CloseStatus refused = this.open.add(transport);
		if (refused != null) {
			return session.close(refused);
		}
		return transport.serve(received(session), (output) -> sent(session, output))
			.then(Mono.defer(() -> session.close(this.open.ended())))
			.onErrorResume((failure) -> session.close(status(failure)))
			.doFinally((signal) -> this.open.remove(transport));
	}

	private static CloseStatus status(Throwable failure) {
		return (failure instanceof LengthLimitExceededException || isTooLong(failure)) ? CloseStatus.TOO_BIG_TO_PROCESS
				: CloseStatus.SERVER_ERROR;
	}

	/** Whether a message is longer than the web server puts together. */
	private static boolean isTooLong(Throwable failure) {
		return NestedExceptionUtils.getMostSpecificCause(failure) instanceof TooLongFrameException;
	}

	private static Flux<ByteBuf> received(WebSocketSession session) {
		return session.receive()
			.filter((message) -> message.getType() == WebSocketMessage.Type.TEXT
					|| message.getType() == WebSocketMessage.Type.BINARY)
			.map((message) -> copy(message.getPayload()));
	}

	/** The payload is the session's, and may be gone before it is looked at. */
	private static ByteBuf copy(DataBuffer payload) {
		byte[] bytes = new byte[payload.readableByteCount()];
		payload.read(bytes);
		return Unpooled.wrappedBuffer(bytes);
	}

	private static Mono<Void> sent(WebSocketSession session, Publisher<ByteBuf> output) {
		return session.send(Flux.from(output).map((data) -> message(session, data)));
	}

	private static WebSocketMessage message(WebSocketSession session, ByteBuf data) {
		try {
			byte[] bytes = new byte[data.readableBytes()];
			data.readBytes(bytes);
			return session.binaryMessage((buffers) -> buffers.wrap(bytes));
		}
		finally {
			data.release();
		}
	}

	private static Address host(URI uri) {
		int port = (uri.getPort() != -1) ? uri.getPort() : "wss".equals(uri.getScheme()) ? 443 : 80;
		return Address.of("TCP", new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
	}

	private static Address address(@Nullable InetSocketAddress remote) {
		return Address.of("TCP", (remote != null && !remote.isUnresolved()) ? remote
				: new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
	}

}
