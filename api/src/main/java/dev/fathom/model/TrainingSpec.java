package dev.fathom.model;

import com.fasterxml.jackson.databind.JsonNode;
import dev.fathom.loss.CrossEntropy;
import dev.fathom.loss.Loss;
import dev.fathom.loss.MeanSquaredError;
import dev.fathom.loss.QuantileLoss;
import dev.fathom.model.Fields.Parsed;
import dev.fathom.optim.Adam;
import dev.fathom.optim.AdamW;
import dev.fathom.optim.Averaged;
import dev.fathom.optim.Optimizer;
import dev.fathom.optim.Schedule;
import dev.fathom.optim.Sgd;
import dev.fathom.spi.DType;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;

/**
 * The section {@code training} of a spec.
 *
 * @param epochs how often every example is seen; a run with {@code steps} ends after these
 * @param steps how many steps the run has, instead of epochs
 * @param batchSize examples per step
 * @param accumulate in how many parts, one after the other, the gradients of a step are computed:
 *     less memory for the same step; divides the batch size
 * @param seed of initial values, shuffling, split and dropout
 * @param optimizer with the learning rate
 * @param schedule of the learning rate
 * @param loss what is made small
 * @param clipNorm the greatest gradient norm; infinite for no clipping
 * @param validation the share of the training examples that is held back, in [0, 1)
 * @param earlyStopping when to end before the last epoch
 * @param checkpointSteps steps from one checkpoint to the next; each epoch ends with one as well
 * @param weights what matrices of the finished model are stored as, f32 or bf16, in its file and on
 *     the device; the training itself is f32
 */
public record TrainingSpec(
    long epochs,
    OptionalLong steps,
    int batchSize,
    int accumulate,
    long seed,
    Optimizer optimizer,
    Schedule schedule,
    Loss loss,
    double clipNorm,
    double validation,
    Optional<EarlyStopping> earlyStopping,
    long checkpointSteps,
    DType weights) {

  /** {@return examples per part of a step} */
  public int partSize() {
    return batchSize / accumulate;
  }

  /**
   * Ends a run when the validation loss has not fallen by more than {@code minimumChange} for
   * {@code patience} epochs.
   */
  public record EarlyStopping(long patience, double minimumChange) {}

  private static final Map<String, Function<Fields, Optimizer>> OPTIMIZERS =
      Map.of(
          "sgd", TrainingSpec::sgd,
          "adam", f -> new Adam(rate(f, 1e-3), beta1(f), beta2(f), epsilon(f), decay(f, 0.0)),
          "adamw",
              f ->
                  new AdamW(
                      rate(f, 1e-3),
                      beta1(f),
                      beta2(f),
                      epsilon(f),
                      decay(f, 0.01),
                      f.flag("decayVectors", true)));

  private static final Map<String, Function<Fields, Schedule>> SCHEDULES =
      Map.of(
          "constant", f -> new Schedule.Constant(warmup(f)),
          "step",
              f ->
                  new Schedule.Step(
                      f.integer("everySteps", null, 1),
                      f.number("factor", 0.1, Range.POSITIVE),
                      warmup(f)),
          "cosine", f -> new Schedule.Cosine(f.number("minimum", 0.0, Range.UNIT), warmup(f)));

  static Parsed<TrainingSpec> parse(JsonNode node, String pointer) {
    Fields f = Fields.of(node, pointer);
    if (f.has("epochs") && f.has("steps")) {
      throw new SpecException(f.at("steps"), "expected either epochs or steps but got both");
    }
    Optional<Long> steps = f.optionalInteger("steps", 1);
    long epochs = Long.MAX_VALUE;
    if (steps.isEmpty()) {
      epochs = f.integer("epochs", 10L, 1);
    } else {
      f.optionalInteger("epochs", 1);
    }
    long batchSize = f.integer("batchSize", 128L, 1);
    if (batchSize > MAX_BATCH) {
      throw new SpecException(
          f.at("batchSize"), "expected at most " + MAX_BATCH + " but got " + batchSize);
    }
    long accumulate = f.integer("accumulate", 1L, 1);
    if (batchSize % accumulate != 0) {
      throw new SpecException(
          f.at("accumulate"),
          "expected a divisor of the batch size %d but got %d".formatted(batchSize, accumulate));
    }
    long seed = f.integer("seed", 0L, Long.MIN_VALUE);
    Optimizer inner = f.object("optimizer", (n, p) -> typed(n, p, "adam", OPTIMIZERS));
    Optimizer optimizer =
        f.optionalNumber("averaging", Range.INSIDE)
            .map(decay -> (Optimizer) new Averaged(inner, decay))
            .orElse(inner);
    Schedule schedule = f.object("schedule", (n, p) -> typed(n, p, "constant", SCHEDULES));
    double smoothing = f.number("labelSmoothing", 0.0, Range.SHARE);
    Loss loss = loss(f, smoothing);
    double clipNorm = f.optionalNumber("clipNorm", Range.POSITIVE).orElse(Double.POSITIVE_INFINITY);
    double validation = f.number("validation", 0.0, Range.SHARE);
    Optional<EarlyStopping> earlyStopping =
        f.optionalObject("earlyStopping", TrainingSpec::earlyStopping);
    if (earlyStopping.isPresent() && validation == 0) {
      throw new SpecException(
          f.at("earlyStopping"), "expected a validation share above 0 beside early stopping");
    }
    long checkpointSteps = f.integer("checkpointSteps", 500L, 1);
    DType weights = f.choice("weights", "f32", Map.of("f32", DType.F32, "bf16", DType.BF16));
    f.end();
    return new Parsed<>(
        new TrainingSpec(
            epochs,
            steps.map(OptionalLong::of).orElse(OptionalLong.empty()),
            (int) batchSize,
            (int) accumulate,
            seed,
            optimizer,
            schedule,
            loss,
            clipNorm,
            validation,
            earlyStopping,
            checkpointSteps,
            weights),
        f.expanded());
  }

  private static Loss loss(Fields f, double smoothing) {
    Map<String, Function<Fields, Loss>> losses =
        Map.of(
            "crossEntropy", _ -> new CrossEntropy(smoothing),
            "meanSquaredError", _ -> new MeanSquaredError(),
            "quantile", TrainingSpec::quantile);
    Loss loss = f.choice("loss", "crossEntropy", losses).apply(f);
    if (smoothing > 0 && !(loss instanceof CrossEntropy)) {
      throw new SpecException(
          f.at("labelSmoothing"), "expected the loss crossEntropy beside label smoothing");
    }
    if (f.has("quantiles") && !(loss instanceof QuantileLoss)) {
      throw new SpecException(f.at("quantiles"), "expected the loss quantile beside quantiles");
    }
    return loss;
  }

  private static Loss quantile(Fields f) {
    List<Double> quantiles = f.numbers("quantiles", List.of(0.1, 0.5, 0.9), Range.ANY);
    try {
      return new QuantileLoss(quantiles);
    } catch (IllegalArgumentException e) {
      throw new SpecException(f.at("quantiles"), e.getMessage());
    }
  }

  private static final long MAX_BATCH = 1 << 20;

  private static <T> Parsed<T> typed(
      JsonNode node, String pointer, String byDefault, Map<String, Function<Fields, T>> types) {
    Fields f = Fields.of(node, pointer);
    Function<Fields, T> read = f.choice("type", byDefault, types);
    try {
      T value = read.apply(f);
      f.end();
      return new Parsed<>(value, f.expanded());
    } catch (IllegalArgumentException e) {
      throw new SpecException(pointer, e.getMessage());
    }
  }

  private static Parsed<EarlyStopping> earlyStopping(JsonNode node, String pointer) {
    Fields f = Fields.of(node, pointer);
    EarlyStopping value =
        new EarlyStopping(
            f.integer("patience", 3L, 1), f.number("minimumChange", 0.0, Range.NOT_NEGATIVE));
    f.end();
    return new Parsed<>(value, f.expanded());
  }

  private static Optimizer sgd(Fields f) {
    return new Sgd(
        rate(f, 0.01),
        f.number("momentum", 0.0, Range.SHARE),
        f.flag("nesterov", false),
        decay(f, 0.0));
  }

  private static double rate(Fields f, double byDefault) {
    return f.number("learningRate", byDefault, Range.POSITIVE);
  }

  private static double beta1(Fields f) {
    return f.number("beta1", 0.9, Range.SHARE);
  }

  private static double beta2(Fields f) {
    return f.number("beta2", 0.999, Range.SHARE);
  }

  private static double epsilon(Fields f) {
    return f.number("epsilon", 1e-8, Range.POSITIVE);
  }

  private static double decay(Fields f, double byDefault) {
    return f.number("weightDecay", byDefault, Range.NOT_NEGATIVE);
  }

  private static long warmup(Fields f) {
    return f.integer("warmupSteps", 0L, 0);
  }
}
