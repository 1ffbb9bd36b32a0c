package dev.fathom.generate;

import dev.fathom.text.Tokenizer;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/**
 * The tokens of a tokenizer by their bytes, without special ones. Made once for a tokenizer, since
 * it takes a while where there are many. Immutable, safe for several threads.
 */
public final class TokenTrie {
  /** Where tokens with the same first bytes part. */
  private static final class Node {
    final List<Integer> tokens = new ArrayList<>(1);
    final BitSet values = new BitSet();
    Node[] children = {};

    Node child(int value) {
      int at = values.get(0, value).cardinality();
      if (!values.get(value)) {
        values.set(value);
        Node[] more = new Node[children.length + 1];
        System.arraycopy(children, 0, more, 0, at);
        more[at] = new Node();
        System.arraycopy(children, at, more, at + 1, children.length - at);
        children = more;
      }
      return children[at];
    }
  }

  private final Tokenizer tokenizer;
  private final Node root = new Node();
  private final BitSet single = new BitSet(256);

  public TokenTrie(Tokenizer tokenizer) {
    this.tokenizer = tokenizer;
    for (int token = 0; token < tokenizer.size(); token++) {
      if (tokenizer.isSpecial(token)) {
        continue;
      }
      byte[] bytes = tokenizer.bytes(token);
      Node node = root;
      for (byte each : bytes) {
        node = node.child(each & 0xff);
      }
      if (bytes.length > 0) {
        node.tokens.add(token);
      }
      if (bytes.length == 1) {
        single.set(bytes[0] & 0xff);
      }
    }
  }

  Tokenizer tokenizer() {
    return tokenizer;
  }

  /** {@return the bytes that are tokens by themselves} */
  BitSet single() {
    return single;
  }

  /** Gets each token that a text may go on with, and the place behind it. */
  interface Visitor {
    void visit(int token, Grammar.State behind);
  }

  void visit(Grammar grammar, Grammar.State state, Visitor visitor) {
    visit(root, grammar, state, visitor);
  }

  private static void visit(Node node, Grammar grammar, Grammar.State state, Visitor visitor) {
    for (int token : node.tokens) {
      visitor.visit(token, state);
    }
    int at = 0;
    for (int value = node.values.nextSetBit(0);
        value >= 0;
        value = node.values.nextSetBit(value + 1)) {
      Grammar.State next = grammar.next(state, value);
      if (next != null) {
        visit(node.children[at], grammar, next, visitor);
      }
      at++;
    }
  }
}
