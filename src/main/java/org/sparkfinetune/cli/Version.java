package org.sparkfinetune.cli;

import org.sparkfinetune.report.Build;
import picocli.CommandLine.IVersionProvider;

/** The text of {@code --version}. */
final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
        return new String[] {"spark-finetune " + Build.version() + " (" + Build.git() + ")"};
    }
}
