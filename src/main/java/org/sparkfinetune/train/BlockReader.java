package org.sparkfinetune.train;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
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
 * Reads blocks one after another, wherever they lie, while the next ones are on their way. Takes the memory of the blocks that
 * are open and a few more, however many there are. For one thread.
 */
final class BlockReader implements AutoCloseable {
    /** Blocks on their way, beside those that are open. */
    private static final int AHEAD = 4;

    private final BlockManager blocks = SparkEnv.get().blockManager();
    private final BlockHome here = BlockHome.here();
    private final Iterator<Address> rest;
    private final boolean kept;
    private final Deque<Coming> coming = new ArrayDeque<>();

    /**
     * Where a block lies.
     *
     * @param home of the block
     * @param group that it belongs to
     * @param number of it in the group
     */
    record Address(BlockHome home, int group, int number) {
        RDDBlockId id() {
            return new RDDBlockId(group, number);
        }
    }

    /** @param fetched null for a block that lies here */
    private record Coming(Address address, CompletableFuture<ManagedBuffer> fetched) {}

    /**
     * @param addresses of the blocks, in the order of reading
     * @param kept whether what is fetched stays here as well, because other tasks will ask for it
     */
    BlockReader(Iterator<Address> addresses, boolean kept) {
        this.rest = addresses;
        this.kept = kept;
    }

    /**
     * A block that was found.
     *
     * @param in its bytes
     * @param size of it, in bytes
     * @param release what gives it back
     */
    record Block(InputStream in, int size, Runnable release) implements AutoCloseable {
        /** @throws LostBlockException if it ends before */
        void read(byte[] target, int from, int bytes) {
            try {
                if (in.readNBytes(target, from, bytes) != bytes) {
                    throw new LostBlockException("a block of " + size + " bytes ends before", null);
                }
            } catch (IOException e) {
                throw new LostBlockException("a block of " + size + " bytes cannot be read: " + e.getMessage(), e);
            }
        }

        @Override
        public void close() {
            release.run();
        }
    }

    /**
     * The next block; to be closed.
     *
     * @throws LostBlockException if it is not where it was put
     */
    Block next() {
        while (coming.size() < AHEAD && rest.hasNext()) {
            Address address = rest.next();
            boolean near = blocks.getStatus(address.id()).isDefined();
            coming.add(new Coming(address, near ? null : fetch(address)));
        }
        Coming next = coming.remove();
        return next.fetched() == null ? openHere(next.address()) : openFetched(next);
    }

    private Block openHere(Address address) {
        Option<BlockData> found = blocks.getLocalBytes(address.id());
        if (found.isEmpty()) {
            throw lost(address, null);
        }
        BlockData data = found.get();
        Runnable release =
                () -> blocks.releaseLockAndDispose(address.id(), data, Option.<TaskContext>empty());
        return new Block(data.toInputStream(), Math.toIntExact(data.size()), release);
    }

    private Block openFetched(Coming next) {
        ManagedBuffer fetched = await(next);
        try {
            Block block = new Block(fetched.createInputStream(), Math.toIntExact(fetched.size()), fetched::release);
            return kept ? keep(next.address(), block) : block;
        } catch (IOException e) {
            fetched.release();
            throw lost(next.address(), e);
        }
    }

    private static Block keep(Address address, Block fetched) {
        try (fetched) {
            byte[] bytes = new byte[fetched.size()];
            fetched.read(bytes, 0, bytes.length);
            RawBlocks.put(address.group(), address.number(), bytes, false);
            return new Block(new ByteArrayInputStream(bytes), bytes.length, () -> {});
        }
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
        BlockHome home = address.home();
        if (home.equals(here)) {
            fetched.completeExceptionally(new IOException("it is not here any more"));
            return fetched;
        }
        BlockFetchingListener listener = new BlockFetchingListener() {
            @Override
            public void onBlockFetchSuccess(String block, ManagedBuffer data) {
                fetched.complete(data.retain());
            }

            @Override
            public void onBlockFetchFailure(String block, Throwable failure) {
                fetched.completeExceptionally(failure);
            }
        };
        String[] names = {address.id().name()};
        blocks.blockTransferService().fetchBlocks(home.host(), home.port(), home.executor(), names, listener, null);
        return fetched;
    }

    private static LostBlockException lost(Address address, Throwable cause) {
        BlockHome home = address.home();
        return new LostBlockException(
                "executor " + home.executor() + " on " + home.host() + " does not give block "
                        + address.id().name() + (cause == null ? "" : ": " + cause.getMessage()),
                cause);
    }

    /** Lets go what is still on its way. */
    @Override
    public void close() {
        for (Coming left : coming) {
            if (left.fetched() != null) {
                left.fetched().thenAccept(ManagedBuffer::release);
            }
        }
        coming.clear();
    }
}
