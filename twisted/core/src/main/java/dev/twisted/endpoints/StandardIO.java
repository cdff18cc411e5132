package dev.twisted.endpoints;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;

import dev.twisted.defer.Action;
import dev.twisted.defer.Deferred;
import dev.twisted.defer.Failure;
import dev.twisted.internet.Address;
import dev.twisted.internet.ConnectionAborted;
import dev.twisted.internet.ConnectionDone;
import dev.twisted.internet.ConnectionLost;
import dev.twisted.internet.Factory;
import dev.twisted.internet.HalfCloseableProtocol;
import dev.twisted.internet.ListeningPort;
import dev.twisted.internet.PipeAddress;
import dev.twisted.internet.Producer;
import dev.twisted.internet.Protocol;
import dev.twisted.internet.PushProducer;
import dev.twisted.internet.Reactor;
import dev.twisted.internet.ReactorCore.Phase;
import dev.twisted.internet.ReactorCore.SystemEvent;
import dev.twisted.internet.ReactorCore.SystemEventTrigger;
import dev.twisted.internet.Transport;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A conversation through two streams that block. One thread reads and one writes; the
 * protocol runs on the reactor's. Not more than one piece of input waits for the
 * protocol, and input pauses while much output waits.
 */
final class StandardIO implements Transport, ListeningPort {

	private static final Logger logger = LoggerFactory.getLogger(StandardIO.class);

	/** Above this many bytes of waiting output producers and reading pause. */
	private static final int HIGH_WATER_MARK = 64 * 1024;

	private static final int PIECE = 8 * 1024;

	private static final byte[] END = {};

	private final Reactor reactor;

	private final Factory factory;

	private final Protocol protocol;

	private final InputStream input;

	private final OutputStream output;

	private final Deferred<@Nullable Void> closed = new Deferred<>();

	private final BlockingQueue<byte[]> toWrite = new LinkedBlockingQueue<>();

	private final AtomicLong unwritten = new AtomicLong();

	/** The reader may bring its next piece. */
	private final Semaphore turn = new Semaphore(1);

	private final Object ending = new Object();

	private volatile @Nullable String name;

	private volatile boolean lost;

	private volatile boolean disconnecting;

	private @Nullable Failure reason;

	private @Nullable SystemEventTrigger trigger;

	private @Nullable Producer producer;

	private boolean streaming;

	private boolean producerPaused;

	private boolean readPaused;

	private byte @Nullable [] held;

	StandardIO(Reactor reactor, Factory factory, Protocol protocol, InputStream input, OutputStream output) {
		this.reactor = reactor;
		this.factory = factory;
		this.protocol = protocol;
		this.input = input;
		this.output = output;
	}

	void begin() {
		this.trigger = this.reactor.addSystemEventTrigger(Phase.BEFORE, SystemEvent.SHUTDOWN, () -> {
			loseConnection();
			return stopped();
		});
		guard(() -> this.protocol.makeConnection(this));
		daemon("twisted-stdin", this::readAll);
		daemon("twisted-stdout", this::writeAll);
	}

	private static void daemon(String name, Runnable loop) {
		Thread thread = new Thread(loop, name);
		thread.setDaemon(true);
		thread.start();
	}

	/** User code that throws ends the conversation with that reason. */
	private void guard(Action call) {
		try {
			call.run();
		}
		catch (Exception | LinkageError ex) {
			logger.error("Unhandled error in {}", this, ex);
			failConnection(new Failure(ex));
		}
	}

	// The threads

	private void readAll() {
		byte[] piece = new byte[PIECE];
		try {
			for (int length = this.input.read(piece); length >= 0; length = this.input.read(piece)) {
				byte[] data = Arrays.copyOf(piece, length);
				this.turn.acquire();
				this.reactor.callFromThread(() -> received(data));
			}
			this.turn.acquire();
			this.reactor.callFromThread(this::readEnded);
		}
		catch (IOException ex) {
			this.reactor.callFromThread(() -> failConnection(new Failure(new ConnectionLost(ex))));
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	private void writeAll() {
		try {
			while (true) {
				byte[] data = this.toWrite.take();
				if (data == END) {
					break;
				}
				this.output.write(data);
				if (this.toWrite.isEmpty()) {
					this.output.flush();
				}
				this.reactor.callFromThread(() -> written(data.length));
			}
			this.output.flush();
			this.reactor.callFromThread(() -> lose(ConnectionDone.FAILURE));
		}
		catch (IOException ex) {
			this.reactor.callFromThread(() -> lose(new Failure(new ConnectionLost(ex))));
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	// On the reactor's thread

	private void received(byte[] data) {
		if (paused()) {
			this.held = data;
			return;
		}
		deliver(data);
		this.turn.release();
	}

	private void deliver(byte[] data) {
		if (!this.lost && !this.disconnecting) {
			ByteBuf bytes = Unpooled.wrappedBuffer(data);
			guard(() -> this.protocol.deliverData(bytes));
		}
	}

	private void readEnded() {
		HalfCloseableProtocol half = this.protocol.adapt(HalfCloseableProtocol.class);
		if (half != null && !this.lost && !this.disconnecting) {
			guard(half::readConnectionLost);
		}
		else {
			loseConnection();
		}
	}

	private void written(int length) {
		long left = this.unwritten.addAndGet(-length);
		Producer current = this.producer;
		if (left == 0 && current != null && (this.producerPaused || !this.streaming)) {
			this.producerPaused = false;
			guard(current::resumeProducing);
		}
		goOnReading();
	}

	private boolean paused() {
		return this.readPaused || (this.producer == null && this.unwritten.get() > HIGH_WATER_MARK);
	}

	private void goOnReading() {
		byte[] data = this.held;
		if (data != null && !paused()) {
			this.held = null;
			deliver(data);
			this.turn.release();
		}
	}

	private void lose(Failure why) {
		if (this.lost) {
			return;
		}
		this.lost = true;
		Failure told = (this.reason != null) ? this.reason : why;
		Producer stopped = this.producer;
		this.producer = null;
		if (stopped != null) {
			guard(stopped::stopProducing);
		}
		try {
			this.protocol.deliverConnectionLost(told);
			this.factory.doStop();
		}
		catch (Exception | LinkageError ex) {
			logger.error("Unhandled error in {}", this, ex);
		}
		if (this.trigger != null) {
			this.reactor.removeSystemEventTrigger(this.trigger);
		}
		this.closed.callback(null);
	}

	private void onReactor(Action action) {
		if (this.reactor.inReactorThread()) {
			guard(action);
		}
		else {
			this.reactor.callFromThread(() -> guard(action));
		}
	}

	private Deferred<@Nullable Void> stopped() {
		Deferred<@Nullable Void> copy = new Deferred<>();
		this.closed.doOnBoth(() -> copy.callback(null));
		return copy;
	}

	// The transport

	@Override
	public boolean disconnecting() {
		return this.disconnecting || this.lost;
	}

	@Override
	public void callFromThread(Action call) {
		this.reactor.callFromThread(() -> guard(call));
	}

	@Override
	public void write(byte[] data) {
		if (this.disconnecting || this.lost || data.length == 0) {
			return;
		}
		this.toWrite.add(data);
		if (this.unwritten.addAndGet(data.length) > HIGH_WATER_MARK) {
			onReactor(this::pauseProducer);
		}
	}

	private void pauseProducer() {
		if (this.streaming && !this.producerPaused && this.unwritten.get() > HIGH_WATER_MARK
				&& this.producer instanceof PushProducer push) {
			this.producerPaused = true;
			push.pauseProducing();
		}
	}

	@Override
	public void write(ByteBuf data) {
		try {
			write(ByteBufUtil.getBytes(data));
		}
		finally {
			data.release();
		}
	}

	@Override
	public void writeSequence(Iterable<byte[]> data) {
		data.forEach(this::write);
	}

	@Override
	public void loseConnection() {
		synchronized (this.ending) {
			if (this.disconnecting) {
				return;
			}
			this.disconnecting = true;
		}
		this.toWrite.add(END);
	}

	@Override
	public void abortConnection() {
		this.disconnecting = true;
		this.toWrite.clear();
		this.toWrite.add(END);
		onReactor(() -> this.reactor.callLater(Duration.ZERO, () -> lose(new Failure(new ConnectionAborted()))));
	}

	@Override
	public void loseWriteConnection() {
		// Standard output stays open: it belongs to the process.
		HalfCloseableProtocol half = this.protocol.adapt(HalfCloseableProtocol.class);
		if (half != null) {
			onReactor(half::writeConnectionLost);
		}
	}

	@Override
	public void failConnection(Failure why) {
		onReactor(() -> {
			if (this.reason == null) {
				this.reason = why;
			}
			loseConnection();
		});
	}

	@Override
	public void registerProducer(Producer producer, boolean streaming) {
		onReactor(() -> {
			if (this.producer != null) {
				throw new IllegalStateException("%s has a producer already".formatted(this));
			}
			if (this.lost) {
				producer.stopProducing();
				return;
			}
			this.producer = producer;
			this.streaming = streaming;
			this.producerPaused = false;
			if (!streaming) {
				producer.resumeProducing();
			}
		});
	}

	@Override
	public void unregisterProducer() {
		onReactor(() -> {
			this.producer = null;
			goOnReading();
		});
	}

	@Override
	public void pauseProducing() {
		onReactor(() -> this.readPaused = true);
	}

	@Override
	public void resumeProducing() {
		onReactor(() -> {
			this.readPaused = false;
			goOnReading();
		});
	}

	@Override
	public void stopProducing() {
		loseConnection();
	}

	@Override
	public Address getPeer() {
		return new PipeAddress();
	}

	@Override
	public Address getHost() {
		return new PipeAddress();
	}

	@Override
	public boolean getTcpNoDelay() {
		return true;
	}

	@Override
	public void setTcpNoDelay(boolean enabled) {
	}

	@Override
	public boolean getTcpKeepAlive() {
		return false;
	}

	@Override
	public void setTcpKeepAlive(boolean enabled) {
	}

	// The port

	@Override
	public Deferred<@Nullable Void> stopListening() {
		loseConnection();
		return stopped();
	}

	@Override
	public String name() {
		String given = this.name;
		return (given != null) ? given : this.factory.logPrefix();
	}

	@Override
	public void setName(String name) {
		this.name = name;
	}

	@Override
	public boolean listening() {
		return !this.lost;
	}

	@Override
	public int connections() {
		return this.lost ? 0 : 1;
	}

	@Override
	public void setMaxConnections(int max) {
	}

	@Override
	public long refusedConnections() {
		return 0;
	}

	@Override
	public String toString() {
		return this.protocol.logPrefix() + " on standard input";
	}

}
