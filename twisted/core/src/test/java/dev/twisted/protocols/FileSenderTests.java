package dev.twisted.protocols;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

import dev.twisted.defer.Deferred;
import dev.twisted.internet.EventLoopModel;
import dev.twisted.internet.Factory;
import dev.twisted.internet.ListeningPort;
import dev.twisted.internet.Protocol;
import dev.twisted.internet.netty.EveryTransport;
import dev.twisted.internet.netty.RunningReactor;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

@EveryTransport
class FileSenderTests {

	@RegisterExtension
	private final RunningReactor reactor;

	private final BlockingQueue<Protocol> served = new LinkedBlockingQueue<>();

	private ListeningPort port;

	private Socket peer;

	private Protocol server;

	FileSenderTests(EventLoopModel model) {
		this.reactor = new RunningReactor(model);
	}

	@BeforeEach
	void connect() throws Exception {
		this.port = this.reactor.call(() -> this.reactor.get()
			.listenTCP(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), Factory.forProtocol(Server::new),
					50));
		this.peer = new Socket(InetAddress.getLoopbackAddress(), this.port.getHost().port());
		this.peer.setSoTimeout(20_000);
		this.server = this.served.poll(10, TimeUnit.SECONDS);
	}

	@AfterEach
	void disconnect() throws Exception {
		this.peer.close();
		this.reactor.result(this.reactor.call(this.port::stopListening));
	}

	@Test
	void aFileThatIsReadOnTheThreadPoolArrivesAndItsLastByteIsTheResult() throws Exception {
		byte[] file = file(1_000_003);
		Deferred<Byte> sent = send(new FileSender(this.reactor.get()), new ByteArrayInputStream(file));
		assertThat(this.peer.getInputStream().readNBytes(file.length)).isEqualTo(file);
		assertThat(this.reactor.result(sent)).isEqualTo(file[file.length - 1]);
	}

	@Test
	void aFileThatIsReadOnTheLoopArrivesAndItsLastByteIsTheResult() throws Exception {
		byte[] file = file(1_000_003);
		Deferred<Byte> sent = send(new FileSender(), new ByteArrayInputStream(file));
		assertThat(this.peer.getInputStream().readNBytes(file.length)).isEqualTo(file);
		assertThat(this.reactor.result(sent)).isEqualTo(file[file.length - 1]);
	}

	@Test
	void aSenderCanSendOneFileAfterTheOther() throws Exception {
		FileSender sender = new FileSender(this.reactor.get());
		this.reactor.result(send(sender, new ByteArrayInputStream(file(3))));
		this.reactor.result(send(sender, new ByteArrayInputStream(file(3))));
		assertThat(this.peer.getInputStream().readNBytes(6)).containsExactly(0, 1, 2, 0, 1, 2);
	}

	@Test
	void aSenderCanSendOneFileAtATime() throws Exception {
		FileSender sender = new FileSender(this.reactor.get());
		this.reactor.run(() -> {
			sender.beginFileTransfer(new ByteArrayInputStream(file(3)), this.server.transport())
				.addErrback((failure) -> null);
			assertThatIllegalStateException()
				.isThrownBy(() -> sender.beginFileTransfer(new ByteArrayInputStream(file(3)), this.server.transport()));
		});
		assertThat(this.peer.getInputStream().readNBytes(3)).containsExactly(0, 1, 2);
	}

	@Test
	void anEmptyFileHasNoLastByte() {
		assertThat(this.reactor.result(send(new FileSender(), InputStream.nullInputStream()))).isNull();
	}

	@Test
	void aTransformChangesWhatIsSentAndMayLeaveNothingOfAPiece() throws Exception {
		Deferred<Byte> sent = this.reactor
			.call(() -> new FileSender().beginFileTransfer(new ByteArrayInputStream(file(200 * FileSender.CHUNK_SIZE)),
					this.server.transport(), (piece) -> (piece[1] == 1) ? new byte[0] : piece));
		assertThat(this.reactor.result(sent)).isNull();
		sent = this.reactor
			.call(() -> new FileSender(this.reactor.get()).beginFileTransfer(new ByteArrayInputStream(file(5)),
					this.server.transport(), (piece) -> new byte[] { piece[0], 42 }));
		assertThat(this.peer.getInputStream().readNBytes(2)).containsExactly(0, 42);
		assertThat(this.reactor.result(sent)).isEqualTo((byte) 42);
	}

	@Test
	void aConsumerThatIsGoneStopsTheTransfer() throws Exception {
		Deferred<Byte> sent = send(new FileSender(this.reactor.get()), new InputStream() {

			@Override
			public int read() {
				return 'x';
			}

		});
		this.peer.getInputStream().readNBytes(100_000);
		this.peer.close();
		assertThat(failure(sent)).isInstanceOf(TransferStoppedException.class)
			.hasMessage("Consumer asked us to stop producing");
	}

	@Test
	void aFileThatCannotBeReadFailsAndTheConnectionGoesOn() throws Exception {
		for (FileSender sender : new FileSender[] { new FileSender(), new FileSender(this.reactor.get()) }) {
			Deferred<Byte> sent = send(sender, new InputStream() {

				@Override
				public int read() throws IOException {
					throw new IOException("broken disk");
				}

			});
			assertThat(failure(sent)).isInstanceOf(IOException.class).hasMessage("broken disk");
		}
		this.server.transport().write(new byte[] { 7 });
		assertThat(this.peer.getInputStream().read()).isEqualTo(7);
	}

	@Test
	void aTransformThatFailsEndsTheTransfer() {
		Deferred<Byte> sent = this.reactor.call(() -> new FileSender()
			.beginFileTransfer(new ByteArrayInputStream(file(5)), this.server.transport(), (piece) -> {
				throw new IllegalStateException("broken on purpose");
			}));
		assertThat(failure(sent)).hasMessage("broken on purpose");
	}

	private Deferred<Byte> send(FileSender sender, InputStream file) {
		return this.reactor.call(() -> sender.beginFileTransfer(file, this.server.transport()));
	}

	private Throwable failure(Deferred<Byte> sent) {
		return this.reactor.result(sent.addBoth((lastByte, failure) -> failure.value()));
	}

	private static byte[] file(int size) {
		byte[] file = new byte[size];
		for (int i = 0; i < size; i++) {
			file[i] = (byte) i;
		}
		return file;
	}

	private final class Server extends Protocol {

		@Override
		protected void connectionMade() {
			FileSenderTests.this.served.add(this);
		}

	}

}
