package dev.fathom;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.fail;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.fathom.compile.Evaluator;
import dev.fathom.spi.Backend;
import dev.fathom.spi.Shape;
import dev.fathom.spi.tck.MinimalBackend;
import dev.fathom.tensor.Tensor;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.foreign.ValueLayout;

/** The numbers that {@code src/test/pytorch/fixtures.py} made. */
public final class PyTorch {
  private static final Backend BACKEND = new MinimalBackend();

  private PyTorch() {}

  /** {@return the content of a fixture file} */
  public static JsonNode read(String name) {
    try (InputStream in = PyTorch.class.getResourceAsStream("/pytorch/" + name + ".json")) {
      return new ObjectMapper().readTree(in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** {@return the values of a tensor} */
  public static float[] values(JsonNode tensor) {
    JsonNode values = tensor.path("values");
    float[] all = new float[values.size()];
    for (int i = 0; i < all.length; i++) {
      all[i] = values.get(i).floatValue();
    }
    return all;
  }

  /** {@return the values of a tensor of integers} */
  public static int[] integers(JsonNode tensor) {
    JsonNode values = tensor.path("values");
    int[] all = new int[values.size()];
    for (int i = 0; i < all.length; i++) {
      all[i] = values.get(i).intValue();
    }
    return all;
  }

  /** {@return the shape of a tensor} */
  public static Shape shape(JsonNode tensor) {
    long[] sizes = new long[tensor.path("shape").size()];
    for (int i = 0; i < sizes.length; i++) {
      sizes[i] = tensor.path("shape").get(i).longValue();
    }
    return Shape.of(sizes);
  }

  /** {@return the tensor} */
  public static Tensor tensor(JsonNode tensor) {
    return Tensor.of(values(tensor), shape(tensor).toArray());
  }

  /** {@return the elements of an f32 tensor, computed by the plainest backend} */
  public static float[] floats(Tensor tensor) {
    return Evaluator.evaluate(tensor.value(), BACKEND).toArray(ValueLayout.JAVA_FLOAT);
  }

  /** Compares, with a tolerance relative to numbers above 1. */
  public static void assertClose(float[] expected, float[] actual, double tolerance, String what) {
    assertEquals(expected.length, actual.length, what);
    for (int i = 0; i < expected.length; i++) {
      double allowed = tolerance * Math.max(1, Math.abs(expected[i]));
      if (!(Math.abs(expected[i] - actual[i]) <= allowed)) {
        fail(what + "[" + i + "]: expected " + expected[i] + " but was " + actual[i]);
      }
    }
  }
}
