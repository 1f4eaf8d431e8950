/* Compiles a profile with libseccomp, adding rules as other runtimes do.
 *
 * Standard input, a line each: "default VALUE", "arch TOKEN", "rule VALUE NAME [INDEX OP A B]..." with values as a filter returns them, tokens AUDIT_ARCH_ (for x32 "x32"), OP as
 * in enum scmp_compare; all numbers in hexadecimal. Writes "skipped NAME" or "refused NAME N" for rules that did not get in, "filter", and the filter in hexadecimal. */
#include <errno.h>
#include <seccomp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int main(void)
{
    static char line[4096];
    scmp_filter_ctx filter = NULL;
    unsigned default_value = 0;
    while (fgets(line, sizeof line, stdin) != NULL) {
        line[strcspn(line, "\n")] = 0;
        char *word = strtok(line, " ");
        if (strcmp(word, "default") == 0) {
            default_value = (unsigned)strtoul(strtok(NULL, " "), NULL, 16);
            filter = seccomp_init(default_value);
        } else if (strcmp(word, "arch") == 0) {
            char *token = strtok(NULL, " ");
            int rc = seccomp_arch_add(filter, strcmp(token, "x32") == 0 ? SCMP_ARCH_X32 : (unsigned)strtoul(token, NULL, 16));
            if (rc != 0 && rc != -EEXIST)
                return 3;
        } else {
            unsigned value = (unsigned)strtoul(strtok(NULL, " "), NULL, 16);
            char *name = strtok(NULL, " "), *next;
            struct scmp_arg_cmp args[6];
            unsigned count = 0;
            while ((next = strtok(NULL, " ")) != NULL && count < 6) {
                args[count].arg = (unsigned)strtoul(next, NULL, 16);
                args[count].op = (enum scmp_compare)strtoul(strtok(NULL, " "), NULL, 16);
                args[count].datum_a = strtoull(strtok(NULL, " "), NULL, 16);
                args[count].datum_b = strtoull(strtok(NULL, " "), NULL, 16);
                count++;
            }
            int number = seccomp_syscall_resolve_name(name);
            if (number == __NR_SCMP_ERROR) {
                printf("skipped %s\n", name);
            } else if (value != default_value) {
                int rc = seccomp_rule_add_array(filter, value, number, count, args);
                if (rc != 0)
                    printf("refused %s %d\n", name, -rc);
            }
        }
    }
    FILE *file = tmpfile();
    if (file == NULL || seccomp_export_bpf(filter, fileno(file)) != 0)
        return 4;
    rewind(file);
    printf("filter\n");
    for (int c; (c = fgetc(file)) != EOF;)
        printf("%02x", c);
    printf("\n");
    return 0;
}
