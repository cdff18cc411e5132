package dev.twisted.benchmarks.pb;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CountDownLatch;

import dev.twisted.defer.Deferred;
import dev.twisted.endpoints.TCP4ClientEndpoint;
import dev.twisted.internet.Reactor;
import dev.twisted.internet.netty.ReactorBuilder;
import dev.twisted.spread.pb.PBClientFactory;
import dev.twisted.spread.pb.RemoteReference;

/**
 * Calls a server over one connection, with some calls on their way at a time, and prints
 * for each kind of call how many are answered in a second.
 */
final class CallClient {

	private static final int IN_FLIGHT = 64;

	private static final int ROUNDS = 5;

	/** Until then the compiler, which has the same core, is done. */
	private static final int WARM_UP = 15;

	private final RemoteReference root;

	private final String method;

	private final Object[] arguments;

	private final CountDownLatch done = new CountDownLatch(IN_FLIGHT);

	private int left;

	private CallClient(RemoteReference root, int calls, String method, Object... arguments) {
		this.root = root;
		this.left = calls;
		this.method = method;
		this.arguments = arguments;
	}

	/**
	 * Measure.
	 * @param args the port, and for how many milliseconds a round is to last
	 * @throws Exception if the server does not answer
	 */
	public static void main(String[] args) throws Exception {
		int port = Integer.parseInt(args[0]);
		long millis = Long.parseLong(args[1]);
		Reactor reactor = new ReactorBuilder().build();
		reactor.start();
		PBClientFactory factory = new PBClientFactory(reactor);
		RemoteReference root = reactor.<RemoteReference>blockingCallFromThread(
				() -> factory.connect(new TCP4ClientEndpoint(reactor, "127.0.0.1", port)));
		List<Map<String, Object>> order = CallServer.order();
		for (Object[] call : List.of(new Object[] { "add", 1, 2 }, new Object[] { "echo", "hello" },
				new Object[] { "echo", order })) {
			System.out.printf(Locale.ROOT, "%.0f%n", rate(reactor, root, millis, call));
		}
		System.out.flush();
		Runtime.getRuntime().halt(0);
	}

	/** The best of some rounds, after some to warm up: others only disturb. */
	private static double rate(Reactor reactor, RemoteReference root, long millis, Object[] call) throws Exception {
		int calls = IN_FLIGHT * 10;
		double best = 0;
		for (int round = 0; round < WARM_UP + ROUNDS; round++) {
			long nanos = round(reactor, root, calls, call);
			double rate = calls * 1e9 / nanos;
			if (round >= WARM_UP) {
				best = Math.max(best, rate);
			}
			calls = Math.max(IN_FLIGHT, (int) (rate * millis / 1000));
		}
		return best;
	}

	private static long round(Reactor reactor, RemoteReference root, int calls, Object[] call) throws Exception {
		Object[] arguments = java.util.Arrays.copyOfRange(call, 1, call.length);
		CallClient client = new CallClient(root, calls, (String) call[0], arguments);
		long start = System.nanoTime();
		reactor.callFromThread(() -> {
			for (int i = 0; i < IN_FLIGHT; i++) {
				client.next();
			}
		});
		client.done.await();
		return System.nanoTime() - start;
	}

	private void next() {
		if (this.left-- <= 0) {
			this.done.countDown();
			return;
		}
		Deferred<Object> answer = this.root.callRemote(this.method, this.arguments);
		answer.doOnCallback((value) -> next()).doOnErrback((failure) -> {
			failure.printTraceback(System.err);
			Runtime.getRuntime().halt(1);
		});
	}

}
