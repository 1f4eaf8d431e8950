package dev.minirt.conformance.harness;

import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.InvocationInterceptor;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.jupiter.api.extension.ReflectiveInvocationContext;
import org.junit.platform.commons.support.AnnotationSupport;
import org.opentest4j.TestAbortedException;

/**
 * Gives each test its sandbox, follows it with the check for leftovers, turns known deviations of peers around, and
 * keeps the table of coverage.
 */
final class ConformanceExtension implements ExecutionCondition, ParameterResolver, InvocationInterceptor {
    private static final Namespace NAMESPACE = Namespace.create(ConformanceExtension.class);

    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
        if (ContainerRuntime.underTest().isEmpty()) {
            return skipped(context, "no runtime under test: set -Dminirt.runtime=PATH");
        }
        if (!Sandbox.read(java.nio.file.Path.of("/proc/self/status")).contains("\nUid:\t0\t0\t0\t0\n")) {
            return skipped(context, "needs root");
        }
        List<String> missing = AnnotationSupport.findAnnotation(context.getElement(), NeedsControllers.class).stream()
                .flatMap(needs -> Arrays.stream(needs.value()))
                .filter(controller -> !Cgroups.offers(controller))
                .toList();
        if (!missing.isEmpty()) {
            return skipped(context, "needs of cgroup version 2: " + String.join(", ", missing));
        }
        if (AnnotationSupport.isAnnotated(context.getElement(), NeedsSystemd.class) && !Cgroups.areOfSystemd()) {
            return skipped(context, "needs systemd, and cgroups of version 2 only");
        }
        return ConditionEvaluationResult.enabled("runtime under test");
    }

    private static ConditionEvaluationResult skipped(ExtensionContext context, String reason) {
        if (context.getTestMethod().isEmpty()) {
            System.out.println("skipped " + context.getDisplayName() + ": " + reason);
        }
        return ConditionEvaluationResult.disabled(reason);
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType() == Sandbox.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        ContainerRuntime runtime = ContainerRuntime.underTest().orElseThrow();
        Session session = context.getRoot()
                .getStore(NAMESPACE)
                .computeIfAbsent(Session.class, key -> new Session(runtime), Session.class);
        Sandbox sandbox = new Sandbox(runtime, session);
        context.getStore(NAMESPACE).put(Sandbox.class, sandbox);
        return sandbox;
    }

    @Override
    public void interceptTestMethod(
            Invocation<@Nullable Void> invocation, ReflectiveInvocationContext<Method> method, ExtensionContext context)
            throws Throwable {
        intercept(invocation, method, context);
    }

    @Override
    public void interceptTestTemplateMethod(
            Invocation<@Nullable Void> invocation, ReflectiveInvocationContext<Method> method, ExtensionContext context)
            throws Throwable {
        intercept(invocation, method, context);
    }

    private static void intercept(
            Invocation<@Nullable Void> invocation, ReflectiveInvocationContext<Method> method, ExtensionContext context)
            throws Throwable {
        CoverageTable table = context.getRoot()
                .getStore(NAMESPACE)
                .computeIfAbsent(CoverageTable.class, key -> new CoverageTable(), CoverageTable.class);
        Method test = method.getExecutable();
        try {
            judge(invocation, test, context);
            table.record(test, context.getDisplayName(), CoverageTable.Result.PASSED, "");
        } catch (KnownDeviation e) {
            table.record(test, context.getDisplayName(), CoverageTable.Result.DEVIATES, String.valueOf(e.getMessage()));
            throw e;
        } catch (TestAbortedException e) {
            table.record(test, context.getDisplayName(), CoverageTable.Result.SKIPPED, String.valueOf(e.getMessage()));
            System.out.println("skipped " + test.getDeclaringClass().getSimpleName() + "." + test.getName() + ": "
                    + e.getMessage());
            throw e;
        } catch (Throwable e) {
            table.record(test, context.getDisplayName(), CoverageTable.Result.FAILED, String.valueOf(e.getMessage()));
            throw e;
        }
    }

    private static void judge(Invocation<@Nullable Void> invocation, Method test, ExtensionContext context)
            throws Throwable {
        Optional<Deviates> deviation = deviation(test, context.getDisplayName());
        if (deviation.isPresent() && deviation.get().skip()) {
            invocation.skip();
            close(context, false);
            throw new KnownDeviation(deviation.get());
        }
        Optional<Throwable> failure = run(invocation, context);
        if (deviation.isPresent()
                && failure.filter(e -> !(e instanceof TestAbortedException)).isPresent()) {
            throw new KnownDeviation(deviation.get());
        }
        if (failure.isPresent()) {
            throw failure.get();
        }
        if (deviation.isPresent() && ContainerRuntime.underTest().orElseThrow().isListedVersion()) {
            throw new AssertionError("passes, although listed as a deviation of "
                    + deviation.get().runtime() + ": " + deviation.get().reason());
        }
    }

    private static Optional<Throwable> run(Invocation<@Nullable Void> invocation, ExtensionContext context) {
        Throwable failure = null;
        try {
            invocation.proceed();
        } catch (Throwable e) {
            failure = e;
        }
        try {
            close(context, failure == null);
        } catch (Throwable e) {
            if (failure == null) {
                failure = e;
            } else {
                failure.addSuppressed(e);
            }
        }
        return Optional.ofNullable(failure);
    }

    private static void close(ExtensionContext context, boolean check) {
        Sandbox sandbox = context.getStore(NAMESPACE).remove(Sandbox.class, Sandbox.class);
        if (sandbox != null) {
            sandbox.close(check);
        }
    }

    private static Optional<Deviates> deviation(Method test, String displayName) {
        Flavour flavour = ContainerRuntime.underTest().orElseThrow().flavour();
        return Arrays.stream(test.getAnnotationsByType(Deviates.class))
                .filter(deviates -> deviates.runtime() == flavour)
                .filter(deviates -> java.util.regex.Pattern.compile(deviates.cases())
                        .matcher(displayName)
                        .find())
                .findFirst();
    }

    /** The peer failed the test, as was foretold. */
    private static final class KnownDeviation extends TestAbortedException {
        private static final long serialVersionUID = 1;

        KnownDeviation(Deviates deviation) {
            super("known deviation of " + deviation.runtime() + ": " + deviation.reason());
        }
    }
}
