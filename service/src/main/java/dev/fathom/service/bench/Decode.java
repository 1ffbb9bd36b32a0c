package dev.fathom.service.bench;

import dev.fathom.compile.Backends;
import dev.fathom.compile.Coverage;
import dev.fathom.generate.Generator;
import dev.fathom.generate.Sampling;
import dev.fathom.model.Inputs;
import dev.fathom.text.Characters;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Greedy generation from one token until the context is full but for that, batch 1. */
record Decode() implements Workload {

  @Override
  public String unit() {
    return "tokens/s";
  }

  @Override
  public double measure(Backends.Selection backend, double seconds) {
    try (var generator = generator(backend)) {
      int count = generator.context() - 1;
      var sampling = Sampling.GREEDY.withMaxTokens(count);
      return Rates.of(() -> generator.complete("A", sampling), count, seconds);
    }
  }

  @Override
  public Coverage coverage(Backends.Selection backend) {
    try (var generator = generator(backend)) {
      return generator.coverage();
    }
  }

  private static Generator generator(Backends.Selection backend) {
    var alphabet =
        IntStream.range(0, Network.TOKENS)
            .mapToObj(i -> Character.toString('A' + i))
            .collect(Collectors.joining());
    var inputs = Inputs.texts(new Characters(alphabet, false));
    return Generator.open(backend.backend(), Network.GPT.model(inputs));
  }
}
