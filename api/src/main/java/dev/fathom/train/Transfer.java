package dev.fathom.train;

import dev.fathom.json.SpecException;
import dev.fathom.model.Weights;
import dev.fathom.nn.Layout;
import dev.fathom.nn.Lora;
import dev.fathom.nn.NamePatterns;
import dev.fathom.nn.Network;
import dev.fathom.optim.Optimizer;
import dev.fathom.spec.Spec;
import dev.fathom.spec.TransferSpec;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Which parameters of a network are learned, how fast, and from what they start. */
final class Transfer implements Plan.Begin {
  private final Spec spec;
  private final Optional<Lora> lora;

  /** The network as it is published. */
  private final Network plain;

  /** The network as it is learned, with adapters. */
  private final Network network;

  private final NamePatterns frozen;
  private final Group group;
  private final ModelSource models;

  /**
   * @param name of the group
   * @throws SpecException if a pattern chooses nothing, or nothing is learned
   */
  Transfer(Spec spec, String name, Network plain, ModelSource models) {
    this.spec = spec;
    this.models = models;
    this.plain = plain;
    TransferSpec transfer = spec.transfer();
    lora = transfer.lora();
    network = lora.map(plain::with).orElse(plain);
    require(transfer.freeze().patterns(), "/freeze");
    List<String> names = new ArrayList<>(transfer.freeze().patterns());
    lora.ifPresent(adapters -> names.addAll(adapted(adapters)));
    for (Layout.Slot slot : network.parameters().slots()) {
      if (Lora.isAdapter(slot.name())) {
        names.add("!" + slot.name());
      }
    }
    frozen = new NamePatterns(names);
    require(List.copyOf(spec.training().learningRates().keySet()), "/training/learningRates");
    if (network.parameters().slots().stream().allMatch(slot -> factor(slot.name()) == 0)) {
      throw new SpecException("/freeze", "expected a parameter that is learned but all are frozen");
    }
    group = grouped(name);
  }

  /** {@return the names of the matrices with adapters} */
  private List<String> adapted(Lora adapters) {
    List<String> names =
        plain.parameters().slots().stream()
            .filter(slot -> adapters.adapts(slot.name(), slot.shape()))
            .map(Layout.Slot::name)
            .toList();
    if (names.isEmpty()) {
      throw new SpecException(
          "/lora/weights",
          "expected names of matrices, of %s, but '%s' matches none"
              .formatted(
                  some(
                      plain.parameters().slots().stream()
                          .filter(slot -> slot.shape().rank() == 2)
                          .map(Layout.Slot::name)
                          .toList()),
                  adapters.weights()));
    }
    return names;
  }

  private void require(List<String> patterns, String pointer) {
    for (String pattern : patterns) {
      String glob = pattern.startsWith("!") ? pattern.substring(1) : pattern;
      if (names().stream().noneMatch(name -> NamePatterns.matches(glob, name))) {
        throw new SpecException(
            pointer,
            "expected names of parameters, of %s, but '%s' matches none"
                .formatted(some(names()), glob));
      }
    }
  }

  /** {@return names for a message, not too many} */
  private static String some(List<String> names) {
    String first = String.join(", ", names.subList(0, Math.min(8, names.size())));
    return names.size() > 8
        ? "[%s, ... %d in all]".formatted(first, names.size())
        : "[" + first + "]";
  }

  private List<String> names() {
    return network.parameters().slots().stream().map(Layout.Slot::name).toList();
  }

  /** {@return the factor of a parameter's learning rate, 0 if it is frozen} */
  private double factor(String name) {
    double factor = 1;
    for (Map.Entry<String, Double> each : spec.training().learningRates().entrySet()) {
      if (NamePatterns.matches(each.getKey(), name)) {
        factor = each.getValue();
      }
    }
    return frozen.matches(name) ? 0 : factor;
  }

  /** {@return the network with its optimiser} */
  Group group() {
    return group;
  }

  private Group grouped(String name) {
    List<Double> factors = names().stream().map(this::factor).toList();
    Optimizer optimizer = spec.training().optimizer();
    boolean same = factors.stream().allMatch(factor -> factor == 1);
    NamePatterns still =
        new NamePatterns(names().stream().filter(each -> factor(each) == 0).toList());
    return new Group(name, network, same ? optimizer : optimizer.rated(factors), 1, still);
  }

  /** {@return what is learned, if that is not all} */
  List<String> notes() {
    long all = network.parameters().elements();
    long learned = 0;
    for (Layout.Slot slot : network.parameters().slots()) {
      learned += factor(slot.name()) == 0 ? 0 : slot.shape().elements();
    }
    return learned == all
        ? List.of()
        : List.of("learns %,d of %,d parameters, the others are frozen".formatted(learned, all));
  }

  @Override
  public Beginning weights(List<Group> groups, long seed) throws IOException {
    Beginning random = Beginning.random(groups, seed);
    Optional<Taken> taken = taken();
    return taken.isPresent() ? random.taking(taken.get()) : random;
  }

  @Override
  public void check() throws IOException {
    taken();
  }

  private Optional<Taken> taken() throws IOException {
    if (spec.transfer().from().isEmpty()) {
      return Optional.empty();
    }
    TransferSpec.From from = spec.transfer().from().get();
    return Optional.of(Taken.of(from, models.open(from), network));
  }

  /** {@return learned parameters as the published network has them, adapters added in} */
  Weights merged(Weights learned) {
    return lora.map(
            adapters ->
                new Weights(
                    plain.parameters(),
                    adapters.merged(plain.parameters(), network.parameters(), learned.values())))
        .orElse(learned);
  }
}
