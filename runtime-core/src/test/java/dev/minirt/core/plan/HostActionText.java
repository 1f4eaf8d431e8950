package dev.minirt.core.plan;

import dev.minirt.core.cgroup.systemd.UnitProperty;
import dev.minirt.core.plan.PlanDescription.ArgumentText;
import dev.minirt.core.plan.PlanDescription.StepText;
import dev.minirt.spec.Hook;
import dev.minirt.spec.JsonPointer;
import java.util.ArrayList;
import java.util.List;

/** Host actions in words. */
final class HostActionText {
    private HostActionText() {}

    static StepText of(HostAction action, JsonPointer pointer) {
        List<ArgumentText> arguments = switch (action) {
            case HostAction.RecordState(var directory) -> one("directory", directory);
            case HostAction.CreateCgroup(var path) -> one("path", path);
            case HostAction.StartUnit(var unit, var path, var properties, boolean placeheld) ->
                properties(
                        List.of(
                                new ArgumentText("unit", unit),
                                new ArgumentText("path", path),
                                new ArgumentText("placeheld", Boolean.toString(placeheld))),
                        properties);
            case HostAction.SetUnitProperties(var unit, var properties) -> properties(one("unit", unit), properties);
            case HostAction.StopUnit(var unit, var path) ->
                List.of(new ArgumentText("unit", unit), new ArgumentText("path", path));
            case HostAction.EnableController(var controller, var path) ->
                List.of(new ArgumentText("controller", controller), new ArgumentText("path", path));
            case HostAction.AccountFor(var controllers, var path) ->
                List.of(new ArgumentText("controllers", String.join(" ", controllers)), new ArgumentText("path", path));
            case HostAction.WriteCgroupFile(var file, var value, var ifMissing) ->
                List.of(
                        new ArgumentText("file", file),
                        new ArgumentText("value", value),
                        new ArgumentText("ifMissing", ifMissing.toString()));
            case HostAction.DelegateCgroup(var path, var uid) ->
                List.of(new ArgumentText("path", path), new ArgumentText("uid", Long.toString(uid)));
            case HostAction.RunRuntimeHook(var kind, var index, var hook) -> hook(hook);
            case HostAction.RecordCreated() -> List.of();
            case HostAction.WritePidFile(var path) -> one("path", path);
            case HostAction.MakeRootMountPoint(var path) -> one("path", path);
            case HostAction.MakeNotifyDirectory(var path) -> one("path", path);
            case HostAction.DetachRoot(var path) -> one("path", path);
            case HostAction.RecordRunning() -> List.of();
            case HostAction.RemoveCgroup(var path) -> one("path", path);
            case HostAction.RemoveState(var directory) -> one("directory", directory);
        };
        return new StepText(-1, "runtime", action.getClass().getSimpleName(), arguments, pointer.text());
    }

    private static List<ArgumentText> properties(List<ArgumentText> first, List<UnitProperty> properties) {
        var arguments = new ArrayList<>(first);
        for (var property : properties) {
            arguments.add(new ArgumentText(property.name(), property.valueWords()));
        }
        return arguments;
    }

    private static List<ArgumentText> one(String name, String value) {
        return List.of(new ArgumentText(name, value));
    }

    private static List<ArgumentText> hook(Hook hook) {
        var arguments = new ArrayList<ArgumentText>();
        arguments.add(new ArgumentText("path", hook.path()));
        arguments.add(new ArgumentText("args", hook.args().toString()));
        arguments.add(new ArgumentText("env", hook.env().toString()));
        arguments.add(
                new ArgumentText("timeout", Integer.toString(hook.timeout().orElse(0))));
        return arguments;
    }
}
