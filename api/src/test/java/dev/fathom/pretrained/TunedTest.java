package dev.fathom.pretrained;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.fathom.device.Backends;
import dev.fathom.generate.Generator;
import dev.fathom.generate.TokenScore;
import dev.fathom.model.Model;
import dev.fathom.nn.Layout;
import dev.fathom.spec.Spec;
import dev.fathom.train.ModelSource;
import dev.fathom.train.Trainer;
import dev.fathom.train.TrainingData;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A training begins with what others trained. */
class TunedTest {
  private static final String DECODER =
      """
      {"type": "decoder", "heads": 4, "keyHeads": 2, "hidden": 24, "gated": true,
       "activation": "silu", "norm": "rmsnorm", "epsilon": 1e-6, "bias": false,
       "rotaryBase": 500, "rotaryScaling": {"type": "llama3", "factor": 4, "context": 16}}""";

  @TempDir Path folder;

  private Spec spec(String training) {
    return Spec.parse(
        """
        {"name": "tuned",
         "data": {"format": "text", "train": "book.txt", "length": 16,
                  "tokenizer": {"type": "huggingface", "file": "tokenizer.json"}},
         "model": [
           {"type": "embedding", "vocabulary": 48, "features": 16}, %s, %s,
           {"type": "rmsnorm", "epsilon": 1e-6}, {"type": "dense", "units": 48, "bias": false}],
         "from": "little", "freeze": ["*"],
         "lora": {"rank": 2, "weights": "*.qkv.weight"},
         "training": {%s, "batchSize": 8}}"""
            .formatted(DECODER, DECODER, training));
  }

  private Model trained(Spec spec, Model from) throws IOException {
    return Trainer.of(spec, TrainingData.open(spec, folder), Backends.select("java"))
        .models(_ -> new ModelSource.Found("little 1", from))
        .build()
        .run()
        .model();
  }

  @Test
  void adaptersOfAnImportedModelLearn() throws IOException {
    Files.writeString(folder.resolve("book.txt"), "the cat sat on the mat . ".repeat(60));
    Files.copy(Folders.of("llama").resolve("tokenizer.json"), folder.resolve("tokenizer.json"));
    try (Pretrained pretrained = Pretrained.open(Folders.of("llama"))) {
      Model before = pretrained.model("little", OptionalInt.of(16));
      Model untouched =
          trained(
              spec("\"steps\": 1, \"optimizer\": {\"type\": \"sgd\", \"learningRate\": 1e-30}"),
              before);
      assertArrayEquals(before.parameters().values(), untouched.parameters().values());
      int[] text = before.tokenizer().orElseThrow().encode("the cat sat on the mat .");
      List<TokenScore> first = scores(before, text);
      assertEquals(first, scores(untouched, text));
      Model tuned =
          trained(
              spec("\"epochs\": 4, \"optimizer\": {\"type\": \"adam\", \"learningRate\": 0.02}"),
              before);
      for (Layout.Slot slot : before.parameters().layout().slots()) {
        int from = (int) slot.offset();
        int to = from + (int) slot.shape().elements();
        assertEquals(
            !slot.name().endsWith("qkv.weight"),
            Arrays.equals(
                before.parameters().values(), from, to, tuned.parameters().values(), from, to),
            slot.name());
      }
      double gained = total(scores(tuned, text)) - total(first);
      assertTrue(gained > 1, () -> "log-probability gained: " + gained);
    }
  }

  private static List<TokenScore> scores(Model model, int... text) {
    try (Generator generator = Generator.open(Folders.backend(), model)) {
      return generator.score(text, 1);
    }
  }

  private static double total(List<TokenScore> scores) {
    assertFalse(scores.isEmpty());
    return scores.stream().mapToDouble(TokenScore::logProbability).sum();
  }
}
