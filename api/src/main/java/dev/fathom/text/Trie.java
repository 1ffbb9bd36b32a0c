package dev.fathom.text;

import java.util.Arrays;

/** Numbers by texts, found along a text: the texts that it goes on with. */
final class Trie {
  static final int ROOT = 0;
  static final int NONE = -1;

  /** A node in the upper bits and a character in the lower 16, by hash; -1 where there is none. */
  private long[] edges = new long[64];

  private int[] targets = new int[64];
  private int[] values = new int[32];
  private int nodes = 1;

  Trie() {
    Arrays.fill(edges, -1);
    Arrays.fill(values, NONE);
  }

  /** Adds a text, or gives one that is there another number. */
  void put(String text, int value) {
    int node = ROOT;
    for (int i = 0; i < text.length(); i++) {
      long edge = edge(node, text.charAt(i));
      int slot = slot(edge);
      if (edges[slot] < 0) {
        if (2 * nodes > edges.length) {
          grow();
          slot = slot(edge);
        }
        edges[slot] = edge;
        targets[slot] = nodes++;
        if (nodes > values.length) {
          int before = values.length;
          values = Arrays.copyOf(values, 2 * before);
          Arrays.fill(values, before, values.length, NONE);
        }
      }
      node = targets[slot];
    }
    values[node] = value;
  }

  /** {@return the node behind a character; NONE if no text goes on with it} */
  int next(int node, char c) {
    int slot = slot(edge(node, c));
    return edges[slot] < 0 ? NONE : targets[slot];
  }

  /** {@return the number of the text that ends at a node; NONE if none does} */
  int value(int node) {
    return values[node];
  }

  private static long edge(int node, char c) {
    return (long) node << 16 | c;
  }

  private int slot(long edge) {
    int mask = edges.length - 1;
    int slot = (int) (edge * 0x9E3779B97F4A7C15L >>> 32) & mask;
    while (edges[slot] >= 0 && edges[slot] != edge) {
      slot = slot + 1 & mask;
    }
    return slot;
  }

  private void grow() {
    long[] before = edges;
    int[] reached = targets;
    edges = new long[2 * before.length];
    targets = new int[2 * before.length];
    Arrays.fill(edges, -1);
    for (int i = 0; i < before.length; i++) {
      if (before[i] >= 0) {
        int slot = slot(before[i]);
        edges[slot] = before[i];
        targets[slot] = reached[i];
      }
    }
  }
}
