package dev.twisted.benchmarks.defer;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

import dev.twisted.defer.Callback;

/**
 * The floor: what no chain can do without that may be fired from any thread. One atomic
 * operation a function, the array that holds them, and the calls; no errors, nothing to
 * wait for, no growing.
 */
final class LockedQueue {

	private static final VarHandle STATE;

	static {
		try {
			STATE = MethodHandles.lookup().findVarHandle(LockedQueue.class, "state", int.class);
		}
		catch (ReflectiveOperationException ex) {
			throw new ExceptionInInitializerError(ex);
		}
	}

	// Read and written through STATE.
	@SuppressWarnings("UnusedVariable")
	private int state;

	private int queued;

	private final Object[] queue = new Object[12];

	private Object result = this;

	LockedQueue add(Callback<Integer, Integer> function) {
		lock();
		this.queue[this.queued++] = function;
		unlock();
		return this;
	}

	@SuppressWarnings("unchecked")
	void fire(Object first) throws Exception {
		lock();
		int count = this.queued;
		unlock();
		Object current = first;
		for (int i = 0; i < count; i++) {
			current = ((Callback<Object, Object>) this.queue[i]).call(current);
		}
		lock();
		this.result = current;
		unlock();
	}

	Object result() {
		return this.result;
	}

	private void lock() {
		if (!STATE.compareAndSet(this, 0, 1)) {
			throw new IllegalStateException("Measured without a second thread");
		}
	}

	private void unlock() {
		STATE.setRelease(this, 0);
	}

}
