package dev.twisted.spread.pb;

import java.util.List;
import java.util.concurrent.CompletionStage;

import dev.twisted.defer.Deferred;
import dev.twisted.defer.Deferreds;
import dev.twisted.defer.Failure;
import dev.twisted.spread.banana.BananaException;
import dev.twisted.spread.cred.LoginFailedException;
import dev.twisted.spread.jelly.Jellier;
import dev.twisted.spread.jelly.JellyException;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;

/**
 * Calls of the peer: carried out, answered, and what came with them given back.
 */
final class IncomingCalls {

	private static final Logger logger = LoggerFactory.getLogger(Broker.class);

	private final Broker broker;

	/** How many calls have no answer yet. */
	private int open;

	/** Whether the connection is closed after the answer that is being made. */
	private boolean closing;

	IncomingCalls(Broker broker) {
		this.broker = broker;
	}

	boolean isEmpty() {
		return this.open == 0;
	}

	void received(RemoteCall call, @Nullable MessageReceiver target) {
		this.open++;
		Object result;
		try {
			if (this.open > this.broker.options().maxCalls()) {
				throw new PBException("More than %d calls are without an answer".formatted(this.open - 1));
			}
			if (target == null) {
				throw new PBException("Invalid Object ID");
			}
			result = target.remoteMessageReceived(call);
		}
		catch (Throwable ex) {
			finish(call, null, ex);
			return;
		}
		Deferred<?> later = later(result);
		if (later == null) {
			finish(call, result, null);
		}
		else {
			later.<@Nullable Void>addBoth((value, failure) -> {
				this.broker.onLoop(() -> finish(call, value, (failure != null) ? failure.value() : null));
				return null;
			});
		}
	}

	private static @Nullable Deferred<?> later(@Nullable Object result) {
		if (result instanceof Deferred<?> deferred) {
			return deferred;
		}
		if (result instanceof CompletionStage<?> stage) {
			return Deferred.from(stage);
		}
		if (result instanceof Mono<?> mono) {
			return Deferred.from(mono);
		}
		return (result instanceof Publisher<?> publisher) ? Deferreds.collect(publisher) : null;
	}

	private void finish(RemoteCall call, @Nullable Object result, @Nullable Throwable error) {
		this.open--;
		if (error != null) {
			log(call, error);
		}
		if (this.broker.connected()) {
			if (call.answerRequired()) {
				answer(call, result, error);
			}
			if (result instanceof AsReferenceable avatar && !this.broker.references().holds(avatar)) {
				// He has not got it, and so will never give it back.
				this.broker.guard(avatar::logout);
			}
			call.giveBack();
			if (this.closing) {
				this.broker.transport().loseConnection();
			}
			this.broker.closeIfDone();
		}
	}

	private static void log(RemoteCall call, Throwable error) {
		if (error instanceof PBException || error instanceof JellyException || error instanceof RemoteException
				|| error instanceof LoginFailedException) {
			logger.debug("The call of {} is answered with an error", call.message(), error);
		}
		else {
			logger.error("{}: the call of {} has failed, of which the peer is told",
					call.broker().transport().getPeer(), call.message(), error);
		}
	}

	private void answer(RemoteCall call, @Nullable Object result, @Nullable Throwable error) {
		Throwable problem = error;
		if (problem == null) {
			problem = trySend(call, (jellier) -> List.of(Words.ANSWER, call.id(), jellier.jelly(result)));
			if (problem == null) {
				return;
			}
			logger.warn("{}: the answer to the call of {} cannot be sent, of which the peer is told: {}",
					this.broker.transport().getPeer(), call.message(), problem.getMessage());
		}
		Throwable told = problem;
		Exception hopeless = trySend(call, (jellier) -> List.of(Words.ERROR, call.id(), error(told, jellier)));
		if (hopeless != null) {
			this.broker.transport().failConnection(new Failure(hopeless));
		}
	}

	private Object error(Throwable error, Jellier jellier) throws JellyException {
		return CopyableFailure.jelly(error, this.broker.options().unsafeTracebacks(), jellier);
	}

	private @Nullable Exception trySend(RemoteCall call, Broker.Message message) {
		try {
			this.broker.references().serialize(call.perspective(), message);
			return null;
		}
		catch (JellyException | BananaException | RuntimeException ex) {
			if (ex instanceof LimitReachedException reached && reached.fatal()) {
				this.closing = true;
			}
			return ex;
		}
	}

}
