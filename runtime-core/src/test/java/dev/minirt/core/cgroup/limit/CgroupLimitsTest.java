package dev.minirt.core.cgroup.limit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.minirt.spec.JsonPointer;
import dev.minirt.spec.json.SpecReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Rows C9 to C28, and section H: what is written where, and what is refused. */
class CgroupLimitsTest {
    private static final Set<String> ALL = Set.of("cpuset", "cpu", "io", "memory", "hugetlb", "pids", "rdma", "misc");

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
                "{'cpu':{'burst':5000,'quota':5000}}                       | cpu.max=5000_100000 cpu.max.burst=5000",
                "{'cpu':{'burst':5001,'quota':5000}}                       | cpu.max=5000_100000 cpu.max.burst=5001 !cpu/burst",
                "{'cpu':{'burst':5001}}                                    | cpu.max.burst=5001",
                "{'pids':{'limit':4194304}}                                | pids.max=4194304",
                "{'pids':{'limit':4194305}}                                | pids.max=4194305 !pids/limit",
                "{'cpu':{'idle':1,'shares':512}}                           | cpu.weight=59 cpu.idle=1",
                "{'cpu':{'idle':0}}                                        | cpu.idle=0?",
                "{'cpu':{'realtimeRuntime':1,'realtimePeriod':2}}          | !cpu/realtimeRuntime !cpu/realtimePeriod",
                "{'cpu':{'realtimeRuntime':0,'realtimePeriod':0}}          | ''",
                "{'cpu':{'cpus':'0-1,3','mems':'0'}}                       | cpuset.cpus=0-1,3 cpuset.mems=0",
                "{'cpu':{'cpus':'','mems':''}}                             | ''",
                "{'cpu':{'burst':0}}                                       | cpu.max.burst=0?",
                "{'cpu':{'quota':500}}                                     | cpu.max=500_100000 !cpu/quota",
                "{'cpu':{'quota':5000,'period':999}}                       | cpu.max=5000_999 !cpu/period",
                "{'cpu':{'period':18446744073709551615}}                   | cpu.max=max_18446744073709551615 !cpu/period",
                "{'cpu':{'idle':0,'shares':512}}                           | cpu.idle=0? cpu.weight=59",
                "{'blockIO':{'weight':0,'leafWeight':0}}                   | ''",
                "{'blockIO':{'weight':10,'leafWeight':10}}                 | io.bfq.weight=10/io.weight=1 !blockIO/leafWeight",
                "{'blockIO':{'weight':100}}                                | io.bfq.weight=100/io.weight=910",
                "{'blockIO':{'weight':500}}                                | io.bfq.weight=500/io.weight=4950",
                "{'blockIO':{'weight':1000}}                               | io.bfq.weight=1000/io.weight=10000",
                "{'blockIO':{'weightDevice':[{'major':1,'minor':2,'weight':10}]}} | io.bfq.weight=1:2_10",
                "{'blockIO':{'weightDevice':[{'major':1,'minor':2,'weight':0,'leafWeight':0}]}} | ''",
                "{'blockIO':{'weightDevice':[{'major':1,'minor':2,'leafWeight':10}]}} | !blockIO/weightDevice/0/leafWeight",
                "{'blockIO':{'throttleReadBpsDevice':[{'major':1,'minor':2,'rate':1}]}} | io.max=1:2_rbps=1",
                "{'blockIO':{'throttleWriteBpsDevice':[{'major':1,'minor':2,'rate':1}]}} | io.max=1:2_wbps=1",
                "{'blockIO':{'throttleReadIOPSDevice':[{'major':1,'minor':2,'rate':1},{'major':3,'minor':4,'rate':0}]}} | io.max=1:2_riops=1 io.max=3:4_riops=max",
                "{'blockIO':{'throttleWriteIOPSDevice':[{'major':1,'minor':2,'rate':18446744073709551615}]}} | io.max=1:2_wiops=18446744073709551615",
                "{'hugepageLimits':[{'pageSize':'2MB','limit':4194304},{'pageSize':'1GB','limit':0}]} | hugetlb.2MB.max=4194304 hugetlb.2MB.rsvd.max=4194304? hugetlb.1GB.max=0 hugetlb.1GB.rsvd.max=0?",
                "{'hugepageLimits':[{'pageSize':'2MB','limit':18446744073709551615}]} | hugetlb.2MB.max=18446744073709551615 hugetlb.2MB.rsvd.max=18446744073709551615?",
                "{'network':{'classID':1,'priorities':[{'name':'lo','priority':1}]}} | !network/classID !network/priorities",
                "{'network':{'classID':0,'priorities':[]}}                 | ''",
                "{'rdma':{'mlx5_1':{'hcaHandles':3,'hcaObjects':10000}}}   | rdma.max=mlx5_1_hca_handle=3_hca_object=10000",
                "{'rdma':{'mlx5_1':{'hcaHandles':0},'ocrdma1':{'hcaObjects':4294967295}}} | rdma.max=mlx5_1_hca_handle=0 rdma.max=ocrdma1_hca_object=max",
                "{'rdma':{'a b':{'hcaHandles':1}}}                         | !rdma/a b",
                "{'unified':{'memory.high':'1','cgroup.max.depth':'3'}}    | memory.high=1 cgroup.max.depth=3",
                "{'unified':{'memory.max':'8192'},'memory':{'limit':4096}} | memory.max=4096 memory.max=8192",
                "{'unified':{'io.max':'8:0 rbps=1\\n8:16 wbps=2\\n'}}   | io.max=8:0_rbps=1 io.max=8:16_wbps=2",
                "{'unified':{'cpuset.cpus':''}}                            | cpuset.cpus=",
                "{'unified':{'memory.reclaim':'4096'}}                     | memory.reclaim=4096",
                "{'unified':{'nonsense.max':'1'}}                          | !unified/nonsense.max",
                "{'unified':{'cgroup.procs':'0','cgroup.freeze':'1','cgroup.kill':'1'}} | !unified/cgroup.procs !unified/cgroup.freeze !unified/cgroup.kill",
            })
    void converts(String resources, String expected) {
        assertThat(converted(resources, Map.of(), ALL)).isEqualTo(expected);
    }

    private static String converted(String resources, Map<String, String> present, Set<String> controllers) {
        var document = resources.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
        var read = SpecReader.readResources(document, "resources").document();
        var violations = new ArrayList<String>();
        var words = new ArrayList<String>();
        for (var setting : CgroupLimits.of(
                read,
                new PresentLimits(present),
                controllers,
                JsonPointer.ROOT,
                (pointer, message) -> violations.add("!" + pointer.text().substring(1)))) {
            words.add(setting.file() + "=" + setting.value().replace(' ', '_') + missing(setting.ifMissing()));
        }
        words.addAll(violations);
        return String.join(" ", words);
    }

    private static String missing(IfMissing ifMissing) {
        return switch (ifMissing) {
            case IfMissing.Accept _ -> "?";
            case IfMissing.Refuse _ -> "";
            case IfMissing.Instead(var file, var value) -> "/" + file + "=" + value;
        };
    }

    /** What update makes of what is set already: values that complete each other, and orders in which the kernel agrees to every write. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                // swap.max grows before memory.max falls, and the other way round.
                "memory.max=200 memory.swap.max=0  | {'memory':{'limit':100,'swap':300}} | memory.swap.max=200 memory.max=100",
                "memory.max=50 memory.swap.max=0   | {'memory':{'limit':100,'swap':300}} | memory.max=100 memory.swap.max=200",
                "memory.max=200 memory.swap.max=300 | {'memory':{'limit':100,'swap':150}} | memory.max=100 memory.swap.max=50",
                "memory.max=max memory.swap.max=max | {'memory':{'limit':100,'swap':-1}} | memory.max=100 memory.swap.max=max?",
                // Swap alone counts from the limit that is set.
                "memory.max=200 memory.swap.max=0  | {'memory':{'swap':300}}   | memory.swap.max=100",
                "memory.max=200 memory.swap.max=0  | {'memory':{'swap':199}}   | !memory/swap",
                "memory.max=max memory.swap.max=0  | {'memory':{'swap':300}}   | !memory/swap",
                "memory.max=200 memory.swap.max=0  | {'memory':{'limit':300}}  | memory.max=300",
                // C12
                "memory.current=99                 | {'memory':{'limit':100,'checkBeforeUpdate':true}}  | memory.max=100",
                "memory.current=100                | {'memory':{'limit':100,'checkBeforeUpdate':true}}  | memory.max=100 !memory/limit",
                "memory.current=101                | {'memory':{'limit':100,'checkBeforeUpdate':false}} | memory.max=100",
                "memory.current=101                | {'memory':{'limit':-1,'checkBeforeUpdate':true}}   | memory.max=max memory.swap.max=max?",
                "memory.current=90 memory.swap.current=20 | {'memory':{'limit':100,'swap':110,'checkBeforeUpdate':true}} | memory.max=100 memory.swap.max=10 !memory/swap",
                // Each half of cpu.max stays if only the other is given.
                "cpu.max=5000_20000                | {'cpu':{'quota':8000}}              | cpu.max=8000_20000",
                "cpu.max=5000_20000                | {'cpu':{'period':50000}}            | cpu.max=5000_50000",
                "cpu.max=5000_20000                | {'cpu':{'quota':-1}}                | cpu.max=max_20000",
                "cpu.max=5000_20000                | {'cpu':{'quota':0,'period':0}}      | ''",
                // A burst is never above the quota.
                "cpu.max=5000_20000 cpu.max.burst=4000 | {'cpu':{'quota':3000,'burst':2000}} | cpu.max.burst=2000 cpu.max=3000_20000",
                "cpu.max=5000_20000 cpu.max.burst=4000 | {'cpu':{'quota':9000,'burst':8000}} | cpu.max=9000_20000 cpu.max.burst=8000",
                "cpu.max=5000_20000 cpu.max.burst=4000 | {'cpu':{'burst':0}}                 | cpu.max.burst=0?",
                "cpu.max=5000_20000 cpu.max.burst=4000 | {'cpu':{'burst':6000}}              | cpu.max.burst=6000 !cpu/burst",
                "cpu.max=5000_20000 cpu.max.burst=4000 | {'cpu':{'quota':3000}}              | cpu.max=3000_20000 !cpu/quota",
                "cpu.max=5000_20000 cpu.max.burst=4000 | {'cpu':{'quota':-1}}                | cpu.max=max_20000",
                "cpu.max=max_20000 cpu.max.burst=4000  | {'cpu':{'period':30000}}            | cpu.max=max_30000",
                // No weight while idle.
                "cpu.idle=1                        | {'cpu':{'idle':0,'shares':512}}     | cpu.idle=0? cpu.weight=59",
                "cpu.idle=0                        | {'cpu':{'idle':1,'shares':512}}     | cpu.weight=59 cpu.idle=1",
                "cpu.idle=1                        | {'cpu':{'shares':512}}              | !cpu/shares",
                "cpu.idle=1                        | {'cpu':{'idle':1}}                  | cpu.idle=1",
            })
    void completesWhatIsSet(String present, String resources, String expected) {
        var files = new HashMap<String, String>();
        for (var word : present.split(" ", -1)) {
            int equals = word.indexOf('=');
            files.put(word.substring(0, equals), word.substring(equals + 1).replace('_', ' '));
        }
        assertThat(converted(resources, files, ALL)).isEqualTo(expected);
    }

    /** What a new cgroup has anyway needs no controller (ctr always asks for 1024 shares); anything else is refused. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{'cpu':{'shares':1024,'quota':-1,'period':100000,'burst':0,'idle':0}} | ''",
                "{'memory':{'limit':-1,'swap':-1},'pids':{'limit':-1}}  | ''",
                "{'blockIO':{'throttleReadBpsDevice':[{'major':1,'minor':2,'rate':0}]}} | ''",
                "{'cpu':{'shares':1000}}                                | !cpu/shares",
                "{'cpu':{'cpus':'0'}}                                   | !cpu/cpus",
                "{'pids':{'limit':0}}                                   | !pids/limit",
                "{'memory':{'limit':100,'swap':100}}                    | !memory/limit !memory/swap",
                "{'blockIO':{'weight':100}}                             | !blockIO/weight",
                "{'hugepageLimits':[{'pageSize':'2MB','limit':0}]}      | !hugepageLimits/0 !hugepageLimits/0",
                "{'rdma':{'mlx5_1':{'hcaHandles':3}}}                   | !rdma/mlx5_1",
                "{'unified':{'memory.max':'max'}}                       | !unified/memory.max",
                "{'unified':{'cgroup.max.depth':'3'}}                   | cgroup.max.depth=3",
            })
    void needsControllers(String resources, String expected) {
        assertThat(converted(resources, Map.of(), Set.of())).isEqualTo(expected);
    }

    /** The fixed points of the curve, and that it never falls. */
    @ParameterizedTest
    @CsvSource({"2, 1", "1024, 100", "262144, 10000", "3, 2", "10, 4", "512, 59", "2048, 174", "100000, 4340"})
    void weight(long shares, long weight) {
        assertThat(CpuLimits.weight(shares)).isEqualTo(weight);
        assertThat(CpuLimits.weight(shares + 1)).isGreaterThanOrEqualTo(weight);
    }
}
