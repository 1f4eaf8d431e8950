package dev.minirt.core.error;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ErrnoTest {
    /** The words that engines look for, in lower case. */
    @ParameterizedTest
    @CsvSource({
        "1, EPERM, operation not permitted",
        "2, ENOENT, no such file or directory",
        "3, ESRCH, no such process",
        "13, EACCES, permission denied",
        "20, ENOTDIR, not a directory",
        "21, EISDIR, is a directory",
        "22, EINVAL, invalid argument",
        "133, EHWPOISON, memory page has hardware error"
    })
    void words(int number, Errno errno, String words) {
        assertThat(Errno.of(number)).isSameAs(errno);
        assertThat(Errno.words(number)).isEqualTo(words);
    }

    @Test
    void unknownNumbersHaveNoName() {
        assertThat(Errno.of(0)).isNull();
        assertThat(Errno.of(-1)).isNull();
        assertThat(Errno.of(41)).isNull();
        assertThat(Errno.of(134)).isNull();
        assertThat(Errno.words(4095)).isEqualTo("error 4095");
    }

    /** asm-generic/errno.h: 1 to 133 but 41 and 58, which are second names of others. */
    @Test
    void theTableIsComplete() {
        for (int number = 1; number <= 133; number++) {
            assertThat(Errno.of(number) == null).as("%d", number).isEqualTo(number == 41 || number == 58);
        }
        for (var errno : Errno.values()) {
            var first = errno.words().substring(0, 1);
            assertThat(first.equals(first.toLowerCase(Locale.ROOT)) || errno == Errno.EDOTDOT)
                    .isTrue();
        }
    }
}
