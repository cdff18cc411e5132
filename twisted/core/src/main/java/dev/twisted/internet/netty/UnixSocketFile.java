package dev.twisted.internet.netty;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import dev.twisted.internet.CannotListenException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The place of a Unix socket in the file system, with the lock that tells a socket in use
 * from one that was left behind: the system gives it back when its process ends, however
 * that comes about.
 */
final class UnixSocketFile {

	private static final Logger logger = LoggerFactory.getLogger(UnixSocketFile.class);

	/** In the order of their bits, the lowest first. */
	private static final PosixFilePermission[] PERMISSIONS = { PosixFilePermission.OTHERS_EXECUTE,
			PosixFilePermission.OTHERS_WRITE, PosixFilePermission.OTHERS_READ, PosixFilePermission.GROUP_EXECUTE,
			PosixFilePermission.GROUP_WRITE, PosixFilePermission.GROUP_READ, PosixFilePermission.OWNER_EXECUTE,
			PosixFilePermission.OWNER_WRITE, PosixFilePermission.OWNER_READ };

	/**
	 * The locks of this process. Their files must not be opened again: the system gives
	 * all locks of a process on a file back as soon as it closes the file anywhere.
	 */
	private static final Set<Path> HELD = ConcurrentHashMap.newKeySet();

	private final Path path;

	private final Set<PosixFilePermission> permissions;

	private final @Nullable Lock lock;

	private UnixSocketFile(Path path, Set<PosixFilePermission> permissions, @Nullable Lock lock) {
		this.path = path;
		this.permissions = permissions;
		this.lock = lock;
	}

	/**
	 * Make room for a socket.
	 * @param path where it is to be
	 * @param mode who may connect
	 * @param wantPID whether to hold a lock
	 * @return the place
	 * @throws CannotListenException if another process holds the lock
	 */
	static UnixSocketFile reserve(Path path, int mode, boolean wantPID) {
		Set<PosixFilePermission> permissions = permissions(mode);
		try {
			if (!wantPID) {
				// Not left to the channel: those of native transports remove what is
				// there.
				if (Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
					throw new IOException("the path is in use already");
				}
				return new UnixSocketFile(path, permissions, null);
			}
			UnixSocketFile reserved = new UnixSocketFile(path, permissions, lock(lockFile(path)));
			boolean free = false;
			try {
				removeSocket(path);
				free = true;
			}
			finally {
				if (!free) {
					reserved.release();
				}
			}
			return reserved;
		}
		catch (IOException ex) {
			throw new CannotListenException(path.toString(), ex);
		}
	}

	/** Whoever made the socket does not live any more. */
	private static void removeSocket(Path path) throws IOException {
		if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
			return;
		}
		if (!Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS).isOther()) {
			throw new IOException("the path is in use already, by something that is not a socket");
		}
		Files.delete(path);
	}

	/** The lock's file, by the one name that it has for all who use it. */
	private static Path lockFile(Path path) throws IOException {
		Path file = path.toAbsolutePath();
		Path directory = file.getParent();
		return ((directory != null) ? directory.toRealPath() : file).resolve(file.getFileName() + ".lock");
	}

	private static Lock lock(Path file) throws IOException {
		if (!HELD.add(file)) {
			throw inUse(file);
		}
		boolean locked = false;
		try {
			Lock lock = new Lock(file, tryLock(file));
			locked = true;
			return lock;
		}
		finally {
			if (!locked) {
				HELD.remove(file);
			}
		}
	}

	private static IOException inUse(Path file) {
		return new IOException("the socket is in use: somebody holds the lock " + file);
	}

	private static FileChannel tryLock(Path file) throws IOException {
		FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
		FileLock lock = null;
		try {
			lock = channel.tryLock();
		}
		catch (OverlappingFileLockException ex) {
			// It is this very process that holds it, by another name.
		}
		finally {
			if (lock == null) {
				channel.close();
			}
		}
		if (lock == null) {
			throw inUse(file);
		}
		return channel;
	}

	private static Set<PosixFilePermission> permissions(int mode) {
		if (mode < 0 || mode > 0777) {
			throw new IllegalArgumentException("%o is not a mode of a socket".formatted(mode));
		}
		Set<PosixFilePermission> permissions = EnumSet.noneOf(PosixFilePermission.class);
		for (int bit = 0; bit < PERMISSIONS.length; bit++) {
			if ((mode & (1 << bit)) != 0) {
				permissions.add(PERMISSIONS[bit]);
			}
		}
		return permissions;
	}

	/** The socket is there: let those connect who may. */
	void made() throws IOException {
		if (Files.getFileStore(this.path).supportsFileAttributeView("posix")) {
			Files.setPosixFilePermissions(this.path, this.permissions);
		}
	}

	/** There is to be a socket no more. */
	void remove() {
		try {
			Files.deleteIfExists(this.path);
		}
		catch (IOException ex) {
			logger.warn("The socket {} could not be removed", this.path, ex);
		}
		release();
	}

	/** There was no socket to be had; leave what is there. */
	void release() {
		if (this.lock == null) {
			return;
		}
		try (FileChannel held = this.lock.channel) {
			Files.deleteIfExists(this.lock.file);
		}
		catch (IOException ex) {
			logger.warn("The lock of the socket {} could not be removed", this.path, ex);
		}
		finally {
			HELD.remove(this.lock.file);
		}
	}

	/**
	 * A lock that is held.
	 *
	 * @param file its file, by the name that it has in {@link #HELD}
	 * @param channel holds it until it is closed
	 */
	private record Lock(Path file, FileChannel channel) {

	}

}
