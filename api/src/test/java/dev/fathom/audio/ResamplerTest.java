package dev.fathom.audio;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.fasterxml.jackson.databind.JsonNode;
import dev.fathom.PyTorch;
import org.junit.jupiter.api.Test;

class ResamplerTest {

  /** torchaudio's equations. */
  @Test
  void isTorchaudios() {
    JsonNode test = PyTorch.read("resampled");
    float[] samples = floats(test.get("samples"));
    for (int i = 0; i < test.get("rates").size(); i++) {
      int from = test.at("/rates/%d/0".formatted(i)).asInt();
      int to = test.at("/rates/%d/1".formatted(i)).asInt();
      Sound resampled = Resampler.resampled(new Sound(from, samples), to);
      assertEquals(to, resampled.rateHertz());
      assertArrayEquals(
          floats(test.get("resampled").get(i)), resampled.samples(), 1e-6f, from + " to " + to);
    }
  }

  private static float[] floats(JsonNode list) {
    float[] values = new float[list.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = list.get(i).floatValue();
    }
    return values;
  }

  @Test
  void keepsWhatHasTheRate() {
    Sound sound = new Sound(8000, new float[3]);
    assertSame(sound, Resampler.resampled(sound, 8000));
    assertEquals(0, Resampler.resampled(new Sound(8000, new float[0]), 16_000).samples().length);
    assertThrows(IllegalArgumentException.class, () -> Resampler.resampled(sound, 0));
    assertThrows(
        IllegalArgumentException.class,
        () -> Resampler.resampled(new Sound(1_000_003, new float[9]), 999_983));
  }
}
