package dev.fathom.service.bench;

import dev.fathom.compile.Coverage;
import dev.fathom.device.Backends;
import dev.fathom.generate.Generator;
import dev.fathom.generate.Sampling;
import dev.fathom.text.Characters;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Greedy generation by the network {@code gpt}, batch 1.
 *
 * @param prompt tokens of the prompt
 * @param tokens tokens that are generated
 * @param work number of {@code unit}s in one generation
 */
record Decode(int prompt, int tokens, int work, String unit) implements Workload {
  /** Generates from a prompt of one token until the context is full. */
  static final Decode TOKENS = new Decode(1, 255, 255, "tokens/s");

  /** Reads a long prompt and generates one token. */
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
    var tokenizer = new Characters(alphabet(), false);
    return Generator.open(backend.backend(), Network.named("gpt").orElseThrow().model(tokenizer));
  }

  /** {@return a character for each token} */
  private static String alphabet() {
    return IntStream.range(0, Network.TOKENS)
        .mapToObj(i -> Character.toString('A' + i))
        .collect(Collectors.joining());
  }
}
