package dev.fathom.task;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.fathom.data.Column;
import dev.fathom.data.Feed;
import dev.fathom.data.Normalisation;
import dev.fathom.data.Numbers;
import dev.fathom.json.SpecException;
import dev.fathom.loss.Loss;
import dev.fathom.metric.Metric;
import dev.fathom.metric.Target;
import dev.fathom.nn.Graph;
import dev.fathom.nn.Network;
import dev.fathom.spi.DType;
import dev.fathom.spi.Shape;
import dev.fathom.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.function.Function;
import java.util.stream.IntStream;

/**
 * Pictures are made of noise, a little less noisy at each step (Ho, Jain and Abbeel, "Denoising
 * Diffusion Probabilistic Models", 2020). A network gets a noisy picture as its first input, the
 * {@code time}, {@code [1]}, from 0 for hardly noisy, and may get the {@code class}, {@code [1]},
 * token ids of which the last is no class; it gives the noise in the picture, or its velocity.
 *
 * <p>Pictures are made by DDIM (Song, Meng and Ermon, "Denoising Diffusion Implicit Models", 2021)
 * with eta 0, in steps evenly spaced in time, and with classifier-free guidance (Ho and Salimans,
 * 2022): {@code none + guidance * (class - none)}. The clean picture that a step foresees is kept
 * within the range of a byte's pixels.
 *
 * @param loss of what the network gives
 * @param schedule how fast pictures become noise
 * @param prediction what the network gives
 * @param times how many there are; usually 1000
 * @param unconditional the share of the examples that are learned without their class, in [0, 1)
 * @param steps in which pictures are made, unless one wishes others
 * @param guidance of pictures, unless one wishes another
 * @param labels of the classes; empty before the task is fitted, and without classes
 * @param normalisation of the pictures
 */
public record Diffusion(
    Loss loss,
    Schedule schedule,
    Prediction prediction,
    int times,
    double unconditional,
    int steps,
    double guidance,
    List<String> labels,
    Normalisation normalisation)
    implements Generative {
  /** The name in a spec. */
  public static final String NAME = "diffusion";

  private static final String TIME = "time";
  private static final String CLASS = "class";
  private static final String GUIDANCE = "guidance";
  private static final double MOST_GUIDANCE = 100;

  /** How fast pictures become noise. */
  public enum Schedule {
    /** Nichol and Dhariwal, "Improved Denoising Diffusion Probabilistic Models", 2021. */
    COSINE {
      @Override
      double[] betas(int times) {
        double[] betas = new double[times];
        for (int t = 0; t < times; t++) {
          double change = level((t + 1.0) / times) / level((double) t / times);
          betas[t] = Math.min(1 - change, 0.999);
        }
        return betas;
      }

      private static double level(double time) {
        double cosine = Math.cos((time + 0.008) / 1.008 * Math.PI / 2);
        return cosine * cosine;
      }
    },

    /** That of Ho et al., from 0.0001 to 0.02 for 1000 times, steeper for fewer. */
    LINEAR {
      @Override
      double[] betas(int times) {
        double[] betas = new double[times];
        double factor = 1000.0 / times;
        for (int t = 0; t < times; t++) {
          double share = times == 1 ? 0 : (double) t / (times - 1);
          betas[t] = Math.min(factor * (1e-4 + share * (0.02 - 1e-4)), 0.999);
        }
        return betas;
      }
    };

    /** {@return the variance of the noise that each time adds} */
    abstract double[] betas(int times);

    /** {@return how much of the picture is left in the variance at each time, {@code [times]}} */
    public double[] signals(int times) {
      double[] signals = new double[times];
      double product = 1;
      double[] betas = betas(times);
      for (int t = 0; t < times; t++) {
        product *= 1 - betas[t];
        signals[t] = product;
      }
      return signals;
    }
  }

  /**
   * What the network gives at a time at which {@code signal} of the clean picture and {@code noise}
   * of the noise are in what it sees, {@code seen}; the squares of both add up to 1.
   */
  public enum Prediction {
    /** The noise itself: says little of the picture where there is hardly any in what is seen. */
    NOISE {
      @Override
      Tensor wanted(Tensor picture, Tensor drawn, Tensor signal, Tensor noise) {
        return drawn;
      }

      @Override
      Tensor clean(Tensor seen, Tensor output, Tensor signal, Tensor noise) {
        return seen.sub(output.mul(noise)).div(signal);
      }
    },

    /**
     * {@code signal * drawn - noise * picture} (Salimans and Ho, "Progressive Distillation for Fast
     * Sampling of Diffusion Models", 2022): the whole of the picture counts at each time.
     */
    VELOCITY {
      @Override
      Tensor wanted(Tensor picture, Tensor drawn, Tensor signal, Tensor noise) {
        return drawn.mul(signal).sub(picture.mul(noise));
      }

      @Override
      Tensor clean(Tensor seen, Tensor output, Tensor signal, Tensor noise) {
        return seen.mul(signal).sub(output.mul(noise));
      }
    };

    /** {@return what the network should give for a picture with the noise that was drawn} */
    abstract Tensor wanted(Tensor picture, Tensor drawn, Tensor signal, Tensor noise);

    /** {@return the picture that an output foresees behind what was seen} */
    abstract Tensor clean(Tensor seen, Tensor output, Tensor signal, Tensor noise);
  }

  public Diffusion {
    labels = List.copyOf(labels);
    if (steps > times) {
      throw new IllegalArgumentException(
          "[diffusion] expected at most as many steps as times, %d, but got %d"
              .formatted(times, steps));
    }
  }

  /** A task that is not fitted yet. */
  public Diffusion(
      Loss loss,
      Schedule schedule,
      Prediction prediction,
      int times,
      double unconditional,
      int steps,
      double guidance) {
    this(
        loss,
        schedule,
        prediction,
        times,
        unconditional,
        steps,
        guidance,
        List.of(),
        Normalisation.NONE);
  }

  private Diffusion with(List<String> newLabels, Normalisation newNormalisation) {
    return new Diffusion(
        loss,
        schedule,
        prediction,
        times,
        unconditional,
        steps,
        guidance,
        newLabels,
        newNormalisation);
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public SequencedMap<String, Shape> made() {
    SequencedMap<String, Shape> made = new LinkedHashMap<>();
    made.put(TIME, Shape.of(1));
    made.put(CLASS, Shape.of(1));
    return made;
  }

  @Override
  public boolean hasTarget(Graph network) {
    return network.inputs().contains(CLASS);
  }

  @Override
  public boolean readsClasses() {
    return true;
  }

  @Override
  public Diffusion fitted(Network network, Optional<Column> target, Normalisation units) {
    List<String> inputs = List.copyOf(network.inputs().keySet());
    List<String> behind = List.copyOf(made().keySet()).subList(0, target.isPresent() ? 2 : 1);
    if (made().containsKey(inputs.getFirst())
        || !inputs.subList(1, inputs.size()).equals(behind)
        || network.vocabulary(TIME) > 0) {
      throw new SpecException(
          "/model/inputs",
          "expected an input of pictures, then 'time', a number, then 'class' or nothing, but got "
              + inputs);
    }
    if (!network.output().equals(network.input())) {
      throw new SpecException(
          "/model",
          "expected a last layer that gives numbers of the picture's shape, %s, but it gives %s"
              .formatted(network.input(), network.output()));
    }
    if (loss.targetType() != DType.F32) {
      throw new SpecException("/training/loss", "expected a loss of numbers, for the noise");
    }
    if (target.isEmpty()) {
      return with(List.of(), normalisation);
    }
    if (!target.get().isClass()) {
      throw new SpecException(
          "/data/target",
          "expected a column of classes for the input 'class' but '%s' is none"
              .formatted(target.get().name()));
    }
    int classes = target.get().classes();
    if (network.vocabulary(CLASS) != classes + 1) {
      throw new SpecException(
          "/model/inputs",
          ("expected the input 'class' to be ids of %d tokens, one for each class of '%s' and the"
                  + " last for none, but got %d")
              .formatted(classes + 1, target.get().name(), network.vocabulary(CLASS)));
    }
    return with(target.get().labels(), normalisation);
  }

  @Override
  public Diffusion ofInputs(List<Normalisation> inputs) {
    return with(labels, inputs.getFirst());
  }

  @Override
  public Feed feed(Feed feed, Network network, Column target, Normalisation units) {
    return feed.ids(target.name(), 0, target.classes());
  }

  @Override
  public Column target(String name, Network network, List<String> stored) {
    return new Column(name, DType.I32, Shape.SCALAR, stored);
  }

  @Override
  public Target target() {
    return Target.classes(labels);
  }

  @Override
  public List<Metric> metrics() {
    return List.of();
  }

  @Override
  public Term term(Step step, Columns columns) {
    Tensor picture = step.column(columns.inputs().getFirst());
    long batch = step.batch();
    Tensor time = step.uniform(batch).mul(times).floor().minimum(Tensor.full(times - 1, DType.F32));
    Tensor at = time.cast(DType.I32);
    Tensor noise = step.normal(picture.shape().toArray());
    Tensor signal = spread(table(true).gather(at), picture);
    Tensor level = spread(table(false).gather(at), picture);
    Tensor noisy = picture.mul(signal).add(noise.mul(level));
    List<Tensor> inputs = new ArrayList<>(List.of(noisy, time.unsqueeze(-1)));
    columns.target().ifPresent(target -> inputs.add(classes(step, step.column(target))));
    Tensor output = step.trace("", inputs).output();
    Tensor flat = prediction.wanted(picture, noise, signal, level).reshape(batch, -1);
    Tensor rows = loss.rows(output.reshape(flat.shape().toArray()), flat);
    return new Term(rows, step.mask());
  }

  /** The classes, {@code [batch, 1]}, some of them none while the network learns. */
  private Tensor classes(Step step, Tensor label) {
    Tensor given = label.reshape(step.batch());
    if (step.training() && unconditional > 0) {
      Tensor dropped = step.uniform(step.batch()).less(Tensor.full(unconditional, DType.F32));
      given = dropped.select(Tensor.full(labels.size(), DType.I32), given);
    }
    return given.unsqueeze(-1);
  }

  /** The factors of the picture, or of the noise, at each time. */
  private Tensor table(boolean ofPicture) {
    double[] signals = schedule.signals(times);
    float[] factors = new float[times];
    for (int t = 0; t < times; t++) {
      factors[t] = (float) Math.sqrt(ofPicture ? signals[t] : 1 - signals[t]);
    }
    return Tensor.of(factors, times);
  }

  /** {@code [batch] -> [batch, 1, ...]}, as many axes as {@code like} has. */
  private static Tensor spread(Tensor each, Tensor like) {
    long[] sizes = new long[like.shape().rank()];
    Arrays.fill(sizes, 1);
    sizes[0] = each.size(0);
    return each.reshape(sizes);
  }

  // ---- pictures ----

  @Override
  public List<Map<String, Double>> steps(Wish wish) {
    int count = wish.steps().orElse(steps);
    if (count < 1 || count > times) {
      throw new WishException("steps", "expected 1 to %d steps but got %d".formatted(times, count));
    }
    if (labels.isEmpty() && wish.guidance().isPresent()) {
      throw new WishException(
          GUIDANCE,
          "expected no guidance: the model knows no classes, so there is none to guide to");
    }
    double wanted = wish.guidance().orElse(guidance);
    if (!(wanted >= 0 && wanted <= MOST_GUIDANCE)) {
      throw new WishException(
          GUIDANCE, "expected a guidance of 0 to %s but got %s".formatted(MOST_GUIDANCE, wanted));
    }
    double[] signals = schedule.signals(times);
    return IntStream.range(0, count)
        .mapToObj(
            step -> {
              // The last is time 0, behind which the picture is clean.
              int time = time(count - 1 - step, count);
              double after = step == count - 1 ? 1 : signals[time(count - 2 - step, count)];
              return Map.of(
                  TIME,
                  (double) time,
                  "signal",
                  Math.sqrt(signals[time]),
                  "noise",
                  Math.sqrt(1 - signals[time]),
                  "nextSignal",
                  Math.sqrt(after),
                  "nextNoise",
                  Math.sqrt(1 - after),
                  GUIDANCE,
                  wanted);
            })
        .toList();
  }

  /** {@return the time of a step, counted from the last: 0 is time 0} */
  private int time(int step, int count) {
    return count == 1 ? times - 1 : (int) Math.round((double) step * (times - 1) / (count - 1));
  }

  @Override
  public Tensor next(
      Function<List<Tensor>, Tensor> maker,
      Tensor examples,
      Tensor classes,
      Map<String, Tensor> numbers) {
    long batch = examples.size(0);
    Tensor time = numbers.get(TIME).broadcastTo(batch, 1);
    Tensor output = output(maker, examples, time, classes, numbers.get(GUIDANCE));
    Tensor signal = numbers.get("signal");
    Tensor noise = numbers.get("noise");
    Tensor foreseen = prediction.clean(examples, output, signal, noise);
    Tensor clean = foreseen.maximum(pixel(0)).minimum(pixel(255));
    // The noise that leads from the picture within its range to this one.
    Tensor left = examples.sub(clean.mul(signal)).div(noise);
    return clean.mul(numbers.get("nextSignal")).add(left.mul(numbers.get("nextNoise")));
  }

  /** What the network gives, guided to the classes. */
  private Tensor output(
      Function<List<Tensor>, Tensor> maker,
      Tensor examples,
      Tensor time,
      Tensor classes,
      Tensor strength) {
    if (labels.isEmpty()) {
      return maker.apply(List.of(examples, time));
    }
    long batch = examples.size(0);
    Tensor none = Tensor.full(labels.size(), DType.I32, batch, 1);
    Tensor both =
        maker.apply(
            List.of(
                Tensor.concat(0, examples, examples),
                Tensor.concat(0, time, time),
                Tensor.concat(0, classes.unsqueeze(-1), none)));
    Tensor ofClass = both.slice(0, 0, batch);
    Tensor ofNone = both.slice(0, batch, 2 * batch);
    return ofNone.add(ofClass.sub(ofNone).mul(strength));
  }

  /** A pixel, normalised; the same for all where there is one mean. */
  private Tensor pixel(int value) {
    double least = Double.POSITIVE_INFINITY;
    double most = Double.NEGATIVE_INFINITY;
    for (int i = 0; i < normalisation.mean().size(); i++) {
      double number =
          (value * normalisation.scale() - normalisation.mean().get(i))
              / normalisation.deviation().get(i);
      least = Math.min(least, number);
      most = Math.max(most, number);
    }
    return Tensor.full(value == 0 ? least : most, DType.F32);
  }

  // ---- answers: what the network gives ----

  private String port() {
    return prediction.name().toLowerCase(Locale.ROOT);
  }

  @Override
  public List<Port> ports(SequencedMap<String, Shape> outputs) {
    return List.of(Port.of(port(), DType.F32, outputs.firstEntry().getValue()));
  }

  @Override
  public Answer describe(List<Numbers> values) {
    return Targets.numbers(port(), values.getFirst());
  }

  @Override
  public ObjectNode toJson() {
    ObjectNode json = JsonNodeFactory.instance.objectNode().put("type", NAME);
    labels.forEach(json.putArray("labels")::add);
    return json;
  }
}
