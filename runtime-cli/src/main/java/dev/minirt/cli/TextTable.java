package dev.minirt.cli;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Columns of text under headings, as wide as what is in them. */
final class TextTable {
    private static final int GAP = 2;

    private final List<String[]> rows = new ArrayList<>();

    TextTable(String... headings) {
        rows.add(headings);
    }

    /** Adds a row with a cell for each heading. */
    void row(String... cells) {
        rows.add(cells);
    }

    @Override
    public String toString() {
        var widths = new int[rows.getFirst().length];
        for (var row : rows) {
            Arrays.setAll(widths, i -> Math.max(widths[i], row[i].length()));
        }
        var text = new StringBuilder();
        for (var row : rows) {
            for (int i = 0; i < row.length; i++) {
                text.append(Failing.oneLine(row[i]));
                if (i < row.length - 1) {
                    text.repeat(' ', widths[i] + GAP - row[i].length());
                }
            }
            text.append('\n');
        }
        return text.toString();
    }
}
