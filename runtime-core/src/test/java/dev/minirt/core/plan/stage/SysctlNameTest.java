package dev.minirt.core.plan.stage;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Locale;
import java.util.Objects;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Rows N15 and N16; CVE-2022-0811 and names that try to lead elsewhere. */
class SysctlNameTest {
    @ParameterizedTest
    @CsvSource({
        "net.ipv4.ip_forward, net/ipv4/ip_forward, network",
        "net/ipv4/ip_forward, net/ipv4/ip_forward, network",
        "net.ipv4.conf.eth0/1.forwarding, net/ipv4/conf/eth0.1/forwarding, network",
        "net/ipv4/conf/eth0.1/forwarding, net/ipv4/conf/eth0.1/forwarding, network",
        "kernel.shmmax, kernel/shmmax, ipc",
        "kernel.shm_rmid_forced, kernel/shm_rmid_forced, ipc",
        "kernel/sem, kernel/sem, ipc",
        "fs.mqueue.msg_max, fs/mqueue/msg_max, ipc",
        "kernel.domainname, kernel/domainname, uts",
        "user.max_user_namespaces, user/max_user_namespaces, user",
        "kernel.hostname, kernel/hostname,",
        "kernel.core_pattern, kernel/core_pattern,",
        "kernel/core_pattern, kernel/core_pattern,",
        "kernel.msgmax.x, kernel/msgmax/x,",
        "vm.swappiness, vm/swappiness,",
        "fs.mqueue, fs/mqueue,",
        "network.x, network/x,",
        "net, net,",
    })
    void normalises(String name, String path, String namespace) {
        var read = Objects.requireNonNull(SysctlName.of(name));
        assertThat(read.path()).isEqualTo(path);
        var of = read.namespace();
        assertThat(of == null ? null : of.toString().toLowerCase(Locale.ROOT)).isEqualTo(namespace);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ".",
                "/",
                "..",
                "net..x",
                "net/ipv4/../../kernel/panic",
                "net.ipv4.//.kernel.panic",
                "/net/ipv4/ip_forward",
                "net/ipv4/",
                "net.ipv4.",
                "net/./x",
                "net//x"
            })
    void refusesWhatLeadsElsewhere(String name) {
        assertThat(SysctlName.of(name)).isNull();
    }
}
