package dev.minirt.cli;

import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ByteChannel;

/**
 * The socket on descriptor 0, read and written as a file. {@link System#inheritedChannel()} would do too, but takes a cold JVM 15 ms: its Unix domain sockets
 * begin with a secure random number generator.
 */
final class StandardStream implements ByteChannel {
    private final FileInputStream in = new FileInputStream(FileDescriptor.in);
    private final FileOutputStream out = new FileOutputStream(FileDescriptor.in);

    @Override
    public int read(ByteBuffer target) throws IOException {
        int count = in.read(target.array(), target.arrayOffset() + target.position(), target.remaining());
        if (count > 0) {
            target.position(target.position() + count);
        }
        return count;
    }

    @Override
    public int write(ByteBuffer source) throws IOException {
        int count = source.remaining();
        out.write(source.array(), source.arrayOffset() + source.position(), count);
        source.position(source.limit());
        return count;
    }

    @Override
    public boolean isOpen() {
        return true;
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
