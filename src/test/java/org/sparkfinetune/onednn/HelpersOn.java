package org.sparkfinetune.onednn;

import org.deeplearning4j.config.DL4JSystemProperties;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Lets Deeplearning4j's layers use oneDNN during a test, which enables programs. */
final class HelpersOn implements BeforeEachCallback, AfterEachCallback {
    private String before;

    @Override
    public void beforeEach(ExtensionContext test) {
        before = System.setProperty(DL4JSystemProperties.DISABLE_HELPER_PROPERTY, "false");
    }

    @Override
    public void afterEach(ExtensionContext test) {
        if (before == null) {
            System.clearProperty(DL4JSystemProperties.DISABLE_HELPER_PROPERTY);
        } else {
            System.setProperty(DL4JSystemProperties.DISABLE_HELPER_PROPERTY, before);
        }
    }
}
