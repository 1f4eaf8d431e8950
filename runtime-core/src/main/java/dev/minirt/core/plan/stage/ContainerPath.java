package dev.minirt.core.plan.stage;

import java.util.ArrayList;
import java.util.List;

/** Paths as text: nothing here knows what exists. */
final class ContainerPath {
    private ContainerPath() {}

    /**
     * An absolute path without empty components, {@code .} and {@code ..}; a relative one is meant from the root. What
     * remains is resolved below the container's root by the interpreter, whatever symbolic links it leads through.
     */
    static String clean(String path) {
        var clean = new StringBuilder();
        for (var component : components(path)) {
            clean.append('/').append(component);
        }
        return clean.isEmpty() ? "/" : clean.toString();
    }

    /** The components of the clean path. */
    static List<String> components(String path) {
        var components = new ArrayList<String>();
        int start = 0;
        while (start <= path.length()) {
            int end = path.indexOf('/', start);
            if (end < 0) {
                end = path.length();
            }
            var component = path.substring(start, end);
            start = end + 1;
            if (component.equals("..")) {
                if (!components.isEmpty()) {
                    components.removeLast();
                }
            } else if (!component.isEmpty() && !component.equals(".")) {
                components.add(component);
            }
        }
        return components;
    }

    /** Whether a clean path is another one or lies below it. */
    static boolean within(String path, String directory) {
        return path.equals(directory) || (path.startsWith(directory) && path.charAt(directory.length()) == '/');
    }

    /** A path on the host: relative ones are meant from the bundle. Not cleaned: on the host {@code ..} may follow a symbolic link. */
    static String onHost(String path, String bundle) {
        if (path.startsWith("/")) {
            return path;
        }
        return bundle.endsWith("/") ? bundle + path : bundle + "/" + path;
    }
}
