package org.sparkfinetune.ml;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.apache.hadoop.fs.Path;
import org.apache.spark.ml.util.DefaultParamsReader;
import org.apache.spark.ml.util.DefaultParamsWriter;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.ml.util.MLWriter;
import org.sparkfinetune.check.BadDataException;
import org.sparkfinetune.jobs.model.RunFolder;
import org.sparkfinetune.jobs.run.JobContext;
import org.sparkfinetune.storage.HadoopFiles;
import scala.Option;

/** A saved model: {@code metadata/} as all of Spark ML has it, {@code classes.json}, and the run it was made by. */
final class ModelFolder {
    private static final String RUN = "run";
    private static final String CLASSES = "classes.json";
    private static final ObjectMapper JSON = new ObjectMapper();

    private ModelFolder() {}

    /** Writes one; the metadata come last, without them a folder is no model. */
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
            context.files(folder).writeText(new Path(folder, CLASSES), json(model.classes()));
            DefaultParamsWriter.saveMetadata(model, path, sc(), Option.empty(), Option.empty());
        }

        private static String json(Classes classes) {
            try {
                return JSON.writeValueAsString(classes) + "\n";
            } catch (JsonProcessingException e) {
                throw new IllegalStateException("labels and names are always JSON", e);
            }
        }
    }

    /** Reads one. */
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
            try {
                return JSON.readValue(files.readText(file), Classes.class);
            } catch (JsonProcessingException e) {
                throw new BadDataException(file.toString(), "is damaged: " + e.getOriginalMessage(), e);
            }
        }
    }
}
