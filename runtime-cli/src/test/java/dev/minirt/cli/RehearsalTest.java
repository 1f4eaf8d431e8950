package dev.minirt.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Commands as the AOT cache is trained with them, and as a server performs them before it is asked to. */
class RehearsalTest {
    @Test
    void everyCommandEndsAsItShouldAgainAndAgain(@TempDir Path directory) throws IOException {
        var place = Files.createDirectory(directory.resolve("rehearsal"));
        Rehearsal.perform(place);
        Rehearsal.perform(place);
        assertThat(place.resolve("root")).as("no container is left").isEmptyDirectory();
        Rehearsal.remove(place);
        assertThat(directory).isEmptyDirectory();
        Rehearsal.remove(place);
    }

    /** The second JVM is this one, too: it needs nothing of what the first has had in memory. */
    @Test
    void briefCommandsEndAsTheyShouldWithContainersOfAnother(@TempDir Path directory) throws IOException {
        var place = Files.createDirectory(directory.resolve("rehearsal"));
        BriefRehearsal.prepare(place);
        BriefRehearsal.perform(place);
        assertThat(place.resolve("root")).as("no container is left").isEmptyDirectory();
    }

    @Test
    void whatALinkPointsToIsNotRemoved(@TempDir Path directory) throws IOException {
        var foreign = Files.createDirectories(directory.resolve("foreign/directory"));
        var link = Files.createSymbolicLink(directory.resolve("rehearsal"), foreign.getParent());
        Rehearsal.remove(link);
        assertThat(link).doesNotExist();
        assertThat(foreign).exists();
    }
}
