package dev.minirt.core.plan.stage;

import dev.minirt.spec.JsonPointer;

/** Members of config.json that several stages name. */
final class Pointers {
    static final JsonPointer ROOT_PATH = JsonPointer.of("/root/path");
    static final JsonPointer ROOT_READONLY = JsonPointer.of("/root/readonly");
    static final JsonPointer MOUNTS = JsonPointer.of("/mounts");
    static final JsonPointer HOOKS = JsonPointer.of("/hooks");
    static final JsonPointer PROCESS = JsonPointer.of("/process");
    static final JsonPointer USER = PROCESS.child("user");
    static final JsonPointer CAPABILITIES = PROCESS.child("capabilities");
    static final JsonPointer LINUX = JsonPointer.of("/linux");
    static final JsonPointer NAMESPACES = LINUX.child("namespaces");
    static final JsonPointer DEVICES = LINUX.child("devices");
    static final JsonPointer RESOURCES = LINUX.child("resources");
    static final JsonPointer MASKED_PATHS = LINUX.child("maskedPaths");
    static final JsonPointer READONLY_PATHS = LINUX.child("readonlyPaths");
    static final JsonPointer SECCOMP = LINUX.child("seccomp");

    private Pointers() {}
}
