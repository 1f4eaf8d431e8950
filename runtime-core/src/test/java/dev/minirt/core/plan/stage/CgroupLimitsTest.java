package dev.minirt.core.plan.stage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.minirt.spec.JsonPointer;
import dev.minirt.spec.json.SpecReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Rows C9 to C17 and C26, and section H: what is written where, and what is refused. */
class CgroupLimitsTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{}                                                        | ''",
                "{'pids':{'limit':100}}                                    | pids.max=100",
                "{'pids':{'limit':-1}}                                     | pids.max=max",
                "{'pids':{'limit':0}}                                      | pids.max=0",
                "{'memory':{'limit':67108864}}                             | memory.max=67108864",
                "{'memory':{'limit':0,'reservation':0,'swap':0,'kernel':0,'swappiness':0}} | ''",
                "{'memory':{'limit':-1}}                                   | memory.max=max memory.swap.max=max?",
                "{'memory':{'limit':-1,'swap':-1}}                         | memory.max=max memory.swap.max=max?",
                "{'memory':{'limit':100,'swap':-1}}                        | memory.max=100 memory.swap.max=max?",
                "{'memory':{'limit':100,'swap':100}}                       | memory.max=100 memory.swap.max=0?",
                "{'memory':{'limit':100,'swap':250}}                       | memory.max=100 memory.swap.max=150",
                "{'memory':{'limit':100,'swap':99}}                        | memory.max=100 !memory/swap",
                "{'memory':{'swap':99}}                                    | !memory/swap",
                "{'memory':{'limit':-1,'swap':99}}                         | memory.max=max !memory/swap",
                "{'memory':{'reservation':50}}                             | memory.low=50",
                "{'memory':{'reservation':-1}}                             | memory.low=max",
                "{'memory':{'swappiness':10}}                              | !memory/swappiness",
                "{'memory':{'kernel':10,'kernelTCP':10}}                   | !memory/kernel !memory/kernelTCP",
                "{'memory':{'disableOOMKiller':true,'useHierarchy':true}}  | !memory/disableOOMKiller !memory/useHierarchy",
                "{'memory':{'disableOOMKiller':false,'useHierarchy':false}} | ''",
                "{'cpu':{'shares':1024}}                                   | cpu.weight=100",
                "{'cpu':{'shares':0}}                                      | ''",
                "{'cpu':{'shares':1}}                                      | cpu.weight=1",
                "{'cpu':{'shares':2}}                                      | cpu.weight=1",
                "{'cpu':{'shares':262144}}                                 | cpu.weight=10000",
                "{'cpu':{'shares':18446744073709551615}}                   | cpu.weight=10000",
                "{'cpu':{'quota':50000,'period':100000}}                   | cpu.max=50000_100000",
                "{'cpu':{'quota':50000}}                                   | cpu.max=50000_100000",
                "{'cpu':{'quota':-1,'period':20000}}                       | cpu.max=max_20000",
                "{'cpu':{'quota':0,'period':20000}}                        | cpu.max=max_20000",
                "{'cpu':{'quota':0,'period':0}}                            | ''",
                "{'cpu':{'burst':1000,'quota':5000}}                       | cpu.max=5000_100000 cpu.max.burst=1000",
                "{'cpu':{'idle':1,'shares':512}}                           | cpu.weight=59 cpu.idle=1",
                "{'cpu':{'idle':0}}                                        | cpu.idle=0?",
                "{'cpu':{'realtimeRuntime':1,'realtimePeriod':2}}          | !cpu/realtimeRuntime !cpu/realtimePeriod",
                "{'cpu':{'realtimeRuntime':0,'realtimePeriod':0}}          | ''",
                "{'cpu':{'cpus':'0','mems':'0'}}                           | !cpu/cpus !cpu/mems",
                "{'blockIO':{'weight':0,'leafWeight':0}}                   | ''",
                "{'blockIO':{'weight':10,'leafWeight':10}}                 | !blockIO/weight !blockIO/leafWeight",
                "{'blockIO':{'weightDevice':[{'major':1,'minor':2,'weight':10}]}} | !blockIO/weightDevice",
                "{'blockIO':{'throttleReadBpsDevice':[{'major':1,'minor':2,'rate':1}]}} | !blockIO/throttleReadBpsDevice",
                "{'blockIO':{'throttleWriteBpsDevice':[{'major':1,'minor':2,'rate':1}]}} | !blockIO/throttleWriteBpsDevice",
                "{'blockIO':{'throttleReadIOPSDevice':[{'major':1,'minor':2,'rate':1}]}} | !blockIO/throttleReadIOPSDevice",
                "{'blockIO':{'throttleWriteIOPSDevice':[{'major':1,'minor':2,'rate':1}]}} | !blockIO/throttleWriteIOPSDevice",
                "{'hugepageLimits':[{'pageSize':'2MB','limit':1}]}         | !hugepageLimits",
                "{'network':{'classID':1,'priorities':[{'name':'lo','priority':1}]}} | !network/classID !network/priorities",
                "{'network':{'classID':0,'priorities':[]}}                 | ''",
                "{'rdma':{'mlx5_1':{'hcaHandles':1}}}                      | !rdma",
                "{'unified':{'memory.high':'1'}}                           | !unified",
            })
    void converts(String resources, String expected) {
        var document = resources.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
        var read = SpecReader.readResources(document, "resources").document();
        var violations = new ArrayList<String>();
        var words = new ArrayList<String>();
        for (var setting : CgroupLimits.of(
                read,
                JsonPointer.ROOT,
                (pointer, message) -> violations.add("!" + pointer.text().substring(1)))) {
            words.add(setting.file() + "=" + setting.value().replace(' ', '_') + (setting.mayBeMissing() ? "?" : ""));
        }
        words.addAll(violations);
        assertThat(String.join(" ", words)).isEqualTo(expected);
    }

    /** The fixed points of the curve, and that it never falls. */
    @ParameterizedTest
    @CsvSource({"2, 1", "1024, 100", "262144, 10000", "3, 2", "10, 4", "512, 59", "2048, 174", "100000, 4340"})
    void weight(long shares, long weight) {
        assertThat(CgroupLimits.weight(shares)).isEqualTo(weight);
        assertThat(CgroupLimits.weight(shares + 1)).isGreaterThanOrEqualTo(weight);
    }
}
