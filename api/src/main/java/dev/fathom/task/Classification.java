package dev.fathom.task;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.fathom.data.Column;
import dev.fathom.data.Dataset;
import dev.fathom.data.Normalisation;
import dev.fathom.data.Numbers;
import dev.fathom.json.SpecException;
import dev.fathom.loss.Loss;
import dev.fathom.metric.Accuracy;
import dev.fathom.metric.ClassReport;
import dev.fathom.metric.Evaluation;
import dev.fathom.metric.LogLoss;
import dev.fathom.metric.Metric;
import dev.fathom.metric.Target;
import dev.fathom.nn.Network;
import dev.fathom.spi.DType;
import dev.fathom.spi.Shape;
import dev.fathom.tensor.Tensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SequencedMap;

/**
 * Each example has one class, or each step of a sequence has one, or, with several labels, each
 * example has any number of them. A network gives logits: {@code [classes]}, {@code [time,
 * classes]} or {@code [labels]}. The answer is {@code probabilities}, {@code [-1, classes]}; of the
 * steps of sequences it is the logits, {@code prediction}.
 *
 * @param loss of logits
 * @param several whether an example has any number of labels: the target is a number of 0 or 1 for
 *     each
 * @param labels the names of the classes; empty before the task is fitted
 * @param perStep whether each step has a class; false before the task is fitted
 */
public record Classification(Loss loss, boolean several, List<String> labels, boolean perStep)
    implements Task {
  /** The name in a spec. */
  public static final String NAME = "classification";

  /** More classes than these are not told one by one. */
  private static final int FEW = 20;

  public Classification {
    labels = List.copyOf(labels);
  }

  /** A task that is not fitted yet. */
  public Classification(Loss loss, boolean several) {
    this(loss, several, List.of(), false);
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public Classification fitted(
      Network network, Optional<Column> column, Normalisation normalisation) {
    Column target = Targets.required(column, normalisation, this);
    Shape output = network.output();
    Shape expected = Targets.shape(loss, output);
    if (several) {
      Targets.requireShape(target, expected, target.shape(), output);
      List<String> names = new ArrayList<>();
      for (int i = 0; i < output.size(0); i++) {
        names.add(i < target.labels().size() ? target.labels().get(i) : Integer.toString(i));
      }
      return new Classification(loss, true, names, false);
    }
    if (output.rank() == 2) {
      Targets.requireIntegers(target);
      Targets.requireShape(target, expected, target.shape().concat(output.slice(1, 2)), output);
      return new Classification(loss, false, target.labels(), true);
    }
    if (!target.isClass()) {
      throw new SpecException(
          "/data/target",
          ("expected a column of classes for the task classification but '%s' is none; in \"data\""
                  + " write \"kinds\": {\"%s\": \"class\"}, or \"task\": \"regression\" to learn"
                  + " numbers")
              .formatted(target.name(), target.name()));
    }
    if (output.size(0) != target.classes()) {
      throw new SpecException(
          "/model",
          "expected a last layer with %d outputs, one for each class of '%s', but it gives %s"
              .formatted(target.classes(), target.name(), output));
    }
    return new Classification(loss, false, target.labels(), false);
  }

  @Override
  public Target target() {
    return several ? Target.severalClasses(labels) : Target.classes(labels);
  }

  @Override
  public List<Metric> metrics() {
    List<Metric> metrics = new ArrayList<>(List.of(new Accuracy()));
    if (!perStep && labels.size() <= FEW) {
      metrics.add(new ClassReport(ClassReport.Kind.F1, target()));
    }
    if (!perStep) {
      metrics.add(new ClassReport(ClassReport.Kind.CONFUSION, target()));
    } else {
      metrics.add(new LogLoss(false));
    }
    return metrics;
  }

  /** {@return how good it is to say the most frequent class always; of one class an example} */
  @Override
  public Optional<Baseline> baseline(Dataset learned, Dataset measured, String column) {
    if (!isClass()) {
      return Optional.empty();
    }
    long[] counts = new long[labels.size()];
    for (double number : Baseline.values(learned, column)) {
      counts[(int) number]++;
    }
    int most = 0;
    for (int i = 1; i < counts.length; i++) {
      most = counts[i] > counts[most] ? i : most;
    }
    double right = 0;
    double loss = 0;
    for (double number : Baseline.values(measured, column)) {
      right += number == most ? 1 : 0;
      // Of the share that each class has, none of which is 0.
      loss -= Math.log((counts[(int) number] + 1.0) / (learned.size() + counts.length));
    }
    SequencedMap<String, Double> figures = new LinkedHashMap<>();
    figures.put(Accuracy.NAME, right / measured.size());
    SequencedMap<String, Double> errors = new LinkedHashMap<>();
    errors.put(Evaluation.LOSS, loss / measured.size());
    return Optional.of(new Baseline("always '" + label(most) + "'", figures, errors));
  }

  @Override
  public boolean isClass() {
    return !several && !perStep;
  }

  @Override
  public boolean readsClasses() {
    return !several;
  }

  @Override
  public List<Port> ports(SequencedMap<String, Shape> outputs) {
    Shape first = outputs.firstEntry().getValue();
    return List.of(Port.of(perStep ? "prediction" : "probabilities", DType.F32, first));
  }

  @Override
  public List<Tensor> answer(SequencedMap<String, Tensor> outputs) {
    Tensor logits = outputs.firstEntry().getValue();
    return List.of(perStep ? logits : several ? logits.sigmoid() : logits.softmax());
  }

  @Override
  public Answer describe(List<Numbers> values) {
    Numbers first = values.getFirst();
    if (perStep) {
      return Targets.numbers("prediction", first);
    }
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    ObjectNode probabilities = JsonNodeFactory.instance.objectNode();
    List<String> said = new ArrayList<>();
    int best = 0;
    for (int i = 0; i < first.size(); i++) {
      best = first.get(i) > first.get(best) ? i : best;
      probabilities.put(label(i), (float) first.get(i));
      if (several && first.get(i) > 0.5) {
        said.add(told(i, first.get(i)));
      }
    }
    if (several) {
      said.forEach(json.putArray("labels")::add);
    } else {
      said.add(told(best, first.get(best)));
      json.put("label", label(best));
    }
    json.set("probabilities", probabilities);
    return Answer.of(said.isEmpty() ? "no label" : String.join("; ", said), json);
  }

  private String told(int number, double probability) {
    return String.format(Locale.ROOT, "%s, %.0f %%", label(number), 100 * probability);
  }

  private String label(int number) {
    return number < labels.size() ? labels.get(number) : Integer.toString(number);
  }

  @Override
  public ObjectNode toJson() {
    ObjectNode json = JsonNodeFactory.instance.objectNode().put("type", NAME);
    json.put("several", several).put("perStep", perStep);
    labels.forEach(json.putArray("labels")::add);
    return json;
  }
}
