package dev.fathom.generate;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.fathom.device.Backends;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Texts that are generated at the same time. */
@Timeout(120)
class DecodeBatchTest {
  private record Said(String text, List<Double> scores) {}

  private static Said say(Generator generator, int number) {
    int[] prompt = IntStream.range(0, 1 + number % 5).map(i -> (i + number) % 12).toArray();
    var sampling =
        Sampling.GREEDY.withTemperature(1.5).withSeed(number).withMaxTokens(3 + number % 17);
    var scores = new ArrayList<Double>();
    var text = new StringBuilder();
    try (var generation =
        generator.start(prompt, sampling, 0, score -> scores.add(score.logProbability()))) {
      for (var piece = generation.next(); piece != null; piece = generation.next()) {
        text.append(piece);
        if (number % 7 == 3) {
          Thread.yield(); // Some are late.
        }
      }
    }
    return new Said(text.toString(), scores);
  }

  /** A network whose sums are long, so that another order of adding would show. */
  private static final String WIDE =
      """
      {'type': 'dense', 'units': 384, 'initializer': 'normal'},
      {'type': 'decoder', 'heads': 6, 'keyHeads': 2, 'hidden': 1000, 'rotaryBase': 10000,
       'initializer': 'xavierNormal'},
      {'type': 'layernorm'}, {'type': 'dense', 'units': 12}""";

  private static final String MAMBA =
      "{'type': 'mamba'}, {'type': 'layernorm'}, {'type': 'dense', 'units': 12}";

  @ParameterizedTest
  @ValueSource(strings = {Models.GPT, WIDE, MAMBA})
  void eachTextIsTheSameAsAlone(String layers) throws Exception {
    try (var backend = Backends.select("java").backend();
        var generator = Generator.open(backend, Models.of(layers));
        var pool = Executors.newFixedThreadPool(11)) {
      Map<Integer, Said> alone = new HashMap<>();
      for (int number = 0; number < 60; number++) {
        alone.put(number, say(generator, number));
      }
      List<Future<Said>> together = new ArrayList<>();
      for (int number = 0; number < 60; number++) {
        int each = number;
        together.add(pool.submit(() -> say(generator, each)));
      }
      for (int number = 0; number < 60; number++) {
        assertEquals(alone.get(number), together.get(number).get());
      }
    }
  }
}
