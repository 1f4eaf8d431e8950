package dev.minirt.core.plan.stage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.minirt.core.linux.Capability;
import dev.minirt.core.op.CloneDevice;
import dev.minirt.core.op.CloneInit;
import dev.minirt.core.plan.Action;
import dev.minirt.core.plan.HostAction;
import dev.minirt.core.plan.HostFacts;
import dev.minirt.core.plan.OwnCgroups;
import dev.minirt.core.plan.Plan;
import dev.minirt.core.plan.PlanOptions;
import dev.minirt.spec.SeccompArchitecture;
import dev.minirt.spec.SpecException;
import dev.minirt.spec.json.SpecReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Configs that cannot be honoured, and the exact words about them (G3). Warnings too. */
class RefusalTest {
    private static final String NAMESPACES = "[{'type':'mount'},{'type':'pid'}]";

    private static Plan plan(HostFacts facts, String members) {
        var document = "{'ociVersion':'1.2.0','root':{'path':'rootfs'},%s}"
                .formatted(members)
                .replace('\'', '"');
        var spec = SpecReader.read(document.getBytes(StandardCharsets.UTF_8), "config.json")
                .document();
        var options = new PlanOptions("c", "/b", "/run/minirt/c", Optional.empty(), false, false, 0, 022);
        return ContainerStages.planner().plan(spec, options, facts);
    }

    private static Plan plan(String members) {
        return plan(HostFacts.typical(), members);
    }

    private static String process(String members) {
        return "'process':{'user':{'uid':0,'gid':0},'args':['sh'],'cwd':'/'%s},'linux':{'namespaces':%s}"
                .formatted(members, NAMESPACES);
    }

    private static String linux(String members) {
        return "'linux':{'namespaces':%s%s}".formatted(NAMESPACES, members);
    }

    private static String mount(String members) {
        return "'mounts':[{%s}],".formatted(members) + linux("");
    }

    private static void refused(String members, String message) {
        assertThatThrownBy(() -> plan(members))
                .isInstanceOf(SpecException.class)
                .hasMessage(message);
    }

    /** NGROUPS_MAX: the kernel would say "invalid argument", and the hint that the groups were not mapped. */
    @Test
    void moreGroupsThanAProcessCanHaveAreRefused() {
        var groups = "5,".repeat(65_536);
        refused(
                process("").replace("'gid':0}", "'gid':0,'additionalGids':[" + groups + "6]}"),
                "process.user.additionalGids: has 65537 groups, and a process may have 65536");
        assertThat(plan(process("")
                                .replace("'gid':0}", "'gid':0,'additionalGids':[" + groups + "]}")
                                .replace(",]", "]"))
                        .warnings())
                .isEmpty();
    }

    @Test
    void aPlanThatIsTooLargeNamesWhatItHasTooMuchOf() {
        var mounts = new StringBuilder();
        for (int i = 0; i < 1100; i++) {
            mounts.append(i == 0 ? "" : ",")
                    .append("{'destination':'/m%d','source':'/','options':['bind']}".formatted(i));
        }
        refused(
                "'mounts':[" + mounts + "]," + linux(""),
                "mounts: needs more than 1024 files of the host, namespaces and mounts");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '^',
            value = {
                ",'execCPUAffinity':{'initial':'0-8192'} | process.execCPUAffinity.initial: is no list of CPUs below 8192 like \"0-3,7\"",
                ",'execCPUAffinity':{'final':'9000'} | process.execCPUAffinity.final: is no list of CPUs below 8192 like \"0-3,7\"",
            })
    void ofTheProcess(String members, String message) {
        refused(process(members), message);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '^',
            value = {
                ",'intelRdt':{'closID':'x'} | linux.intelRdt: not supported yet",
                ",'memoryPolicy':{'mode':'MPOL_DEFAULT'} | linux.memoryPolicy: not supported yet",
                ",'cgroupsPath':'/../../../tmp/x' | linux.cgroupsPath: must not contain \"..\"",
                ",'cgroupsPath':'a/..' | linux.cgroupsPath: must not contain \"..\"",
                ",'cgroupsPath':'//.' | linux.cgroupsPath: names the root of the cgroup hierarchy",
                ",'cgroupsPath':'/minirt/.' | linux.cgroupsPath: names the cgroup that holds those of other containers",
                ",'sysctl':{'kernel.core_pattern':'core'} | linux.sysctl[\"kernel.core_pattern\"]: belongs to no namespace: it would be set for the whole host",
                ",'sysctl':{'kernel.hostname':'x'} | linux.sysctl[\"kernel.hostname\"]: is set by hostname",
                ",'sysctl':{'net.ipv4.ip_forward':'1'} | linux.sysctl[\"net.ipv4.ip_forward\"]: needs a network namespace: it would be set for the host",
                ",'sysctl':{'net/ipv4/../../kernel/panic':'1'} | linux.sysctl[\"net/ipv4/../../kernel/panic\"]: is not the name of a kernel parameter",
                ",'resources':{'memory':{'swappiness':5},'cpu':{'realtimePeriod':9}} | linux.resources.memory.swappiness: exists in cgroup v1 only; linux.resources.cpu.realtimePeriod: exists in cgroup v1 only",
            })
    void ofLinux(String members, String message) {
        refused(linux(members), message);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '^',
            value = {
                "'destination':'/x','type':'bind','source':'/s' | mounts[0]: type \"bind\" means nothing without the option \"bind\" or \"rbind\"",
                "'destination':'/x','source':'/s' | mounts[0]: needs a type, or the option \"bind\" or \"rbind\"",
                "'destination':'/x','options':['bind'] | mounts[0].source: is missing: a bind mount needs one",
                "'destination':'/','type':'tmpfs' | mounts[0].destination: is the root itself, which root.path gives",
                "'destination':'/proc','type':'tmpfs' | mounts[0].destination: \"/proc\" would cover what the kernel and the runtime rely on in /proc",
                "'destination':'/proc/self/attr/exec','source':'/f','options':['bind'] | mounts[0].destination: \"/proc/self/attr/exec\" would cover what the kernel and the runtime rely on in /proc",
                "'destination':'/x/../proc/./sys','type':'tmpfs' | mounts[0].destination: \"/proc/sys\" would cover what the kernel and the runtime rely on in /proc",
                "'destination':'/proc','source':'/srv','options':['rbind'] | mounts[0].destination: \"/proc\" would cover what the kernel and the runtime rely on in /proc",
                "'destination':'/x','source':'/s','options':['bind','tmpcopyup'] | mounts[0].options: \"tmpcopyup\" is for mounts of type tmpfs",
                "'destination':'/x','type':'ext4','options':['tmpcopyup'] | mounts[0].options: \"tmpcopyup\" is for mounts of type tmpfs",
                "'destination':'/x','source':'/s','options':['bind'],'uidMappings':[{'containerID':0,'hostID':0,'size':1}],'gidMappings':[{'containerID':0,'hostID':0,'size':1}] | mounts[0].uidMappings: id-mapped mounts are not supported yet",
            })
    void ofMounts(String members, String message) {
        refused(mount(members), message);
    }

    /** M15: what lxcfs covers, and procfs itself. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '^',
            value = {
                "'destination':'/proc/meminfo','source':'/lxcfs','options':['bind']",
                "'destination':'/proc/sys/kernel/ns_last_pid','source':'/f','options':['bind']",
                "'destination':'/proc','type':'proc'",
                "'destination':'/proc','source':'/proc/','options':['rbind']",
                "'destination':'/processes','type':'tmpfs'",
            })
    void acceptsInProc(String members) {
        assertThat(plan(mount(members)).program()).isNotEmpty();
    }

    /** M6: mount(2) ignores them on a bind mount, and configs have them. */
    @Test
    void warnsOfBindOptions() {
        var plan = plan(mount("'destination':'/x','source':'/s','options':['bind','frobnicate','mode=755']"));
        assertThat(plan.warnings())
                .extracting(Object::toString)
                .containsExactly(
                        "mounts[0].options[1]: \"frobnicate\" has no effect on a bind mount",
                        "mounts[0].options[2]: \"mode=755\" has no effect on a bind mount");
    }

    /** D6: a device that is bound has the owner and the permissions that it has. */
    @Test
    void warnsOfTheOwnerOfABoundDevice() {
        var plan = plan("'linux':{'namespaces':[{'type':'mount'},{'type':'user'}],"
                + "'uidMappings':[{'containerID':0,'hostID':100000,'size':9}],"
                + "'gidMappings':[{'containerID':0,'hostID':100000,'size':9}],"
                + "'devices':[{'path':'/dev/fuse','type':'c','major':10,'minor':229,'fileMode':8630,'uid':1,'gid':2},"
                + "{'path':'/dev/kvm','type':'c','major':10,'minor':232}]}");
        assertThat(plan.warnings())
                .extracting(Object::toString)
                .containsExactly("linux.devices[0].uid: has no effect: in a user namespace /dev/fuse is the host's own"
                        + " device, with its owner");
        var verified = new ArrayList<String>();
        for (var step : plan.program()) {
            if (step.action() instanceof Action.Interpreted(var _, var op)
                    && op instanceof CloneDevice device
                    && device.verifyMode()) {
                verified.add(step.pointer() + " " + device.path() + " " + Integer.toOctalString(device.mode()));
            }
        }
        assertThat(verified).containsExactly("/linux/devices/0/fileMode /dev/fuse 666");
    }

    /** N17: what would change the host for everybody. */
    @Test
    void withoutMountNamespace() {
        assertThatThrownBy(() -> plan("'linux':{'maskedPaths':['/x'],'readonlyPaths':['/y']}"))
                .hasMessage(
                        "linux.maskedPaths: needs a mount namespace in linux.namespaces; linux.readonlyPaths: needs a mount"
                                + " namespace in linux.namespaces");
    }

    /** P7. */
    @Test
    void idsThatAreNotMapped() {
        var namespaces = "'linux':{'namespaces':[{'type':'mount'},{'type':'user'}],"
                + "'uidMappings':[{'containerID':0,'hostID':100,'size':10}],'gidMappings':[{'containerID':5,'hostID':100,'size':10}]}";
        assertThatThrownBy(() ->
                        plan("'process':{'user':{'uid':10,'gid':4,'additionalGids':[5,15]},'args':['sh'],'cwd':'/'},"
                                + namespaces))
                .hasMessage("process.user.uid: 10 is not mapped by linux.uidMappings;"
                        + " process.user.gid: 4 is not mapped by linux.gidMappings;"
                        + " process.user.additionalGids[1]: 15 is not mapped by linux.gidMappings");
    }

    private static HostFacts host(Set<String> controllers) {
        return new HostFacts(
                Optional.of("/sys/fs/cgroup/unified"),
                controllers,
                SeccompArchitecture.X86_64,
                0,
                EnumSet.complementOf(EnumSet.of(Capability.SYS_RESOURCE)));
    }

    /** A limit that cannot be applied is an error; the value that a new cgroup has anyway needs nothing. */
    @Test
    void limitsWithoutTheirController() {
        var host = host(Set.of("pids"));
        var limits = linux(",'resources':{'pids':{'limit':5},'memory':{'limit':1048576},'cpu':{'shares':1024}}");
        assertThatThrownBy(() -> plan(host, limits))
                .hasMessage(
                        "linux.resources.memory.limit: the cgroup2 file system of this host has no controller \"memory\""
                                + " (one that cgroup v1 uses is not there)");
        var standard = plan(host, linux(",'resources':{'memory':{'limit':-1},'cpu':{'shares':1024,'quota':-1}}"));
        assertThat(standard.steps()).noneMatch(step -> step.pointer().text().contains("resources/"));
    }

    @Test
    void withoutCgroup2() {
        var bare = new HostFacts(Optional.empty(), Set.of(), SeccompArchitecture.X86_64, 0, Set.of());
        assertThatThrownBy(() -> plan(bare, linux(",'cgroupsPath':'/x'")))
                .hasMessage(
                        "linux.cgroupsPath: no cgroup2 file system is mounted on this host, so there can be no cgroup");
    }

    /** Root of a user namespace makes no device and no filter: it takes the host's nodes, and says what it leaves out. */
    @Test
    void inAUserNamespace() {
        var rootless = user(HostFacts.typical().ownCgroups());
        var members = linux(",'resources':{'devices':[{'allow':false,'access':'rwm'}]}");
        assertThat(names(plan(members))).contains("AttachDeviceFilter", "MakeDevice");
        var plan = plan(rootless, members);
        assertThat(names(plan)).doesNotContain("AttachDeviceFilter", "MakeDevice");
        assertThat(plan.warnings().toString())
                .contains("linux.resources.devices: has no effect: the caller is in a user namespace");
        assertThat(plan(rootless, linux("")).warnings()).isEmpty();
    }

    private static List<String> names(Plan plan) {
        return plan.steps().stream()
                .map(step ->
                        step.action() instanceof Action.Interpreted(var _, var operation) ? operation : step.action())
                .map(object -> object.getClass().getSimpleName())
                .toList();
    }

    /** A user to whom nothing was delegated: a container without a cgroup of its own, which then cannot be limited. */
    @Test
    void withoutACgroupOfTheUser() {
        var nothing = user(new OwnCgroups(Optional.empty(), "/sys/fs/cgroup/session"));
        assertThat(plan(nothing, linux("")).steps())
                .noneMatch(step -> step.action() instanceof HostAction.CreateCgroup)
                .anyMatch(step -> step.action() instanceof Action.Interpreted(var _, CloneInit clone)
                        && clone.cgroup().isEmpty());
        assertThatThrownBy(() -> plan(nothing, linux(",'resources':{'pids':{'limit':5}}")))
                .hasMessageStartingWith(
                        "linux.resources.pids.limit: a limit needs a cgroup, and this user may make none");
        // One that the config names is tried.
        assertThat(plan(nothing, linux(",'cgroupsPath':'/a'")).steps())
                .anyMatch(step ->
                        step.action() instanceof HostAction.CreateCgroup(var path) && path.equals("/sys/fs/cgroup/a"));
    }

    /** C1: with what was delegated to the user. */
    @Test
    void besideTheCgroupOfTheUser() {
        var facts = user(new OwnCgroups(Optional.of("/sys/fs/cgroup/user/minirt"), "/sys/fs/cgroup/user/session"));
        assertThat(plan(facts, linux("")).steps())
                .anyMatch(step -> step.action() instanceof HostAction.CreateCgroup(var path)
                        && path.equals("/sys/fs/cgroup/user/minirt/c"));
    }

    private static HostFacts user(OwnCgroups cgroups) {
        var typical = HostFacts.typical();
        return new HostFacts(
                typical.cgroupRoot(),
                typical.controllers(),
                cgroups,
                typical.architecture(),
                0,
                typical.capabilities(),
                true);
    }

    /** P13: what is unknown or cannot be granted is left out with a warning. */
    @Test
    void capabilitiesThatCannotBeGranted() {
        var capabilities =
                ",'capabilities':{'bounding':['CAP_KILL','CAP_X','CAP_SYS_RESOURCE'],'permitted':['CAP_KILL'],"
                        + "'effective':['CAP_KILL','CAP_CHOWN'],'inheritable':['CAP_CHOWN'],'ambient':['CAP_KILL','CAP_CHOWN']}";
        var plan = plan(host(Set.of()), process(capabilities));
        assertThat(plan.warnings())
                .extracting(Object::toString)
                .map(Object::toString)
                .containsExactly(
                        "process.capabilities.bounding[1]: unknown capability \"CAP_X\" is left out",
                        "process.capabilities.bounding[2]: CAP_SYS_RESOURCE is left out: the runtime does not have it itself",
                        "process.capabilities.effective: CAP_CHOWN is left out: not in permitted",
                        "process.capabilities.ambient: CAP_CHOWN is left out: not in permitted",
                        "process.capabilities.ambient: CAP_KILL is left out: not in inheritable");
    }

    /** S5: a name that another machine has is skipped without a word, one that nobody has is warned of. */
    @Test
    void systemCallsThatDoNotExist() {
        var plan = plan(
                process(",'noNewPrivileges':true")
                        .replace(
                                "'linux':{",
                                "'linux':{'seccomp':{'defaultAction':"
                                        + "'SCMP_ACT_ALLOW','syscalls':[{'names':['mkdir','arm_fadvise64_64','mkdri'],'action':'SCMP_ACT_ERRNO'},"
                                        + "{'names':['chdir'],'action':'SCMP_ACT_ERRNO'},{'names':['mkdri'],'action':'SCMP_ACT_LOG'}]},"));
        assertThat(plan.warnings())
                .extracting(Object::toString)
                .containsExactly(
                        "linux.seccomp.syscalls[0].names[2]: unknown system call \"mkdri\" is left out",
                        "linux.seccomp.syscalls[2].names[0]: unknown system call \"mkdri\" is left out");
    }

    /** C2: what the interpreter would refuse names what there is too much of. */
    @Test
    void moreThanAProgramHolds() {
        var mount = "{'destination':'/m','type':'tmpfs','source':'x'}";
        assertThatThrownBy(() ->
                        plan("'mounts':[" + String.join(",", Collections.nCopies(66_000, mount)) + "]," + process("")))
                .isInstanceOf(SpecException.class)
                .hasMessageMatching(
                        "mounts: too many: the container would take 660\\d\\d operations, and at most 65536 are possible");
    }

    /** S14: what the seccomp compiler refuses arrives with the other violations. */
    @Test
    void seccompAndTheRestAtOnce() {
        assertThatThrownBy(() -> plan(
                        "'process':{'execCPUAffinity':{'final':'9000'},'user':{'uid':0,'gid':0},'args':['sh'],'cwd':'/'},"
                                + linux(",'seccomp':{'defaultAction':'SCMP_ACT_ALLOW','listenerPath':'/s',"
                                        + "'syscalls':[{'names':['mkdir'],'action':'SCMP_ACT_NOTIFY'}]}")))
                .hasMessageStartingWith(
                        "process.execCPUAffinity.final: is no list of CPUs below 8192 like \"0-3,7\"; linux.seccomp");
    }
}
