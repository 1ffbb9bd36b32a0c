package dev.fathom.store;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.fathom.format.Safetensors;
import dev.fathom.spi.DType;
import dev.fathom.spi.Shape;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;

/** Content for the tests. */
final class Fixture {
  private Fixture() {}

  static ObjectNode json(String key, int value) {
    return JsonFile.JSON.createObjectNode().put(key, value);
  }

  /** Weights of 100 floats, all {@code value}. */
  static Bundle.Content weights(int value) {
    float[] values = new float[100];
    java.util.Arrays.fill(values, value);
    return directory ->
        Safetensors.write(
            directory.resolve("weights.safetensors"),
            Map.of(),
            Map.of(
                "w",
                new Safetensors.Source(
                    DType.F32, Shape.of(100), () -> MemorySegment.ofArray(values))));
  }

  /** {@return the value that all weights have} */
  static int weights(Bundle bundle) throws IOException {
    float[] values = new float[100];
    try (Safetensors in = Safetensors.open(bundle.file("weights.safetensors"))) {
      in.read("w", MemorySegment.ofArray(values));
    }
    for (float value : values) {
      if (value != values[0]) {
        throw new AssertionError("torn weights");
      }
    }
    return (int) values[0];
  }

  static InputStream text(String text) {
    return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
  }

  static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> tree = Files.walk(from)) {
      for (Path path : tree.toList()) {
        Files.copy(path, to.resolve(from.relativize(path).toString()));
      }
    }
  }

  /** Writes the directory that is kept under src/test/resources. */
  static void writeFormat1(Path root) throws IOException {
    try (DataDirectory data = DataDirectory.open(root, "http://127.0.0.1:8080")) {
      data.models().publish("digits", json("classes", 10), weights(1));
      data.models().publish("digits", json("classes", 11), weights(2));
      data.datasets().put("tiny", "labels.idx", text("0123"), 100);
      data.datasets().put("tiny", "images.idx", text("abcdefgh"), 100);
      Training training = data.trainings().create(json("epochs", 3), json("epoch", 0));
      training.state(json("epoch", 2));
      training.events().append(json("epoch", 1));
      training.events().append(json("epoch", 2));
      training.saveCheckpoint(Training.Slot.LAST, json("step", 20), weights(20));
      training.saveCheckpoint(Training.Slot.BEST, json("step", 10), weights(10));
    }
  }
}
