package dev.fathom.graph;

import static dev.fathom.graph.Ops.add;
import static dev.fathom.graph.Ops.constantLike;
import static dev.fathom.graph.Ops.contract;
import static dev.fathom.graph.Ops.elementwise;
import static dev.fathom.graph.Ops.multiply;
import static dev.fathom.graph.Ops.permute;
import static dev.fathom.graph.Ops.reshape;
import static dev.fathom.graph.Ops.select;
import static dev.fathom.graph.Ops.slice;
import static dev.fathom.graph.Ops.subtract;

import dev.fathom.spi.Recurrent.Cell;
import dev.fathom.spi.ScalarOp;
import dev.fathom.spi.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;

/** Recurrent layers: their decompositions, which unroll time, and the gradient of the layer. */
final class Recurrences {
  private Recurrences() {}

  /** Hidden and cell state; the cell is null except for an LSTM. */
  private record State(Value hidden, Value cell) {
    static State next(Cell cell, Iterator<Value> values) {
      return new State(values.next(), cell.hasCell() ? values.next() : null);
    }

    /** {@return a state of all steps at step {@code t}} */
    State at(int t) {
      return new State(step(hidden, t), cell == null ? null : step(cell, t));
    }

    State plus(State other) {
      return new State(add(hidden, other.hidden), cell == null ? null : add(cell, other.cell));
    }

    /** {@return this where {@code condition} holds, else {@code other}} */
    State where(Value condition, State other) {
      return new State(
          select(condition, hidden, other.hidden),
          cell == null ? null : select(condition, cell, other.cell));
    }

    /** {@return the values that there are} */
    List<Value> values() {
      return cell == null ? List.of(hidden) : List.of(hidden, cell);
    }
  }

  /** {@code [batch, time, ...] -> [batch, ...]}. */
  private static Value step(Value x, int t) {
    Shape shape = x.shape();
    return reshape(slice(x, 1, t, t + 1L), shape.slice(0, 1).concat(shape.slice(2, shape.rank())));
  }

  /** Values {@code [batch, ...]} of each step as {@code [batch, time, ...]}. */
  private static Value joined(Value[] steps) {
    Shape shape = steps[0].shape();
    Shape single = shape.slice(0, 1).concat(Shape.of(1)).concat(shape.slice(1, shape.rank()));
    return Ops.concat(1, Arrays.stream(steps).map(step -> reshape(step, single)).toList());
  }

  /** {@code [batch, gates, units] -> [batch, units]}. */
  private static Value gate(Value all, int index) {
    return step(all, index);
  }

  private static Value joinedGates(Value... gates) {
    return joined(gates);
  }

  private static Value sigmoid(Value x) {
    return elementwise(ScalarOp.SIGMOID, x);
  }

  private static Value tanh(Value x) {
    return elementwise(ScalarOp.TANH, x);
  }

  /** {@code [batch, time] -> [batch, 1]}, whether step {@code t} counts. */
  private static Value counts(Value mask, int t) {
    return slice(mask, 1, t, t + 1L);
  }

  /** {@code states, saved}, see {@code spi.Recurrent}. */
  static List<Value> states(Op.Recurrent op, List<Value> in) {
    Iterator<Value> operands = in.iterator();
    Value x = operands.next();
    Value hidden = operands.next();
    Value bias = operands.next();
    State state = State.next(op.cell(), operands);
    Value mask = op.masked() ? operands.next() : null;
    int time = Math.toIntExact(x.shape().size(1));
    List<Value[]> results = new ArrayList<>();
    for (int i = 0; i < time; i++) {
      int t = op.reverse() ? time - 1 - i : i;
      Value product =
          add(contract(state.hidden, hidden, 0, 1), Ops.broadcast(bias, step(x, t).shape()));
      List<Value> made = new ArrayList<>();
      State next = step(op.cell(), step(x, t), product, state, made);
      state = mask == null ? next : next.where(counts(mask, t), state);
      made.addAll(0, state.values());
      for (int k = 0; k < made.size(); k++) {
        if (i == 0) {
          results.add(new Value[time]);
        }
        results.get(k)[t] = made.get(k);
      }
    }
    return results.stream().map(Recurrences::joined).toList();
  }

  /**
   * One step.
   *
   * @param x {@code [batch, gates, units]}: the input's share of the gates
   * @param product {@code [batch, gates, units]}: the state's share of the gates
   * @param saved gets the values that the gradient needs
   */
  private static State step(Cell cell, Value x, Value product, State state, List<Value> saved) {
    return switch (cell) {
      case RNN -> new State(tanh(gate(add(x, product), 0)), null);
      case LSTM -> {
        Value sums = add(x, product);
        Value in = sigmoid(gate(sums, 0));
        Value forget = sigmoid(gate(sums, 1));
        Value fresh = tanh(gate(sums, 2));
        Value out = sigmoid(gate(sums, 3));
        saved.add(joinedGates(in, forget, fresh, out));
        Value memory = add(multiply(forget, state.cell), multiply(in, fresh));
        yield new State(multiply(out, tanh(memory)), memory);
      }
      case GRU -> {
        Value reset = sigmoid(add(gate(x, 0), gate(product, 0)));
        Value keep = sigmoid(add(gate(x, 1), gate(product, 1)));
        Value share = gate(product, 2);
        Value fresh = tanh(add(gate(x, 2), multiply(reset, share)));
        saved.add(joinedGates(reset, keep, fresh, share));
        yield new State(add(fresh, multiply(keep, subtract(state.hidden, fresh))), null);
      }
    };
  }

  /** {@code gradients of x and of the initial state}, see {@code spi.RecurrentGradient}. */
  static List<Value> gradients(Op.RecurrentGradient op, List<Value> in) {
    Cell cell = op.cell();
    Iterator<Value> operands = in.iterator();
    Value hidden = operands.next();
    State initial = State.next(cell, operands);
    Value mask = op.masked() ? operands.next() : null;
    State states = State.next(cell, operands);
    Value saved = cell.saved() > 0 ? operands.next() : null;
    State dStates = State.next(cell, operands);
    int time = Math.toIntExact(states.hidden.shape().size(1));
    // [gates, units, units] with the state before as rows
    Value weights = permute(hidden, List.of(2, 0, 1));
    State carry =
        new State(
            constantLike(0, initial.hidden), cell.hasCell() ? constantLike(0, initial.cell) : null);
    Value[] dX = new Value[time];
    for (int i = time - 1; i >= 0; i--) {
      int t = op.reverse() ? time - 1 - i : i;
      State before = i == 0 ? initial : states.at(op.reverse() ? t + 1 : t - 1);
      State total = carry.plus(dStates.at(t));
      Value gates = saved == null ? null : step(saved, t);
      Step made = stepGradient(cell, total, before, states.at(t), gates);
      State through =
          new State(add(contract(made.product, weights, 0, 2), made.carry.hidden), made.carry.cell);
      dX[t] = made.dX;
      carry = through;
      if (mask != null) {
        Value counts = counts(mask, t);
        carry = through.where(counts, total);
        Shape column = counts.shape().concat(Shape.of(1));
        dX[t] = select(reshape(counts, column), made.dX, constantLike(0, made.dX));
      }
    }
    List<Value> results = new ArrayList<>(List.of(joined(dX)));
    results.addAll(carry.values());
    return results;
  }

  /**
   * Gradients of a step.
   *
   * @param dX gradient of the input's share of the gates
   * @param product gradient of the state's share of the gates
   * @param carry gradient of the state before, without the part that goes through the weights
   */
  private record Step(Value dX, Value product, State carry) {}

  private static Step stepGradient(Cell cell, State total, State before, State after, Value saved) {
    Value dh = total.hidden;
    Value none = constantLike(0, dh);
    return switch (cell) {
      case RNN -> {
        Value dX = joinedGates(multiply(dh, slopeOfTanh(after.hidden)));
        yield new Step(dX, dX, new State(none, null));
      }
      case LSTM -> {
        Value in = gate(saved, 0);
        Value forget = gate(saved, 1);
        Value fresh = gate(saved, 2);
        Value out = gate(saved, 3);
        Value tanh = tanh(after.cell);
        Value dc = add(total.cell, multiply(multiply(dh, out), slopeOfTanh(tanh)));
        Value dX =
            joinedGates(
                multiply(multiply(dc, fresh), slopeOfSigmoid(in)),
                multiply(multiply(dc, before.cell), slopeOfSigmoid(forget)),
                multiply(multiply(dc, in), slopeOfTanh(fresh)),
                multiply(multiply(dh, tanh), slopeOfSigmoid(out)));
        yield new Step(dX, dX, new State(none, multiply(dc, forget)));
      }
      case GRU -> {
        Value reset = gate(saved, 0);
        Value keep = gate(saved, 1);
        Value fresh = gate(saved, 2);
        Value dFresh =
            multiply(multiply(dh, subtract(constantLike(1, keep), keep)), slopeOfTanh(fresh));
        Value dKeep = multiply(multiply(dh, subtract(before.hidden, fresh)), slopeOfSigmoid(keep));
        Value dReset = multiply(multiply(dFresh, gate(saved, 3)), slopeOfSigmoid(reset));
        yield new Step(
            joinedGates(dReset, dKeep, dFresh),
            joinedGates(dReset, dKeep, multiply(dFresh, reset)),
            new State(multiply(dh, keep), null));
      }
    };
  }

  private static Value slopeOfTanh(Value y) {
    return subtract(constantLike(1, y), multiply(y, y));
  }

  private static Value slopeOfSigmoid(Value y) {
    return multiply(y, subtract(constantLike(1, y), y));
  }

  /** The gradient of a layer: one composite through time, then sums over all steps at once. */
  static List<Value> rule(Op.Recurrent op, Node node, List<Value> incoming) {
    Cell cell = op.cell();
    int states = cell.hasCell() ? 2 : 1;
    List<Value> in = new ArrayList<>(List.of(node.inputs().get(1)));
    in.addAll(node.inputs().subList(3, node.inputs().size()));
    for (int i = 0; i < node.outputs().size(); i++) {
      in.add(node.output(i));
    }
    for (int i = 0; i < states; i++) {
      Value given = incoming.get(i);
      in.add(given == null ? constantLike(0, node.output(i)) : given);
    }
    Node gradient = new Node(new Op.RecurrentGradient(cell, op.reverse(), op.masked()), in);
    Value dX = gradient.output(0);
    Value product = dX;
    if (cell == Cell.GRU) {
      Value reset = slice(node.output(1), 2, 0, 1);
      if (op.masked()) {
        Value mask = node.inputs().getLast();
        Shape steps = mask.shape().concat(Shape.of(1, 1));
        reset = select(reshape(mask, steps), reset, constantLike(0, reset));
      }
      product = Ops.concat(2, List.of(slice(dX, 2, 0, 2), multiply(slice(dX, 2, 2, 3), reset)));
    }
    List<Value> all = new ArrayList<>(Collections.nCopies(node.inputs().size(), null));
    all.set(0, dX);
    all.set(1, hiddenGradient(op.reverse(), product, node.inputs().get(3), node.output(0)));
    all.set(2, Ops.sum(product, false, 0, 1));
    for (int i = 0; i < states; i++) {
      all.set(3 + i, gradient.output(1 + i));
    }
    return all;
  }

  /** {@code sum over batch and time of product[b, t, g, u] * (state before t)[b, v]}. */
  private static Value hiddenGradient(boolean reverse, Value product, Value initial, Value states) {
    int time = Math.toIntExact(product.shape().size(1));
    // The steps behind the first: views of existing values, shifted by one step against each other.
    Value later = slice(product, 1, reverse ? 0 : 1, reverse ? time - 1 : time);
    Value before = slice(states, 1, reverse ? 1 : 0, reverse ? time : time - 1);
    Value rest =
        contract(permute(later, List.of(2, 3, 0, 1)), permute(before, List.of(2, 0, 1)), 0, 2);
    if (Ops.isConstant(initial, 0)) {
      return rest;
    }
    Value first = step(product, reverse ? time - 1 : 0);
    Value start = contract(permute(first, List.of(1, 2, 0)), permute(initial, List.of(1, 0)), 0, 1);
    return add(rest, start);
  }
}
