package org.sparkfinetune.config;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * The meaning of a YAML key. Annotates the components of the records that {@link YamlFile} binds. The reference pages
 * and error messages are generated from it, so they cannot become outdated.
 */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.RECORD_COMPONENT)
public @interface Key {
    /** One sentence for the reference page: meaning, unit, effect. */
    String value();

    /**
     * YAML text used when the key is absent; {@link #REQUIRED} when it must be given, {@link #OPTIONAL} when the record
     * chooses a value itself.
     */
    String defaultValue() default REQUIRED;

    /** Minimum for numbers. */
    double min() default Double.NEGATIVE_INFINITY;

    /** Maximum for numbers. */
    double max() default Double.POSITIVE_INFINITY;

    /** Earlier name of the key; a file that still has it is refused with the new name. */
    String formerly() default "";

    /** Marks a key that has no default. */
    String REQUIRED = "\u0000required";

    /**
     * Marks a key with a component of a boxed type that is null when the key is absent: the record's constructor
     * chooses the value then.
     */
    String OPTIONAL = "\u0000optional";

    /** Stands instead of {@link Key} on a component that is a record: its keys are keys of the record that holds it. */
    @Retention(RetentionPolicy.RUNTIME)
    @Target(ElementType.RECORD_COMPONENT)
    @interface Inline {}
}
