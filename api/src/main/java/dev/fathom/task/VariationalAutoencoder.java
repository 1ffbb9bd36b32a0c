package dev.fathom.task;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.fathom.data.Column;
import dev.fathom.data.Normalisation;
import dev.fathom.data.Numbers;
import dev.fathom.json.SpecException;
import dev.fathom.loss.BinaryCrossEntropy;
import dev.fathom.loss.KlDivergence;
import dev.fathom.loss.Loss;
import dev.fathom.loss.MeanSquaredError;
import dev.fathom.metric.MeanOf;
import dev.fathom.metric.Metric;
import dev.fathom.metric.Observation;
import dev.fathom.metric.Target;
import dev.fathom.nn.GaussianSample;
import dev.fathom.nn.Graph;
import dev.fathom.nn.Network;
import dev.fathom.spi.DType;
import dev.fathom.spi.Shape;
import dev.fathom.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.function.Function;

/**
 * A variational autoencoder (Kingma and Welling, "Auto-Encoding Variational Bayes", 2014). A
 * network has the outputs {@code reconstruction}, which is computed from one {@link GaussianSample}
 * alone, and {@code mean} and {@code logVariance}, from which that draws. The loss is {@code -log
 * p(x | z) + beta * KL(q(z | x), N(0, 1))}, summed over the numbers of an example; the metric
 * {@code elbo} is the negative of that with beta 1. The answers are these outputs, the
 * reconstruction in the units of the input; pictures are made of latent vectors drawn from N(0, 1).
 *
 * @param loss says what p is: with binary cross-entropy pixels in [0, 1] are probabilities
 *     (Bernoulli) and outputs logits, with the mean squared error numbers are normal with variance
 *     1
 * @param beta of the KL divergence; usually 1 (Higgins et al., "beta-VAE", 2017)
 * @param normalisation of the input
 * @param example the shape of the input; of no meaning before the task is fitted
 */
public record VariationalAutoencoder(
    Loss loss, double beta, Normalisation normalisation, Shape example) implements Generative {
  /** The name in a spec. */
  public static final String NAME = "variationalAutoencoder";

  private static final String RECONSTRUCTION = "reconstruction";
  private static final String MEAN = "mean";
  private static final String LOG_VARIANCE = "logVariance";
  private static final String ELBO = "elbo";
  private static final String KL = "kl";

  /**
   * @throws IllegalArgumentException if the loss is of no distribution
   */
  public VariationalAutoencoder {
    if (!(loss instanceof BinaryCrossEntropy || loss instanceof MeanSquaredError)) {
      throw new IllegalArgumentException(
          "expected the loss binaryCrossEntropy or meanSquaredError, which say what is likely");
    }
  }

  /** A task that is not fitted yet. */
  public VariationalAutoencoder(Loss loss, double beta) {
    this(loss, beta, Normalisation.NONE, Shape.SCALAR);
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
  public VariationalAutoencoder fitted(
      Network network, Optional<Column> target, Normalisation units) {
    SequencedMap<String, Shape> outputs = network.outputs();
    if (!List.copyOf(outputs.keySet()).equals(List.of(RECONSTRUCTION, MEAN, LOG_VARIANCE))) {
      throw new SpecException(
          "/model/outputs",
          "expected the outputs reconstruction, mean and logVariance but got " + outputs.keySet());
    }
    if (network.vocabulary() > 0
        || outputs.get(RECONSTRUCTION).elements() != network.input().elements()) {
      throw new SpecException(
          "/model/outputs",
          "expected a reconstruction of the input's numbers, %s, but got %s"
              .formatted(network.input(), outputs.get(RECONSTRUCTION)));
    }
    try {
      maker(network);
    } catch (IllegalArgumentException e) {
      throw new SpecException("/model", e.getMessage());
    }
    return new VariationalAutoencoder(loss, beta, normalisation, network.input());
  }

  @Override
  public VariationalAutoencoder ofInputs(List<Normalisation> inputs) {
    return new VariationalAutoencoder(loss, beta, inputs.getFirst(), example);
  }

  @Override
  public Target target() {
    return Target.numbers(Normalisation.NONE);
  }

  @Override
  public List<Metric> metrics() {
    return List.of(
        new MeanOf(ELBO, Metric.Direction.HIGHER), new MeanOf(KL, Metric.Direction.LOWER));
  }

  @Override
  public Term term(Step step, Columns columns) {
    Tensor wanted = step.column(columns.inputs().getFirst()).reshape(step.batch(), -1);
    SequencedMap<String, Tensor> outputs = step.trace("", List.of(wanted)).outputs();
    Tensor output = outputs.get(RECONSTRUCTION).reshape(wanted.shape().toArray());
    Tensor unlikely = unlikely(output, wanted);
    Tensor kl = KlDivergence.ofNormal(outputs.get(MEAN), outputs.get(LOG_VARIANCE));
    Map<String, Tensor> own = Map.of(ELBO, unlikely.add(kl).neg(), KL, kl);
    return new Term(
        unlikely.add(kl.mul(beta)),
        step.mask(),
        Optional.of(new Observation(loss.prediction(output), wanted, step.mask(), own)));
  }

  /** {@return {@code -log p(x | z)} of each example} */
  private Tensor unlikely(Tensor output, Tensor wanted) {
    long numbers = wanted.size(1);
    Tensor sum = loss.rows(output, wanted).mul(numbers);
    return loss instanceof MeanSquaredError
        ? sum.mul(0.5).add(0.5 * numbers * Math.log(2 * Math.PI))
        : sum;
  }

  // ---- pictures ----

  @Override
  public Network maker(Network network) {
    List<String> samples =
        network.graph().nodes().stream()
            .filter(node -> node.block() instanceof GaussianSample)
            .map(Graph.Node::name)
            .toList();
    if (samples.size() != 1) {
      throw new IllegalArgumentException(
          "[vae] expected one layer gaussiansample but got " + samples.size());
    }
    return network.behind(samples.getFirst(), RECONSTRUCTION);
  }

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
    return loss.prediction(maker.apply(List.of(examples)));
  }

  // ---- answers ----

  @Override
  public List<Port> ports(SequencedMap<String, Shape> outputs) {
    List<Port> ports = new ArrayList<>();
    outputs.forEach((name, shape) -> ports.add(Port.of(name, DType.F32, shape)));
    return ports;
  }

  @Override
  public List<Tensor> answer(SequencedMap<String, Tensor> outputs) {
    List<Tensor> answer = new ArrayList<>(outputs.values());
    answer.set(0, loss.prediction(answer.getFirst()));
    return answer;
  }

  @Override
  public Numbers finish(int port, float[] values) {
    return port == 0 ? Targets.inUnits(normalisation, example, values) : Numbers.of(values);
  }

  @Override
  public Answer describe(List<Numbers> values) {
    ObjectNode json = Targets.numbers(RECONSTRUCTION, values.get(0)).json();
    json.setAll(Targets.numbers(MEAN, values.get(1)).json());
    json.setAll(Targets.numbers(LOG_VARIANCE, values.get(2)).json());
    return Answer.of("mean " + values.get(1).text(), json);
  }

  @Override
  public ObjectNode toJson() {
    return JsonNodeFactory.instance.objectNode().put("type", NAME);
  }
}
