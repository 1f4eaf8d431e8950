package dev.minirt.spec.rule;

import dev.minirt.spec.BlockIo;
import dev.minirt.spec.DeviceRule;
import dev.minirt.spec.HugepageLimit;
import dev.minirt.spec.JsonPointer;
import dev.minirt.spec.Quoted;
import dev.minirt.spec.Rdma;
import dev.minirt.spec.Resources;
import dev.minirt.spec.WeightDevice;
import java.util.Map;
import java.util.OptionalInt;

/** Rules of {@code linux.resources} (config-linux.md, Control groups). */
final class ResourceRules {
    private static final int MIN_WEIGHT = 10;
    private static final int MAX_WEIGHT = 1000;

    private ResourceRules() {}

    static void check(Resources resources, JsonPointer pointer, Findings findings) {
        for (int i = 0; i < resources.devices().size(); i++) {
            accessIsKnown(resources.devices().get(i), pointer.child("devices").child(i), findings);
        }
        if (resources.cpu().isPresent()) {
            JsonPointer cpu = pointer.child("cpu");
            IndexLists.require(resources.cpu().get().cpus(), cpu.child("cpus"), findings);
            IndexLists.require(resources.cpu().get().mems(), cpu.child("mems"), findings);
        }
        if (resources.blockIO().isPresent()) {
            weightsAreInRange(resources.blockIO().get(), pointer.child("blockIO"), findings);
        }
        for (int i = 0; i < resources.hugepageLimits().size(); i++) {
            pageSizeIsASize(
                    resources.hugepageLimits().get(i),
                    pointer.child("hugepageLimits").child(i),
                    findings);
        }
        for (Map.Entry<String, Rdma> rdma : resources.rdma().entrySet()) {
            rdmaHasALimit(rdma.getValue(), pointer.child("rdma").child(rdma.getKey()), findings);
        }
        for (String file : resources.unified().keySet()) {
            unifiedKeyIsAFileName(file, pointer.child("unified"), findings);
        }
    }

    /** "A composition of r (read), w (write), and m (mknod)". */
    static void accessIsKnown(DeviceRule rule, JsonPointer pointer, Findings findings) {
        for (int i = 0; i < rule.access().length(); i++) {
            if ("rwm".indexOf(rule.access().charAt(i)) < 0) {
                findings.violation(
                        pointer.child("access"), Quoted.of(rule.access()) + " is not made of the letters r, w and m");
                return;
            }
        }
    }

    /** "the range is from 10 to 1000"; engines write 0 for not set. A device entry has a weight of some kind. */
    static void weightsAreInRange(BlockIo blockIo, JsonPointer pointer, Findings findings) {
        isWeight(blockIo.weight(), pointer.child("weight"), findings);
        isWeight(blockIo.leafWeight(), pointer.child("leafWeight"), findings);
        for (int i = 0; i < blockIo.weightDevice().size(); i++) {
            WeightDevice device = blockIo.weightDevice().get(i);
            JsonPointer place = pointer.child("weightDevice").child(i);
            isWeight(device.weight(), place.child("weight"), findings);
            isWeight(device.leafWeight(), place.child("leafWeight"), findings);
            if (device.weight().isEmpty() && device.leafWeight().isEmpty()) {
                findings.violation(place, "needs weight or leafWeight");
            }
        }
    }

    private static void isWeight(OptionalInt weight, JsonPointer pointer, Findings findings) {
        int value = weight.orElse(0);
        if (value != 0 && (value < MIN_WEIGHT || value > MAX_WEIGHT)) {
            findings.violation(pointer, "must be between " + MIN_WEIGHT + " and " + MAX_WEIGHT + ", got " + value);
        }
    }

    /** "The value has the format {@code <size><unit-prefix>B}", like the names of the files of the controller. */
    static void pageSizeIsASize(HugepageLimit limit, JsonPointer pointer, Findings findings) {
        String size = limit.pageSize();
        int digits = 0;
        while (digits < size.length() && size.charAt(digits) >= '0' && size.charAt(digits) <= '9') {
            digits++;
        }
        boolean valid = digits > 0
                && size.charAt(0) != '0'
                && size.length() == digits + 2
                && "KMG".indexOf(size.charAt(digits)) >= 0
                && size.charAt(digits + 1) == 'B';
        if (!valid) {
            findings.violation(pointer.child("pageSize"), Quoted.of(size) + " is not a size such as 2MB");
        }
    }

    /** "at least one of hcaHandles or hcaObjects MUST be specified". */
    static void rdmaHasALimit(Rdma rdma, JsonPointer pointer, Findings findings) {
        if (rdma.hcaHandles().isEmpty() && rdma.hcaObjects().isEmpty()) {
            findings.violation(pointer, "needs hcaHandles or hcaObjects");
        }
    }

    /** "The key is the name of a file in the cgroup": nothing above or below that directory is meant. */
    static void unifiedKeyIsAFileName(String file, JsonPointer pointer, Findings findings) {
        if (file.isEmpty() || file.equals(".") || file.equals("..") || file.indexOf('/') >= 0) {
            findings.violation(pointer.child(file), "must be the name of a cgroup file, without directories");
        }
    }
}
