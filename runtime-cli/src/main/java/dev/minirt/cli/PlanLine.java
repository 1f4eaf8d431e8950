package dev.minirt.cli;

import dev.minirt.core.cgroup.systemd.UnitProperty;
import dev.minirt.core.op.Argument;
import dev.minirt.core.plan.Action;
import dev.minirt.core.plan.HostAction;
import dev.minirt.core.plan.PlannedStep;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A step of a plan in words.
 *
 * @param actor who does it: runtime, launcher, init or driver
 * @param action what is done, by the name of the operation
 * @param arguments with what
 * @param pointer the member of config.json that asked for it; empty for what every container gets
 */
record PlanLine(String actor, String action, List<Named> arguments, String pointer) {
    /**
     * An argument.
     *
     * @param name its name in the table of operations
     * @param value its value, flags spelled out
     */
    record Named(String name, String value) {}

    static PlanLine of(PlannedStep step) {
        return switch (step.action()) {
            case Action.Interpreted(var context, var op) ->
                new PlanLine(
                        context.name().toLowerCase(Locale.ROOT),
                        op.getClass().getSimpleName(),
                        named(op.arguments()),
                        step.pointer().text());
            case HostAction action ->
                new PlanLine(
                        "runtime",
                        action.getClass().getSimpleName(),
                        arguments(action),
                        step.pointer().text());
        };
    }

    private static List<Named> named(List<Argument> arguments) {
        var named = new ArrayList<Named>();
        for (var argument : arguments) {
            named.add(new Named(argument.name(), argument.value()));
        }
        return named;
    }

    private static List<Named> properties(List<UnitProperty> properties) {
        var named = new ArrayList<Named>();
        for (var property : properties) {
            named.add(new Named(property.name(), property.valueWords()));
        }
        return named;
    }

    private static List<Named> arguments(HostAction action) {
        return switch (action) {
            case HostAction.RecordState(var directory) -> List.of(new Named("directory", directory));
            case HostAction.CreateCgroup(var path) -> List.of(new Named("path", path));
            case HostAction.StartUnit(var unit, var path, var properties, boolean placeheld) -> {
                var start = new ArrayList<Named>();
                start.add(new Named("unit", unit));
                start.add(new Named("path", path));
                start.addAll(properties(properties));
                start.add(new Named("placeheld", Boolean.toString(placeheld)));
                yield start;
            }
            case HostAction.SetUnitProperties(var unit, var properties) -> {
                var set = new ArrayList<Named>();
                set.add(new Named("unit", unit));
                set.addAll(properties(properties));
                yield set;
            }
            case HostAction.StopUnit(var unit, var path) -> List.of(new Named("unit", unit), new Named("path", path));
            case HostAction.EnableController(var controller, var path) ->
                List.of(new Named("controller", controller), new Named("path", path));
            case HostAction.AccountFor(var controllers, var path) ->
                List.of(new Named("controllers", String.join(" ", controllers)), new Named("path", path));
            case HostAction.WriteCgroupFile(var file, var value, var _) ->
                List.of(new Named("file", file), new Named("value", value));
            case HostAction.DelegateCgroup(var path, long uid) ->
                List.of(new Named("path", path), new Named("uid", Long.toString(uid)));
            case HostAction.RunRuntimeHook(var kind, int index, var hook) ->
                List.of(
                        new Named("kind", kind.specName()),
                        new Named("index", Integer.toString(index)),
                        new Named("path", hook.path()),
                        new Named("args", hook.args().toString()));
            case HostAction.WritePidFile(var path) -> List.of(new Named("path", path));
            case HostAction.MakeRootMountPoint(var path) -> List.of(new Named("path", path));
            case HostAction.MakeNotifyDirectory(var path) -> List.of(new Named("path", path));
            case HostAction.DetachRoot(var path) -> List.of(new Named("path", path));
            case HostAction.RemoveCgroup(var path) -> List.of(new Named("path", path));
            case HostAction.RemoveState(var directory) -> List.of(new Named("directory", directory));
            case HostAction.RecordCreated _, HostAction.RecordRunning _ -> List.of();
        };
    }
}
