package dev.twisted.interop;

import java.util.List;

import dev.twisted.defer.Failure;
import dev.twisted.internet.Protocol;
import dev.twisted.protocols.Int16StringReceiver;
import dev.twisted.protocols.Int32StringReceiver;
import dev.twisted.protocols.Int8StringReceiver;
import dev.twisted.protocols.LineOnlyReceiver;
import dev.twisted.protocols.LineReceiver;
import dev.twisted.protocols.NetstringReceiver;
import dev.twisted.protocols.StructFrameReceiver;
import dev.twisted.struct.Struct;
import dev.twisted.struct.Values;

/**
 * The kinds of frames that both we and Twisted know.
 */
enum FrameKind {

	LINE("line", 16384) {

		@Override
		Protocol protocol(Frames frames) {
			return new LineReceiver() {

				@Override
				protected void connectionMade() {
					frames.made(this::sendLine);
				}

				@Override
				protected void lineReceived(byte[] line) {
					frames.received(line, this::sendLine);
				}

				@Override
				protected void connectionLost(Failure reason) {
					frames.lost(reason);
				}

			};
		}

	},

	LINE_ONLY("line-only", 16384) {

		@Override
		Protocol protocol(Frames frames) {
			return new LineOnlyReceiver() {

				@Override
				protected void connectionMade() {
					frames.made(this::sendLine);
				}

				@Override
				protected void lineReceived(byte[] line) {
					frames.received(line, this::sendLine);
				}

				@Override
				protected void connectionLost(Failure reason) {
					frames.lost(reason);
				}

			};
		}

	},

	INT8("int8", 255) {

		@Override
		Protocol protocol(Frames frames) {
			return new Int8StringReceiver() {

				@Override
				protected void connectionMade() {
					frames.made(this::sendString);
				}

				@Override
				protected void stringReceived(byte[] string) {
					frames.received(string, this::sendString);
				}

				@Override
				protected void connectionLost(Failure reason) {
					frames.lost(reason);
				}

			};
		}

	},

	INT16("int16", 65535) {

		@Override
		Protocol protocol(Frames frames) {
			return new Int16StringReceiver() {

				@Override
				protected void connectionMade() {
					frames.made(this::sendString);
				}

				@Override
				protected void stringReceived(byte[] string) {
					frames.received(string, this::sendString);
				}

				@Override
				protected void connectionLost(Failure reason) {
					frames.lost(reason);
				}

			};
		}

	},

	INT32("int32", 99999) {

		@Override
		Protocol protocol(Frames frames) {
			return new Int32StringReceiver() {

				@Override
				protected void connectionMade() {
					frames.made(this::sendString);
				}

				@Override
				protected void stringReceived(byte[] string) {
					frames.received(string, this::sendString);
				}

				@Override
				protected void connectionLost(Failure reason) {
					frames.lost(reason);
				}

			};
		}

	},

	NETSTRING("netstring", 99999) {

		@Override
		Protocol protocol(Frames frames) {
			return new NetstringReceiver() {

				@Override
				protected void connectionMade() {
					frames.made(this::sendString);
				}

				@Override
				protected void stringReceived(byte[] string) {
					frames.received(string, this::sendString);
				}

				@Override
				protected void connectionLost(Failure reason) {
					frames.lost(reason);
				}

			};
		}

	},

	/** A header of twelve bytes. */
	PRIVATE("private", 99999) {

		@Override
		Protocol protocol(Frames frames) {
			return new StructFrameReceiver(Struct.of("<iii"), 1) {

				@Override
				protected void connectionMade() {
					frames.made((body) -> sendFrame(body, 1, body.length, 1001));
				}

				@Override
				protected void frameReceived(Values header, byte[] body) {
					frames.received(body, (answer) -> sendFrame(answer, header.toArray()));
				}

				@Override
				protected void connectionLost(Failure reason) {
					frames.lost(reason);
				}

			};
		}

	};

	private final String title;

	private final int longest;

	FrameKind(String title, int longest) {
		this.title = title;
		this.longest = longest;
	}

	/** What the Python side calls it. */
	String title() {
		return this.title;
	}

	/** Sizes of frames, from the shortest to the longest. */
	List<Integer> sizes() {
		return List.of(0, 1, 2, 64, 255, Math.min(1000, this.longest), Math.min(16384, this.longest), this.longest, 3);
	}

	/** How long a frame may be. */
	int longest() {
		return this.longest;
	}

	/** Make a protocol that hands over its frames. */
	abstract Protocol protocol(Frames frames);

	/**
	 * Deals with frames of whatever kind.
	 */
	interface Frames {

		/** Connected. */
		void made(Sender sender);

		/** A frame came. */
		void received(byte[] frame, Sender sender);

		/** The connection is gone. */
		void lost(Failure reason);

	}

	/**
	 * Sends a frame.
	 */
	@FunctionalInterface
	interface Sender {

		/** Send it. */
		void send(byte[] frame);

	}

}
