package dev.minirt.core.host;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;

/**
 * Why an I/O operation failed, in the words of errno(3) with a small first letter: what engines look for in messages. The JDK gives some
 * errors a class of their own instead of words.
 */
public final class IoReason {
    /** EFBIG of errno(3). */
    private static final String TOO_LARGE = "File too large";

    private IoReason() {}

    /** For example {@code no such file or directory}. */
    public static String of(IOException failure) {
        // Not a switch over types: that makes its decisions with code spun at run time, ten milliseconds for the first
        // one.
        if (failure instanceof NoSuchFileException) {
            return "no such file or directory";
        }
        if (failure instanceof FileAlreadyExistsException) {
            return "file exists";
        }
        if (failure instanceof DirectoryNotEmptyException) {
            return "directory not empty";
        }
        if (failure instanceof AccessDeniedException) {
            return "permission denied";
        }
        if (failure instanceof NotDirectoryException) {
            return "not a directory";
        }
        if (failure instanceof FileSystemException e && e.getReason() != null) {
            return small(e.getReason());
        }
        var message = failure.getMessage();
        return message == null ? failure.getClass().getSimpleName() : small(message);
    }

    private static String small(String words) {
        if (words.equals(TOO_LARGE)) {
            // Nothing that we write is large: it can only be that, and nobody would think of it.
            return "file too large; RLIMIT_FSIZE (ulimit -f) is too low";
        }
        boolean acronym = words.length() > 1 && Character.isUpperCase(words.charAt(1));
        return words.isEmpty() || acronym ? words : Character.toLowerCase(words.charAt(0)) + words.substring(1);
    }
}
