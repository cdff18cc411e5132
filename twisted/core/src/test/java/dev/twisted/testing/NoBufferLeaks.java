package dev.twisted.testing;

import java.lang.ref.WeakReference;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufUtil;
import io.netty.util.ResourceLeakDetector;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Fails a test class when a Netty buffer has been lost by then. Applies to all classes by
 * itself.
 */
public final class NoBufferLeaks implements BeforeAllCallback, AfterAllCallback {

	private static final List<String> leaks = new CopyOnWriteArrayList<>();

	static {
		ResourceLeakDetector.setLevel(ResourceLeakDetector.Level.PARANOID);
		ByteBufUtil.setLeakListener((resourceType, records) -> leaks.add(resourceType + records));
	}

	@Override
	public void beforeAll(ExtensionContext context) {
		leaks.clear();
	}

	@Override
	public void afterAll(ExtensionContext context) {
		collectGarbage();
		// The detector reports what was lost when the next buffer is made.
		ByteBufAllocator.DEFAULT.heapBuffer(16).release();
		ByteBufAllocator.DEFAULT.directBuffer(16).release();
		if (!leaks.isEmpty()) {
			throw new AssertionError("Buffers were not released:\n" + String.join("\n", leaks));
		}
	}

	private static void collectGarbage() {
		WeakReference<Object> probe = new WeakReference<>(new Object());
		while (probe.get() != null) {
			System.gc();
		}
	}

}
