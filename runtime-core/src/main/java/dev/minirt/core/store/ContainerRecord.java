package dev.minirt.core.store;

import dev.minirt.core.host.ProcessIdentity;
import dev.minirt.spec.ContainerStatus;
import java.util.Optional;

/**
 * What {@code state.json} says: written before anything is made, and again whenever something is.
 *
 * @param id the container's id
 * @param status the status when the record was written; what is true now also depends on processes and locks
 * @param init the container process, once it is known
 * @param runtime the driver that creates the container
 * @param bootId the boot in which the record was written; processes and cgroups of another boot are gone. Empty if unknown
 * @param created when create began, RFC 3339
 * @param owner user id of the caller of create
 * @param launch what the command line and the configuration said
 * @param cgroup the cgroup that is, or is about to be, the container's
 */
public record ContainerRecord(
        ContainerId id,
        ContainerStatus status,
        Optional<ProcessIdentity> init,
        ProcessIdentity runtime,
        String bootId,
        String created,
        long owner,
        Launch launch,
        Optional<CgroupEntry> cgroup) {

    /** This record with another status. */
    public ContainerRecord withStatus(ContainerStatus newStatus) {
        return new ContainerRecord(id, newStatus, init, runtime, bootId, created, owner, launch, cgroup);
    }

    /** This record with an init. */
    public ContainerRecord withInit(ProcessIdentity newInit) {
        return new ContainerRecord(id, status, Optional.of(newInit), runtime, bootId, created, owner, launch, cgroup);
    }

    /** This record without a cgroup. */
    public ContainerRecord withoutCgroup() {
        return new ContainerRecord(id, status, init, runtime, bootId, created, owner, launch, Optional.empty());
    }

    /** This record with a cgroup. */
    public ContainerRecord withCgroup(CgroupEntry newCgroup) {
        return new ContainerRecord(id, status, init, runtime, bootId, created, owner, launch, Optional.of(newCgroup));
    }
}
