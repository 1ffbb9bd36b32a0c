package dev.fathom.service.bench;

import dev.fathom.compile.Coverage;
import dev.fathom.device.Backends;
import dev.fathom.generate.Generator;
import dev.fathom.generate.Sampling;
import dev.fathom.model.Inputs;
import dev.fathom.text.Characters;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Greedy generation by {@link Network#GPT}, batch 1.
 *
 * @param prompt how many tokens the prompt has
 * @param tokens how many are generated
 * @param work how many of the {@code unit} that is
 */
record Decode(int prompt, int tokens, int work, String unit) implements Workload {
  /** From one token until the context is full but for that. */
  static final Decode TOKENS = new Decode(1, 255, 255, "tokens/s");

  /** A long prompt until its first token. */
  static final Decode PROMPT = new Decode(200, 1, 1, "prompts/s");

  @Override
  public double measure(Backends.Selection backend, double seconds) {
    try (var generator = generator(backend)) {
      var sampling = Sampling.GREEDY.withMaxTokens(tokens);
      var text = alphabet().repeat(4).substring(0, prompt);
      return Rates.of(() -> generator.complete(text, sampling), work, seconds);
    }
  }

  @Override
  public Coverage coverage(Backends.Selection backend) {
    try (var generator = generator(backend)) {
      return generator.coverage();
    }
  }

  private static Generator generator(Backends.Selection backend) {
    var inputs = Inputs.texts(new Characters(alphabet(), false));
    return Generator.open(backend.backend(), Network.GPT.model(inputs));
  }

  /** {@return a character for each token} */
  private static String alphabet() {
    return IntStream.range(0, Network.TOKENS)
        .mapToObj(i -> Character.toString('A' + i))
        .collect(Collectors.joining());
  }
}
