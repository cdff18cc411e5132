package dev.twisted.spread.pb;

import java.util.ArrayList;
import java.util.List;

import dev.twisted.internet.Producer;
import dev.twisted.internet.Transport;

/**
 * Those who send pages on one connection: each sends one when the transport asks.
 */
final class Pages implements Producer {

	private final Broker broker;

	private final List<Pager> pagers = new ArrayList<>(0);

	Pages(Broker broker) {
		this.broker = broker;
	}

	void add(Pager pager) {
		this.pagers.add(pager);
		if (this.pagers.size() == 1) {
			this.broker.transport().registerProducer(this, false);
		}
	}

	@Override
	public void resumeProducing() {
		Transport transport = this.broker.transport();
		for (Pager pager : List.copyOf(this.pagers)) {
			if (!pager.sendNextPage()) {
				this.pagers.remove(pager);
			}
		}
		if (this.pagers.isEmpty()) {
			transport.unregisterProducer();
		}
	}

	@Override
	public void stopProducing() {
		this.pagers.clear();
	}

}
