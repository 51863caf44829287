package org.sparkfinetune.ml;

import java.io.Serializable;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.apache.spark.ml.param.IntParam;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.ParamValidators;
import org.apache.spark.ml.param.Params;
import org.sparkfinetune.inference.engine.EngineChoice;

/**
 * The parameters shared by everything here that reads pictures. Spark ML finds a parameter by a method of its owner, so
 * each owner has such a method for each parameter.
 *
 * @param inputCol column of the pictures
 * @param engine engine that runs the network, see {@link EngineChoice}
 * @param handleInvalid see {@link InvalidPictures}
 */
record PictureParams(Param<String> inputCol, Param<String> engine, Param<String> handleInvalid)
        implements Serializable {
    private static final List<String> ENGINES = names(EngineChoice.values());

    static PictureParams of(Params owner) {
        return new PictureParams(
                new Param<>(
                        owner,
                        "inputCol",
                        "column of the pictures: encoded bytes (as binaryFile reads them), Spark's image struct, or"
                                + " paths"),
                new Param<>(
                        owner,
                        "engine",
                        "engine of frozen layers: auto (ONNX Runtime when it agrees with Deeplearning4j), onnx or dl4j",
                        ParamValidators.inArray(ENGINES)),
                new Param<>(
                        owner,
                        "handleInvalid",
                        "treatment of a row whose picture cannot be used: error (the job fails), skip (it is left"
                                + " out and counted) or keep (nulls)",
                        ParamValidators.inArray(InvalidPictures.names())));
    }

    /** Must be called after the owner has all of its parameters: Spark ML lists them at the first default. */
    void setDefaults(Params owner) {
        owner.setDefault(inputCol, "image");
        owner.setDefault(engine, "auto");
        owner.setDefault(handleInvalid, InvalidPictures.ERROR.text());
    }

    EngineChoice engineOf(Params owner) {
        return EngineChoice.valueOf(owner.getOrDefault(engine).toUpperCase(Locale.ROOT));
    }

    InvalidPictures invalidOf(Params owner) {
        return InvalidPictures.of(owner.getOrDefault(handleInvalid));
    }

    /** Creates a parameter that is a whole number of at least 1. */
    static IntParam count(Params owner, String name, String doc) {
        return new IntParam(owner, name, doc, ParamValidators.gtEq(1));
    }

    /** Returns the names of constants in the form of parameter values. */
    static List<String> names(Enum<?>[] constants) {
        return Stream.of(constants)
                .map(constant -> constant.name().toLowerCase(Locale.ROOT))
                .toList();
    }
}
