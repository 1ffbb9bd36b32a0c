package dev.fathom.task;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.fathom.data.Column;
import dev.fathom.data.Normalisation;
import dev.fathom.data.Numbers;
import dev.fathom.json.SpecException;
import dev.fathom.loss.Loss;
import dev.fathom.metric.Metric;
import dev.fathom.metric.Target;
import dev.fathom.nn.Graph;
import dev.fathom.nn.LayerException;
import dev.fathom.nn.Network;
import dev.fathom.nn.Sequential;
import dev.fathom.optim.Optimizer;
import dev.fathom.spi.DType;
import dev.fathom.spi.Shape;
import dev.fathom.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.function.Function;

/**
 * A network makes pictures of noise that a second one, the discriminator, cannot tell from those of
 * the data (Goodfellow et al., "Generative Adversarial Nets", 2014). The discriminator is part of
 * the task, a loss that is learned, and no part of the model. Each wants the loss of its answers
 * small: the discriminator that of real pictures and 1, and of made ones and 0; the network that of
 * made ones and 1. With binary cross-entropy that is the non-saturating loss of DCGAN (Radford,
 * Metz and Chintala, 2016), with the mean squared error LSGAN (Mao et al., 2017).
 *
 * @param loss of the discriminator's answers
 * @param discriminator from a picture to one number
 * @param optimizer of the discriminator
 * @param noise how many numbers a picture begins as
 * @param real what the discriminator is to answer of real pictures, usually 1 or a little less
 *     (Salimans et al., "Improved Techniques for Training GANs", 2016)
 * @param normalisation of the pictures
 * @param judge the discriminator for pictures of one size; empty before the task is fitted
 */
public record Adversarial(
    Loss loss,
    Sequential discriminator,
    Optimizer optimizer,
    long noise,
    double real,
    Normalisation normalisation,
    Optional<Network> judge)
    implements Generative {
  /** The name in a spec. */
  public static final String NAME = "adversarial";

  /** The group of the network that makes pictures. */
  static final String GENERATOR = "generator";

  /** The group of the network that judges them. */
  static final String DISCRIMINATOR = "discriminator";

  /** A task that is not fitted yet. */
  public Adversarial(
      Loss loss, Sequential discriminator, Optimizer optimizer, long noise, double real) {
    this(loss, discriminator, optimizer, noise, real, Normalisation.NONE, Optional.empty());
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public boolean hasTarget(Graph network) {
    return false;
  }

  @Override
  public SequencedMap<String, Shape> made() {
    SequencedMap<String, Shape> made = new LinkedHashMap<>();
    made.put(Graph.INPUT, Shape.of(noise));
    return made;
  }

  @Override
  public Adversarial fitted(Network network, Optional<Column> target, Normalisation units) {
    if (network.inputs().size() != 1 || !made().containsKey(network.graph().inputs().getFirst())) {
      throw new SpecException(
          "/model/inputs",
          "expected 'input', the noise, as the only one but got " + network.inputs().keySet());
    }
    if (loss.targetType() != DType.F32) {
      throw new SpecException("/training/loss", "expected a loss of numbers, real or not");
    }
    Network built;
    try {
      built = new Network(discriminator, network.output());
    } catch (LayerException e) {
      throw new SpecException("/task/discriminator", e.getMessage());
    }
    if (!built.output().equals(Shape.of(1))) {
      throw new SpecException(
          "/task/discriminator",
          "expected a last layer that gives one number, real or not, but it gives "
              + built.output());
    }
    return new Adversarial(
        loss, discriminator, optimizer, noise, real, normalisation, Optional.of(built));
  }

  @Override
  public Adversarial ofInputs(List<Normalisation> inputs) {
    return new Adversarial(loss, discriminator, optimizer, noise, real, inputs.getFirst(), judge);
  }

  @Override
  public Target target() {
    return Target.numbers(Normalisation.NONE);
  }

  @Override
  public List<Metric> metrics() {
    return List.of();
  }

  @Override
  public String group() {
    return GENERATOR;
  }

  @Override
  public List<Partner> partners() {
    return List.of(new Partner(DISCRIMINATOR, judge.orElseThrow(), optimizer));
  }

  @Override
  public SequencedMap<String, Term> terms(Step step, Columns columns) {
    Tensor drawn = step.apply(GENERATOR, step.normal(step.batch(), noise));
    Tensor seen = judged(step, step.column(columns.inputs().getFirst()), real);
    Tensor caught = judged(step, drawn.stopGradient(), 0);
    SequencedMap<String, Term> terms = new LinkedHashMap<>();
    terms.put(GENERATOR, new Term(judged(step, drawn, 1), step.mask()));
    terms.put(DISCRIMINATOR, new Term(seen.add(caught), step.mask()));
    return terms;
  }

  /** The loss of each picture if the discriminator should answer so. */
  private Tensor judged(Step step, Tensor pictures, double answer) {
    Tensor answers = step.apply(DISCRIMINATOR, pictures);
    return loss.rows(answers, Tensor.full(answer, DType.F32, step.batch(), 1));
  }

  // ---- pictures ----

  @Override
  public List<Map<String, Double>> steps(Wish wish) {
    return Generative.oneStep(NAME, wish);
  }

  @Override
  public Tensor next(
      Function<List<Tensor>, Tensor> maker,
      Tensor examples,
      Tensor classes,
      Map<String, Tensor> numbers) {
    return maker.apply(List.of(examples));
  }

  // ---- answers ----

  @Override
  public List<Port> ports(SequencedMap<String, Shape> outputs) {
    return List.of(Port.of("picture", DType.F32, outputs.firstEntry().getValue()));
  }

  @Override
  public Numbers finish(int port, float[] values) {
    return Targets.inUnits(normalisation, judge.orElseThrow().input(), values);
  }

  @Override
  public Answer describe(List<Numbers> values) {
    return Targets.numbers("picture", values.getFirst());
  }

  @Override
  public ObjectNode toJson() {
    return JsonNodeFactory.instance.objectNode().put("type", NAME);
  }
}
