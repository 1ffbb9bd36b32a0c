package dev.fathom.encode;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.fathom.data.DataException;
import dev.fathom.data.Normalisation;
import dev.fathom.data.Table;
import dev.fathom.data.Table.Field;
import dev.fathom.data.Table.Kind;
import dev.fathom.spi.Shape;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.IntToDoubleFunction;

/**
 * The numbers of some columns side by side, {@code [features]}; or ids, {@code [columns]}, where
 * those of a column begin behind those of the columns before it.
 *
 * @param codes of the columns, in order; all of ids or none
 * @param filled the columns of which a missing value is filled: with the training's mean, or as a
 *     category that was not known
 */
public record Features(List<ColumnCode> codes, Set<String> filled) implements Encoding {
  public Features {
    codes = List.copyOf(codes);
    filled = Set.copyOf(filled);
  }

  /**
   * {@return the features of some columns of a table}
   *
   * @param ids whether the network takes ids
   * @param parts of dates, by column; {@link DatePart#SECONDS} where nothing is said
   * @throws dev.fathom.data.DataException if there is no such column, or it makes no numbers
   */
  public static Features of(
      Table table,
      List<String> columns,
      boolean ids,
      Map<String, List<DatePart>> parts,
      Set<String> filled) {
    return new Features(
        columns.stream()
            .map(table::field)
            .map(
                field ->
                    Codes.of(table.name(), field, ids, parts.getOrDefault(field.name(), List.of())))
            .toList(),
        filled);
  }

  /**
   * {@return the numbers of some columns as they are, with no gap filled}: those of models of older
   * formats, which know their columns by name alone
   *
   * @param ids whether the network takes ids
   */
  public static Features ofNumbers(List<String> columns, boolean ids) {
    Kind kind = ids ? Kind.INTEGER : Kind.NUMBER;
    return new Features(
        columns.stream()
            .map(name -> new Field(name, kind, List.of(), OptionalDouble.empty()))
            .map(field -> Codes.of("", field, ids, List.of()))
            .toList(),
        Set.of());
  }

  /** {@return those of a stored model} */
  static Features fromJson(JsonNode json) {
    List<ColumnCode> codes = new ArrayList<>();
    Set<String> filled = new HashSet<>();
    for (JsonNode column : json.path("columns")) {
      ColumnCode code = Codes.fromJson(column);
      codes.add(code);
      if (column.path("filled").asBoolean()) {
        filled.add(code.field().name());
      }
    }
    return new Features(codes, filled);
  }

  @Override
  public void describe(ObjectNode json) {
    for (ColumnCode code : codes) {
      json.withArray("columns")
          .add(Codes.toJson(code).put("filled", filled.contains(code.field().name())));
    }
  }

  @Override
  public List<Field> fields() {
    return codes.stream().map(ColumnCode::field).toList();
  }

  /** {@return the names of the numbers, in order} */
  public List<String> names() {
    return codes.stream().flatMap(code -> code.features().stream()).toList();
  }

  @Override
  public Shape shape() {
    return Shape.of(codes.stream().mapToInt(code -> code.features().size()).sum());
  }

  @Override
  public boolean isIds() {
    return codes.getFirst().isId();
  }

  @Override
  public OptionalLong vocabulary() {
    return codes.stream().allMatch(code -> code.vocabulary().isPresent())
        ? OptionalLong.of(codes.stream().mapToLong(code -> code.vocabulary().getAsLong()).sum())
        : OptionalLong.empty();
  }

  @Override
  public boolean fills(String column) {
    return filled.contains(column);
  }

  @Override
  public boolean isPlain() {
    return codes.stream()
        .allMatch(code -> code.features().size() == 1 && code.field().labels().isEmpty());
  }

  /** {@return a normalisation that leaves numbers alone that are not scaled, 1 or 0 for example} */
  public Normalisation ofScaled(Normalisation found) {
    List<Double> mean = new ArrayList<>(found.mean());
    List<Double> deviation = new ArrayList<>(found.deviation());
    int at = 0;
    for (ColumnCode code : codes) {
      for (int i = 0; i < code.features().size(); i++, at++) {
        if (!code.isScaled()) {
          mean.set(at, 0.0);
          deviation.set(at, 1.0);
        }
      }
    }
    return new Normalisation(found.scale(), found.axis(), mean, deviation);
  }

  @Override
  public Encoded over(Table table) {
    return new Rows(this, table);
  }

  private static final class Rows implements Encoded {
    private final ColumnCode[] codes;
    private final IntToDoubleFunction[] values;
    private final int[] offsets;

    /** The first id of each column. */
    private final long[] first;

    Rows(Features features, Table table) {
      codes = features.codes.toArray(ColumnCode[]::new);
      values = new IntToDoubleFunction[codes.length];
      offsets = new int[codes.length];
      first = new long[codes.length];
      for (int i = 0; i < codes.length; i++) {
        values[i] = table.values(codes[i].field().name());
        offsets[i] = i == 0 ? 0 : offsets[i - 1] + codes[i - 1].features().size();
        first[i] = i == 0 ? 0 : first[i - 1] + codes[i - 1].vocabulary().orElse(0);
      }
    }

    @Override
    public void read(int row, double[] to, int offset) {
      for (int i = 0; i < codes.length; i++) {
        codes[i].write(values[i].applyAsDouble(row), to, offset + offsets[i]);
        to[offset + offsets[i]] += first[i];
      }
    }

    @Override
    public void read(int row, int[] to, int offset) {
      for (int i = 0; i < codes.length; i++) {
        double id = values[i].applyAsDouble(row) + first[i];
        if (id != (int) id) {
          throw new DataException(
              "expected an integer of 32 bits in column '%s' but got %.0f"
                  .formatted(codes[i].field().name(), id));
        }
        to[offset + i] = (int) id;
      }
    }
  }
}
