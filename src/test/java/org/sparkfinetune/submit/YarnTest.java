package org.sparkfinetune.submit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.hdfs.MiniDFSCluster;
import org.apache.hadoop.yarn.conf.YarnConfiguration;
import org.apache.hadoop.yarn.server.MiniYARNCluster;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.sparkfinetune.testing.Script;

/**
 * The jobs on Hadoop's own YARN and HDFS, by {@code conf/yarn-cpu.properties} in cluster deploy mode: recipe, card and
 * jar travel to the driver, pictures and results are on HDFS.
 */
@Tag("cluster")
@Timeout(900)
class YarnTest {
    @TempDir
    private static Path folder;

    private static MiniDFSCluster hdfs;
    private static MiniYARNCluster yarn;
    private static JobChain jobs;

    @BeforeAll
    static void start() throws Exception {
        Script.assumePackaged();
        Configuration configuration = new YarnConfiguration();
        configuration.set(
                MiniDFSCluster.HDFS_MINIDFS_BASEDIR, folder.resolve("hdfs").toString());
        // The first of the waits until a file is whole, half a second for each picture otherwise.
        configuration.setInt("dfs.client.block.write.locateFollowingBlock.initial.delay.ms", 20);
        hdfs = new MiniDFSCluster.Builder(configuration).numDataNodes(1).build();
        hdfs.waitActive();
        String root = "hdfs://127.0.0.1:" + hdfs.getNameNodePort();
        startYarn(configuration, root);
        writeConfiguration();
        JobChain.writePictures(folder.resolve("pictures"));
        FileSystem files = hdfs.getFileSystem();
        files.copyFromLocalFile(path(folder.resolve("pictures").toString()), path("/pictures"));
        jobs = new JobChain(
                root,
                folder,
                profile(),
                Map.of("HADOOP_CONF_DIR", folder.resolve("hadoop").toString()));
    }

    private static void startYarn(Configuration configuration, String root) {
        configuration.set("fs.defaultFS", root);
        configuration.set("yarn.scheduler.capacity.root.queues", "default");
        configuration.set("yarn.scheduler.capacity.root.default.capacity", "100");
        // Here an application master takes half of the cluster.
        configuration.set("yarn.scheduler.capacity.maximum-am-resource-percent", "1.0");
        configuration.setInt(YarnConfiguration.RM_SCHEDULER_MINIMUM_ALLOCATION_MB, 256);
        configuration.setInt(YarnConfiguration.YARN_MINICLUSTER_NM_PMEM_MB, 8192);
        configuration.setBoolean(YarnConfiguration.NM_VMEM_CHECK_ENABLED, false);
        // The disk of a machine that runs tests may be nearly full.
        configuration.setFloat(YarnConfiguration.NM_MAX_PER_DISK_UTILIZATION_PERCENTAGE, 100);
        configuration.set(YarnConfiguration.NM_LOG_RETAIN_SECONDS, "600");
        yarn = new MiniYARNCluster("yarn", 1, 1, 1);
        yarn.init(configuration);
        yarn.start();
    }

    /** What $HADOOP_CONF_DIR holds on a machine of a Hadoop cluster. */
    private static void writeConfiguration() throws IOException {
        Configuration client = new Configuration(false);
        client.set("fs.defaultFS", yarn.getConfig().get("fs.defaultFS"));
        for (Map.Entry<String, String> entry : yarn.getConfig()) {
            if (entry.getKey().startsWith("yarn.resourcemanager.")) {
                client.set(entry.getKey(), entry.getValue());
            }
        }
        Files.createDirectories(folder.resolve("hadoop"));
        try (OutputStream out = Files.newOutputStream(folder.resolve("hadoop/yarn-site.xml"))) {
            client.writeXml(out);
        }
        Files.copy(folder.resolve("hadoop/yarn-site.xml"), folder.resolve("hadoop/core-site.xml"));
    }

    /** The one that users copy, for machines of this size, which have Spark's jars where this machine has them. */
    private static Path profile() throws IOException {
        return Files.writeString(
                folder.resolve("profile.properties"),
                Files.readString(Path.of("conf/yarn-cpu.properties"))
                        + """
                        spark.yarn.jars local:%s/*
                        spark.executor.cores 1
                        spark.executor.memory 1g
                        spark.executor.memoryOverhead 1g
                        spark.driver.memory 1g
                        spark.driver.memoryOverhead 1g
                        spark.yarn.maxAppAttempts 1
                        """.formatted(Path.of("target/spark/jars").toAbsolutePath()));
    }

    private static org.apache.hadoop.fs.Path path(String text) {
        return new org.apache.hadoop.fs.Path(text);
    }

    @AfterAll
    static void stop() {
        if (yarn != null) {
            yarn.stop();
        }
        if (hdfs != null) {
            hdfs.shutdown();
        }
    }

    @Test
    void theFourJobsRunInClusterDeployMode() throws Exception {
        jobs.done(jobs.shard());
        jobs.done(jobs.finetune("run"));
        jobs.done(jobs.evaluate("run"));
        jobs.done(jobs.extract("run", "table"));
        assertThat(jobs.embeddings("table")).hasSize(2 * JobChain.PICTURES);
        assertThat(new String(
                        hdfs.getFileSystem()
                                .open(path("/evaluation/report.json"))
                                .readAllBytes(),
                        java.nio.charset.StandardCharsets.UTF_8))
                .contains("\"examples\" : 30");
    }

    @Test
    void whyAJobFailedIsToldToWhoeverSubmittedIt() throws Exception {
        Path recipe = Files.writeString(folder.resolve("wrong.yaml"), "kind: shard\ninput: /nowhere\noutput: /d\n");
        Script ended = Script.run(
                folder.resolve("wrong.log"),
                jobs.environment(),
                "submit",
                recipe.toString(),
                "--on",
                jobs.profile().toString());
        assertThat(ended.code()).as(ended.log()).isEqualTo(3);
        assertThat(ended.log())
                .contains("exit code 3, error: " + jobs.data() + "/nowhere: does not exist")
                .doesNotContain("\n\tat ");
    }
}
