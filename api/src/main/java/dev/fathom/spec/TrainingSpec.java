package dev.fathom.spec;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.NullNode;
import dev.fathom.json.Fields;
import dev.fathom.json.Fields.Parsed;
import dev.fathom.json.Range;
import dev.fathom.json.SpecException;
import dev.fathom.loss.Loss;
import dev.fathom.metric.Metric;
import dev.fathom.metric.Target;
import dev.fathom.optim.Averaged;
import dev.fathom.optim.Clipping;
import dev.fathom.optim.Optimizer;
import dev.fathom.optim.Schedule;
import dev.fathom.spi.DType;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
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
 * @param learningRates factors of the learning rate by patterns of parameters' names, as {@link
 *     dev.fathom.nn.NamePatterns} reads them; the last that matches counts
 * @param schedule of the learning rate
 * @param loss that is made small
 * @param metrics that are measured, each made for what is known of the target; empty for those that
 *     the task chooses
 * @param clipping of the gradients
 * @param validation the share of the training examples that is held back, in [0, 1)
 * @param validationFile a file of examples for the validation, instead of a share
 * @param examplesPerClass how many examples of each class are learned, chosen by the seed; empty
 *     for all
 * @param split how rows of a table are held back
 * @param classWeights how much classes count while they are learned; empty if all the same
 * @param mixup how strongly examples are mixed with others, alpha of a beta distribution; empty for
 *     not at all
 * @param cutmix the same of rectangles of pictures
 * @param earlyStopping when to end before the last epoch
 * @param maxSeconds how long it may run; the best weights until then count
 * @param checkpointSteps steps from one checkpoint to the next; each epoch ends with one as well
 * @param weights the type of the finished model's matrices, f32 or bf16, in its file and on the
 *     device; the training itself is f32
 */
public record TrainingSpec(
    long epochs,
    OptionalLong steps,
    int batchSize,
    int accumulate,
    long seed,
    Optimizer optimizer,
    Map<String, Double> learningRates,
    Schedule schedule,
    Loss loss,
    Optional<List<Function<Target, Metric>>> metrics,
    Clipping clipping,
    double validation,
    Optional<String> validationFile,
    OptionalInt examplesPerClass,
    SplitSpec split,
    Optional<ClassWeights> classWeights,
    OptionalDouble mixup,
    OptionalDouble cutmix,
    Optional<EarlyStopping> earlyStopping,
    OptionalDouble maxSeconds,
    long checkpointSteps,
    DType weights) {

  /** {@return the settings of a training with every default, 10 epochs, and Adam} */
  public static TrainingSpec defaults() {
    return parse(JsonNodeFactory.instance.objectNode(), "", "crossEntropy").value();
  }

  /** {@return the settings in the keys of a spec's section {@code training}} */
  public static TrainingSpec parse(String json) {
    return parse(Spec.tree(json), "", "crossEntropy").value();
  }

  /** {@return examples per part of a step} */
  public int partSize() {
    return batchSize / accumulate;
  }

  /**
   * Ends a run when the validation loss has not fallen by more than {@code minimumChange} for
   * {@code patience} epochs.
   */
  public record EarlyStopping(long patience, double minimumChange) {}

  /**
   * Reads the section.
   *
   * @param lossByDefault the name of the loss of its task
   */
  static Parsed<TrainingSpec> parse(JsonNode node, String pointer, String lossByDefault) {
    Fields f = Fields.of(node, pointer);
    if (f.has("epochs") && f.has("steps")) {
      throw new SpecException(f.at("steps"), "expected either epochs or steps but got both");
    }
    Optional<Long> steps = f.optionalInteger("steps", 1);
    long epochs = Long.MAX_VALUE;
    if (steps.isEmpty()) {
      epochs = f.integer("epochs", 10L, 1, MAX_EPOCHS);
    } else {
      f.optionalInteger("epochs", 1);
    }
    long batchSize = f.integer("batchSize", 128L, 1, MAX_BATCH);
    long accumulate = f.integer("accumulate", 1L, 1);
    if (batchSize % accumulate != 0) {
      throw new SpecException(
          f.at("accumulate"),
          "expected a divisor of the batch size %d but got %d".formatted(batchSize, accumulate));
    }
    long seed = f.integer("seed", 0L, Long.MIN_VALUE);
    Optimizer inner =
        f.object("optimizer", (n, p) -> Typed.read(n, p, "adam", OptimizerTypes.all()));
    Optimizer optimizer =
        f.optionalNumber("averaging", Range.INSIDE)
            .map(decay -> (Optimizer) new Averaged(inner, decay))
            .orElse(inner);
    Map<String, Double> learningRates = Map.of();
    if (f.has("learningRates")) {
      learningRates = f.numbersByName("learningRates", Range.NOT_NEGATIVE);
    } else {
      f.expand("learningRates", NullNode.instance);
    }
    Schedule schedule =
        f.object("schedule", (n, p) -> Typed.read(n, p, "constant", ScheduleTypes.all()));
    Loss loss = LossTypes.read(f, lossByDefault);
    Optional<List<Function<Target, Metric>>> metrics =
        f.has("metrics") ? Optional.of(f.list("metrics", MetricTypes::list)) : Optional.empty();
    Clipping clipping = clipping(f);
    Optional<String> validationFile =
        f.isText("validation") ? Optional.of(f.text("validation", null)) : Optional.empty();
    double validation = validationFile.isPresent() ? 0 : f.number("validation", 0.0, Range.SHARE);
    OptionalInt examplesPerClass =
        f.optionalInteger("examplesPerClass", 1)
            .map(count -> OptionalInt.of((int) Math.min(count, Integer.MAX_VALUE)))
            .orElse(OptionalInt.empty());
    SplitSpec split = f.object("split", SplitSpec::parse);
    Optional<ClassWeights> classWeights = ClassWeights.read(f);
    OptionalDouble mixup = positive(f, "mixup");
    OptionalDouble cutmix = positive(f, "cutmix");
    Optional<EarlyStopping> earlyStopping =
        f.optionalObject("earlyStopping", TrainingSpec::earlyStopping);
    if (earlyStopping.isPresent() && validation == 0 && validationFile.isEmpty()) {
      throw new SpecException(
          f.at("earlyStopping"), "expected a validation share above 0 beside early stopping");
    }
    if (schedule.validates() && validation == 0 && validationFile.isEmpty()) {
      throw new SpecException(
          f.at("schedule"),
          "expected a validation share above 0 beside a schedule that follows the validation");
    }
    OptionalDouble maxSeconds = positive(f, "maxSeconds");
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
            learningRates,
            schedule,
            loss,
            metrics,
            clipping,
            validation,
            validationFile,
            examplesPerClass,
            split,
            classWeights,
            mixup,
            cutmix,
            earlyStopping,
            maxSeconds,
            checkpointSteps,
            weights),
        f.expanded());
  }

  private static OptionalDouble positive(Fields f, String name) {
    return f.optionalNumber(name, Range.POSITIVE)
        .map(OptionalDouble::of)
        .orElse(OptionalDouble.empty());
  }

  private static final long MAX_BATCH = 1 << 20;

  /** Of more, the number of all steps might not fit a long. */
  private static final long MAX_EPOCHS = Integer.MAX_VALUE;

  private static Clipping clipping(Fields f) {
    Optional<Clipping> byNorm =
        f.optionalNumber("clipNorm", Range.POSITIVE).map(Clipping.ByNorm::new);
    Optional<Clipping> byValue =
        f.optionalNumber("clipValue", Range.POSITIVE).map(Clipping.ByValue::new);
    if (byNorm.isPresent() && byValue.isPresent()) {
      throw new SpecException(
          f.at("clipValue"), "expected either clipNorm or clipValue but got both");
    }
    return byNorm.or(() -> byValue).orElse(Clipping.NONE);
  }

  private static Parsed<EarlyStopping> earlyStopping(JsonNode node, String pointer) {
    Fields f = Fields.of(node, pointer);
    EarlyStopping value =
        new EarlyStopping(
            f.integer("patience", 3L, 1), f.number("minimumChange", 0.0, Range.NOT_NEGATIVE));
    f.end();
    return new Parsed<>(value, f.expanded());
  }
}
