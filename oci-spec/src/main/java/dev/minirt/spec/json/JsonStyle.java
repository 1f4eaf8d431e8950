package dev.minirt.spec.json;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.PrettyPrinter;
import tools.jackson.core.util.DefaultIndenter;
import tools.jackson.core.util.DefaultPrettyPrinter;
import tools.jackson.core.util.Separators;
import tools.jackson.core.util.Separators.Spacing;

/** How a document is laid out. */
public enum JsonStyle {
    /** One line without spaces: for programs, such as hooks. */
    COMPACT(null),
    /** A line per value, two spaces per level: for what commands print. */
    SPACES("  "),
    /** A line per value, a tab per level: for files that people edit. */
    TABS("\t");

    private final @Nullable String indent;

    JsonStyle(@Nullable String indent) {
        this.indent = indent;
    }

    ObjectWriteContext context() {
        if (indent == null) {
            return ObjectWriteContext.empty();
        }
        DefaultIndenter indenter = new DefaultIndenter(indent, "\n");
        DefaultPrettyPrinter printer = new DefaultPrettyPrinter(Separators.createDefaultInstance()
                        .withObjectNameValueSpacing(Spacing.AFTER)
                        .withObjectEmptySeparator("")
                        .withArrayEmptySeparator(""))
                .withObjectIndenter(indenter)
                .withArrayIndenter(indenter);
        return new ObjectWriteContext.Base() {
            @Override
            public PrettyPrinter getPrettyPrinter() {
                return printer;
            }

            @Override
            public boolean hasPrettyPrinter() {
                return true;
            }
        };
    }
}
