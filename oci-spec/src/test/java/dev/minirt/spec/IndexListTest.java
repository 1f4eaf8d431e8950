package dev.minirt.spec;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** P21, C18, R11: as lib/bitmap of the kernel reads lists. */
class IndexListTest {
    @ParameterizedTest
    @CsvSource(delimiter = '|', ignoreLeadingAndTrailingWhitespace = false, textBlock = """
            |{}
            ,|{}
             , ,|{}
            0|{0}
            000|{0}
            0-3,7|{0, 1, 2, 3, 7}
            7,1|{1, 7}
            0-2,1-4|{0, 1, 2, 3, 4}
            5-5|{5}
            99|{99}
            98-99|{98, 99}
            0-9:2/4|{0, 1, 4, 5, 8, 9}
            0-8:2/4|{0, 1, 4, 5, 8}
            3-9:1/3|{3, 6, 9}
            0-7:4/4|{0, 1, 2, 3, 4, 5, 6, 7}
            0-1:5/9|{0, 1}
            0,|{0}
            ,0|{0}
            0,,1|{0, 1}
             0 |{0}
            0 1|{0, 1}
            2-3, 5|{2, 3, 5}
            """)
    void reads(String list, String indices) {
        assertThat(IndexList.read(list == null ? "" : list, 100)).hasToString(indices);
    }

    @ParameterizedTest
    @ValueSource(strings = {"0-3\n", "\t0-3", "0-1\t2-3"})
    void takesLinesOfFiles(String list) {
        assertThat(IndexList.read(list, 100)).hasToString("{0, 1, 2, 3}");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "-1",
                "0-1\n2-3",
                "3-1",
                "0-",
                "-",
                "a",
                "0a",
                "0-3-5",
                "0x1",
                "1.5",
                "0 - 3",
                "0- 3",
                "0-7:0/4",
                "0-7:5/4",
                "0-7:2",
                "0-7:/4",
                "0-7:2/",
                "0-7:2/0",
                "0:1/2",
                "0-7: 2/4",
                "100",
                "0-100",
                "99999999999",
                "4294967296",
                "0-4294967297",
                "٣",
                "all",
                "N",
                "0-N",
                "0;1",
                "\u00a00",
                "0\0"
            })
    void refuses(String list) {
        assertThat(IndexList.read(list, 100)).isNull();
    }

    @ParameterizedTest
    @CsvSource({"8191, 8192", "0-8191, 8192", "1023, 1024"})
    void takesTheLastIndexBelowTheLimit(String list, int limit) {
        assertThat(IndexList.read(list, limit)).isNotNull();
        assertThat(IndexList.read(list, limit - 1)).isNull();
    }
}
