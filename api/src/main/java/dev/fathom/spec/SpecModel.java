package dev.fathom.spec;

import dev.fathom.data.Column;
import dev.fathom.data.FixedLength;
import dev.fathom.data.Normalisation;
import dev.fathom.encode.Encoding;
import dev.fathom.image.Framing;
import dev.fathom.model.Model;
import dev.fathom.model.Preparation;
import dev.fathom.model.Weights;
import dev.fathom.nn.Network;
import dev.fathom.spi.Shape;
import dev.fathom.task.Task;
import dev.fathom.text.Tokenizer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Models of a spec.
 *
 * @param spec that says how they are made
 * @param raw the shape of each input, as a dataset holds it
 * @param features the columns of a table that the only input is made of; empty otherwise
 * @param tokenizer of texts
 * @param encodings how columns of a table become each input; empty where they do not
 */
public record SpecModel(
    Spec spec,
    List<Shape> raw,
    List<String> features,
    Optional<Tokenizer> tokenizer,
    List<Encoding> encodings) {
  public SpecModel {
    raw = List.copyOf(raw);
    features = List.copyOf(features);
    encodings = List.copyOf(encodings);
  }

  /** Models whose inputs are not made of columns of a table. */
  public SpecModel(
      Spec spec, List<Shape> raw, List<String> features, Optional<Tokenizer> tokenizer) {
    this(spec, raw, features, tokenizer, List.of());
  }

  /** Models with one input that is no text. */
  public SpecModel(Spec spec, Shape raw) {
    this(spec, List.of(raw), List.of(), Optional.empty());
  }

  /** Models of texts. */
  public SpecModel(Spec spec, Shape raw, Tokenizer tokenizer) {
    this(spec, List.of(raw), List.of(), Optional.of(tokenizer));
  }

  /** {@return a model with first values, which nobody trained} */
  public Model untrained(long seed) {
    Network network = spec.network(raw);
    return of(
        network,
        fitted(network, List.of()),
        Weights.initial(network.parameters(), seed),
        Weights.initial(network.states(), seed));
  }

  /** {@return a model with these weights} */
  public Model of(Network network, Task fitted, Weights parameters, Weights states) {
    return builder(network, fitted, parameters, states).build();
  }

  /** {@return a builder of a model with these weights} */
  public Model.Builder builder(Network network, Task fitted, Weights parameters, Weights states) {
    return Model.builder(spec.name(), network, parameters, states)
        .preparation(preparation())
        .task(fitted)
        .spec(spec.expand())
        .weightType(spec.training().weights());
  }

  /**
   * {@return the task as it was fitted to a target with these classes}
   *
   * @param labels their names; empty where the target is no class, or its classes are numbers
   */
  public Task fitted(Network network, List<String> labels) {
    Optional<Column> target =
        spec.hasTarget()
            ? Optional.of(spec.task().target(spec.data().target(), network, labels))
            : Optional.empty();
    return spec.task(network, target);
  }

  /** {@return how examples become inputs} */
  public Preparation preparation() {
    List<Preparation.Input> inputs = new ArrayList<>();
    for (int i = 0; i < raw.size(); i++) {
      InputSpec input = spec.inputs().get(i);
      if (spec.task().made().containsKey(input.name())) {
        inputs.add(new Preparation.Input(input.name(), raw.get(i), Normalisation.NONE, List.of()));
        continue;
      }
      boolean isOnly = spec.model().inputs().isEmpty();
      inputs.add(
          new Preparation.Input(
              isOnly ? input.column() : input.name(),
              raw.get(i),
              input.normalisation(),
              isOnly ? features : input.columns(),
              encodings.isEmpty() ? Optional.empty() : Optional.of(encodings.get(i))));
    }
    Optional<FixedLength> texts =
        tokenizer.flatMap(cutter -> spec.data().source().texts(spec, cutter));
    Optional<Framing> pictures =
        raw.size() == 1 && !spec.task().made().containsKey(spec.inputs().getFirst().name())
            ? spec.data().source().pictures(raw.getFirst())
            : Optional.empty();
    return new Preparation(inputs, tokenizer, texts, pictures, spec.data().source().chat());
  }
}
