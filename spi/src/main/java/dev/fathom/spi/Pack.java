package dev.fathom.spi;

import java.util.List;

/**
 * Brings an operand into a layout that the same backend asked for in a {@link Plan.Accepted}. The
 * core never looks inside.
 *
 * <p>C1: the backend asked for this layout, for this view. Only it can check that: it declines a
 * layout that is not its own.
 *
 * @param source the operand as the core lays it out
 * @param target the layout wanted
 */
public record Pack(View source, OperandLayout target) implements KernelSpec {
  @Override
  public List<View> inputs() {
    return List.of(source);
  }

  /** {@return one opaque output, as a flat view of the target's elements} */
  @Override
  public List<View> outputs() {
    return List.of(View.contiguous(target.dtype(), Shape.of(target.elements())));
  }
}
