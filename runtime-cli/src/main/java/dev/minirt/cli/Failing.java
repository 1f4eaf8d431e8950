package dev.minirt.cli;

import dev.minirt.core.bundle.BundleException;
import dev.minirt.core.cgroup.CgroupException;
import dev.minirt.core.driver.ProtocolException;
import dev.minirt.core.error.RuntimeFailure;
import dev.minirt.core.lifecycle.ContainerException;
import dev.minirt.core.store.StoreException;
import dev.minirt.core.systemd.SystemdException;
import dev.minirt.spec.SpecException;

/** What is said of an exception. */
final class Failing {
    private Failing() {}

    /** The message of what is meant for people; anything else is a mistake of ours, and says so. */
    static String message(RuntimeException failure) {
        boolean meant = failure instanceof UsageException
                || failure instanceof OutputException
                || failure instanceof RuntimeFailure
                || failure instanceof ContainerException
                || failure instanceof StoreException
                || failure instanceof SpecException
                || failure instanceof BundleException
                || failure instanceof CgroupException
                || failure instanceof SystemdException
                || failure instanceof ProtocolException;
        return meant ? String.valueOf(failure.getMessage()) : "internal error: " + failure;
    }

    /** Text on one line, without anything that a terminal would obey: file names and hooks can say what they like. */
    static String oneLine(String text) {
        StringBuilder line = null;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean bad = c < ' ' || (c >= 0x7f && c < 0xa0) || c == 0x2028 || c == 0x2029;
            if (bad && line == null) {
                line = new StringBuilder(text.length() + 8).append(text, 0, i);
            }
            if (line != null) {
                if (c == '\n') {
                    line.append("; ");
                } else {
                    line.append(bad ? '?' : c);
                }
            }
        }
        return line == null ? text : line.toString();
    }
}
