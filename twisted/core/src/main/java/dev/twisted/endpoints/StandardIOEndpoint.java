package dev.twisted.endpoints;

import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.concurrent.atomic.AtomicBoolean;

import dev.twisted.defer.Deferred;
import dev.twisted.internet.Factory;
import dev.twisted.internet.ListeningPort;
import dev.twisted.internet.PipeAddress;
import dev.twisted.internet.Protocol;
import dev.twisted.internet.Reactor;

/**
 * One conversation through standard input and output. Follows Twisted's class of the same
 * name. There is one connection, at once; it ends when standard input does, after what
 * was written has gone out. Nothing else should use standard output meanwhile, so logs go
 * to standard error.
 */
public final class StandardIOEndpoint implements StreamServerEndpoint {

	private final Reactor reactor;

	private final InputStream input;

	private final OutputStream output;

	private final AtomicBoolean used = new AtomicBoolean();

	/**
	 * Make the endpoint.
	 * @param reactor whose thread the protocol runs on
	 */
	public StandardIOEndpoint(Reactor reactor) {
		this(reactor, new FileInputStream(FileDescriptor.in), new FileOutputStream(FileDescriptor.out));
	}

	StandardIOEndpoint(Reactor reactor, InputStream input, OutputStream output) {
		this.reactor = reactor;
		this.input = input;
		this.output = output;
	}

	/**
	 * Begin the conversation. Belongs to the reactor's thread.
	 * @param factory makes its protocol
	 * @return fires with a port that is open as long as the conversation goes on; the
	 * second time it fails with an {@link AlreadyListenedException}
	 */
	@Override
	public Deferred<ListeningPort> listen(Factory factory) {
		if (!this.used.compareAndSet(false, true)) {
			return Deferred.fail(new AlreadyListenedException("Standard input is in use already"));
		}
		return Deferred.maybeDeferred(() -> open(factory));
	}

	private ListeningPort open(Factory factory) throws Exception {
		factory.doStart();
		Protocol protocol = RelayFactory.build(factory, new PipeAddress());
		if (protocol == null) {
			factory.doStop();
			throw new NoProtocolException(
					"%s did not build a protocol for standard input".formatted(factory.logPrefix()));
		}
		StandardIO conversation = new StandardIO(this.reactor, factory, protocol, this.input, this.output);
		conversation.begin();
		return conversation;
	}

	@Override
	public String toString() {
		return "stdio:";
	}

}
