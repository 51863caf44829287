package org.sparkfinetune.config;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * What a key of a YAML file means. Stands on the components of the records that {@link YamlFile} binds; the reference pages
 * and the error messages are made from it, so neither can go stale.
 */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.RECORD_COMPONENT)
public @interface Key {
    /** One sentence for the reference page: meaning, unit, effect. */
    String value();

    /**
     * YAML text used when the key is absent; {@link #REQUIRED} when it must be given, {@link #OPTIONAL} when the record
     * finds a value itself.
     */
    String defaultValue() default REQUIRED;

    /** Least value allowed, for numbers. */
    double min() default Double.NEGATIVE_INFINITY;

    /** Greatest value allowed, for numbers. */
    double max() default Double.POSITIVE_INFINITY;

    /** Marks a key that has no default. */
    String REQUIRED = "\u0000required";

    /** Marks a key whose component, of a boxed type, is null when it is absent: the record's constructor decides then. */
    String OPTIONAL = "\u0000optional";
}
