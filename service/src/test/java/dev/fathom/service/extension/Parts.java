package dev.fathom.service.extension;

import dev.fathom.loss.Loss;
import dev.fathom.metric.Metric;
import dev.fathom.metric.Target;
import dev.fathom.nn.Block;
import dev.fathom.spec.Extension;
import dev.fathom.spec.Reader;
import dev.fathom.spec.TaskType;
import java.util.Map;
import java.util.function.Function;

/**
 * What a jar of somebody else's may add: ordinal regression, with its loss and its metric, a layer,
 * and one that fails.
 */
public final class Parts implements Extension {

  @Override
  public Map<String, Reader<? extends Block>> layers() {
    return Map.of(
        "upsample", _ -> new Upsample(), "faulty", f -> new Faulty(f.text("fault", null)));
  }

  @Override
  public Map<String, TaskType> tasks() {
    return Map.of(Ordinal.NAME, new TaskType("cumulative", (_, loss) -> new Ordinal(loss)));
  }

  @Override
  public Map<String, Reader<? extends Loss>> losses() {
    return Map.of("cumulative", _ -> new Cumulative());
  }

  @Override
  public Map<String, Reader<Function<Target, Metric>>> metrics() {
    return Map.of(RankError.NAME, _ -> _ -> new RankError());
  }
}
