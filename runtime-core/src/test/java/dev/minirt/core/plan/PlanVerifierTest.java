package dev.minirt.core.plan;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.minirt.core.linux.NamespaceType;
import dev.minirt.core.op.AwaitStart;
import dev.minirt.core.op.CloneInit;
import dev.minirt.core.op.CloneTree;
import dev.minirt.core.op.Context;
import dev.minirt.core.op.Execute;
import dev.minirt.core.op.JoinNamespaces;
import dev.minirt.core.op.LimitInitResource;
import dev.minirt.core.op.LoadSeccomp;
import dev.minirt.core.op.MountFilesystem;
import dev.minirt.core.op.Op;
import dev.minirt.core.op.PivotRoot;
import dev.minirt.core.op.Ready;
import dev.minirt.core.op.SetCapabilities;
import dev.minirt.core.op.Slot;
import dev.minirt.core.op.WriteSysctl;
import dev.minirt.spec.JsonPointer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Takes good plans, breaks them in one place, and expects to be told. */
class PlanVerifierTest {
    @ParameterizedTest
    @ValueSource(
            strings = {"runc-default", "every-namespace", "joins-everything", "no-process", "hooks", "everything-else"})
    void acceptsWhatTheStagesMake(String name) throws IOException {
        var plan = GoldenPlanTest.plan(name);
        assertThatCode(() -> PlanVerifier.verify(plan)).doesNotThrowAnyException();
    }

    @Test
    void refusesCapabilitiesDroppedBeforeTheLastMount() throws IOException {
        var steps = steps("runc-default");
        var drop = steps.remove(find(steps, is(SetCapabilities.class)));
        int lastMount = findLast(steps, is(MountFilesystem.class));
        steps.add(lastMount, at(steps.get(lastMount).phase(), drop));
        refused(
                steps,
                "MountFilesystem (MOUNTS, mounts[5]) needs PRIVILEGES, which is ended by SetCapabilities (MOUNTS, process.capabilities)");
    }

    @Test
    void refusesAMountAfterTheRootHasChanged() throws IOException {
        var steps = steps("runc-default");
        int pivot = find(steps, is(PivotRoot.class));
        steps.add(pivot + 1, steps.get(pivot));
        refused(
                steps,
                "PivotRoot (CHANGE_ROOT, root.path) needs HOST_ROOT, which is ended by PivotRoot (CHANGE_ROOT, root.path)");
    }

    @Test
    void refusesAConditionThatNothingBegins() throws IOException {
        var steps = steps("runc-default");
        int mount = find(steps, is(MountFilesystem.class));
        steps.add(mount, step(Phase.MOUNTS, Context.INIT, new WriteSysctl("kernel/sem", "1")));
        refused(steps, "WriteSysctl (MOUNTS) needs PROC, which no step before it begins");
    }

    @Test
    void refusesPhasesInAnotherOrder() throws IOException {
        var steps = steps("runc-default");
        steps.add(1, steps.removeFirst());
        refused(steps, "RecordState (RECORD) comes after CreateCgroup (CGROUP)");
    }

    @Test
    void refusesASlotThatIsUsedBeforeItIsOpened() throws IOException {
        var steps = steps("runc-default");
        steps.remove(find(
                steps,
                step -> op(step) instanceof CloneTree tree && tree.tree().name().equals("rootfs")));
        refused(steps, "SetTreeAttributes (PREPARE_TREES) uses the slot rootfs, which no step before it opens");
    }

    @Test
    void refusesASlotThatIsOpenedTwice() throws IOException {
        var steps = steps("runc-default");
        int clone = find(steps, is(CloneTree.class));
        steps.add(clone, steps.get(clone));
        refused(
                steps,
                "CloneTree (OPEN_HOST_HANDLES, root.path) opens the slot rootfs (3), which is taken by CloneTree (OPEN_HOST_HANDLES, root.path)");
        steps.set(
                clone,
                step(Phase.OPEN_HOST_HANDLES, Context.LAUNCHER, new CloneTree("/x", false, new Slot(3, "other"))));
        refused(
                steps,
                "CloneTree (OPEN_HOST_HANDLES, root.path) opens the slot rootfs (3), which is taken by CloneTree (OPEN_HOST_HANDLES)");
    }

    @Test
    void refusesToJoinWhatIsNotOpen() throws IOException {
        var steps = steps("runc-default");
        int clone = find(steps, is(CloneInit.class));
        var types = List.of(NamespaceType.UTS.value());
        steps.add(clone, step(Phase.JOIN_NAMESPACES, Context.LAUNCHER, new JoinNamespaces(List.of(900), types)));
        refused(steps, "JoinNamespaces (JOIN_NAMESPACES) uses slot number 900, which no step before it opens");
    }

    @Test
    void refusesHostPathsAfterTheMountNamespaceIsLeft() throws IOException {
        var steps = steps("joins-everything");
        int join = find(steps, is(JoinNamespaces.class));
        steps.add(
                join + 1,
                step(Phase.JOIN_NAMESPACES, Context.LAUNCHER, new CloneTree("/x", false, new Slot(999, "late"))));
        refused(
                steps,
                "CloneTree (JOIN_NAMESPACES) names a path of the runtime's mount namespace, which is left by JoinNamespaces (JOIN_NAMESPACES, linux.namespaces)");
    }

    @Test
    void refusesTheLauncherAfterTheCloneAndInitBeforeIt() throws IOException {
        var steps = steps("runc-default");
        int clone = find(steps, is(CloneInit.class));
        steps.add(clone, steps.get(clone));
        refused(
                steps,
                "CloneInit (CLONE, linux.namespaces) needs the launcher, which is gone after CloneInit (CLONE, linux.namespaces)");
        steps.remove(clone);
        steps.remove(clone);
        refused(steps, "DieWithParent (DETACH_FROM_CALLER) needs init, which has not been cloned");
    }

    @Test
    void refusesAProcessInAPhaseOfAnother() throws IOException {
        var steps = steps("runc-default");
        int clone = find(steps, is(CloneTree.class));
        steps.add(clone, step(Phase.OPEN_HOST_HANDLES, Context.INIT, new Ready()));
        refused(steps, "Ready (OPEN_HOST_HANDLES) runs in INIT, but its phase belongs to LAUNCHER");
    }

    @Test
    void refusesTheDriverAfterReady() throws IOException {
        var steps = steps("runc-default");
        int await = find(steps, is(AwaitStart.class));
        steps.add(await + 1, step(Phase.AWAIT_START, Context.DRIVER, new LimitInitResource(7, 1, 1)));
        refused(steps, "LimitInitResource (AWAIT_START) needs the driver, which is gone after Ready (READY)");
    }

    @Test
    void refusesASecondFilter() throws IOException {
        var steps = steps("seccomp");
        int load = find(steps, is(LoadSeccomp.class));
        steps.add(load, steps.get(load));
        refused(
                steps,
                "LoadSeccomp (SECCOMP_PRIVILEGED, linux.seccomp) needs UNFILTERED, which is ended by LoadSeccomp (SECCOMP_PRIVILEGED, linux.seccomp)");
    }

    @Test
    void refusesWhatComesAfterExecute() throws IOException {
        var steps = steps("runc-default");
        int execute = find(steps, is(Execute.class));
        steps.add(execute, steps.get(execute));
        refused(steps, "Execute (EXECUTE, process.args) is never reached, after Execute (EXECUTE, process.args)");
    }

    @Test
    void refusesADialogueThatDoesNotComeOutEven() throws IOException {
        var steps = steps("runc-default");
        int ready = find(steps, is(Ready.class));
        var report = steps.remove(ready);
        refused(steps, "AwaitStart (AWAIT_START) waits for start before init has reported that it is ready");
        steps.add(ready, report);
        steps.remove(find(steps, is(AwaitStart.class)));
        refused(steps, "Ready (READY) is not followed by a wait for start");
        steps = steps("no-process");
        steps.removeIf(is(Ready.class).or(is(AwaitStart.class)));
        refused(steps, "init neither waits for start nor executes a program");
        steps.removeIf(step -> step.phase().compareTo(Phase.CLONE) >= 0);
        refused(steps, "the plan clones no init");
    }

    @Test
    void refusesAHostActionWhereInitDoesNotWait() throws IOException {
        var steps = steps("hooks");
        var hook = steps.get(find(steps, step -> step.action() instanceof HostAction.RunRuntimeHook));
        int pivot = find(steps, is(PivotRoot.class));
        steps.add(pivot, at(Phase.CREATE_CONTAINER_HOOKS, hook));
        refused(
                steps,
                "RunRuntimeHook (CREATE_CONTAINER_HOOKS, hooks.prestart[0]) stands where init does not wait for the runtime");
    }

    private static void refused(List<PlannedStep> steps, String message) {
        assertThatThrownBy(() -> PlanVerifier.verify(new Plan(steps, List.of(), 0)))
                .isInstanceOf(PlanVerificationException.class)
                .hasMessage(message);
    }

    private static List<PlannedStep> steps(String name) throws IOException {
        return new ArrayList<>(GoldenPlanTest.plan(name).steps());
    }

    private static PlannedStep step(Phase phase, Context context, Op op) {
        return new PlannedStep(phase, new Action.Interpreted(context, op), JsonPointer.ROOT);
    }

    private static PlannedStep at(Phase phase, PlannedStep step) {
        return new PlannedStep(phase, step.action(), step.pointer());
    }

    private static Object op(PlannedStep step) {
        return step.action() instanceof Action.Interpreted(var context, var op) ? op : step;
    }

    private static Predicate<PlannedStep> is(Class<? extends Op> type) {
        return step -> type.isInstance(op(step));
    }

    private static int find(List<PlannedStep> steps, Predicate<PlannedStep> wanted) {
        for (int i = 0; i < steps.size(); i++) {
            if (wanted.test(steps.get(i))) {
                return i;
            }
        }
        throw new AssertionError("no such step");
    }

    private static int findLast(List<PlannedStep> steps, Predicate<PlannedStep> wanted) {
        return steps.size() - 1 - find(steps.reversed(), wanted);
    }
}
