package dev.fathom.spi;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A recurrent layer over all steps of a sequence. The input's share of the gates has been computed
 * before, for all steps at once; {@link Cell} has the equations of a step.
 *
 * @param cell the equations
 * @param reverse whether to go from the last step to the first
 * @param x {@code [batch, time, gates, units]}: the input's share of the gates
 * @param hidden {@code [gates, units, units]}: the weights U from the state before to the gates
 * @param bias {@code [gates, units]}: added to the product with U
 * @param initial {@code [batch, units]}: the state from which the first computed step starts
 * @param mask {@code [batch, time]}, bool: where it is false, the state stays as it was, whatever
 *     stands in {@code x}; empty if every step counts
 * @param states {@code [batch, time, units]}: the state behind each step
 * @param saved {@code [batch, time, Cell.saved(), units]}, for the gradient: for an LSTM the
 *     activated gates {@code i, f, g, o}; for a GRU the activated {@code r, z, n}, then {@code Un h
 *     + bn}; empty for an RNN. The mask makes no difference to it
 */
public record Recurrent(
    Cell cell,
    boolean reverse,
    View x,
    View hidden,
    View bias,
    State initial,
    Optional<View> mask,
    State states,
    Optional<View> saved)
    implements KernelSpec {

  /**
   * The equations of a step, where {@code a} is {@code x + U h + bias} of each gate and s the
   * logistic function.
   */
  public enum Cell {
    /** {@code h' = tanh(a)}. */
    RNN(1, 0),
    /** {@code c' = s(af) c + s(ai) tanh(ag); h' = s(ao) tanh(c')}; gates i, f, g, o. */
    LSTM(4, 4),
    /**
     * {@code r = s(ar); z = s(az); n = tanh(xn + r (Un h + bn)); h' = (1 - z) n + z h}; gates r, z,
     * n.
     */
    GRU(3, 4);

    private final int gates;
    private final int saved;

    Cell(int gates, int saved) {
      this.gates = gates;
      this.saved = saved;
    }

    /** {@return how many gates a unit has} */
    public int gates() {
      return gates;
    }

    /** {@return how many numbers of a unit and step the gradient needs beside the states} */
    public int saved() {
      return saved;
    }

    /** {@return whether there is a cell state beside the hidden state} */
    public boolean hasCell() {
      return this == LSTM;
    }
  }

  /**
   * A state, or its gradient.
   *
   * @param hidden h, the output
   * @param cell c, for an LSTM alone, of the same shape
   */
  public record State(View hidden, Optional<View> cell) {
    /** {@return the views that there are} */
    public List<View> views() {
      return Stream.concat(Stream.of(hidden), cell.stream()).toList();
    }
  }

  /**
   * C1: shapes agree, a step or more. C2: one floating type, a bool mask. C3: cell states for an
   * LSTM alone, {@code saved} for all but an RNN.
   */
  public Recurrent {
    check("recurrent", cell, x, hidden, List.of(initial), List.of(states), mask, saved);
    Check.that(
        bias.shape().equals(x.shape().slice(2, 4)) && bias.dtype() == x.dtype(),
        "recurrent",
        "C1",
        "a bias [gates, units] like " + x,
        bias);
  }

  /**
   * Checks the constraints that a layer and its gradient have in common.
   *
   * @param x {@code [batch, time, gates, units]}
   * @param single states of one step
   * @param all states of all steps
   */
  static void check(
      String name,
      Cell cell,
      View x,
      View hidden,
      List<State> single,
      List<State> all,
      Optional<View> mask,
      Optional<View> saved) {
    Check.that(
        x.rank() == 4 && x.size(1) >= 1 && x.size(2) == cell.gates(),
        name,
        "C1",
        "gates [batch, time, " + cell.gates() + ", units], a step or more",
        x);
    Shape steps = x.shape().slice(0, 2);
    Shape units = x.shape().slice(3, 4);
    List<View> values = new ArrayList<>(List.of(x, hidden));
    shape(name, hidden, x.shape().slice(2, 4).concat(units));
    for (State state : single) {
      state.views().forEach(view -> shape(name, view, steps.slice(0, 1).concat(units)));
      values.addAll(state.views());
    }
    for (State state : all) {
      state.views().forEach(view -> shape(name, view, steps.concat(units)));
      values.addAll(state.views());
    }
    mask.ifPresent(view -> shape(name, view, steps));
    saved.ifPresent(
        view -> {
          shape(name, view, steps.concat(Shape.of(cell.saved())).concat(units));
          values.add(view);
        });
    Check.that(
        x.dtype().isFloating()
            && values.stream().allMatch(view -> view.dtype() == x.dtype())
            && mask.stream().allMatch(view -> view.dtype() == DType.BOOL),
        name,
        "C2",
        "one floating type and a bool mask",
        values + ", " + mask);
    Check.that(
        Stream.concat(single.stream(), all.stream())
                .allMatch(state -> state.cell().isPresent() == cell.hasCell())
            && saved.isPresent() == (cell.saved() > 0),
        name,
        "C3",
        cell.hasCell() ? "cell states" : "no cell states",
        single + ", " + all + ", " + saved);
  }

  private static void shape(String name, View view, Shape expected) {
    Check.that(view.shape().equals(expected), name, "C1", expected.toString(), view);
  }

  @Override
  public List<View> inputs() {
    List<View> views = new ArrayList<>(List.of(x, hidden, bias));
    views.addAll(initial.views());
    mask.ifPresent(views::add);
    return List.copyOf(views);
  }

  @Override
  public List<View> outputs() {
    List<View> views = new ArrayList<>(states.views());
    saved.ifPresent(views::add);
    return List.copyOf(views);
  }

  @Override
  public int recordSince() {
    return 2;
  }
}
