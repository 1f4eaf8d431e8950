package dev.minirt.core.driver;

import dev.minirt.core.op.Bytes;
import java.util.List;

/**
 * A program that the driver is to run in the caller's namespaces.
 *
 * @param path absolute path of the program
 * @param args whole argument vector
 * @param env whole environment
 * @param timeoutSeconds seconds until it is killed with its process group; 0 for never
 * @param directory working directory
 * @param stdin what it reads
 */
public record HookRequest(
        String path, List<String> args, List<String> env, int timeoutSeconds, String directory, Bytes stdin) {
    public HookRequest {
        args = List.copyOf(args);
        env = List.copyOf(env);
    }
}
