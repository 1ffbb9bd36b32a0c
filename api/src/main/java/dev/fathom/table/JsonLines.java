package dev.fathom.table;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import dev.fathom.format.FormatException;
import dev.fathom.json.Json;
import dev.fathom.json.Malformed;
import dev.fathom.json.Utf8Bytes;
import dev.fathom.table.Cell.Form;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * JSON Lines: an object in each line, in UTF-8. Its keys are the columns; a key that is not there,
 * and null, are missing values. A text is none of a number, even if it looks like one.
 */
final class JsonLines implements TableFormat {
  @Override
  public String name() {
    return "jsonl";
  }

  @Override
  public List<String> endings() {
    return List.of(".jsonl", ".ndjson");
  }

  @Override
  public Records open(Path file, Dialect dialect, List<String> header) throws IOException {
    Map<String, Integer> columns = new LinkedHashMap<>();
    try (var names = new Objects(file, columns)) {
      while (names.next()) {} // Any line may have a key that is new.
    }
    return new Objects(file, columns);
  }

  private static final int MARK = 3;

  private static final class Objects implements Records {
    private final Path file;
    private final Map<String, Integer> columns;
    private final JsonParser parser;
    private final int marked;
    private Cell[] cells;
    private long record;

    Objects(Path file, Map<String, Integer> columns) throws IOException {
      this.file = file;
      this.columns = columns;
      cells = new Cell[0];
      grow();
      InputStream in = Text.open("jsonl", file);
      byte[] first = in.readNBytes(MARK);
      marked = Utf8Bytes.byteOrderMark(first);
      parser =
          Json.TOKENS.createParser(
              marked > 0 ? in : new SequenceInputStream(new ByteArrayInputStream(first), in));
    }

    private long offset(JsonLocation location) {
      return marked + Math.max(0, location.getByteOffset());
    }

    private void grow() {
      int before = cells.length;
      cells = Arrays.copyOf(cells, columns.size());
      for (int i = before; i < cells.length; i++) {
        cells[i] = new Cell();
      }
    }

    @Override
    public List<String> names() {
      return new ArrayList<>(columns.keySet());
    }

    @Override
    public boolean next() throws IOException {
      try {
        JsonToken token = parser.nextToken();
        if (token == null) {
          return false;
        }
        if (token != JsonToken.START_OBJECT) {
          throw wrong("expected an object in each line but got " + parser.getText());
        }
        long line = parser.currentTokenLocation().getLineNr();
        record++;
        for (Cell cell : cells) {
          cell.nothing().at(line, 0);
        }
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
          value(parser.currentName());
        }
        return true;
      } catch (JsonProcessingException e) {
        long line = e.getLocation() == null ? record : e.getLocation().getLineNr();
        throw new FormatException(
            "jsonl",
            file,
            marked + Malformed.offset(e),
            "line " + line,
            "malformed JSON: " + Malformed.detail(e));
      }
    }

    private void value(String key) throws IOException {
      Integer column = columns.get(key);
      if (column == null) {
        column = columns.size();
        if (column == MOST_COLUMNS) {
          throw wrong("expected at most %d keys but there are more".formatted(MOST_COLUMNS));
        }
        columns.put(key, column);
        grow();
      }
      Cell cell = cells[column];
      if (cell.form() != null && cell.form() != Form.NOTHING) {
        throw wrong("expected each key once but got '%s' again".formatted(key));
      }
      switch (parser.nextToken()) {
        case VALUE_NULL -> cell.nothing();
        case VALUE_STRING -> cell.text(Form.TEXT, parser.getText());
        case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT, VALUE_TRUE, VALUE_FALSE ->
            cell.text(Form.WRITTEN, parser.getText());
        case null -> throw wrong("expected a value of '%s'".formatted(key));
        default -> {
          boolean list = parser.currentToken() == JsonToken.START_ARRAY;
          parser.skipChildren();
          cell.text(Form.NESTED, list ? "a list" : "an object");
        }
      }
      var location = parser.currentTokenLocation();
      cell.at(location.getLineNr(), offset(location));
    }

    private FormatException wrong(String problem) {
      var location = parser.currentTokenLocation();
      return new FormatException(
          "jsonl", file, offset(location), "line " + location.getLineNr(), problem);
    }

    @Override
    public Cell cell(int column) {
      return cells[column];
    }

    @Override
    public Records again() throws IOException {
      return new Objects(file, new LinkedHashMap<>(columns));
    }

    @Override
    public void close() throws IOException {
      parser.close();
    }
  }
}
