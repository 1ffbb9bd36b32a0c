package dev.fathom.encode;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.fathom.data.DataException;
import dev.fathom.data.Dataset;
import dev.fathom.data.IsoTime;
import dev.fathom.data.Normalisation;
import dev.fathom.data.Table;
import dev.fathom.data.Table.Field;
import dev.fathom.data.Table.Kind;
import dev.fathom.spi.DType;
import dev.fathom.spi.Shape;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.SequencedMap;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class FeaturesTest {
  private static final List<String> JOBS = List.of("", "cook", "nurse");

  private static Field field(String name, Kind kind, String... labels) {
    return new Field(name, kind, List.of(labels), OptionalDouble.empty());
  }

  private static Table table() {
    SequencedMap<Field, Object> columns = new LinkedHashMap<>();
    columns.put(field("age", Kind.NUMBER), new double[] {31, 1.7e9 + 0.25});
    columns.put(field("children", Kind.INTEGER), new long[] {2, 1L << 40});
    columns.put(field("owner", Kind.BOOLEAN), new double[] {1, 0});
    columns.put(field("job", Kind.CATEGORY, JOBS.toArray(String[]::new)), new int[] {2, 3});
    columns.put(field("town", Kind.CATEGORY, "Bern", "Chur"), new int[] {0, 2});
    columns.put(
        field("seen", Kind.DATE),
        new double[] {IsoTime.seconds("2024-12-31T18:30"), IsoTime.seconds("1969-12-29")});
    columns.put(field("bought", Kind.CLASS, "no", "yes"), new int[] {1, 0});
    columns.put(field("note", Kind.TEXT), new String[] {"a", "b"});
    return new Table("people", 2, columns, Map.of());
  }

  private static double[] row(Features features, int row) {
    double[] to = new double[(int) features.shape().elements() + 1];
    features.over(table()).read(row, to, 1);
    return java.util.Arrays.copyOfRange(to, 1, to.length);
  }

  private static Features of(boolean ids, Map<String, List<DatePart>> parts, String... columns) {
    return Features.of(table(), List.of(columns), ids, parts, Set.of());
  }

  @Test
  void numbersStayAndCategoriesAreOneHotWithOneMoreForTheUnknown() {
    Features features = of(false, Map.of(), "age", "children", "owner", "job");
    assertEquals(Shape.of(7), features.shape());
    assertEquals(
        List.of("age", "children", "owner", "job=", "job=cook", "job=nurse", "job unknown"),
        features.names());
    assertArrayEquals(new double[] {31, 2, 1, 0, 0, 1, 0}, row(features, 0));
    assertArrayEquals(new double[] {1.7e9 + 0.25, 1L << 40, 0, 0, 0, 0, 1}, row(features, 1));
    assertFalse(features.isIds());
    assertFalse(features.isPlain());
    assertTrue(of(false, Map.of(), "age", "owner").isPlain());
    Normalisation scaled =
        features.ofScaled(
            new Normalisation(1, 0, Collections.nCopies(7, 5.0), Collections.nCopies(7, 3.0)));
    assertEquals(List.of(5.0, 5.0, 0.0, 0.0, 0.0, 0.0, 0.0), scaled.mean());
    assertEquals(List.of(3.0, 3.0, 1.0, 1.0, 1.0, 1.0, 1.0), scaled.deviation());
  }

  @Test
  void datesGiveParts() {
    List<DatePart> all = List.of(DatePart.values());
    Features features = of(false, Map.of("seen", all), "seen");
    assertEquals(
        List.of(
            "seen.seconds",
            "seen.year",
            "seen.month",
            "seen.day",
            "seen.weekday",
            "seen.hour",
            "seen.monthCircle.sin",
            "seen.monthCircle.cos",
            "seen.dayCircle.sin",
            "seen.dayCircle.cos",
            "seen.weekdayCircle.sin",
            "seen.weekdayCircle.cos",
            "seen.hourCircle.sin",
            "seen.hourCircle.cos"),
        features.names());
    double[] first = row(features, 0);
    assertArrayEquals(
        new double[] {1735669800, 2024, 12, 31, 2, 18}, java.util.Arrays.copyOf(first, 6));
    assertEquals(Math.sin(2 * Math.PI * 11 / 12), first[6]);
    assertEquals(Math.cos(2 * Math.PI * 18.5 / 24), first[13]);
    double[] second = row(features, 1); // A Monday before 1970.
    assertArrayEquals(
        new double[] {-3 * 86400, 1969, 12, 29, 1, 0}, java.util.Arrays.copyOf(second, 6));
    assertArrayEquals(new double[] {0, 1}, new double[] {second[10], second[11]});
    assertEquals(List.of("seen.seconds"), of(false, Map.of(), "seen").names());
  }

  @Test
  void idsOfSeveralCategoriesDoNotOverlap() {
    Features features = of(true, Map.of(), "job", "town");
    assertTrue(features.isIds());
    assertEquals(OptionalLong.of(4 + 3), features.vocabulary());
    assertArrayEquals(new double[] {2, 4}, row(features, 0));
    int[] ids = new int[2];
    features.over(table()).read(1, ids, 0);
    assertArrayEquals(new int[] {3, 6}, ids);
    assertEquals(OptionalLong.empty(), of(true, Map.of(), "children").vocabulary());
    DataException large =
        assertThrows(
            DataException.class,
            () -> of(true, Map.of(), "children").over(table()).read(1, ids, 0));
    assertEquals(
        "expected an integer of 32 bits in column 'children' but got 1099511627776",
        large.getMessage());
  }

  @Test
  void whatMakesNoNumbersIsRefused() {
    assertEquals(
        "[data] expected numbers, or \"kinds\": {\"bought\": \"category\"}, in column 'bought' of"
            + " table 'people' but it is of kind class",
        assertThrows(DataException.class, () -> of(false, Map.of(), "bought")).getMessage());
    assertTrue(
        assertThrows(DataException.class, () -> of(true, Map.of(), "age"))
            .getMessage()
            .contains("expected integers or categories, as the input takes ids, in column 'age'"));
  }

  @Test
  void examplesHaveAnInputAndTheTarget() {
    SequencedMap<String, Encoding> inputs = new LinkedHashMap<>();
    inputs.put("numbers", of(false, Map.of(), "age", "town"));
    inputs.put("row", of(true, Map.of(), "job"));
    Dataset dataset = Encodings.dataset(table(), inputs, "bought");
    assertEquals(
        List.of("numbers", "row", "bought"),
        dataset.columns().stream().map(c -> c.name()).toList());
    assertEquals(
        List.of(DType.F64, DType.I32, DType.I32),
        dataset.columns().stream().map(c -> c.dtype()).toList());
    double[] exact = new double[4];
    dataset.read(0, 1, exact, 0);
    assertArrayEquals(new double[] {1.7e9 + 0.25, 0, 0, 1}, exact);
    float[] rounded = new float[4];
    dataset.read(0, 0, rounded, 0);
    assertArrayEquals(new float[] {31, 1, 0, 0}, rounded);
    int[] ids = new int[1];
    dataset.read(1, 0, ids, 0);
    assertArrayEquals(new int[] {2}, ids);
    dataset.read(2, 0, ids, 0);
    assertArrayEquals(new int[] {1}, ids);
    assertThrows(DataException.class, () -> dataset.read(0, 0, ids, 0));
    SequencedMap<String, Encoding> itself = new LinkedHashMap<>();
    itself.put("x", of(false, Map.of(), "owner"));
    assertTrue(
        assertThrows(DataException.class, () -> Encodings.dataset(table(), itself, "owner"))
            .getMessage()
            .contains("cannot be both feature and target"));
  }

  @Test
  void aStoredModelKeepsIt() {
    Features features =
        Features.of(
            table(),
            List.of("age", "job", "seen"),
            false,
            Map.of("seen", List.of(DatePart.YEAR, DatePart.MONTH_CIRCLE)),
            Set.of("job"));
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    features.describe(json);
    assertEquals(features, Encodings.fromJson(json, Optional.empty()));
    Features ids = of(true, Map.of(), "job", "children");
    ObjectNode other = JsonNodeFactory.instance.objectNode();
    ids.describe(other);
    assertEquals(ids, Encodings.fromJson(other, Optional.empty()));
    ((ObjectNode) other.path("columns").get(0)).put("type", "hash");
    assertTrue(
        assertThrows(
                IllegalArgumentException.class, () -> Encodings.fromJson(other, Optional.empty()))
            .getMessage()
            .contains("got 'hash'"));
  }

  @Test
  void tenThousandLabelsTakeNoMoreMemoryThanTheirNumbers() {
    String[] labels = IntStream.range(0, 10_000).mapToObj(Integer::toString).toArray(String[]::new);
    SequencedMap<Field, Object> columns = new LinkedHashMap<>();
    columns.put(field("zip", Kind.CATEGORY, labels), new int[200_000]);
    columns.put(field("y", Kind.NUMBER), new double[200_000]);
    Table table = new Table("places", 200_000, columns, Map.of());
    SequencedMap<String, Encoding> inputs = new LinkedHashMap<>();
    inputs.put("x", Features.of(table, List.of("zip"), false, Map.of(), Set.of()));
    Dataset dataset = Encodings.dataset(table, inputs, "y"); // One-hot in memory it is 16 GB.
    double[] row = new double[10_001];
    dataset.read(0, 199_999, row, 0);
    assertEquals(1, row[0]);
  }
}
