package dev.fathom.spec;

import dev.fathom.json.Fields;
import dev.fathom.json.Range;
import dev.fathom.optim.Schedule;
import java.util.Map;

/** The key {@code schedule} of a training. */
final class ScheduleTypes {
  static final Map<String, Reader<? extends Schedule>> OWN =
      Map.of(
          "constant", f -> new Schedule.Constant(warmup(f)),
          "step",
              f ->
                  new Schedule.Step(
                      f.integer("everySteps", null, 1),
                      f.number("factor", 0.1, Range.POSITIVE),
                      warmup(f)),
          "cosine", f -> new Schedule.Cosine(f.number("minimum", 0.0, Range.UNIT), warmup(f)),
          "oneCycle",
              f ->
                  new Schedule.OneCycle(
                      f.number("rise", 0.3, Range.INSIDE),
                      f.number("divisor", 25.0, Range.ONE_OR_MORE),
                      f.number("finalDivisor", 1e4, Range.ONE_OR_MORE)),
          "reduceOnPlateau",
              f ->
                  new Schedule.ReduceOnPlateau(
                      f.number("factor", 0.1, Range.INSIDE),
                      f.integer("patience", 10L, 0),
                      f.number("threshold", 1e-4, Range.SHARE),
                      f.number("minimum", 0.0, Range.UNIT),
                      warmup(f)));

  private ScheduleTypes() {}

  static Map<String, Reader<? extends Schedule>> all() {
    return Extensions.with("schedule", OWN, Extension::schedules);
  }

  private static long warmup(Fields f) {
    return f.integer("warmupSteps", 0L, 0);
  }
}
