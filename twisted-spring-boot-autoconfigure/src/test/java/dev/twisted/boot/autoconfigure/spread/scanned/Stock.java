package dev.twisted.boot.autoconfigure.spread.scanned;

import java.util.concurrent.CompletableFuture;

import dev.twisted.boot.PerspectiveBroker;
import dev.twisted.defer.Deferred;
import dev.twisted.spread.pb.Remote;
import reactor.core.publisher.Mono;

/**
 * What a server has in stock.
 */
@PerspectiveBroker("stock")
public interface Stock {

	/** How many there are. */
	Deferred<Long> count(String article);

	/** Order some. */
	Mono<String> order(String article, int number);

	/** Order one. */
	@Remote("order_one")
	CompletableFuture<String> orderOne(String article);

	/** Ask for no answer. */
	void forget(String article);

}
