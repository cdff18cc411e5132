package dev.twisted.boot.autoconfigure;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;

import dev.twisted.boot.TwistedClients;
import dev.twisted.defer.Deferred;
import dev.twisted.defer.DeferredList;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import org.springframework.context.SmartLifecycle;

/**
 * Connects the clients once the servers listen, and disconnects them when web servers
 * have drained and before the reactor ends. While there is a client, the application
 * stays alive.
 */
final class ClientLifecycle implements SmartLifecycle {

	private static final Log logger = LogFactory.getLog(ClientLifecycle.class);

	private final TwistedClients clients;

	private volatile @Nullable CountDownLatch running;

	ClientLifecycle(TwistedClients clients) {
		this.clients = clients;
	}

	@Override
	public void start() {
		if (this.running != null || this.clients.names().isEmpty()) {
			return;
		}
		CountDownLatch end = new CountDownLatch(1);
		for (String name : this.clients.names()) {
			this.clients.get(name).startService();
			logger.info("Twisted client '%s' connects to %s".formatted(name, this.clients.get(name).endpoint()));
		}
		this.running = end;
		Thread alive = new Thread(() -> {
			try {
				end.await();
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
			}
		}, "twisted-clients");
		alive.setDaemon(false);
		alive.start();
	}

	@Override
	public void stop() {
		stop(() -> {
		});
	}

	@Override
	public void stop(Runnable callback) {
		CountDownLatch end = this.running;
		this.running = null;
		if (end == null) {
			callback.run();
			return;
		}
		end.countDown();
		List<Deferred<@Nullable Void>> stopping = new ArrayList<>();
		for (String name : this.clients.names()) {
			stopping.add(this.clients.get(name).stopService());
		}
		new DeferredList<>(stopping).doOnBoth(callback::run);
	}

	@Override
	public boolean isRunning() {
		return this.running != null;
	}

	@Override
	public boolean isPauseable() {
		return false;
	}

	@Override
	public int getPhase() {
		return TwistedLifecycle.PHASE + 1;
	}

}
