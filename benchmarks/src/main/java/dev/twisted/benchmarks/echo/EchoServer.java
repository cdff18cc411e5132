package dev.twisted.benchmarks.echo;

/**
 * An echo server with one event loop, written with one of the libraries compared. There
 * is no way to stop it: its process ends.
 */
@FunctionalInterface
interface EchoServer {

	/**
	 * Listen on any free port of the loopback interface.
	 * @return the port
	 * @throws Exception if there is none
	 */
	int start() throws Exception;

}
