package dev.fathom.image;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.fathom.spi.Shape;
import java.io.IOException;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

/** Pillow's numbers; api/src/test/pillow/pictures.py made them. */
class ResamplingTest {
  private static JsonNode json(String name) throws IOException {
    return new ObjectMapper().readTree(PicturesTest.RESOURCES.resolve(name).toFile());
  }

  private static Picture pattern(int width, int height, int channels) {
    byte[] pixels = new byte[width * height * channels];
    for (int y = 0, at = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        for (int c = 0; c < channels; c++) {
          pixels[at++] = (byte) ((x * 7 + y * 13 + c * 31 + x * y / 3) % 256);
        }
      }
    }
    return new Picture(width, height, channels, pixels);
  }

  private static byte[] bytes(JsonNode numbers) {
    byte[] bytes = new byte[numbers.size()];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) numbers.get(i).intValue();
    }
    return bytes;
  }

  @Test
  void resizedPicturesArePillows() throws IOException {
    JsonNode cases = json("resized.json");
    assertEquals(16, cases.size());
    for (JsonNode each : cases) {
      JsonNode from = each.get("from");
      Picture resized =
          Resampling.resized(
              pattern(from.get(0).intValue(), from.get(1).intValue(), from.get(2).intValue()),
              each.get("to").get(0).intValue(),
              each.get("to").get(1).intValue(),
              Interpolation.valueOf(each.get("filter").textValue()));
      assertArrayEquals(bytes(each.get("pixels")), resized.pixels(), each.toString());
    }
  }

  @Test
  void resizingAndTheCentreAreTorchvisions() throws IOException {
    JsonNode cases = json("framed.json");
    assertEquals(10, cases.size());
    for (JsonNode each : cases) {
      int size = each.get("size").intValue();
      Framing framing =
          new Framing(
              Shape.of(3, size, size),
              OptionalInt.of(each.get("resize").intValue()),
              false,
              Interpolation.valueOf(each.get("filter").textValue()),
              Pictures.MOST_PIXELS);
      Picture picture =
          pattern(each.get("from").get(0).intValue(), each.get("from").get(1).intValue(), 3);
      assertArrayEquals(bytes(each.get("planes")), framing.example(picture), each.toString());
    }
  }

  @Test
  void greyIsPillows() throws IOException {
    assertArrayEquals(bytes(json("grey.json")), pattern(16, 16, 3).channels(1).pixels());
    Picture grey = pattern(5, 4, 1);
    assertArrayEquals(grey.pixels(), grey.channels(3).channels(1).pixels());
  }

  @Test
  void withoutAResizeThePictureCoversTheExample() {
    Framing square = Framing.of(Shape.of(3, 8, 8)).orElseThrow();
    assertArrayEquals(
        new Framing(
                square.shape(),
                OptionalInt.of(8),
                false,
                Interpolation.BILINEAR,
                Pictures.MOST_PIXELS)
            .example(pattern(21, 13, 3)),
        square.example(pattern(21, 13, 3)));
    // A picture of the example's size is left as it is, in the order of planes.
    Picture same = pattern(6, 4, 3);
    byte[] planes = Framing.of(Shape.of(3, 4, 6)).orElseThrow().example(same);
    for (int i = 0; i < 24; i++) {
      assertEquals(same.pixels()[3 * i + 1], planes[24 + i]);
    }
    // A wide example of a high picture, and one that is one pixel high.
    assertEquals(2 * 9, Framing.of(Shape.of(2, 9)).orElseThrow().example(pattern(3, 50, 3)).length);
    assertEquals(9, Framing.of(Shape.of(1, 1, 9)).orElseThrow().example(pattern(1, 7, 1)).length);
    assertEquals(false, Framing.of(Shape.of(2, 9, 9)).isPresent());
    assertEquals(false, Framing.of(Shape.of(9)).isPresent());
  }

  @Test
  void smallerPicturesAreFramedInBlack() {
    Framing framing =
        new Framing(
            Shape.of(4, 4), OptionalInt.of(2), false, Interpolation.BILINEAR, Pictures.MOST_PIXELS);
    byte[] white = {-1, -1, -1, -1};
    assertArrayEquals(
        new byte[] {0, 0, 0, 0, 0, -1, -1, 0, 0, -1, -1, 0, 0, 0, 0, 0},
        framing.example(new Picture(2, 2, 1, white)));
  }
}
