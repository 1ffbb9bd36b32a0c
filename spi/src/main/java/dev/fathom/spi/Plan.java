package dev.fathom.spi;

import java.util.List;
import java.util.Optional;

/** A backend's answer to an offered {@link KernelSpec}. */
public sealed interface Plan {

  /**
   * The backend takes the spec.
   *
   * @param workspaceType element type of the workspace
   * @param workspaceElements size of the scratch memory that a launch is bound with, 0 for none;
   *     its content is undefined before and after
   * @param layouts for each input of the spec, the layout wanted: present, the core binds an
   *     operand that a {@link Pack} made; empty, the operand as the spec's view describes it. An
   *     empty list means no wishes
   */
  record Accepted(
      DType workspaceType, long workspaceElements, List<Optional<OperandLayout>> layouts)
      implements Plan {
    /** Takes the spec as it is. */
    public static final Accepted PLAIN = new Accepted(DType.F32, 0, List.of());

    public Accepted {
      layouts = List.copyOf(layouts);
    }

    /** {@return the layout wanted for input {@code index}} */
    public Optional<OperandLayout> layout(int index) {
      return layouts.isEmpty() ? Optional.empty() : layouts.get(index);
    }
  }

  /**
   * The backend does not take the spec; the core lowers it or undoes the fusion.
   *
   * @param reason one clause that users read, for example {@code "no bf16"}
   */
  record Declined(String reason) implements Plan {}
}
