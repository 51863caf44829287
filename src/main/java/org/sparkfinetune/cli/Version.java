package org.sparkfinetune.cli;

import org.sparkfinetune.report.Build;
import picocli.CommandLine.IVersionProvider;

/** What {@code --version} prints. */
final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
        return new String[] {"spark-finetune " + Build.version() + " (" + Build.git() + ")"};
    }
}
