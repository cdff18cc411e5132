package dev.twisted.internet;

/**
 * What a reactor has counted.
 *
 * @param eventLoopModel the model its event loops really have, such as {@code epoll}
 * @param eventLoops how many event loops it has
 * @param connections TCP connections open now, both ways
 * @param delayedCalls timed calls still to be made
 * @param callbackErrors exceptions thrown by callbacks, ever
 * @param slowCallbacks callbacks that held a loop longer than the threshold, ever
 * @param abortedAtShutdown connections that had to be aborted when the reactor stopped,
 * ever
 */
public record ReactorStatistics(String eventLoopModel, int eventLoops, int connections, int delayedCalls,
		long callbackErrors, long slowCallbacks, long abortedAtShutdown) {

}
