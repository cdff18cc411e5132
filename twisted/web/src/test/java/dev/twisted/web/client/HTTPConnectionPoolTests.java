package dev.twisted.web.client;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import dev.twisted.defer.Deferred;
import dev.twisted.defer.Deferreds;
import dev.twisted.defer.QueueOverflowException;
import dev.twisted.internet.EventLoopModel;
import dev.twisted.internet.netty.RunningReactor;
import dev.twisted.web.Headers;
import dev.twisted.web.ScriptedServer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class HTTPConnectionPoolTests {

	private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello";

	@RegisterExtension
	final RunningReactor reactor = new RunningReactor(EventLoopModel.AUTO);

	@Test
	void aLimitOfTwoHoldsUnderTwoHundredCallers() throws Exception {
		try (HTTPConnectionPool pool = HTTPConnectionPool.builder(this.reactor.get()).maxConnectionsPerHost(2).build();
				ScriptedServer server = ScriptedServer.answering(OK)) {
			Agent agent = new Agent(this.reactor.get(), pool);
			List<String> bodies = this.reactor.result(Deferreds.gatherResults(requests(agent, server, 200)));
			assertThat(bodies).isEqualTo(Collections.nCopies(200, "hello"));
			assertThat(server.mostOpen()).isEqualTo(2);
			assertThat(server.connections()).isEqualTo(2);
		}
	}

	@Test
	void aLimitOfTwoHoldsAsWellForCallersOnManyThreads() throws Exception {
		try (HTTPConnectionPool pool = HTTPConnectionPool.builder(this.reactor.get()).maxConnectionsPerHost(2).build();
				ScriptedServer server = ScriptedServer.answering(OK)) {
			Agent agent = new Agent(this.reactor.get(), pool);
			CountDownLatch done = new CountDownLatch(200);
			for (int i = 0; i < 8; i++) {
				Thread caller = new Thread(
						() -> requests(agent, server, 25).forEach((body) -> body.addCallback((text) -> {
							done.countDown();
							return text;
						})));
				caller.setDaemon(true);
				caller.start();
			}
			assertThat(done.await(30, TimeUnit.SECONDS)).isTrue();
			assertThat(server.mostOpen()).isEqualTo(2);
		}
	}

	@Test
	void aLimitOfTwoHoldsAndEverybodyIsAnsweredWhereRequestsAreCancelledAndConnectionsClosed() throws Exception {
		try (HTTPConnectionPool pool = HTTPConnectionPool.builder(this.reactor.get()).maxConnectionsPerHost(2).build();
				ScriptedServer server = new ScriptedServer((request, peer) -> {
					String path = request.substring(4, request.indexOf(' ', 4));
					boolean last = path.startsWith("/close");
					peer.send("HTTP/1.1 200 OK\r\n%sContent-Length: %d\r\n\r\n%s"
						.formatted(last ? "Connection: close\r\n" : "", path.length(), path));
					if (last) {
						peer.close();
					}
				})) {
			Agent agent = new Agent(this.reactor.get(), pool);
			List<Deferred<String>> wanted = new ArrayList<>();
			List<String> paths = new ArrayList<>();
			AtomicInteger most = new AtomicInteger();
			this.reactor.run(() -> {
				for (int i = 0; i < 100; i++) {
					String path = ((i % 3 == 0) ? "/close/" : "/keep/") + i;
					Deferred<byte[]> unwanted = agent.request("GET", server.uri("/unwanted"))
						.compose(Responses::readBody);
					unwanted.addErrback((failure) -> new byte[0]);
					wanted.add(agent.request("GET", server.uri(path))
						.compose(Responses::readBody)
						.addCallback((body) -> new String(body, java.nio.charset.StandardCharsets.UTF_8))
						.doOnBoth(() -> {
							unwanted.cancel();
							most.accumulateAndGet(pool.statistics().active() + pool.statistics().idle(), Math::max);
						}));
					paths.add(path);
					if (i % 2 == 0) {
						unwanted.cancel();
					}
				}
			});
			assertThat(this.reactor.result(Deferreds.gatherResults(wanted))).isEqualTo(paths);
			assertThat(most.get()).isBetween(1, 2);
			Awaitility.await()
				.untilAsserted(
						() -> assertThat(pool.statistics()).extracting("active", "waiting").containsExactly(0, 0));
		}
	}

	@Test
	void aPoolKnowsHowManyConnectionsItHasAndHowManyRequestsWait() throws Exception {
		try (HTTPConnectionPool pool = HTTPConnectionPool.builder(this.reactor.get()).maxConnectionsPerHost(1).build();
				ScriptedServer server = new ScriptedServer((request, peer) -> {
					if (request.startsWith("GET /wait")) {
						peer.awaitEnd();
					}
					else {
						peer.send(OK);
					}
				})) {
			Agent agent = new Agent(this.reactor.get(), pool);
			assertThat(pool.statistics()).isEqualTo(new HTTPConnectionPool.Statistics(0, 0, 0));
			this.reactor.result(requests(agent, server, 1).get(0));
			Awaitility.await()
				.untilAsserted(
						() -> assertThat(pool.statistics()).isEqualTo(new HTTPConnectionPool.Statistics(0, 1, 0)));
			Deferred<Response> first = agent.request("GET", server.uri("/wait"));
			Deferred<Response> second = agent.request("GET", server.uri("/wait"));
			Awaitility.await()
				.untilAsserted(
						() -> assertThat(pool.statistics()).isEqualTo(new HTTPConnectionPool.Statistics(1, 0, 1)));
			this.reactor.run(() -> {
				second.addErrback((failure) -> null).cancel();
				first.addErrback((failure) -> null).cancel();
			});
			Awaitility.await()
				.untilAsserted(
						() -> assertThat(pool.statistics()).isEqualTo(new HTTPConnectionPool.Statistics(0, 0, 0)));
			this.reactor.result(pool.closeCachedConnections());
			assertThat(pool.statistics()).isEqualTo(new HTTPConnectionPool.Statistics(0, 0, 0));
		}
	}

	@Test
	void aRequestThatIsCancelledWhileItWaitsLeavesItsPlaceAndTakesNoConnection() throws Exception {
		CountDownLatch release = new CountDownLatch(1);
		try (HTTPConnectionPool pool = HTTPConnectionPool.builder(this.reactor.get())
			.maxConnectionsPerHost(1)
			.maxWaiting(1)
			.build(); ScriptedServer server = new ScriptedServer((request, peer) -> {
				if (request.startsWith("GET /wait")) {
					assertThat(release.await(20, TimeUnit.SECONDS)).isTrue();
				}
				peer.send(OK);
			})) {
			Agent agent = new Agent(this.reactor.get(), pool);
			Deferred<byte[]> first = agent.request("GET", server.uri("/wait")).compose(Responses::readBody);
			server.request();
			for (int i = 0; i < 3; i++) {
				Deferred<Response> waiting = this.reactor.call(() -> agent.request("GET", server.uri("/")));
				assertThat(pool.statistics().waiting()).isEqualTo(1);
				this.reactor.run(() -> waiting.addErrback((failure) -> null).cancel());
				assertThat(pool.statistics().waiting()).isZero();
			}
			release.countDown();
			this.reactor.result(first);
			this.reactor.result(requests(agent, server, 1).get(0));
			assertThat(server.connections()).isEqualTo(1);
		}
	}

	@Test
	void aConnectionIsKeptForTheNextRequest() throws Exception {
		try (HTTPConnectionPool pool = new HTTPConnectionPool(this.reactor.get());
				ScriptedServer server = ScriptedServer.answering(OK)) {
			Agent agent = new Agent(this.reactor.get(), pool);
			for (int i = 0; i < 3; i++) {
				this.reactor.result(requests(agent, server, 1).get(0));
			}
			assertThat(server.connections()).isEqualTo(1);
			assertThat(server.request()).doesNotContain("connection: close");
		}
	}

	@Test
	void whoFindsTooManyWaitingFailsAtOnce() throws Exception {
		try (HTTPConnectionPool pool = HTTPConnectionPool.builder(this.reactor.get())
			.maxConnectionsPerHost(1)
			.maxWaiting(1)
			.build(); ScriptedServer server = new ScriptedServer((request, peer) -> peer.awaitEnd())) {
			Agent agent = new Agent(this.reactor.get(), pool);
			Deferred<Response> first = this.reactor.call(() -> agent.request("GET", server.uri("/")));
			server.request();
			Deferred<Response> second = this.reactor.call(() -> agent.request("GET", server.uri("/")));
			assertThatExceptionOfType(QueueOverflowException.class)
				.isThrownBy(() -> this.reactor.result(agent.request("GET", server.uri("/"))));
			this.reactor.run(() -> {
				second.addErrback((failure) -> null);
				second.cancel();
				first.addErrback((failure) -> null);
				first.cancel();
			});
		}
	}

	@Test
	void aConnectionThatTheServerHasClosedMeanwhileIsMadeUpForByAnother() throws Exception {
		try (HTTPConnectionPool pool = new HTTPConnectionPool(this.reactor.get());
				ScriptedServer server = new ScriptedServer((request, peer) -> {
					if (request.startsWith("GET /close")) {
						peer.close();
					}
					else {
						peer.send(OK);
					}
				})) {
			Agent agent = new Agent(this.reactor.get(), pool);
			this.reactor.result(requests(agent, server, 1).get(0));
			// On the connection that was kept, and then on another one.
			assertThatExceptionOfType(ResponseNeverReceived.class)
				.isThrownBy(() -> this.reactor.result(agent.request("GET", server.uri("/close"))));
			assertThat(server.connections()).isEqualTo(2);
		}
	}

	@Test
	void aRequestThatMayChangeSomethingIsNotMadeAgain() throws Exception {
		try (HTTPConnectionPool pool = new HTTPConnectionPool(this.reactor.get());
				ScriptedServer server = new ScriptedServer((request, peer) -> {
					if (request.startsWith("POST")) {
						peer.close();
					}
					else {
						peer.send(OK);
					}
				})) {
			Agent agent = new Agent(this.reactor.get(), pool);
			this.reactor.result(requests(agent, server, 1).get(0));
			assertThatExceptionOfType(ResponseNeverReceived.class).isThrownBy(() -> this.reactor
				.result(agent.request("POST", server.uri("/"), new Headers(), new BytesBodyProducer("once"))));
			assertThat(server.connections()).isEqualTo(1);
		}
	}

	@Test
	void connectionsThatNobodyUsesCanBeClosedAndThePoolUsedOn() throws Exception {
		try (HTTPConnectionPool pool = new HTTPConnectionPool(this.reactor.get());
				ScriptedServer server = ScriptedServer.answering(OK)) {
			Agent agent = new Agent(this.reactor.get(), pool);
			this.reactor.result(requests(agent, server, 1).get(0));
			this.reactor.result(pool.closeCachedConnections());
			server.awaitClosed();
			this.reactor.result(requests(agent, server, 1).get(0));
			assertThat(server.connections()).isEqualTo(2);
		}
	}

	@Test
	void aBodyThatHasComeAndIsGivenUpDoesNotTakeItsConnectionFromTheNextRequest() throws Exception {
		try (HTTPConnectionPool pool = HTTPConnectionPool.builder(this.reactor.get()).maxConnectionsPerHost(1).build();
				ScriptedServer server = new ScriptedServer((request, peer) -> peer
					.send(request.startsWith("GET /slow") ? "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhe" : OK))) {
			Agent hasty = Agent.builder(this.reactor.get()).pool(pool).totalTimeout(Duration.ofSeconds(1)).build();
			Agent patient = new Agent(this.reactor.get(), pool);
			// Nobody reads this body, so its time will be up while the next request is on
			// the connection.
			assertThat(this.reactor.result(hasty.request("GET", server.uri("/"))).code()).isEqualTo(200);
			BlockingQueue<String> outcome = new LinkedBlockingQueue<>();
			Deferred<byte[]> slow = patient.request("GET", server.uri("/slow")).compose(Responses::readBody);
			slow.addErrback((failure) -> {
				outcome.add(failure.toString());
				return new byte[0];
			});
			Awaitility.await().until(() -> this.reactor.get().getDelayedCalls().size() == 1);
			assertThat(outcome).isEmpty();
			assertThat(server.connections()).isEqualTo(1);
			this.reactor.run(slow::cancel);
		}
	}

	private static List<Deferred<String>> requests(Agent agent, ScriptedServer server, int number) {
		List<Deferred<String>> requests = new ArrayList<>();
		for (int i = 0; i < number; i++) {
			requests.add(agent.request("GET", server.uri("/"))
				.compose(Responses::readBody)
				.addCallback((body) -> new String(body, java.nio.charset.StandardCharsets.UTF_8)));
		}
		return requests;
	}

}
