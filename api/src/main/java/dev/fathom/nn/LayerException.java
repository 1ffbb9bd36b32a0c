package dev.fathom.nn;

import dev.fathom.error.FathomException;
import java.util.function.Supplier;

/**
 * A layer does not fit its input; the message names the layer, the expectation and the actual
 * shape.
 */
public final class LayerException extends FathomException {
  private static final long serialVersionUID = 1;

  private final String layer;
  private final String problem;

  LayerException(String layer, String problem) {
    super("layer '" + layer + "': " + problem);
    this.layer = layer;
    this.problem = problem;
  }

  /** {@return the shapes that {@code part} gives; its errors name the part} */
  static <T> T in(String part, Supplier<T> shape) {
    try {
      return shape.get();
    } catch (LayerException e) {
      throw new LayerException(part + "." + e.layer, e.problem);
    } catch (IllegalArgumentException e) {
      throw new LayerException(part, e.getMessage());
    }
  }

  /** {@return the layer's full name, {@code residual1.body.conv2} for example} */
  public String layer() {
    return layer;
  }
}
