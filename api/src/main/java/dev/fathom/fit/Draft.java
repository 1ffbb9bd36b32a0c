package dev.fathom.fit;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.fathom.data.DataException;
import dev.fathom.data.Table;
import dev.fathom.data.Table.Field;
import dev.fathom.data.Table.Kind;
import dev.fathom.format.FormatException;
import dev.fathom.table.Cells;
import dev.fathom.table.Dialect;
import dev.fathom.table.Missing;
import dev.fathom.table.TableFile;
import dev.fathom.task.Classification;
import dev.fathom.task.Regression;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * The spec of a table that nobody described.
 *
 * @param spec as JSON, with every key that was chosen
 * @param notes what was chosen and why, a sentence each, for people
 */
public record Draft(ObjectNode spec, List<String> notes) {
  /** Whole numbers with more values than these are numbers, with fewer they are classes. */
  private static final int FEW_NUMBERS = 10;

  private static final double TEST_SHARE = 0.2;

  /** Of 4 rows a fifth is one, and a fifth of the others is one. */
  private static final int LEAST_ROWS = 4;

  /** Texts with more values than these are no classes. */
  private static final int MOST_CLASSES = 1000;

  /** Categories with more values than these are no input. */
  private static final int MOST_CATEGORIES = 100;

  /**
   * What is asked for.
   *
   * @param name of the model
   * @param dataset that has the files; empty for paths relative to the spec's folder
   * @param train the file of the table
   * @param test a file to test the result on; empty for a share of the rows
   * @param target the column that is to be told from the others
   * @param task its name; empty for the one that the target's values suggest
   * @param missingWords words that stand for a missing value, beside an empty one
   * @param maxSeconds how long it may be trained
   * @param missingWord how to ask that a word stands for a missing value, for errors
   */
  public record Request(
      String name,
      Optional<String> dataset,
      String train,
      Optional<String> test,
      String target,
      Optional<String> task,
      List<String> missingWords,
      double maxSeconds,
      UnaryOperator<String> missingWord) {
    public Request {
      missingWords = List.copyOf(missingWords);
    }
  }

  public Draft {
    notes = List.copyOf(notes);
  }

  /**
   * {@return the spec of a table in a file}
   *
   * @param file that {@code request.train()} names
   * @throws dev.fathom.json.SpecException if there is no such column
   * @throws DataException if there is nothing to tell it from
   * @throws dev.fathom.format.FormatException if the file is damaged, or a value is wrong
   */
  public static Draft of(Path file, Request request) throws IOException {
    request.task().ifPresent(Draft::checkTask);
    Form form = Form.of(file);
    try {
      return draft(file, request, form);
    } catch (FormatException e) {
      if (form.isCommas()) {
        throw e;
      }
      // Where a comma does not separate values, it may be that of decimals.
      try {
        return draft(file, request, form.withDecimalCommas());
      } catch (FormatException _) {
        throw e;
      }
    }
  }

  /** {@return the names of a file's columns} */
  public static List<String> columns(Path file) throws IOException {
    return Form.of(file).open(file).names();
  }

  private static Draft draft(Path file, Request request, Form form) throws IOException {
    TableFile reader = reader(file, request, form);
    for (Field field : reader.fields()) {
      // A category that is missing is one that was not known, a class would be an error.
      if (field.kind() == Kind.CLASS && !field.name().equals(request.target())) {
        reader.column(field.name(), Kind.CATEGORY);
      }
    }
    Table table = reader.target(request.target()).needRows("to learn from").read();
    return new Writer(file, table, request, form).draft();
  }

  /** How a file writes its values. */
  private record Form(Dialect dialect, Cells cells) {
    static Form of(Path file) throws IOException {
      Dialect usual = Dialect.RFC4180;
      return TableFile.of(file)
          .likelySeparator()
          .map(separator -> new Form(new Dialect(separator, usual.quote()), Cells.PLAIN))
          .orElse(new Form(usual, Cells.PLAIN));
    }

    boolean isCommas() {
      return dialect.equals(Dialect.RFC4180);
    }

    Form withDecimalCommas() {
      Cells plain = Cells.PLAIN;
      return new Form(
          dialect, new Cells(plain.kind(), plain.missing(), plain.missingWords(), ',', "", false));
    }

    TableFile open(Path file) {
      return TableFile.of(file).dialect(dialect).cells(cells);
    }
  }

  private static void checkTask(String task) {
    if (!List.of(Classification.NAME, Regression.NAME).contains(task)) {
      throw new DataException(
          "[fit] expected the task %s or %s but got '%s'"
              .formatted(Classification.NAME, Regression.NAME, task));
    }
  }

  private static TableFile reader(Path file, Request request, Form form) {
    return form.open(file)
        .missing(Missing.MEAN, request.missingWords().toArray(String[]::new))
        .askedFor(request.missingWord())
        .need(request.target(), "/target");
  }

  private static final class Writer {
    private final Path file;
    private final Table table;
    private final Request request;
    private final Form form;
    private final List<String> notes = new ArrayList<>();

    Writer(Path file, Table table, Request request, Form form) {
      this.file = file;
      this.table = table;
      this.request = request;
      this.form = form;
    }

    Draft draft() throws IOException {
      Field target = table.field(request.target());
      boolean classes =
          request.task().map(Classification.NAME::equals).orElseGet(() -> isClass(target));
      int[] counts = classes ? counts(target.name()) : new int[] {table.size()};
      requireRows(classes, counts);
      int outputs = counts.length;
      notes.add(
          "target %s: %s".formatted(target.name(), classes ? outputs + " classes" : "a number"));
      ObjectNode spec = JsonNodeFactory.instance.objectNode().put("name", request.name());
      spec.put("task", classes ? Classification.NAME : Regression.NAME);
      data(spec.putObject("data"), target, classes);
      network(spec.putArray("model"), outputs);
      training(spec.putObject("training"));
      return new Draft(spec, notes);
    }

    /** Checks that a share for the test and one of the validation are a row each. */
    private void requireRows(boolean classes, int... counts) {
      int needed = request.test().isPresent() ? LEAST_ROWS - 1 : LEAST_ROWS;
      int most = Arrays.stream(counts).max().orElse(0);
      if (most < needed) {
        throw new DataException(
            "[fit] expected %d rows or more%s, to learn from, validate with and test on, but '%s' has %d"
                .formatted(needed, classes ? " of a class" : "", request.train(), most));
      }
    }

    private boolean isClass(Field target) {
      long values = distinct(target);
      return switch (target.kind()) {
        case CLASS, CATEGORY, BOOLEAN -> true;
        case NUMBER, DATE -> false;
        case INTEGER -> values <= FEW_NUMBERS;
        case TEXT -> {
          if (values > Math.min(MOST_CLASSES, table.size() / 2)) {
            throw new DataException(
                """
                [fit] expected a target of classes or numbers but '%s' holds %d different texts in %d \
                rows; the task classification takes each as a class"""
                    .formatted(target.name(), values, table.size()));
          }
          yield true;
        }
      };
    }

    /**
     * {@return how many rows each class has that the training will find, which takes 0 and -0 for
     * two, as written}
     */
    private int[] counts(String name) throws IOException {
      Table classes =
          reader(file, request, form)
              .only(List.of(name))
              .column(name, Kind.CLASS)
              .target(name)
              .read();
      int[] counts = new int[classes.field(name).labels().size()];
      for (int number : classes.classes(name)) {
        counts[number]++;
      }
      return counts;
    }

    private long distinct(Field field) {
      return switch (field.kind()) {
        case CLASS, CATEGORY -> field.labels().size();
        case INTEGER -> Arrays.stream(table.integers(field.name())).distinct().count();
        case NUMBER, BOOLEAN, DATE -> Arrays.stream(table.doubles(field.name())).distinct().count();
        case TEXT -> table.texts(field.name()).stream().distinct().count();
      };
    }

    // ---- data ----

    private void data(ObjectNode data, Field target, boolean classes) {
      data.put("format", TableFile.formatOf(request.train()));
      request.dataset().ifPresent(name -> data.put("dataset", name));
      if (!form.isCommas()) {
        String separator = Dialect.nameOf(form.dialect().separator());
        String decimal = String.valueOf(form.cells().decimal());
        data.put("separator", separator).put("decimal", decimal);
        notes.add("values are separated by %s, decimals by '%s'".formatted(separator, decimal));
      }
      data.put("train", request.train());
      if (request.test().isPresent()) {
        data.put("test", request.test().get());
      } else {
        data.put("test", TEST_SHARE);
      }
      data.put("target", target.name());
      ObjectNode kinds = JsonNodeFactory.instance.objectNode();
      if (classes) {
        kinds.put(target.name(), "class");
      }
      ArrayNode features = data.putArray("features");
      for (Field field : table.fields()) {
        if (field.equals(target)) {
          continue;
        }
        Optional<String> why = why(field);
        if (why.isPresent()) {
          notes.add("left out %s: %s".formatted(field.name(), why.get()));
          continue;
        }
        features.add(field.name());
        kinds.put(field.name(), kind(field));
      }
      if (features.isEmpty()) {
        throw new DataException(
            "[fit] expected a column to learn '%s' from but there is none: %s%s"
                .formatted(target.name(), String.join("; ", notes), ofTexts()));
      }
      data.set("kinds", kinds);
      data.put("missing", "mean");
      request.missingWords().forEach(data.putArray("missingWords")::add);
      data.put("fit", true);
    }

    /** {@return how to learn from a column of texts, if there is one} */
    private String ofTexts() {
      return table.fields().stream()
          .filter(field -> field.kind() == Kind.TEXT && distinct(field) > 1)
          .findFirst()
          .map(
              field ->
                  "; a spec with \"text\": \"%s\" in \"data\" learns from texts, such as the sample mails/bag.json"
                      .formatted(field.name()))
          .orElse("");
    }

    private static String kind(Field field) {
      return field.kind().name().toLowerCase(Locale.ROOT);
    }

    /** {@return why a column is no input} */
    private Optional<String> why(Field field) {
      long values = distinct(field);
      if (field.kind() == Kind.TEXT
          && table.texts(field.name()).stream().allMatch(this::isMissing)) {
        return Optional.of("it is blank");
      }
      if (values <= 1) {
        return Optional.of("it never changes");
      }
      return switch (field.kind()) {
        case TEXT -> Optional.of("text, %d different ones".formatted(values));
        case CLASS, CATEGORY ->
            values > MOST_CATEGORIES
                ? Optional.of("%d categories, more than %d".formatted(values, MOST_CATEGORIES))
                : Optional.empty();
        case INTEGER ->
            table.countsRows(field.name()) ? Optional.of("it counts the rows") : Optional.empty();
        case NUMBER, BOOLEAN, DATE -> Optional.empty();
      };
    }

    private boolean isMissing(String text) {
      return text.isBlank() || request.missingWords().contains(text.strip());
    }

    // ---- the network ----

    /** Wider where there is more to learn from; two layers, as tables seldom need more. */
    private void network(ArrayNode layers, long outputs) {
      int units = Math.clamp(Integer.highestOneBit(table.size() / 20), 64, 256);
      for (int width : new int[] {units, units / 2}) {
        layers.addObject().put("type", "dense").put("units", width).put("activation", "relu");
        layers.addObject().put("type", "dropout").put("rate", 0.1);
      }
      layers.addObject().put("type", "dense").put("units", outputs);
    }

    private void training(ObjectNode training) {
      training.put("epochs", 1000);
      training.put("batchSize", Math.clamp(Integer.highestOneBit(table.size() / 20), 16, 512));
      training.put("seed", 1);
      training.putObject("optimizer").put("type", "adamw").put("learningRate", 0.003);
      training.put("validation", 0.2);
      training.putObject("earlyStopping").put("patience", 20).put("minimumChange", 0.001);
      training.put("maxSeconds", request.maxSeconds());
    }
  }
}
