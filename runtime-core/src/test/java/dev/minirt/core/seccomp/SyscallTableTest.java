package dev.minirt.core.seccomp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.minirt.spec.SeccompArchitecture;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class SyscallTableTest {
    /** S3: each of the 23 architectures has an interface, and that a table with the calls that every kernel has. */
    @ParameterizedTest
    @EnumSource(SeccompArchitecture.class)
    void everyArchitectureHasATable(SeccompArchitecture architecture) {
        SyscallTable table = SyscallTable.of(SyscallAbi.of(architecture));
        for (String name : new String[] {"read", "write", "exit_group", "openat2", "close_range", "mount_setattr"}) {
            assertThat(table.number(name)).as(name).isPresent();
        }
        assertThat(table.origin()).matches("System calls of \\w+, by name, from linux-libc-dev [0-9].*");
        assertThat(table.names()).hasSizeGreaterThan(300);
        table.names().forEach((number, names) -> {
            for (String name : names.split("/", -1)) {
                assertThat(table.number(name)).hasValue(number);
            }
        });
    }

    @ParameterizedTest
    @CsvSource({
        "X86_64, execve, 59",
        "X86_64, openat2, 437",
        "X86, socketcall, 102",
        "X86, clock_gettime64, 403",
        "X32, read, 0x40000000",
        "X32, execve, 0x40000208",
        "ARM, openat, 322",
        "ARM, set_tls, 0xf0005",
        "ARM, sync_file_range2, 341",
        "ARM, arm_sync_file_range, 341",
        "AARCH64, openat, 56",
        "RISCV64, riscv_flush_icache, 259",
        "MIPS, exit, 4001",
        "MIPS64, read, 5000",
        "MIPS64N32, read, 6000",
        "S390X, s390_pci_mmio_write, 352",
        "PPC64LE, swapcontext, 249"
    })
    void knownNumbers(SyscallAbi abi, String name, String number) {
        assertThat(SyscallTable.of(abi).number(name)).hasValue(Integer.decode(number));
    }

    @Test
    void theTableOfAllNamesHasAllNames() {
        var names = new TreeSet<String>();
        for (var abi : SyscallAbi.values()) {
            for (var several : SyscallTable.of(abi).names().values()) {
                names.addAll(List.of(several.split("/", -1)));
            }
        }
        assertThat(SyscallTable.ofAny().names().getOrDefault(0, "").split("/", -1))
                .containsExactlyElementsOf(names);
    }

    @Test
    void namesThatAreNone() {
        SyscallTable table = SyscallTable.of(SyscallAbi.X86_64);
        for (String name : new String[] {"", "rea", "reada", "read 0", "READ", "zzz", "\n", "#", "_", "writev2"}) {
            assertThat(table.number(name)).as(name).isEqualTo(OptionalInt.empty());
        }
    }

    /** Headers installed here, older or newer, agree on what they both know. */
    @Test
    void installedHeadersAgree() throws IOException {
        Path header = Path.of("/usr/include/x86_64-linux-gnu/asm/unistd_64.h");
        assumeTrue(Files.exists(header), "no kernel headers of x86_64 are installed: " + header);
        Map<String, Integer> installed = new HashMap<>();
        try (Stream<String> lines = Files.lines(header)) {
            lines.map(line -> line.split(" ", -1))
                    .filter(words -> words.length == 3 && words[1].startsWith("__NR_"))
                    .forEach(words -> installed.put(words[1].substring(5), Integer.valueOf(words[2])));
        }
        SyscallTable table = SyscallTable.of(SyscallAbi.X86_64);
        assertThat(installed).hasSizeGreaterThan(300);
        assertThat(table.names().values().stream().filter(installed::containsKey))
                .hasSizeGreaterThan(300);
        installed.forEach((name, number) -> {
            if (table.number(name).isPresent()) {
                assertThat(table.number(name)).as(name).hasValue(number);
            }
        });
    }
}
