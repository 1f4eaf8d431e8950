import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Generates both ends of the program encoding, and its documentation, from ops.def. Run by the build with the JDK's
 * source launcher; see the head of ops.def for its arguments.
 */
final class GenerateOps {
    record Field(String type, String parameter, String name, String doc) {}

    record Named(String name, String words) {}

    record Op(
            String name,
            int opcode,
            List<String> contexts,
            String doc,
            List<String> needs,
            List<String> begins,
            List<String> ends,
            List<Field> fields,
            List<Named> steps,
            List<Named> branches,
            List<String> see) {
        String snake() {
            return GenerateOps.snake(name);
        }
    }

    private static final String PACKAGE = "dev.minirt.core.op";
    private static final Pattern HEAD = Pattern.compile("op (\\w+) = (\\d+) \\[([a-z, ]+)]: (.+)");
    private static final Pattern FIELD = Pattern.compile("field ([a-z0-9-]+)(?:\\((\\w+)\\))? (\\w+)(?:: (.+))?");
    private static final Pattern NAMED = Pattern.compile("(step|branch) ([a-z0-9-]+): (.+)");

    public static void main(String[] args) throws IOException {
        if (args.length != 3) {
            System.err.println("usage: GenerateOps OPS.DEF c|java|docs DIRECTORY");
            System.exit(2);
        }
        var table = Files.readString(Path.of(args[0]));
        var ops = parse(table);
        var directory = Path.of(args[2]);
        switch (args[1]) {
            case "c" -> write(directory.resolve("ops.h"), header(ops, hash(ops)));
            case "java" -> {
                var target = directory.resolve(PACKAGE.replace('.', '/'));
                for (var op : ops) {
                    write(target.resolve(op.name() + ".java"), javaRecord(op));
                }
                write(target.resolve("Op.java"), javaInterface(ops, hash(ops)));
                removeOthers(target, ops);
            }
            case "docs" -> write(directory.resolve("operations.md"), docs(ops));
            default -> throw new IllegalArgumentException(args[1]);
        }
    }

    /** What an operation that is gone, or renamed, has left from an earlier run would not compile any more. */
    private static void removeOthers(Path target, List<Op> ops) throws IOException {
        var names = new TreeSet<>(Set.of("Op.java"));
        ops.forEach(op -> names.add(op.name() + ".java"));
        try (var files = Files.list(target)) {
            for (var file : files.toList()) {
                if (!names.contains(file.getFileName().toString())) {
                    Files.delete(file);
                }
            }
        }
    }

    private static List<Op> parse(String table) {
        var ops = new ArrayList<Op>();
        var names = new TreeSet<String>();
        var opcodes = new TreeSet<Integer>();
        Op op = null;
        int number = 0;
        for (var raw : table.lines().toList()) {
            number++;
            var line = raw.strip();
            if (line.isEmpty() || line.startsWith("#")) {
                continue;
            }
            var where = "ops.def:" + number + ": ";
            var head = HEAD.matcher(line);
            if (head.matches()) {
                op = new Op(
                        head.group(1),
                        Integer.parseInt(head.group(2)),
                        List.of(head.group(3).split(", *")),
                        head.group(4),
                        new ArrayList<>(),
                        new ArrayList<>(),
                        new ArrayList<>(),
                        new ArrayList<>(),
                        new ArrayList<>(),
                        new ArrayList<>(),
                        new ArrayList<>());
                if (!names.add(op.name()) || !opcodes.add(op.opcode())) {
                    throw new IllegalStateException(where + "name or opcode is taken");
                }
                ops.add(op);
                continue;
            }
            if (op == null) {
                throw new IllegalStateException(where + "no operation yet");
            }
            var keyword = line.substring(0, line.indexOf(' '));
            var rest = line.substring(keyword.length() + 1).strip();
            switch (keyword) {
                case "needs" -> op.needs().addAll(List.of(rest.split(" +")));
                case "begins" -> op.begins().addAll(List.of(rest.split(" +")));
                case "ends" -> op.ends().addAll(List.of(rest.split(" +")));
                case "see" -> op.see().add(rest);
                case "field" -> {
                    Matcher field = FIELD.matcher(line);
                    if (!field.matches()) {
                        throw new IllegalStateException(where + "not a field");
                    }
                    op.fields().add(new Field(field.group(1), field.group(2), field.group(3), field.group(4)));
                }
                case "step", "branch" -> {
                    Matcher named = NAMED.matcher(line);
                    if (!named.matches()) {
                        throw new IllegalStateException(where + "not a " + keyword);
                    }
                    (keyword.equals("step") ? op.steps() : op.branches())
                            .add(new Named(named.group(2), named.group(3)));
                }
                default -> throw new IllegalStateException(where + "unknown keyword " + keyword);
            }
        }
        return ops;
    }

    /** The first eight bytes of the SHA-256 of what both ends must agree on: opcodes, field types and order, steps. */
    private static String hash(List<Op> ops) {
        var agreed = new StringBuilder();
        for (var op : ops) {
            agreed.append(op.name()).append(op.opcode());
            op.fields().forEach(field -> agreed.append(' ').append(field.type()).append(field.name()));
            op.steps().forEach(step -> agreed.append(" s").append(step.name()));
            op.branches().forEach(branch -> agreed.append(" b").append(branch.name()));
            agreed.append('\n');
        }
        try {
            var digest = MessageDigest.getInstance("SHA-256").digest(agreed.toString().getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest, 0, 8);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    // --- C ---

    private static final Map<String, String> C_TYPES = new LinkedHashMap<>(Map.ofEntries(
            Map.entry("bool", "uint32_t"),
            Map.entry("u32", "uint32_t"),
            Map.entry("i64", "int64_t"),
            Map.entry("u64", "uint64_t"),
            Map.entry("text", "const char *"),
            Map.entry("texts", "struct texts"),
            Map.entry("numbers", "struct numbers"),
            Map.entry("bytes", "struct bytes"),
            Map.entry("flags", "uint64_t"),
            Map.entry("constant", "uint32_t"),
            Map.entry("opens", "uint32_t"),
            Map.entry("slot", "uint32_t"),
            Map.entry("optional-slot", "uint32_t")));

    private static String header(List<Op> ops, String hash) {
        var out = new StringBuilder();
        out.append("/* Generated from ops.def. Do not edit. */\n#ifndef MINIRT_OPS_H\n#define MINIRT_OPS_H\n\n");
        out.append("#include \"decode.h\"\n\n");
        out.append("#define OPS_HASH UINT64_C(0x").append(hash).append(")\n\n");
        out.append("enum opcode {\n");
        ops.forEach(op -> out.append("\tOP_%s = %d,\n".formatted(op.snake().toUpperCase(Locale.ROOT), op.opcode())));
        out.append("};\n\n");
        for (var op : ops) {
            var upper = op.snake().toUpperCase(Locale.ROOT);
            constants(out, "STEP_" + upper, "step_" + op.snake(), op.steps());
            constants(out, "BRANCH_" + upper, "branch_" + op.snake(), op.branches());
            out.append("/* ").append(op.doc()).append(" */\nstruct op_").append(op.snake()).append(" {\n");
            for (var field : op.fields()) {
                var type = C_TYPES.get(field.type());
                out.append("\t").append(type).append(type.endsWith("*") ? "" : " ").append(snake(field.name()));
                out.append(";");
                if (field.doc() != null) {
                    out.append(" /* ").append(field.doc()).append(" */");
                }
                out.append("\n");
            }
            if (op.fields().isEmpty()) {
                out.append("\tuint32_t unused;\n");
            }
            out.append("};\n\n");
            out.append("static inline int decode_op_").append(op.snake());
            out.append("(struct reader *reader, struct op_").append(op.snake()).append(" *op)\n{\n");
            if (op.fields().isEmpty()) {
                out.append("\top->unused = 0;\n\treturn reader_end(reader);\n}\n\n");
                continue;
            }
            for (var field : op.fields()) {
                var reader = switch (field.type()) {
                    case "flags" -> "u64";
                    case "constant" -> "u32";
                    default -> field.type().replace('-', '_');
                };
                out.append("\tif (read_%s(reader, &op->%s) < 0)\n\t\treturn -1;\n".formatted(reader, snake(field.name())));
            }
            out.append("\treturn reader_end(reader);\n}\n\n");
        }
        out.append("/* X(NAME, name, contexts) for every operation. */\n#define FOR_EACH_OP(X)");
        for (var op : ops) {
            var contexts = new ArrayList<String>();
            op.contexts().forEach(context -> contexts.add("CONTEXT_" + context.toUpperCase(Locale.ROOT)));
            out.append(" \\\n\tX(%s, %s, %s)"
                    .formatted(op.snake().toUpperCase(Locale.ROOT), op.snake(), String.join(" | ", contexts)));
        }
        return out.append("\n\n#endif\n").toString();
    }

    private static void constants(StringBuilder out, String prefix, String type, List<Named> names) {
        if (names.isEmpty()) {
            return;
        }
        out.append("enum ").append(type).append(" {\n");
        for (var name : names) {
            out.append("\t%s_%s,\n".formatted(prefix, name.name().replace('-', '_').toUpperCase(Locale.ROOT)));
        }
        out.append("};\n\n");
    }

    // --- Java ---

    private static String javaType(Field field) {
        return switch (field.type()) {
            case "bool" -> "boolean";
            case "u32" -> "int";
            case "u64", "i64" -> "long";
            case "text" -> "String";
            case "texts" -> "List<String>";
            case "numbers" -> "List<Integer>";
            case "bytes" -> "Bytes";
            case "flags" -> "Set<" + field.parameter() + ">";
            case "constant" -> field.parameter();
            case "opens", "slot" -> "Slot";
            case "optional-slot" -> "Optional<Slot>";
            default -> throw new IllegalStateException(field.type());
        };
    }

    private static String javaRecord(Op op) {
        var out = new StringBuilder("// Generated from native/ops.def. Do not edit.\npackage " + PACKAGE + ";\n\n");
        var imports = new TreeSet<String>();
        for (var field : op.fields()) {
            switch (field.type()) {
                case "flags" -> {
                    imports.add("java.util.Set");
                    imports.add("dev.minirt.core.linux." + field.parameter());
                }
                case "constant" -> imports.add("dev.minirt.core.linux." + field.parameter());
                case "optional-slot" -> imports.add("java.util.Optional");
                default -> {}
            }
        }
        imports.add("java.util.List");
        imports.add("java.util.Set");
        imports.forEach(name -> out.append("import ").append(name).append(";\n"));
        out.append("\n/**\n * ").append(javadoc(op.doc())).append("\n");
        if (!op.see().isEmpty()) {
            out.append(" *\n * <p>See ").append(javadoc(String.join("; ", op.see()))).append(".\n");
        }
        if (!op.fields().isEmpty()) {
            out.append(" *\n");
        }
        for (var field : op.fields()) {
            out.append(" * @param ").append(field.name()).append(' ');
            out.append(javadoc(field.doc() == null ? "see above" : field.doc())).append("\n");
        }
        out.append(" */\n@SuppressWarnings(\"all\")\npublic record ").append(op.name()).append("(");
        var components = new ArrayList<String>();
        op.fields().forEach(field -> components.add(javaType(field) + " " + field.name()));
        out.append(String.join(", ", components)).append(") implements Op {\n");
        out.append("    /** Number of the operation in a program. */\n");
        out.append("    public static final int OPCODE = ").append(op.opcode()).append(";\n\n");
        if (!op.steps().isEmpty()) {
            out.append("    /** What can fail, in the order of its numbers. */\n    public enum Step {\n");
            op.steps()
                    .forEach(step -> out.append("        /** ")
                            .append(javadoc(step.words()))
                            .append(" */\n        ")
                            .append(step.name().replace('-', '_').toUpperCase(Locale.ROOT))
                            .append(",\n"));
            out.append("    }\n\n");
        }
        var copies = new ArrayList<String>();
        for (var field : op.fields()) {
            switch (field.type()) {
                case "texts", "numbers" -> copies.add("%1$s = List.copyOf(%1$s);".formatted(field.name()));
                case "flags" -> copies.add("%1$s = Op.inOrder(%1$s);".formatted(field.name()));
                default -> {}
            }
        }
        if (!copies.isEmpty()) {
            out.append("    public ").append(op.name()).append(" {\n");
            copies.forEach(copy -> out.append("        ").append(copy).append("\n"));
            out.append("    }\n\n");
        }
        out.append("    @Override\n    public int opcode() {\n        return OPCODE;\n    }\n\n");
        out.append("    @Override\n    public Set<Context> contexts() {\n        return Set.of(");
        out.append(String.join(", ", op.contexts().stream().map(c -> "Context." + constant(c)).toList()));
        out.append(");\n    }\n\n");
        conditions(out, "needs", op.needs());
        conditions(out, "begins", op.begins());
        conditions(out, "ends", op.ends());
        words(out, "steps", op.steps());
        words(out, "branches", op.branches());
        out.append("    @Override\n    public List<Argument> arguments() {\n        return List.of(");
        out.append(String.join(
                ", ",
                op.fields().stream()
                        .map(f -> "Argument.%s(\"%s\", %s)".formatted(argument(f), f.name(), argumentValue(f)))
                        .toList()));
        out.append(");\n    }\n\n");
        slots(out, op, "opened", "opens");
        slots(out, op, "used", "slot");
        out.append("    @Override\n    public void encode(ProgramWriter writer) {\n");
        for (var field : op.fields()) {
            var method = switch (field.type()) {
                case "opens", "slot" -> "slot";
                case "optional-slot" -> "optionalSlot";
                default -> field.type();
            };
            out.append("        writer.").append(method).append("(").append(field.name()).append(");\n");
        }
        out.append("    }\n}\n");
        return out.toString();
    }

    /** The field's value, in words if the table names a wording for it. */
    private static String argumentValue(Field field) {
        return worded(field) ? "Wording.%s(%s)".formatted(field.parameter(), field.name()) : field.name();
    }

    private static boolean worded(Field field) {
        return field.parameter() != null && !field.type().equals("flags") && !field.type().equals("constant");
    }

    private static String argument(Field field) {
        if (worded(field)) {
            return "text";
        }
        return switch (field.type()) {
            case "opens" -> "opens";
            case "slot" -> "slot";
            case "optional-slot" -> "optionalSlot";
            default -> field.type();
        };
    }

    /** The slots that an operation opens or uses, without the cost of putting its arguments into words. */
    private static void slots(StringBuilder out, Op op, String method, String type) {
        var always = op.fields().stream().filter(f -> f.type().equals(type)).map(Field::name).toList();
        var optional = op.fields().stream()
                .filter(f -> type.equals("slot") && f.type().equals("optional-slot"))
                .map(Field::name)
                .toList();
        if (always.isEmpty() && optional.isEmpty()) {
            return;
        }
        out.append("    @Override\n    public List<Slot> ").append(method).append("() {\n");
        if (optional.isEmpty()) {
            out.append("        return List.of(").append(String.join(", ", always)).append(");\n");
        } else if (optional.size() == 1 && always.isEmpty()) {
            out.append("        return %1$s.isPresent() ? List.of(%1$s.get()) : List.of();\n".formatted(optional.getFirst()));
        } else {
            out.append("        var slots = new java.util.ArrayList<Slot>();\n");
            always.forEach(name -> out.append("        slots.add(").append(name).append(");\n"));
            optional.forEach(name -> out.append(
                    "        if (%1$s.isPresent()) {\n            slots.add(%1$s.get());\n        }\n".formatted(name)));
            out.append("        return slots;\n");
        }
        out.append("    }\n\n");
    }

    private static void conditions(StringBuilder out, String method, List<String> names) {
        if (names.isEmpty()) {
            return;
        }
        out.append("    @Override\n    public Set<Condition> ").append(method).append("() {\n        return Set.of(");
        out.append(String.join(", ", names.stream().map(n -> "Condition." + constant(n)).toList()));
        out.append(");\n    }\n\n");
    }

    private static void words(StringBuilder out, String method, List<Named> names) {
        if (names.isEmpty()) {
            return;
        }
        out.append("    @Override\n    public List<Words> ").append(method).append("() {\n        return List.of(");
        out.append(String.join(
                ",\n                ",
                names.stream().map(n -> "new Words(\"%s\", \"%s\")".formatted(n.name(), n.words())).toList()));
        out.append(");\n    }\n\n");
    }

    private static String javaInterface(List<Op> ops, String hash) {
        var permits = String.join(",\n                ", ops.stream().map(Op::name).sorted().toList());
        return """
            // Generated from native/ops.def. Do not edit.
            package %s;

            import dev.minirt.core.linux.KernelFlag;
            import java.util.EnumSet;
            import java.util.Collections;
            import java.util.List;
            import java.util.Set;

            /** One operation of a program: an intent with one fixed algorithm, executed by native/src. */
            public sealed interface Op
                    permits %s {
                /** Names the table that both ends were generated from; the interpreter refuses a program with another. */
                long TABLE_HASH = 0x%sL;

                int opcode();

                /** The processes that can execute it. */
                Set<Context> contexts();

                /** What must hold when it runs. */
                default Set<Condition> needs() {
                    return Set.of();
                }

                /** What holds from then on. */
                default Set<Condition> begins() {
                    return Set.of();
                }

                /** What no longer holds from then on. */
                default Set<Condition> ends() {
                    return Set.of();
                }

                /** Slots that it fills. */
                default List<Slot> opened() {
                    return List.of();
                }

                /** Slots that must be filled before it. */
                default List<Slot> used() {
                    return List.of();
                }

                /** What can fail, by step number; the words complete "failed to ...". */
                default List<Words> steps() {
                    return List.of();
                }

                /** Which way an operation with a fallback went, by branch number. */
                default List<Words> branches() {
                    return List.of();
                }

                /** The fields with their values, in order, for people and for the verifier. */
                List<Argument> arguments();

                /** Appends the fields in the order of the table. */
                void encode(ProgramWriter writer);

                /** A name of the table and what it says about it. */
                record Words(String name, String words) {}

                /** An unmodifiable copy that iterates in the order of the enum. */
                static <T extends Enum<T> & KernelFlag> Set<T> inOrder(Set<T> flags) {
                    return flags.isEmpty() ? Set.of() : Collections.unmodifiableSet(EnumSet.copyOf(flags));
                }
            }
            """
                .formatted(PACKAGE, permits, hash);
    }

    // --- documentation ---

    private static String docs(List<Op> ops) {
        var out = new StringBuilder("# Operations\n\nGenerated from `native/ops.def`; a test fails when this page is stale.\n\n");
        for (var op : ops) {
            out.append("## ").append(op.name()).append(" (").append(op.opcode()).append(")\n\n").append(op.doc());
            out.append("\n\nRuns in: ").append(String.join(", ", op.contexts())).append(".");
            clause(out, "Needs", op.needs());
            clause(out, "Begins", op.begins());
            clause(out, "Ends", op.ends());
            if (!op.see().isEmpty()) {
                out.append(" See ").append(String.join("; ", op.see())).append(".");
            }
            out.append("\n");
            if (!op.fields().isEmpty()) {
                out.append("\n| field | type | meaning |\n|---|---|---|\n");
                for (var field : op.fields()) {
                    var type = field.parameter() == null ? field.type() : field.type() + " " + field.parameter();
                    out.append("| `%s` | %s | %s |\n"
                            .formatted(field.name(), type, (field.doc() == null ? "" : field.doc()).replace("|", "\\|")));
                }
            }
            if (!op.steps().isEmpty()) {
                out.append("\nSteps: ");
                out.append(String.join("; ", op.steps().stream().map(s -> "`" + s.name() + "` " + s.words()).toList()));
                out.append(".\n");
            }
            if (!op.branches().isEmpty()) {
                out.append("\nBranches: ");
                out.append(String.join("; ", op.branches().stream().map(s -> "`" + s.name() + "` " + s.words()).toList()));
                out.append(".\n");
            }
            out.append("\n");
        }
        return out.toString().stripTrailing() + "\n";
    }

    private static void clause(StringBuilder out, String word, List<String> names) {
        if (!names.isEmpty()) {
            out.append(" ").append(word).append(": ").append(String.join(", ", names)).append(".");
        }
    }

    // --- names ---

    private static String snake(String name) {
        return name.replaceAll("(?<=[a-z0-9])(?=[A-Z])", "_").toLowerCase(Locale.ROOT);
    }

    private static String constant(String name) {
        return name.replace('-', '_').toUpperCase(Locale.ROOT);
    }

    private static String javadoc(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace("*/", "* /").replace("@", "&#64;");
    }

    private static void write(Path file, String content) throws IOException {
        Files.createDirectories(file.getParent());
        if (!Files.exists(file) || !Files.readString(file).equals(content)) {
            Files.writeString(file, content);
        }
    }
}
