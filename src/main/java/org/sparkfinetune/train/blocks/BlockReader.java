package org.sparkfinetune.train.blocks;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.channels.ReadableByteChannel;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.apache.spark.SparkEnv;
import org.apache.spark.TaskContext;
import org.apache.spark.network.buffer.ManagedBuffer;
import org.apache.spark.network.shuffle.BlockFetchingListener;
import org.apache.spark.storage.BlockData;
import org.apache.spark.storage.BlockManager;
import org.apache.spark.storage.RDDBlockId;
import scala.Option;

/**
 * Reads blocks one after another, from the memory of this host or over the network. The next blocks are fetched while
 * earlier ones are read. Needs memory for the open blocks and a few more, not for all of them. For one thread.
 */
public final class BlockReader implements AutoCloseable {
    /** Blocks that are fetched in advance, in addition to those that are open. */
    private static final int AHEAD = 4;

    private final BlockManager blocks = SparkEnv.get().blockManager();
    private final Iterator<Address> rest;
    private final boolean kept;
    private final Deque<Coming> coming = new ArrayDeque<>();

    /**
     * The address of a block.
     *
     * @param home location of the block
     * @param block Spark's name of the block
     * @param offset offset in the file of the home, in bytes, if it has a file
     */
    public record Address(BlockHome home, RDDBlockId block, long offset) {}

    /** @param fetched bytes from another executor; null for a block on this one */
    private record Coming(Address address, CompletableFuture<ManagedBuffer> fetched) {}

    /**
     * @param addresses addresses of the blocks, in the order of reading
     * @param kept whether blocks fetched over the network stay on this executor as well, because other tasks need them
     */
    public BlockReader(Iterator<Address> addresses, boolean kept) {
        this.rest = addresses;
        this.kept = kept;
    }

    /** An open block, to be read once from its beginning to its end. */
    public static final class Block implements AutoCloseable {
        private final Address address;
        private final ReadableByteChannel in;
        private final Runnable release;

        private Block(Address address, ReadableByteChannel in, Runnable release) {
            this.address = address;
            this.in = in;
            this.release = release;
        }

        /**
         * Fills a buffer with the next bytes.
         *
         * @throws LostBlockException if the block ends before the buffer is full
         */
        public void read(ByteBuffer target) {
            try {
                while (target.hasRemaining()) {
                    if (in.read(target) < 0) {
                        throw lost(address, new IOException("it is shorter than expected"));
                    }
                }
            } catch (IOException e) {
                throw lost(address, e);
            }
        }

        @Override
        public void close() {
            try {
                in.close();
            } catch (IOException e) {
                throw lost(address, e);
            } finally {
                release.run();
            }
        }
    }

    /**
     * Opens the next block; to be closed by the caller.
     *
     * @throws LostBlockException if the block is no longer where it was written
     */
    public Block next() {
        while (coming.size() < AHEAD && rest.hasNext()) {
            Address address = rest.next();
            boolean here = !address.home().file().isEmpty()
                    || blocks.getStatus(address.block()).isDefined();
            coming.add(new Coming(address, here ? null : fetch(address)));
        }
        Coming next = coming.remove();
        if (next.fetched() != null) {
            return openFetched(next);
        }
        return next.address().home().file().isEmpty() ? openHere(next.address()) : openFile(next.address());
    }

    private static Block openFile(Address address) {
        try {
            FileChannel channel = FileChannel.open(Path.of(address.home().file()));
            return new Block(address, channel.position(address.offset()), () -> {});
        } catch (IOException e) {
            throw lost(address, e);
        }
    }

    private Block openHere(Address address) {
        Option<BlockData> found = blocks.getLocalBytes(address.block());
        if (found.isEmpty()) {
            throw lost(address, new IOException("it is no longer there"));
        }
        return new Block(
                address,
                Channels.newChannel(found.get().toInputStream()),
                () -> blocks.releaseLockAndDispose(address.block(), found.get(), Option.<TaskContext>empty()));
    }

    private Block openFetched(Coming next) {
        Address address = next.address();
        ManagedBuffer fetched = await(next);
        try {
            Block block = new Block(address, Channels.newChannel(fetched.createInputStream()), fetched::release);
            return kept ? keep(address, block, Math.toIntExact(fetched.size())) : block;
        } catch (IOException e) {
            fetched.release();
            throw lost(address, e);
        }
    }

    private static Block keep(Address address, Block fetched, int size) {
        ByteBuffer bytes = ByteBuffer.allocate(size);
        try (fetched) {
            fetched.read(bytes);
        }
        BlockWriter.put(address.block(), List.of(bytes.flip()), false);
        return new Block(address, Channels.newChannel(new ByteArrayInputStream(bytes.array())), () -> {});
    }

    private static ManagedBuffer await(Coming next) {
        try {
            return next.fetched().get();
        } catch (ExecutionException e) {
            throw lost(next.address(), e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CancellationException("interrupted while blocks were fetched");
        }
    }

    private CompletableFuture<ManagedBuffer> fetch(Address address) {
        CompletableFuture<ManagedBuffer> fetched = new CompletableFuture<>();
        BlockFetchingListener listener = new BlockFetchingListener() {
            @Override
            public void onBlockFetchSuccess(String block, ManagedBuffer data) {
                data.retain();
                if (!fetched.complete(data)) {
                    data.release();
                }
            }

            @Override
            public void onBlockFetchFailure(String block, Throwable failure) {
                fetched.completeExceptionally(failure);
            }
        };
        BlockHome home = address.home();
        String[] names = {address.block().name()};
        blocks.blockTransferService().fetchBlocks(home.host(), home.port(), home.executor(), names, listener, null);
        return fetched;
    }

    private static LostBlockException lost(Address address, Throwable cause) {
        BlockHome home = address.home();
        return new LostBlockException(
                "executor " + home.executor() + " on " + home.host() + " does not have block "
                        + address.block().name() + ": " + cause.getMessage(),
                cause);
    }

    /** Cancels the fetches of blocks that were not opened. */
    @Override
    public void close() {
        for (Coming left : coming) {
            boolean arrived = left.fetched() != null && !left.fetched().cancel(false);
            if (arrived && !left.fetched().isCompletedExceptionally()) {
                left.fetched().join().release();
            }
        }
        coming.clear();
    }
}
