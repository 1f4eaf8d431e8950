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
    private IoReason() {}

    /** For example {@code no such file or directory}. */
    public static String of(IOException failure) {
        return switch (failure) {
            case NoSuchFileException _ -> "no such file or directory";
            case FileAlreadyExistsException _ -> "file exists";
            case DirectoryNotEmptyException _ -> "directory not empty";
            case AccessDeniedException _ -> "permission denied";
            case NotDirectoryException _ -> "not a directory";
            case FileSystemException e when e.getReason() != null -> small(e.getReason());
            default -> {
                var message = failure.getMessage();
                yield message == null ? failure.getClass().getSimpleName() : small(message);
            }
        };
    }

    private static String small(String words) {
        boolean acronym = words.length() > 1 && Character.isUpperCase(words.charAt(1));
        return words.isEmpty() || acronym ? words : Character.toLowerCase(words.charAt(0)) + words.substring(1);
    }
}
