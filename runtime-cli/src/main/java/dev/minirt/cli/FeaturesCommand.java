package dev.minirt.cli;

import dev.minirt.core.features.FeatureList;
import dev.minirt.core.features.KernelSeccomp;
import dev.minirt.spec.json.JsonStyle;
import dev.minirt.spec.json.SpecWriter;
import java.util.LinkedHashMap;

/** {@code minirt features}: prints what this runtime can do. */
final class FeaturesCommand implements Command {
    @Override
    public String name() {
        return "features";
    }

    @Override
    public String operands() {
        return "";
    }

    @Override
    public String summary() {
        return "print what this runtime supports as JSON";
    }

    @Override
    public int fewestOperands() {
        return 0;
    }

    @Override
    public Ending run(Session session, Flags flags) {
        var annotations = new LinkedHashMap<String, String>();
        annotations.put("dev.minirt.version", Version.version());
        annotations.put("dev.minirt.commit", Version.commit());
        var features = FeatureList.of(new KernelSeccomp(), annotations);
        session.print(SpecWriter.features(features, JsonStyle.SPACES));
        session.print("\n");
        return Ending.DONE;
    }
}
