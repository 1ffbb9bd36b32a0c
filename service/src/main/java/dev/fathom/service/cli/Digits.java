package dev.fathom.service.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;

/** Grey pictures of 28 x 28 pixels, as requests and as characters. */
final class Digits {

  private static final int SIDE = 28;
  private static final int ACROSS = 2;
  private static final int DOWN = 3;
  private static final int IN_A_ROW = 5;
  private static final String INK = " .:-=+*#%@";

  private Digits() {}

  /** {@return the request of the Open Inference Protocol that asks for {@code [n, 28, 28]}} */
  static ObjectNode request(float[] pixels) {
    var request = JsonNodeFactory.instance.objectNode();
    var input = request.putArray("inputs").addObject();
    input.put("name", "image").put("datatype", "UINT8");
    input.putArray("shape").add(pixels.length / (SIDE * SIDE)).add(SIDE).add(SIDE);
    var data = input.putArray("data");
    for (float pixel : pixels) {
      data.add((int) pixel);
    }
    return request;
  }

  /**
   * {@return the pictures, some in a row, below each its answer}
   *
   * @param pixels {@code [n, 28, 28]}, 0 to 255
   * @param probabilities {@code [n, 10]}, flat
   */
  static String show(float[] pixels, JsonNode probabilities) {
    int count = pixels.length / (SIDE * SIDE);
    int classes = probabilities.size() / count;
    var text = new StringBuilder();
    for (int from = 0; from < count; from += IN_A_ROW) {
      List<List<String>> row = new ArrayList<>();
      for (int i = from; i < Math.min(count, from + IN_A_ROW); i++) {
        var picture = picture(pixels, i);
        picture.add(answer(probabilities, i * classes, classes));
        row.add(picture);
      }
      for (int line = 0; line < row.getFirst().size(); line++) {
        var whole = new StringBuilder();
        for (var picture : row) {
          whole.append("%-16s".formatted(picture.get(line)));
        }
        text.append(whole.toString().stripTrailing()).append('\n');
      }
    }
    return text.toString();
  }

  /** {@return the lines of one picture; a character is a few pixels, higher than wide} */
  static List<String> picture(float[] pixels, int index) {
    List<String> lines = new ArrayList<>();
    for (int y = 0; y + DOWN <= SIDE; y += DOWN) {
      var line = new StringBuilder();
      for (int x = 0; x < SIDE; x += ACROSS) {
        float sum = 0;
        for (int i = 0; i < ACROSS * DOWN; i++) {
          sum += pixels[(index * SIDE + y + i / ACROSS) * SIDE + x + i % ACROSS];
        }
        line.append(INK.charAt((int) (sum / (ACROSS * DOWN) * INK.length() / 256)));
      }
      lines.add(line.toString());
    }
    return lines;
  }

  private static String answer(JsonNode probabilities, int from, int classes) {
    int best = 0;
    for (int i = 1; i < classes; i++) {
      if (probabilities.get(from + i).asDouble() > probabilities.get(from + best).asDouble()) {
        best = i;
      }
    }
    return "%d, %.0f %%".formatted(best, 100 * probabilities.get(from + best).asDouble());
  }
}
