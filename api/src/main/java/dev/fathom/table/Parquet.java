package dev.fathom.table;

import dev.fathom.format.FormatException;
import dev.fathom.table.Cell.Form;
import dev.hardwood.metadata.LogicalType;
import dev.hardwood.metadata.LogicalType.TimestampType;
import dev.hardwood.reader.ParquetFileReader;
import dev.hardwood.reader.RowReader;
import dev.hardwood.schema.ColumnProjection;
import dev.hardwood.schema.SchemaNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Parquet, plain or compressed by Snappy or gzip. Its columns say what they hold: numbers, true and
 * false, texts, dates and times; a null is a missing value. Lists and structures are no columns.
 */
final class Parquet implements TableFormat {
  private static final byte[] TRUE = "true".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] FALSE = "false".getBytes(StandardCharsets.US_ASCII);

  static {
    // Its vectors are of other types than ours, which a native image would keep as objects.
    setUnlessSaid("hardwood.simd.disabled", "true");
    // Code of another language, if the machine has it: what it does to damaged bytes is not known.
    setUnlessSaid("hardwood.uselibdeflate", "false");
  }

  private static void setUnlessSaid(String property, String value) {
    if (System.getProperty(property) == null) {
      System.setProperty(property, value);
    }
  }

  /** The name that pandas gives to rows' numbers that it writes, as it leaves it blank in CSV. */
  private static final String INDEX = "__index_level_0__";

  @Override
  public String name() {
    return "parquet";
  }

  @Override
  public List<String> endings() {
    return List.of(".parquet", ".parq");
  }

  @Override
  public String counted() {
    return "row";
  }

  @Override
  public Records open(Path file, Dialect dialect, List<String> header) throws IOException {
    if (!Files.isReadable(file)) {
      throw new NoSuchFileException(file.toString());
    }
    try {
      return new Rows(file);
    } catch (IOException | RuntimeException | Error e) {
      throw damaged(file, 0, e);
    }
  }

  /** The library checks little, so that damage may show as any error. */
  private static FormatException damaged(Path file, long row, Throwable e) {
    Throwable cause = e instanceof UncheckedIOException ? e.getCause() : e;
    String why = cause.getMessage() == null ? cause.toString() : cause.getMessage();
    return new FormatException(
        "parquet",
        file,
        0,
        row == 0 ? "at its start" : "row " + row,
        "expected Parquet, plain or compressed by Snappy or gzip: " + why);
  }

  private static final class Rows implements Records {
    private final Path file;
    private final ParquetFileReader reader;
    private final List<SchemaNode> columns;

    /** Of each column its place among those that are read. */
    private final int[] places;

    /** Opened once it is known which columns are read. */
    private RowReader rows;

    private final Cell cell = new Cell();
    private long row;

    Rows(Path file) throws IOException {
      this.file = file;
      reader = ParquetFileReader.open(new FileRanges(file));
      try {
        columns = reader.getFileSchema().getRootNode().children();
        places = IntStream.range(0, columns.size()).toArray();
      } catch (RuntimeException | Error e) {
        reader.close(); // It has threads.
        throw e;
      }
    }

    @Override
    public void only(List<Integer> wanted) {
      List<String> names = wanted.stream().map(column -> columns.get(column).name()).toList();
      // A dot would be a path into a structure.
      if (names.isEmpty() || names.stream().anyMatch(name -> name.indexOf('.') >= 0)) {
        return;
      }
      rows = opened(ColumnProjection.columns(names.toArray(String[]::new)));
      List<Integer> read = wanted.stream().sorted().toList();
      for (int i = 0; i < read.size(); i++) {
        places[read.get(i)] = i;
      }
    }

    private RowReader opened(ColumnProjection projection) {
      try {
        return reader.buildRowReader().projection(projection).build();
      } catch (RuntimeException | Error e) {
        throw damaged(file, 0, e);
      }
    }

    @Override
    public List<String> names() {
      return columns.stream()
          .map(column -> column.name().equals(INDEX) ? "" : column.name())
          .toList();
    }

    @Override
    public boolean next() {
      rows = rows == null ? opened(ColumnProjection.all()) : rows;
      try {
        if (!rows.hasNext()) {
          return false;
        }
        rows.next();
        row++;
        return true;
      } catch (RuntimeException | Error e) {
        throw damaged(file, row + 1, e);
      }
    }

    @Override
    public Cell cell(int column) {
      cell.at(row, 0);
      try {
        int place = places[column];
        if (rows.isNull(place)) {
          return cell.nothing();
        }
        return columns.get(column) instanceof SchemaNode.PrimitiveNode node
            ? value(node, place)
            : cell.text(Form.NESTED, "a list or a structure");
      } catch (RuntimeException | Error e) {
        throw damaged(file, row, e);
      }
    }

    private Cell value(SchemaNode.PrimitiveNode node, int column) {
      return switch (node.logicalType()) {
        case LogicalType.DateType _ -> cell.date(86_400.0 * rows.getInt(column));
        case TimestampType time -> cell.date(rows.getLong(column) / perSecond(time));
        case LogicalType.DecimalType _ -> cell.number(rows.getDecimal(column).doubleValue());
        case LogicalType.IntType type when !type.isSigned() -> unsigned(type, column);
        case LogicalType.TimeType _, LogicalType.UuidType _, LogicalType.Float16Type _ ->
            written(rows.getValue(column));
        case null, default -> plain(node, column);
      };
    }

    private static double perSecond(TimestampType time) {
      return switch (time.unit()) {
        case MILLIS -> 1e3;
        case MICROS -> 1e6;
        case NANOS -> 1e9;
      };
    }

    private Cell unsigned(LogicalType.IntType type, int column) {
      if (type.bitWidth() < 64) {
        return cell.integer(Integer.toUnsignedLong(rows.getInt(column)));
      }
      long value = rows.getLong(column);
      return value >= 0
          ? cell.integer(value)
          : cell.number(Double.parseDouble(Long.toUnsignedString(value)));
    }

    /** A value that is seldom. */
    private Cell written(Object value) {
      return value instanceof Number number
          ? cell.number(number.doubleValue())
          : cell.text(Form.TEXT, value.toString());
    }

    private Cell plain(SchemaNode.PrimitiveNode node, int column) {
      return switch (node.type()) {
        case BOOLEAN -> {
          byte[] word = rows.getBoolean(column) ? TRUE : FALSE;
          yield cell.bytes(Form.WRITTEN, word, 0, word.length);
        }
        case INT32 -> cell.integer(rows.getInt(column));
        case INT64 -> cell.integer(rows.getLong(column));
        case FLOAT -> cell.number(rows.getFloat(column));
        case DOUBLE -> cell.number(rows.getDouble(column));
        case INT96 -> {
          var time = rows.getTimestamp(column);
          yield cell.date(time.getEpochSecond() + time.getNano() / 1e9);
        }
        case BYTE_ARRAY -> cell.text(Form.TEXT, rows.getString(column));
        case FIXED_LEN_BYTE_ARRAY ->
            cell.text(Form.TEXT, new String(rows.getBinary(column), StandardCharsets.ISO_8859_1));
      };
    }

    @Override
    public Records again() throws IOException {
      return new Parquet().open(file, Dialect.RFC4180, List.of());
    }

    @Override
    public void close() throws IOException {
      if (rows != null) {
        rows.close();
      }
      reader.close();
    }
  }
}
