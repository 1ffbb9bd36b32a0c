package dev.fathom.service.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.fathom.data.Normalisation;
import dev.fathom.model.Preparation;
import dev.fathom.spi.Shape;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JsonExamplesTest {

  private static final Preparation.Input TABLE = input("row", List.of("length", "width"), 2);
  private static final Preparation.Input COLUMN = input("row", List.of("x"), 1);
  private static final Preparation.Input IMAGE = input("image", List.of(), 2, 3);
  private static final Preparation.Input SCALAR = input("x", List.of());

  private static Preparation.Input input(String name, List<String> features, long... raw) {
    return new Preparation.Input(name, Shape.of(raw), Normalisation.NONE, features);
  }

  private static Preparation.Input named(String kind) {
    return switch (kind) {
      case "table" -> TABLE;
      case "column" -> COLUMN;
      case "image" -> IMAGE;
      default -> SCALAR;
    };
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          table  | [1, 2]
          table  | [[1, 2]]
          table  | [[1, 2], [3, 4]]
          column | [[1], [2], [3]]
          image  | [1, 2, 3, 4, 5, 6]
          image  | [[1, 2, 3], [4, 5, 6]]
          image  | [[1, 2, 3, 4, 5, 6], [7, 8, 9, 10, 11, 12]]
          image  | [[[1, 2, 3], [4, 5, 6]], [[7, 8, 9], [10, 11, 12]]]
          scalar | [1, 2, 3]
          """)
  void readsRowsNestedAndFlat(String kind, String json) {
    var numbers = json.replaceAll("[^0-9]+", " ").strip().split(" ").length;
    var expected = new double[numbers];
    IntStream.range(0, numbers).forEach(i -> expected[i] = i + 1);
    assertArrayEquals(expected, new JsonExamples(named(kind)).read(JsonExamples.parse(json)));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          table  | [[1, 3.0, 1.5], [2, 6.1, 0.7]] | row 0 has 3 values where the model takes 2 (length, width)
          table  | [[3.0], [1.5, 6.1, 0.7]]       | row 0 has 1 value where the model takes 2 (length, width)
          table  | [[1, 2], [1, 2, 3]]            | row 1 has 3 values where the model takes 2 (length, width)
          table  | [1, 2, 3, 4]                   | row 0 has 4 values where the model takes 2 (length, width)
          table  | [1]                            | row 0 has 1 value where the model takes 2 (length, width)
          table  | [[]]                           | row 0 has 0 values where the model takes 2 (length, width)
          table  | [[1, 2], []]                   | row 1 has 0 values where the model takes 2 (length, width)
          table  | []                             | expected a row of numbers or an array of rows but got []
          table  | 7                              | expected a row of numbers or an array of rows but got 7
          table  | [[1, 2], 3]                    | row 1: expected 2 values but got 3
          table  | [1, [2]]                       | row 0[1]: expected a number but got [2]
          table  | [[1, "2"]]                     | row 0[1]: expected a number but got "2"
          table  | [[1, null]]                    | row 0[1]: expected a number but got null
          table  | [[1, true]]                    | row 0[1]: expected a number but got true
          table  | [[1, {"a": 1}]]                | row 0[1]: expected a number but got {"a":1}
          table  | [[1, 1e99]]                    | row 0[1]: expected a number that f32 holds but got 1.0E99
          table  | [[[1, 2]]]                     | expected rows of length, width, nested or flat, but got arrays nested 3 deep: [[[1,2]]]
          table  | [[1, 2]] [[3, 4]]              | malformed JSON: Trailing token
          table  | [[1, NaN]]                     | malformed JSON: Non-standard token 'NaN', which JSON has not; null is no value
          column | [1, 2, 3]                      | row 0 has 3 values where the model takes 1 (x)
          image  | [[1, 2, 3], [4, 5]]            | row 0[1] has 2 values where the model takes 3 (shape [2, 3])
          image  | [[1, 2], [3, 4], [5, 6]]       | row 0 has 3 arrays where the model takes 2 (shape [2, 3])
          image  | [[[1, 2], [3, 4], [5, 6]]]     | row 0 has 3 arrays where the model takes 2 (shape [2, 3])
          image  | [[[1, 2, 3], [4, 5, 6]], [[7, 8, 9]]] | row 1 has 1 array where the model takes 2 (shape [2, 3])
          image  | [1, 2, 3, 4, 5]                | row 0 has 5 values where the model takes 6 (shape [2, 3])
          scalar | [[1, 2], [3]]                  | row 0 has 2 values where the model takes 1 (shape [])
          """)
  void refusesEveryOtherRow(String kind, String json, String sentence) {
    var refused =
        assertThrows(
            CommandException.class,
            () -> new JsonExamples(named(kind)).read(JsonExamples.parse(json)));
    assertEquals(sentence, cut(refused.getMessage(), sentence));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {"inputs": [{"name": "row", "data": [1, 2, 3, 4]}]}                    | row 0 has 4 values where the model takes 2
          {"inputs": [{"name": "row", "shape": [2, 2], "data": [1, 2, 3]}]}      | input 'row': expected 'data' of 4 values for shape [2,2] but got 3
          {"inputs": [{"name": "row", "shape": [1, 2], "data": [[1, 2], [3, 4]]}]} | input 'row': expected 'data' of 2 values for shape [1,2] but got 4
          {"inputs": [{"name": "row", "shape": [2, 3], "data": [1, 2, 3, 4, 5, 6]}]} | input 'row': expected a shape of [2] behind the number of rows but got [2,3]
          {"inputs": [{"name": "line", "data": [1, 2]}]}                         | expected an input 'row' but there is none
          {"inputs": []}                                                         | expected a request of Open Inference with the inputs [row] but got
          {"data": [1, 2]}                                                       | expected a request of Open Inference with the inputs [row] but got
          """)
  void refusesRequestsThatDoNotFit(String request, String sentence) {
    var refused =
        assertThrows(
            CommandException.class,
            () -> JsonExamples.read(JsonExamples.parse(request), List.of(TABLE)));
    assertEquals(sentence, cut(refused.getMessage(), sentence));
  }

  @Test
  void aRequestHasFlatDataOfItsShapeAndAsManyRowsForEachInput() {
    var request =
        "{\"inputs\": [{\"name\": \"image\", \"shape\": [2, 2, 3], \"data\":"
            + " [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]},"
            + " {\"name\": \"row\", \"shape\": [2, 2], \"data\": [[1, 2], [3, 4]]}]}";
    var inputs = List.of(TABLE, IMAGE);
    var values = JsonExamples.read(JsonExamples.parse(request), inputs);
    assertArrayEquals(new double[] {1, 2, 3, 4}, values.getFirst());
    assertEquals(12, values.get(1).length);

    var uneven = request.replace("[[1, 2], [3, 4]]", "[1, 2]").replace("[2, 2]", "[1, 2]");
    var refused =
        assertThrows(
            CommandException.class, () -> JsonExamples.read(JsonExamples.parse(uneven), inputs));
    assertEquals(
        "input 'image': expected 1 rows, as of input 'row', but got 2", refused.getMessage());
  }

  private static String cut(String message, String like) {
    return message.substring(0, Math.min(message.length(), like.length()));
  }
}
