package dev.minirt.core.lifecycle;

import static dev.minirt.core.lifecycle.RehearsalHost.INIT;
import static dev.minirt.core.lifecycle.RehearsalHost.PROCESS;
import static dev.minirt.core.lifecycle.RehearsalHost.frame;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.minirt.core.driver.FrameKind;
import dev.minirt.core.store.ContainerId;
import dev.minirt.spec.JsonPointer;
import dev.minirt.spec.Resources;
import dev.minirt.spec.json.SpecReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** C7, C9, C10, C12, C14, C26 by update, with a cgroup that is a plain directory: a file that is missing stands for a kernel that refuses. */
class UpdatingTest {
    private static final ContainerId ID = new ContainerId("c1");

    @TempDir
    Path directory;

    private @Nullable RehearsalHost made;

    @BeforeEach
    void makeContainer() throws IOException {
        var host = new RehearsalHost(directory);
        made = host;
        new Creation(host.surroundings()).create(host.request(host.bundle(PROCESS, "")));
        for (var above : new String[] {"", "pod"}) {
            Files.writeString(
                    host.cgroup().resolve(above).resolve("cgroup.subtree_control"), "cpu memory pids hugetlb\n");
        }
        tell("memory.max", "max\n");
        tell("memory.swap.max", "max\n");
        tell("memory.low", "0\n");
        tell("cpu.max", "max 100000\n");
        tell("pids.max", "max\n");
    }

    @AfterEach
    void closeHost() throws IOException {
        host().close();
    }

    private RehearsalHost host() {
        if (made == null) {
            throw new IllegalStateException();
        }
        return made;
    }

    private Path file(String name) {
        return host().cgroup().resolve("pod/c1").resolve(name);
    }

    private void tell(String name, String content) throws IOException {
        Files.writeString(file(name), content);
    }

    private static Resources resources(String json) {
        return SpecReader.readResources(json.replace('\'', '"').getBytes(StandardCharsets.UTF_8), "test")
                .document();
    }

    private void update(String json) {
        new Updating(host().surroundings(), JsonPointer::field).update(ID, resources(json));
    }

    private Resources kept() {
        return SpecReader.readResources(host().container().readResources(), "kept")
                .document();
    }

    @Test
    void whatIsNotNamedStays() throws IOException {
        tell("pids.max", "77");
        update("{'memory': {'limit': 1000000, 'reservation': 0}, 'cpu': {'shares': 0}}");
        assertThat(file("memory.max")).hasContent("1000000");
        assertThat(file("memory.low")).hasContent("0");
        assertThat(file("memory.swap.max")).hasContent("max");
        assertThat(file("cpu.max")).hasContent("max 100000");
        assertThat(file("pids.max")).hasContent("77");
        update("{'pids': {'limit': 0}}");
        assertThat(file("pids.max")).as("C26").hasContent("0");
    }

    @Test
    void laterUpdatesKnowWhatEarlierOnesAskedFor() throws IOException {
        update("{'memory': {'limit': 1000000, 'swap': 3000000}}");
        assertThat(file("memory.swap.max")).hasContent("2000000");
        update("{'memory': {'limit': 2500000}}");
        assertThat(file("memory.max")).hasContent("2500000");
        assertThat(file("memory.swap.max")).as("both together stay at 3000000").hasContent("500000");
        assertThatThrownBy(() -> update("{'memory': {'limit': 4000000}}"))
                .hasMessage(
                        "memory.swap, as it was set before: 3000000 is memory and swap together, but less than memory.limit 4000000");
        assertThat(file("memory.max")).hasContent("2500000");
        update("{'memory': {'limit': -1}}");
        assertThat(file("memory.max")).hasContent("max");
        assertThat(file("memory.swap.max")).hasContent("max");
        update("{'memory': {'limit': 4000000}}");
        assertThat(file("memory.swap.max"))
                .as("there is no limit of both any more")
                .hasContent("max");
        assertThat(kept().memory().orElseThrow().limit()).hasValue(4000000);
    }

    @Test
    void aQuotaKeepsThePeriodAndAPeriodTheQuota() throws IOException {
        tell("cpu.max", "max 50000\n");
        update("{'cpu': {'quota': 20000}}");
        assertThat(file("cpu.max")).hasContent("20000 50000");
        update("{'cpu': {'period': 40000}}");
        assertThat(file("cpu.max")).hasContent("20000 40000");
        assertThat(kept().cpu().orElseThrow().quota()).hasValue(20000);
    }

    @Test
    void whatIsRefusedUndoesTheRest() throws IOException {
        Files.delete(file("cpu.max"));
        assertThatThrownBy(
                        () -> update("{'memory': {'limit': 1000000}, 'pids': {'limit': 3}, 'cpu': {'quota': 20000}}"))
                .isInstanceOf(ContainerException.class)
                .hasMessage("cpu.quota: write 20000 100000 to " + file("cpu.max") + ": no such file or directory");
        assertThat(file("memory.max")).hasContent("max");
        assertThat(file("pids.max")).hasContent("max");
        assertThat(host().container().readResources()).isEmpty();
    }

    @Test
    void everythingIsCheckedBeforeAnythingIsWritten() {
        assertThatThrownBy(() -> update("{'memory': {'limit': 1000000, 'swappiness': 5}, 'cpu': {'quota': 5}}"))
                .hasMessage(
                        "memory.swappiness: exists in cgroup v1 only; cpu.quota: must be at least 1000 microseconds, got 5");
        assertThat(file("memory.max")).hasContent("max");
    }

    @Test
    void theConfigurationCanAskForACheckOfTheUse() throws IOException {
        tell("memory.current", "5000\n");
        assertThatThrownBy(() -> update("{'memory': {'limit': 4096, 'checkBeforeUpdate': true}}"))
                .hasMessage("memory.limit: 4096 is not above the 5000 bytes that are in use");
        update("{'memory': {'limit': 8192, 'checkBeforeUpdate': true}}");
        assertThatThrownBy(() -> update("{'memory': {'limit': 4096}}")).hasMessageContaining("in use");
    }

    @Test
    void devicesAreTouchedOnlyIfTheirRulesChange() {
        var filtered = new StringBuilder();
        host().instead.put(FrameKind.FILTER_DEVICES, (kind, request, peer) -> {
            filtered.append(request.text().equals(file("").toString()) ? "own " : "other ")
                    .append(request.bytes().length > 0 ? "filter" : "none")
                    .append('\n');
            peer.say(frame(FrameKind.DONE).u32(0).text(""));
        });
        update("{'pids': {'limit': 5}}");
        assertThat(filtered).isEmpty();
        var rules =
                "{'devices': [{'allow': false, 'access': 'rwm'}, {'allow': true, 'type': 'c', 'major': 1, 'access': 'r'}]}";
        update(rules);
        assertThat(filtered).hasToString("own filter\n");
        update(rules);
        assertThat(filtered).as("the same rules again").hasToString("own filter\n");
        update("{'devices': [{'allow': true, 'access': 'rwm'}]}");
        assertThat(filtered).hasToString("own filter\nown none\n");
    }

    @Test
    void aDeviceFilterThatIsRefusedUndoesTheLimits() {
        host().instead
                .put(
                        FrameKind.FILTER_DEVICES,
                        (kind, request, peer) ->
                                peer.say(frame(FrameKind.DONE).u32(1).text("")));
        assertThatThrownBy(() -> update("{'pids': {'limit': 5}, 'devices': [{'allow': false, 'access': 'rwm'}]}"))
                .hasMessageStartingWith("devices: replace the device filter")
                .hasMessageEndingWith("operation not permitted");
        assertThat(file("pids.max")).hasContent("max");
    }

    @Test
    void entriesOfListsAreReplacedOneByOne() throws IOException {
        tell("io.max", "");
        tell("hugetlb.2MB.max", "max\n");
        update("{'blockIO': {'throttleReadBpsDevice': [{'major': 8, 'minor': 0, 'rate': 5}]}}");
        update("{'blockIO': {'throttleReadBpsDevice': [{'major': 8, 'minor': 16, 'rate': 6}]}}");
        update(
                "{'blockIO': {'throttleReadBpsDevice': [{'major': 8, 'minor': 0, 'rate': 7}]}, 'hugepageLimits': [{'pageSize': '2MB', 'limit': 0}]}");
        assertThat(kept().blockIO().orElseThrow().throttleReadBpsDevice())
                .extracting(device -> device.minor() + " " + device.rate())
                .containsExactly("16 6", "0 7");
        assertThat(file("hugetlb.2MB.max")).hasContent("0");
    }

    @Test
    void aStoppedContainerHasNoLimitsToChange() throws IOException {
        host().end(INIT);
        assertThatThrownBy(() -> update("{'pids': {'limit': 5}}")).hasMessage("container not running");
        assertThat(file("pids.max")).hasContent("max");
    }
}
