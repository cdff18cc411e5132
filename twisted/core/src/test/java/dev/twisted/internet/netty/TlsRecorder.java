package dev.twisted.internet.netty;

import java.security.cert.X509Certificate;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import dev.twisted.defer.Failure;
import dev.twisted.internet.Address;
import dev.twisted.internet.ClientFactory;
import dev.twisted.internet.Connector;
import dev.twisted.internet.Factory;
import dev.twisted.internet.HandshakeListener;
import org.awaitility.Awaitility;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A recorder that knows of handshakes.
 */
class TlsRecorder extends Recorder implements HandshakeListener {

	/** What the connection was lost by before there was a protocol. */
	final CompletableFuture<Failure> failed = new CompletableFuture<>();

	volatile String version;

	volatile String negotiated;

	volatile X509Certificate peer;

	@Override
	public void handshakeCompleted() throws Exception {
		this.version = transport().getTLSSession().getProtocol();
		this.negotiated = transport().negotiatedProtocol();
		this.peer = transport().getPeerCertificate();
		this.events.add("handshake");
	}

	@Override
	protected void tlsStarting() {
		super.tlsStarting();
		this.events.add("starting");
	}

	void awaitEvent(String event) {
		Awaitility.await(event).until(() -> this.events.contains(event));
	}

	Throwable awaitLost() {
		Awaitility.await("lost").until(() -> this.reason != null);
		return this.reason.value();
	}

	void awaitReceived(String text) {
		Awaitility.await("received " + text).until(() -> received().equals(text));
	}

	/** Sends back what it receives. */
	static class Echo extends TlsRecorder {

		@Override
		void received(String text) {
			write(text);
		}

	}

	/** A factory whose protocols can be waited for. */
	static Factory factory(java.util.function.Supplier<? extends TlsRecorder> protocol,
			BlockingQueue<TlsRecorder> made) {
		return Factory.forProtocol(() -> {
			TlsRecorder recorder = protocol.get();
			made.add(recorder);
			return recorder;
		});
	}

	/** The next of those. */
	static TlsRecorder next(BlockingQueue<TlsRecorder> made) throws InterruptedException {
		TlsRecorder recorder = made.poll(10, TimeUnit.SECONDS);
		assertThat(recorder).as("a protocol").isNotNull();
		return recorder;
	}

	/** A client factory for just this protocol. */
	ClientFactory asClient() {
		TlsRecorder recorder = this;
		return new ClientFactory() {

			@Override
			public TlsRecorder buildProtocol(Address address) {
				return recorder;
			}

			@Override
			public void clientConnectionFailed(Connector connector, Failure reason) {
				recorder.failed.complete(reason);
			}

		};
	}

}
