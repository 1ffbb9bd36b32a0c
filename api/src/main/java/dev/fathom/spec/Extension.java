package dev.fathom.spec;

import dev.fathom.image.Augmentation;
import dev.fathom.loss.Loss;
import dev.fathom.metric.Metric;
import dev.fathom.metric.Target;
import dev.fathom.nn.Block;
import dev.fathom.optim.Optimizer;
import dev.fathom.optim.Schedule;
import java.util.Map;
import java.util.function.Function;

/**
 * Parts of specs that a jar adds, each under the {@code type} that a spec names it by. Found by
 * {@link java.util.ServiceLoader}, as backends are: name the class in {@code
 * META-INF/services/dev.fathom.spec.Extension}. A type that Fathom or another extension has cannot
 * be replaced.
 *
 * <pre>{@code
 * public final class MyParts implements Extension {
 *   public Map<String, Reader<? extends Block>> layers() {
 *     return Map.of("scale", f -> new Scale(f.number("initial", 1.0, Range.ANY)));
 *   }
 * }
 * }</pre>
 */
public interface Extension {
  /** {@return layers and other blocks} */
  default Map<String, Reader<? extends Block>> layers() {
    return Map.of();
  }

  /** {@return losses} */
  default Map<String, Reader<? extends Loss>> losses() {
    return Map.of();
  }

  /** {@return optimisers} */
  default Map<String, Reader<? extends Optimizer>> optimizers() {
    return Map.of();
  }

  /** {@return learning-rate schedules} */
  default Map<String, Reader<? extends Schedule>> schedules() {
    return Map.of();
  }

  /** {@return metrics, each made for a target} */
  default Map<String, Reader<Function<Target, Metric>>> metrics() {
    return Map.of();
  }

  /** {@return tasks} */
  default Map<String, TaskType> tasks() {
    return Map.of();
  }

  /** {@return augmentations of pictures} */
  default Map<String, Reader<? extends Augmentation>> augmentations() {
    return Map.of();
  }

  /** {@return formats of data} */
  default Map<String, Reader<? extends Source>> sources() {
    return Map.of();
  }

  /**
   * {@return a sentence for each key of its types, which editors show: {@code "layer.scale.initial"
   * -> "First value of the factor."}} The sections are {@code augmentation}, {@code data}, {@code
   * layer}, {@code metric}, {@code task}, {@code training.loss}, {@code training.optimizer} and
   * {@code training.schedule}.
   */
  default Map<String, String> descriptions() {
    return Map.of();
  }
}
