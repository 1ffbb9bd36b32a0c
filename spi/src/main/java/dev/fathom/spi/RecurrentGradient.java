package dev.fathom.spi;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Gradient of {@link Recurrent} with respect to {@code x} and the initial state. Those with respect
 * to weights and biases are sums over {@code dX}: with {@code da} the gradient of {@code a} (of an
 * RNN and LSTM {@code dX} itself; of a GRU {@code dX} with {@code dX[n] * r} for the gate n),
 * {@code dHidden[g, u, v]} is the sum of {@code da[b, t, g, u] * h[b, v]}, h the state before step
 * t, over b and t, and {@code dBias[g, u]} that of {@code da[b, t, g, u]}.
 *
 * @param cell as of the forward pass
 * @param reverse as of the forward pass
 * @param hidden {@code [gates, units, units]}
 * @param initial {@code [batch, units]}
 * @param mask {@code [batch, time]}, bool, or empty
 * @param states {@code [batch, time, units]}, as the forward pass gave them
 * @param saved as the forward pass gave it
 * @param dStates {@code [batch, time, units]}: gradient of {@code states}
 * @param dX {@code [batch, time, gates, units]}: gradient of {@code x}, 0 where the mask is false
 * @param dInitial {@code [batch, units]}: gradient of {@code initial}
 */
public record RecurrentGradient(
    Recurrent.Cell cell,
    boolean reverse,
    View hidden,
    Recurrent.State initial,
    Optional<View> mask,
    Recurrent.State states,
    Optional<View> saved,
    Recurrent.State dStates,
    View dX,
    Recurrent.State dInitial)
    implements KernelSpec {
  /** C1 to C3: as {@link Recurrent}. */
  public RecurrentGradient {
    Recurrent.check(
        "recurrent-gradient",
        cell,
        dX,
        hidden,
        List.of(initial, dInitial),
        List.of(states, dStates),
        mask,
        saved);
  }

  @Override
  public List<View> inputs() {
    List<View> views = new ArrayList<>(List.of(hidden));
    views.addAll(initial.views());
    mask.ifPresent(views::add);
    views.addAll(states.views());
    saved.ifPresent(views::add);
    views.addAll(dStates.views());
    return List.copyOf(views);
  }

  @Override
  public List<View> outputs() {
    List<View> views = new ArrayList<>(List.of(dX));
    views.addAll(dInitial.views());
    return List.copyOf(views);
  }

  @Override
  public int recordSince() {
    return 2;
  }
}
