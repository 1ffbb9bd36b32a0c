package dev.fathom.generate;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The texts that may be, as bytes: a context-free grammar and an automaton that reads along. A
 * state is the set of all stacks of symbols that may follow; states and their transitions are made
 * when they are first met, and kept. Each knows the fewest bytes to an end. For one thread.
 */
final class Grammar {
  /** More bytes than there ever are: what cannot be written. */
  static final long NEVER = 1L << 40;

  /** A part of a grammar. Two are the same only if they are one object. */
  abstract static sealed class Symbol {
    /** The fewest bytes of it. */
    long least = NEVER;

    /** Computes {@link #least} of those of its parts. */
    abstract long least();

    abstract List<Symbol> parts();
  }

  /** One byte of a set. */
  static final class Bytes extends Symbol {
    final BitSet set;
    final boolean isWritable;

    Bytes(BitSet set, BitSet writable) {
      this.set = set;
      this.isWritable = set.intersects(writable);
    }

    @Override
    long least() {
      return isWritable ? 1 : NEVER;
    }

    @Override
    List<Symbol> parts() {
      return List.of();
    }
  }

  /** All of them, in order. */
  static final class Sequence extends Symbol {
    final List<Symbol> all;

    Sequence(List<Symbol> all) {
      this.all = List.copyOf(all);
    }

    @Override
    long least() {
      return Math.min(NEVER, all.stream().mapToLong(each -> each.least).sum());
    }

    @Override
    List<Symbol> parts() {
      return all;
    }
  }

  /** One of them. Further ones may be added until it is used. */
  static final class Choice extends Symbol {
    final List<Symbol> all;

    Choice(List<Symbol> all) {
      this.all = new ArrayList<>(all);
    }

    @Override
    long least() {
      return all.stream().mapToLong(each -> each.least).min().orElse(NEVER);
    }

    @Override
    List<Symbol> parts() {
      return all;
    }
  }

  /**
   * The same several times.
   *
   * @param most -1 for any number
   */
  static final class Repeat extends Symbol {
    final Symbol each;
    final int fewest;
    final int most;
    private Repeat rest;

    Repeat(Symbol each, int fewest, int most) {
      this.each = each;
      this.fewest = fewest;
      this.most = most;
    }

    /** {@return what follows behind one of them} */
    Repeat rest() {
      if (rest == null) {
        boolean same = fewest == 0 && most < 0;
        rest = same ? this : new Repeat(each, Math.max(0, fewest - 1), Math.max(-1, most - 1));
        rest.least = rest.least();
      }
      return rest;
    }

    @Override
    long least() {
      return fewest == 0 ? 0 : Math.min(NEVER, fewest * each.least);
    }

    @Override
    List<Symbol> parts() {
      return List.of(each);
    }
  }

  /** Symbols that follow each other; of equal ones there is one. */
  private record Stack(Symbol head, Stack tail, long least) {
    static final Stack END = new Stack(null, null, 0);

    @Override
    public boolean equals(Object other) {
      return this == other;
    }

    @Override
    public int hashCode() {
      return System.identityHashCode(this);
    }
  }

  /** A place in a text. */
  static final class State {
    /** Each begins with a {@link Bytes}, or is the end. */
    private final List<Stack> stacks;

    private final State[] next = new State[256];
    private final boolean[] known = new boolean[256];

    /** The fewest bytes to an end. */
    final long least;

    /** Whether the text may end here. */
    final boolean isWhole;

    /** What may come next if there is room enough; null before it is asked for. */
    BitSet allowed;

    /** The room that all of these need behind them. */
    long need;

    private State(List<Stack> stacks) {
      this.stacks = stacks;
      this.least = stacks.stream().mapToLong(Stack::least).min().orElse(NEVER);
      this.isWhole = stacks.contains(Stack.END);
    }
  }

  private final BitSet writable;
  private final Map<Symbol, Map<Stack, Stack>> stacks = new HashMap<>();
  private final Map<List<Stack>, State> states = new HashMap<>();

  /**
   * @param writable the bytes that are tokens by themselves
   */
  Grammar(BitSet writable) {
    this.writable = writable;
  }

  // ---- symbols ----

  Symbol bytes(BitSet set) {
    return new Bytes(set, writable);
  }

  /** {@return a byte of these ranges, each written as its two ends} */
  Symbol range(int... ends) {
    BitSet set = new BitSet(256);
    for (int i = 0; i < ends.length; i += 2) {
      set.set(ends[i], ends[i + 1] + 1);
    }
    return bytes(set);
  }

  /** {@return one of these ASCII characters} */
  Symbol any(String characters) {
    BitSet set = new BitSet(256);
    characters.chars().forEach(set::set);
    return bytes(set);
  }

  Symbol text(String text) {
    List<Symbol> all = new ArrayList<>();
    for (byte each : text.getBytes(StandardCharsets.UTF_8)) {
      all.add(range(each & 0xff, each & 0xff));
    }
    return new Sequence(all);
  }

  static Symbol all(Symbol... symbols) {
    return new Sequence(List.of(symbols));
  }

  static Symbol one(Symbol... symbols) {
    return new Choice(List.of(symbols));
  }

  static Symbol maybe(Symbol symbol) {
    return new Choice(List.of(new Sequence(List.of()), symbol));
  }

  // ---- states ----

  /** {@return the state in front of a text} */
  State start(Symbol text) {
    measure(text);
    return state(List.of(stack(text, Stack.END)));
  }

  /** Finds the fewest bytes of all symbols, which may contain each other. */
  private static void measure(Symbol root) {
    Set<Symbol> seen = new HashSet<>(Set.of(root));
    List<Symbol> all = new ArrayList<>(List.of(root));
    for (int i = 0; i < all.size(); i++) {
      for (Symbol part : all.get(i).parts()) {
        if (seen.add(part)) {
          all.add(part);
        }
      }
    }
    boolean changed = true;
    while (changed) {
      changed = false;
      for (Symbol symbol : all.reversed()) {
        long least = symbol.least();
        changed |= least < symbol.least;
        symbol.least = Math.min(symbol.least, least);
      }
    }
  }

  /** {@return the state behind a byte; null if no text goes on with it} */
  State next(State state, int value) {
    if (!state.known[value]) {
      state.known[value] = true;
      List<Stack> behind = new ArrayList<>();
      for (Stack stack : state.stacks) {
        if (stack.head instanceof Bytes bytes && bytes.set.get(value)) {
          behind.add(stack.tail);
        }
      }
      state.next[value] = behind.isEmpty() ? null : state(behind);
    }
    return state.next[value];
  }

  private State state(List<Stack> begun) {
    List<Stack> ready = new ArrayList<>();
    Set<Stack> seen = new HashSet<>();
    begun.forEach(each -> expand(each, seen, ready));
    return states.computeIfAbsent(ready, State::new);
  }

  /** Replaces what a stack begins with by its parts, until it is a byte. */
  private void expand(Stack stack, Set<Stack> seen, List<Stack> ready) {
    if (!seen.add(stack)) {
      return;
    }
    switch (stack.head) {
      case null -> ready.add(stack);
      case Bytes _ -> ready.add(stack);
      case Sequence sequence -> {
        Stack all = stack.tail;
        for (Symbol each : sequence.all.reversed()) {
          all = stack(each, all);
        }
        expand(all, seen, ready);
      }
      case Choice choice ->
          choice.all.forEach(each -> expand(stack(each, stack.tail), seen, ready));
      case Repeat repeat -> {
        if (repeat.fewest == 0) {
          expand(stack.tail, seen, ready);
        }
        if (repeat.most != 0) {
          expand(stack(repeat.each, stack(repeat.rest(), stack.tail)), seen, ready);
        }
      }
    }
  }

  private Stack stack(Symbol head, Stack tail) {
    return stacks
        .computeIfAbsent(head, _ -> new HashMap<>())
        .computeIfAbsent(
            tail, _ -> new Stack(head, tail, Math.min(NEVER, head.least + tail.least)));
  }
}
