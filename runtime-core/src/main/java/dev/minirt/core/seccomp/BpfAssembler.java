package dev.minirt.core.seccomp;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Turns a graph of decisions into a program.
 *
 * <p>Nodes are made leaves first and named by number; equal nodes are one node. So the order of their making, backwards, is an order in which every jump goes forwards, which is all
 * that classic BPF asks for. Conditional jumps reach 255 instructions: what lies further is reached through a copy of the return, or through a long jump, placed right behind the test.
 */
final class BpfAssembler {
    /**
     * A node. What {@code k} is depends on the code, as in a {@link SockFilter}; {@code yes} is the next node of those that do not branch, and {@code no} is theirs too.
     *
     * <p>Not a closed world of records: their methods and switches over them cost more at first use, when a container is created, than all the rest of the compiler.
     */
    private static final class Node {
        final int code;
        final int k;
        final int yes;
        final int no;

        Node(int code, int k, int yes, int no) {
            this.code = code;
            this.k = k;
            this.yes = yes;
            this.no = no;
        }

        boolean returns() {
            return code == SockFilter.RETURN;
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Node node && code == node.code && k == node.k && yes == node.yes && no == node.no;
        }

        @Override
        public int hashCode() {
            return ((code * 31 + k) * 31 + yes) * 31 + no;
        }
    }

    private static final int NONE = -1;
    private static final int REACH = 255;

    private final List<Node> nodes = new ArrayList<>();
    private final Map<Node, Integer> numbers = new HashMap<>();

    /** A node that ends the program with an action. */
    int returning(int action) {
        return number(new Node(SockFilter.RETURN, action, NONE, NONE));
    }

    /** A node that loads the word at an offset of the system call's data, and goes on. */
    int load(int offset, int next) {
        return number(new Node(SockFilter.LOAD, offset, next, next));
    }

    /** A node that keeps only some bits of the loaded word, and goes on. */
    int and(int mask, int next) {
        return number(new Node(SockFilter.AND, mask, next, next));
    }

    /**
     * A node that compares the loaded word.
     *
     * @param code one of the conditional jumps of {@link SockFilter}
     */
    int test(int code, int k, int yes, int no) {
        return yes == no ? yes : number(new Node(code, k, yes, no));
    }

    /** Like {@link #test(int, int, int, int)}, for a word just loaded from an offset: branches that start by loading it again need not. */
    int testLoaded(int offset, int code, int k, int yes, int no) {
        return test(code, k, afterLoad(offset, yes), afterLoad(offset, no));
    }

    private int afterLoad(int offset, int node) {
        Node start = nodes.get(node);
        return start.code == SockFilter.LOAD && start.k == offset ? start.yes : node;
    }

    private int number(Node node) {
        Integer known = numbers.putIfAbsent(node, nodes.size());
        if (known != null) {
            return known;
        }
        nodes.add(node);
        return nodes.size() - 1;
    }

    /** The program that starts at a node, possibly longer than the kernel allows. */
    List<SockFilter> assemble(int root) {
        BitSet used = reachable(root);
        Layout layout = new Layout(nodes);
        for (int id = used.nextSetBit(0); id >= 0 && id <= root; id = used.nextSetBit(id + 1)) {
            layout.place(id);
        }
        if (nodes.get(root).returns()) {
            layout.pushReturn(root);
        }
        return layout.program();
    }

    private BitSet reachable(int root) {
        BitSet used = new BitSet(nodes.size());
        used.set(root);
        for (int id = root; id >= 0; id--) {
            Node node = nodes.get(id);
            if (used.get(id) && !node.returns()) {
                used.set(node.yes);
                used.set(node.no);
            }
        }
        return used;
    }

    /** The program, last instruction first. */
    private static final class Layout {
        private static final int NOWHERE = -1;

        private final List<Node> nodes;
        private final List<SockFilter> backwards = new ArrayList<>();
        /** By node: the place, counted from the end, from where the node takes its course; the newest place if there are several. */
        private final int[] places;

        Layout(List<Node> nodes) {
            this.nodes = nodes;
            this.places = new int[nodes.size()];
            Arrays.fill(places, NOWHERE);
        }

        List<SockFilter> program() {
            Collections.reverse(backwards);
            return backwards;
        }

        void place(int id) {
            Node node = nodes.get(id);
            if (node.returns()) {
                return; // Made where it is needed, as often as it is needed.
            }
            if (node.code == SockFilter.LOAD || node.code == SockFilter.AND) {
                fallInto(node.yes);
                push(id, new SockFilter(node.code, 0, 0, node.k));
            } else {
                bringNear(node.yes, 2);
                bringNear(node.no, 1);
                push(id, new SockFilter(node.code, distance(node.yes), distance(node.no), node.k));
            }
        }

        /** Makes the instruction placed next run on into a node. */
        private void fallInto(int id) {
            if (places[id] == NOWHERE || places[id] != backwards.size() - 1) {
                if (nodes.get(id).returns()) {
                    pushReturn(id);
                } else {
                    backwards.add(new SockFilter(SockFilter.JUMP, 0, 0, distance(id)));
                }
            }
        }

        /** Makes a node reachable by a conditional jump from the instruction placed next, even if up to {@code pending} - 1 others come between. */
        private void bringNear(int id, int pending) {
            if (places[id] == NOWHERE || distance(id) + pending - 1 > REACH) {
                if (nodes.get(id).returns()) {
                    pushReturn(id);
                } else {
                    push(id, new SockFilter(SockFilter.JUMP, 0, 0, distance(id)));
                }
            }
        }

        private int distance(int id) {
            return backwards.size() - 1 - places[id];
        }

        void pushReturn(int id) {
            push(id, new SockFilter(SockFilter.RETURN, 0, 0, nodes.get(id).k));
        }

        private void push(int id, SockFilter instruction) {
            backwards.add(instruction);
            places[id] = backwards.size() - 1;
        }
    }
}
