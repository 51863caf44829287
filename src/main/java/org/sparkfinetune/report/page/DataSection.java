package org.sparkfinetune.report.page;

import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.sparkfinetune.report.DataQuality;
import org.sparkfinetune.report.RunReport;

/** The pictures and their problems: rejected files, copies, contradictory labels, imbalance, leaks. */
final class DataSection {
    private final PageWriter page;
    private final RunReport.Data data;

    DataSection(PageWriter page, RunReport.Data data) {
        this.page = page;
        this.data = data;
    }

    void write() {
        page.section("pictures", "Pictures").table("pictures", "split", "pictures");
        if (data.perSplit() != null) {
            data.perSplit().forEach((split, count) -> page.row(split, PageWriter.count(count)));
        } else {
            page.row("all", PageWriter.count(data.examples()));
        }
        page.row("rejected", PageWriter.count(data.rejected()));
        page.endTable();
        if (data.quality() != null) {
            quality(data.quality());
        }
        page.endSection();
    }

    private void quality(DataQuality quality) {
        page.heading("What is not in the dataset");
        Map<String, Long> left = new LinkedHashMap<>();
        left.put("copies of a picture of the same class", quality.duplicates());
        left.put("same picture under two labels", quality.conflicts());
        quality.rejectedByClass().forEach((errorClass, files) -> left.put("rejected: " + errorClass, files));
        left.values().removeIf(files -> files == 0);
        if (left.isEmpty()) {
            page.paragraph("Every file of the collection is in the dataset.");
        } else {
            page.table("files left out", "why", "files");
            left.forEach((why, files) -> page.row(why, PageWriter.count(files)));
            page.endTable();
        }
        if (quality.rejectedExamples() != null && !quality.rejectedExamples().isEmpty()) {
            page.heading("Some of the rejected files")
                    .table("rejected files", "file", "class of error", PageWriter.name("what is wrong"));
            quality.rejectedExamples()
                    .forEach(file ->
                            page.row(PageWriter.name(file.path()), file.errorClass(), PageWriter.name(file.error())));
            page.endTable();
        }
        leaks(quality);
        balance(quality);
    }

    private void leaks(DataQuality quality) {
        page.heading("Leaks between splits");
        if (quality.nearDuplicates().isEmpty() && quality.inSeveralSplits() == 0) {
            page.paragraph("No held-out picture resembles one of another split"
                    + (quality.nearDuplicatesComplete() ? "." : ", as far as they were compared."));
            return;
        }
        page.paragraph(
                "Pictures that closely resemble one of another split make a model seem better than it is. They stay in"
                        + " the dataset; source.columns.group of the shard recipe keeps pictures of a group in"
                        + " one split."
                        + (quality.nearDuplicatesComplete()
                                ? ""
                                : " Not all pictures could be compared: there may be more."));
        page.table("near duplicates", "near duplicates", "pictures");
        quality.nearDuplicates().forEach((splits, pictures) -> page.row(splits, PageWriter.count(pictures)));
        if (quality.inSeveralSplits() > 0) {
            page.row("in several splits of the collection, kept in the held-out one", quality.inSeveralSplits());
        }
        page.endTable();
        if (!quality.nearDuplicateExamples().isEmpty()) {
            page.markup("<details><summary>Some pairs</summary>\n<ul>\n");
            quality.nearDuplicateExamples()
                    .forEach(pair -> page.markup("<li>" + PageWriter.name(pair).markup() + "</li>\n"));
            page.markup("</ul></details>\n");
        }
    }

    private void balance(DataQuality quality) {
        Map<String, Long> perLabel = new LinkedHashMap<>();
        quality.pictures().values().forEach(split -> split.forEach((label, n) -> perLabel.merge(label, n, Long::sum)));
        List<Map.Entry<String, Long>> largestFirst = perLabel.entrySet().stream()
                .sorted(Map.Entry.<String, Long>comparingByValue(Comparator.reverseOrder())
                        .thenComparing(Map.Entry.comparingByKey()))
                .toList();
        if (largestFirst.isEmpty()) {
            return;
        }
        long most = largestFirst.get(0).getValue();
        long least = largestFirst.get(largestFirst.size() - 1).getValue();
        page.heading("Balance of the classes")
                .paragraph(
                        least == most
                                ? "All classes have the same number of pictures, " + PageWriter.count(most) + "."
                                : "The largest class has " + PageWriter.count(most) + " pictures, the smallest "
                                        + PageWriter.count(least)
                                        + (most > 3 * least
                                                ? ". training.classWeights: balanced makes every class count the same."
                                                : "."));
        List<String> splits = List.copyOf(quality.pictures().keySet());
        String[] columns = new String[2 + splits.size()];
        columns[0] = "class";
        columns[1] = "pictures";
        splits.forEach(split -> columns[2 + splits.indexOf(split)] = split);
        page.table("pictures of each class", columns);
        for (Map.Entry<String, Long> label : largestFirst) {
            Object[] cells = new Object[columns.length];
            cells[0] = PageWriter.label(label.getKey());
            cells[1] =
                    PageWriter.bar(label.getValue() / (double) Math.max(1, most), PageWriter.count(label.getValue()));
            for (int i = 0; i < splits.size(); i++) {
                cells[2 + i] =
                        PageWriter.count(quality.pictures().get(splits.get(i)).getOrDefault(label.getKey(), 0L));
            }
            page.row(cells);
        }
        page.endTable();
    }
}
