package dev.fathom.spec;

import dev.fathom.data.DataException;
import dev.fathom.data.Dataset;
import dev.fathom.data.FixedLength;
import dev.fathom.data.Table;
import dev.fathom.data.Table.Field;
import dev.fathom.data.Table.Kind;
import dev.fathom.encode.Encoding;
import dev.fathom.encode.Encodings;
import dev.fathom.encode.Features;
import dev.fathom.encode.TextTokens;
import dev.fathom.json.SpecException;
import dev.fathom.table.Missing;
import dev.fathom.table.TableFile;
import dev.fathom.text.Tokenizer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.SequencedMap;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Reads tables, and makes examples of them: which columns an input has, and how encoded. */
final class Tables {
  private static final int MOST_LISTED = 12;

  /** In fewer rows numbers may rise by 1 for no reason. */
  private static final int LEAST_COUNTED = 10;

  private final Spec spec;
  private final TableSpec csv;
  private final Source.FileFinder finder;

  private Tables(Spec spec, TableSpec csv, Source.FileFinder finder) {
    this.spec = spec;
    this.csv = csv;
    this.finder = finder;
  }

  static Examples open(Spec spec, TableSpec csv, Source.FileFinder finder) throws IOException {
    return new Tables(spec, csv, finder).open();
  }

  private Examples open() throws IOException {
    TableFile reader = reader(finder.find(csv.train())).needRows("to learn from");
    if (spec.task().readsClasses() && !csv.kinds().containsKey(target())) {
      reader.column(target(), Kind.CLASS);
    }
    Table train = reader.read();
    checkClasses(train);
    return examples(
        train,
        other(csv.test(), train, "to test on"),
        other(spec.training().validationFile(), train, "to validate with"));
  }

  /**
   * {@return a table beside the one that is learned from} Classes and means are those of the
   * training: a class that is new is an error.
   */
  private Optional<Table> other(Optional<String> file, Table train, String purpose)
      throws IOException {
    if (file.isEmpty()) {
      return Optional.empty();
    }
    TableFile reader = csv.file(finder.find(file.get())).target(target()).needRows(purpose);
    // What says how rows are held back is of no use here, and a weight may be left out.
    Set<String> besides = besides();
    besides.removeAll(csv.features());
    Set<String> names = Set.copyOf(reader.names());
    spec.data().weight().filter(names::contains).ifPresent(besides::remove);
    List<Field> fields =
        train.without(besides).fields().stream()
            .map(field -> isId(field.name()) ? field : field.widened())
            .toList();
    return Optional.of(reader.like(fields).read());
  }

  /** {@return whether a column is an input of ids, which are whole numbers} */
  private boolean isId(String column) {
    return spec.inputs().stream()
        .filter(input -> spec.model().graph().vocabulary(input.name()) > 0)
        .anyMatch(input -> input.columns().isEmpty() || input.columns().contains(column));
  }

  /** {@return the columns that are no features unless they are named as such} */
  private Set<String> besides() {
    return Stream.of(
            spec.data().weight(), spec.training().split().groups(), spec.training().split().order())
        .flatMap(Optional::stream)
        .collect(Collectors.toCollection(LinkedHashSet::new));
  }

  /** {@return the examples of tables that were read} */
  static Examples of(Spec spec, TableSpec csv, Table train, Optional<Table> test)
      throws IOException {
    Source.FileFinder none =
        name -> {
          throw new SpecException("/data", "expected no file but got '" + name + "'");
        };
    return new Tables(spec, csv, none).examples(train, test, Optional.empty());
  }

  private String target() {
    return spec.data().target();
  }

  // ---- which columns are read ----

  /** {@return a reader of the columns that the spec uses} */
  private TableFile reader(Path file) {
    TableFile reader = csv.file(file).target(target()).need(target(), "/data/target");
    Set<String> used = new LinkedHashSet<>(csv.features());
    csv.features().forEach(name -> reader.need(name, "/data/features"));
    for (InputSpec input : spec.model().inputs()) {
      for (String column : input.columns()) {
        reader.need(column, "/model/inputs/" + input.name());
        input.text().ifPresent(_ -> reader.column(column, Kind.TEXT));
      }
      used.addAll(input.columns());
    }
    csv.columns()
        .keySet()
        .forEach(
            name ->
                reader.need(
                    name, "/data/" + (csv.kinds().containsKey(name) ? "kinds" : "columns")));
    for (String column : spec.data().dates().keySet()) {
      if (csv.kinds().getOrDefault(column, Kind.DATE) != Kind.DATE) {
        throw new SpecException(
            "/data/dates",
            "expected columns of dates but '%s' is declared as another kind".formatted(column));
      }
      reader.need(column, "/data/dates").column(column, Kind.DATE);
    }
    used.add(target());
    beside(reader, used);
    boolean all =
        csv.features().isEmpty()
            && spec.inputs().stream().anyMatch(input -> input.columns().isEmpty());
    return all
        ? reader.leaveOut(
            field ->
                used.contains(field.name()) || isInput(field)
                    ? Optional.empty()
                    : Optional.of(field.kind().name().toLowerCase(Locale.ROOT)))
        : reader.only(used);
  }

  /** Adds the columns that say how much a row counts, and on which side of a split it is. */
  private void beside(TableFile reader, Set<String> used) {
    spec.data()
        .weight()
        .ifPresent(column -> reader.need(column, "/data/weight").column(column, Kind.NUMBER));
    spec.training()
        .split()
        .order()
        .ifPresent(column -> reader.need(column, "/training/split/order"));
    spec.training()
        .split()
        .groups()
        .ifPresent(
            column -> {
              reader.need(column, "/training/split/groups");
              // As it is written: 007 is another group than 7.
              if (!used.contains(column) && !csv.kinds().containsKey(column)) {
                reader.column(column, Kind.TEXT);
              }
            });
    used.addAll(besides());
  }

  /** {@return whether a column that the spec does not name is an input} */
  private boolean isInput(Field field) {
    if (besides().contains(field.name())) {
      return false;
    }
    return switch (field.kind()) {
      case NUMBER, INTEGER, BOOLEAN -> true;
      case DATE, CATEGORY ->
          csv.kinds().containsKey(field.name()) || spec.data().dates().containsKey(field.name());
      case CLASS, TEXT -> false;
    };
  }

  private void checkClasses(Table table) {
    if (table.field(target()).kind() != Kind.CLASS) {
      return;
    }
    int[] classes = table.classes(target());
    if (Arrays.stream(classes).allMatch(each -> each == classes[0])) {
      throw new DataException(
          "[data] %s: expected 2 classes or more in column '%s' but all %d rows are of class '%s'%s"
              .formatted(
                  table.name(),
                  target(),
                  table.size(),
                  table.field(target()).labels().get(classes[0]),
                  table.notes().stream().map(note -> "; " + note).collect(Collectors.joining())));
    }
  }

  // ---- how they are encoded ----

  private Examples examples(Table train, Optional<Table> test, Optional<Table> validation)
      throws IOException {
    TableSplit split = TableSplit.of(spec, train);
    List<String> features =
        csv.features().isEmpty()
            ? train.fields().stream()
                .filter(this::isInput)
                .map(Field::name)
                .filter(column -> !column.equals(target()))
                .toList()
            : csv.features();
    SequencedMap<String, Encoding> inputs = new LinkedHashMap<>();
    for (InputSpec input : spec.inputs()) {
      List<String> columns = input.columns().isEmpty() ? features : input.columns();
      inputs.put(
          input.column(),
          input.text().isPresent()
              ? text(train, split, input, input.text().get())
              : Features.of(
                  train,
                  columns,
                  spec.model().graph().vocabulary(input.name()) > 0,
                  spec.data().dates(),
                  filled(columns)));
    }
    List<String> notes = new ArrayList<>();
    notes.add(
        "%s: %d rows; '%s' is learned from %s"
            .formatted(train.name(), train.size(), target(), listed(inputs)));
    notes.addAll(train.notes());
    if (csv.features().isEmpty() && train.size() >= LEAST_COUNTED) { // Nobody chose it.
      inputs.values().stream()
          .flatMap(encoding -> encoding.fields().stream())
          .map(Field::name)
          .filter(train::countsRows)
          .map(
              column ->
                  "%s: '%s' counts the rows, which says nothing of others; \"features\" leaves it out"
                      .formatted(train.name(), column))
          .forEach(notes::add);
    }
    validation.ifPresent(table -> notes.addAll(table.notes()));
    test.ifPresent(table -> notes.addAll(table.notes()));
    Dataset examples = dataset(train, inputs);
    return new Examples(
        split.learned().length == examples.size()
            ? examples
            : examples.select(train.name() + " (train)", split.learned()),
        Optional.of(
            validation
                .map(table -> dataset(table, inputs))
                .orElseGet(() -> examples.select(train.name() + " (validation)", split.held()))),
        split.tested().length > 0
            ? Optional.of(examples.select(train.name() + " (test)", split.tested()))
            : test.map(table -> dataset(table, inputs)),
        features,
        Optional.empty(),
        notes,
        List.copyOf(inputs.values()));
  }

  /** {@return the rows of a table as examples, with their weights if it has them} */
  private Dataset dataset(Table table, SequencedMap<String, Encoding> inputs) {
    Dataset examples = Encodings.dataset(table, inputs, target());
    return spec.data()
        .weight()
        .filter(table::has)
        .map(column -> examples.with(column, table.numbers(column)))
        .orElse(examples);
  }

  private Set<String> filled(List<String> columns) {
    return columns.stream()
        .filter(name -> csv.columns().getOrDefault(name, csv.cells()).missing() == Missing.MEAN)
        .collect(Collectors.toSet());
  }

  private static String listed(SequencedMap<String, Encoding> inputs) {
    List<String> all =
        inputs.values().stream()
            .flatMap(encoding -> encoding.fields().stream())
            .map(Field::name)
            .distinct()
            .toList();
    return all.size() <= MOST_LISTED
        ? String.join(", ", all)
        : String.join(", ", all.subList(0, MOST_LISTED))
            + " and %d more".formatted(all.size() - MOST_LISTED);
  }

  /** The tokenizer learns from rows that are not held back. */
  private Encoding text(Table train, TableSplit split, InputSpec input, InputSpec.Text text)
      throws IOException {
    String column = input.columns().getFirst();
    List<String> learned = Texts.select(train.texts(column), split.learned());
    Tokenizer tokenizer = Texts.made(spec, text.tokenizer(), learned, finder);
    OptionalLong padding = spec.model().graph().paddingToken(input.name());
    int id = padding.isPresent() ? (int) padding.getAsLong() : tokenizer.size();
    return new TextTokens(
        column, new FixedLength(tokenizer, text.length(), OptionalInt.of(id), text.longer()));
  }
}
