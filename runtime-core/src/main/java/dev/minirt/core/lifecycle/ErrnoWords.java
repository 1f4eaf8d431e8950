package dev.minirt.core.lifecycle;

/** TEMPORARY. */
final class ErrnoWords {
    private ErrnoWords() {}

    static String of(int errno) {
        return switch (errno) {
            case 1 -> "operation not permitted";
            case 2 -> "no such file or directory";
            case 3 -> "no such process";
            case 13 -> "permission denied";
            case 22 -> "invalid argument";
            default -> "errno " + errno;
        };
    }
}
