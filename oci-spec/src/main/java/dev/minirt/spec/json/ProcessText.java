package dev.minirt.spec.json;

import dev.minirt.spec.Capabilities;
import dev.minirt.spec.Process;
import dev.minirt.spec.Rlimit;
import dev.minirt.spec.Scheduler;
import dev.minirt.spec.User;

/** Writes {@code process}. */
final class ProcessText {
    private ProcessText() {}

    static void members(Process process, JsonWriter out) {
        out.ifTrue("terminal", process.terminal());
        process.consoleSize()
                .ifPresent(size -> out.beginObject("consoleSize")
                        .member("height", size.height())
                        .member("width", size.width())
                        .endObject());
        user(process.user(), out);
        out.texts("args", process.args()).textsIfAny("env", process.env()).member("cwd", process.cwd());
        process.capabilities().ifPresent(capabilities -> capabilities(capabilities, out));
        if (!process.rlimits().isEmpty()) {
            out.beginArray("rlimits");
            process.rlimits().forEach(rlimit -> rlimit(rlimit, out));
            out.endArray();
        }
        out.ifTrue("noNewPrivileges", process.noNewPrivileges())
                .ifPresent("apparmorProfile", process.apparmorProfile())
                .ifPresent("oomScoreAdj", process.oomScoreAdj())
                .ifPresent("selinuxLabel", process.selinuxLabel());
        process.scheduler().ifPresent(scheduler -> scheduler(scheduler, out));
        process.ioPriority()
                .ifPresent(ioPriority -> out.beginObject("ioPriority")
                        .member("class", ioPriority.ioClass().specName())
                        .member("priority", ioPriority.priority())
                        .endObject());
        process.execCPUAffinity()
                .ifPresent(affinity -> out.beginObject("execCPUAffinity")
                        .ifPresent("initial", affinity.initial())
                        .ifPresent("final", affinity.finalCpus())
                        .endObject());
    }

    private static void user(User user, JsonWriter out) {
        out.beginObject("user")
                .member("uid", user.uid())
                .member("gid", user.gid())
                .ifPresent("umask", user.umask());
        if (!user.additionalGids().isEmpty()) {
            out.beginArray("additionalGids");
            for (long gid : user.additionalGids()) {
                out.element(gid);
            }
            out.endArray();
        }
        out.endObject();
    }

    private static void capabilities(Capabilities capabilities, JsonWriter out) {
        out.beginObject("capabilities")
                .textsIfAny("bounding", capabilities.bounding())
                .textsIfAny("effective", capabilities.effective())
                .textsIfAny("inheritable", capabilities.inheritable())
                .textsIfAny("permitted", capabilities.permitted())
                .textsIfAny("ambient", capabilities.ambient())
                .endObject();
    }

    private static void rlimit(Rlimit rlimit, JsonWriter out) {
        out.beginObject()
                .member("type", rlimit.type().specName())
                .unsigned("hard", rlimit.hard())
                .unsigned("soft", rlimit.soft())
                .endObject();
    }

    private static void scheduler(Scheduler scheduler, JsonWriter out) {
        out.beginObject("scheduler")
                .member("policy", scheduler.policy().specName())
                .member("nice", scheduler.nice())
                .member("priority", scheduler.priority())
                .textsIfAny("flags", scheduler.flags())
                .unsigned("runtime", scheduler.runtime())
                .unsigned("deadline", scheduler.deadline())
                .unsigned("period", scheduler.period())
                .endObject();
    }
}
