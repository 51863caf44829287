package org.sparkfinetune.ml;

import org.apache.hadoop.fs.Path;
import org.apache.spark.ml.util.DefaultParamsReader;
import org.apache.spark.ml.util.DefaultParamsWriter;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.ml.util.MLWriter;
import org.sparkfinetune.config.Json;
import org.sparkfinetune.jobs.model.RunFolder;
import org.sparkfinetune.jobs.run.JobContext;
import org.sparkfinetune.storage.HadoopFiles;
import scala.Option;

/** A saved model: {@code metadata/} as in all of Spark ML, {@code classes.json}, and the run that trained it. */
final class SavedPipelineModel {
    private static final String RUN = "run";
    private static final String CLASSES = "classes.json";

    private SavedPipelineModel() {}

    /** Writes a model; the metadata come last, and a folder without them is not a model. */
    static final class Writer extends MLWriter {
        private final ImageClassificationModel model;

        Writer(ImageClassificationModel model) {
            this.model = model;
        }

        @Override
        public void saveImpl(String path) {
            JobContext context = new JobContext(sparkSession(), LoggedProgress.INSTANCE);
            Path folder = context.path("path", path);
            RunFolder.copyResult(context, new Path(model.runFolder()), new Path(folder, RUN));
            context.files(folder).writeText(new Path(folder, CLASSES), Json.line(model.classes()) + "\n");
            DefaultParamsWriter.saveMetadata(model, path, sc(), Option.empty(), Option.empty());
        }
    }

    /** Reads a model. */
    static final class Reader extends MLReader<ImageClassificationModel> {
        @Override
        public ImageClassificationModel load(String path) {
            DefaultParamsReader.Metadata metadata =
                    DefaultParamsReader.loadMetadata(path, sc(), ImageClassificationModel.class.getName());
            JobContext context = new JobContext(sparkSession(), LoggedProgress.INSTANCE);
            Path folder = context.path("path", path);
            Classes classes = classes(context.files(folder), new Path(folder, CLASSES));
            ImageClassificationModel model =
                    new ImageClassificationModel(metadata.uid(), new Path(folder, RUN).toString(), classes);
            metadata.getAndSetParams(model, Option.empty());
            return model;
        }

        private static Classes classes(HadoopFiles files, Path file) {
            return Json.read(file.toString(), files.readText(file), Classes.class);
        }
    }
}
