package dev.twisted.internet.netty;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.time.Duration;

import dev.twisted.defer.Action;
import dev.twisted.defer.AlreadyCalledException;
import dev.twisted.defer.CallContext;
import dev.twisted.internet.AlreadyCancelledException;
import dev.twisted.internet.DelayedCall;

/**
 * One pending call of a {@link Loop}.
 */
final class TimedCall implements DelayedCall, Contextual {

	private static final int PENDING = 0;

	private static final int CALLED = 1;

	private static final int CANCELLED = 2;

	private static final VarHandle STATE;

	static {
		try {
			STATE = MethodHandles.lookup().findVarHandle(TimedCall.class, "state", int.class);
		}
		catch (ReflectiveOperationException ex) {
			throw new ExceptionInInitializerError(ex);
		}
	}

	private final Loop loop;

	private final Action call;

	private CallContext callContext = CallContext.capture();

	private volatile int state;

	/** When due, on the clock of {@link System#nanoTime()}; guarded by the heap. */
	long due;

	/** Tells those due together apart; guarded by the heap. */
	long order;

	/** Where in the heap, negative for nowhere; guarded by the heap. */
	int index = -1;

	TimedCall(Loop loop, Action call, long due) {
		this.loop = loop;
		this.call = call;
		this.due = due;
	}

	@Override
	public Duration getTime() {
		return this.loop.moment(this.due);
	}

	@Override
	public void cancel() {
		if (!STATE.compareAndSet(this, PENDING, CANCELLED)) {
			throw ended();
		}
		this.loop.timers().remove(this);
	}

	@Override
	public void delay(Duration secondsLater) {
		this.loop.checkOwnThread("DelayedCall.delay");
		long now = System.nanoTime();
		move(now + Loop.bounded(this.due - now + Loop.nanos(secondsLater)));
	}

	@Override
	public void reset(Duration secondsFromNow) {
		this.loop.checkOwnThread("DelayedCall.reset");
		move(System.nanoTime() + Loop.nanos(secondsFromNow));
	}

	private void move(long due) {
		if (!active()) {
			throw ended();
		}
		this.loop.moveTimer(this, due);
	}

	@Override
	public boolean active() {
		return this.state == PENDING;
	}

	/**
	 * Make the call, unless it was called off meanwhile.
	 */
	void run() {
		if (STATE.compareAndSet(this, PENDING, CALLED)) {
			this.loop.call("callLater", this, this.call);
		}
	}

	@Override
	public CallContext callContext() {
		return this.callContext;
	}

	@Override
	public void callContext(CallContext context) {
		this.callContext = context;
	}

	private RuntimeException ended() {
		return (this.state == CALLED) ? new AlreadyCalledException("The delayed call has been made already")
				: new AlreadyCancelledException("The delayed call has been cancelled already");
	}

	@Override
	public String toString() {
		return "DelayedCall[%s, %s]".formatted(this.call,
				active() ? "due at " + getTime() : (this.state == CALLED) ? "called" : "cancelled");
	}

}
