package dev.fathom.train;

import dev.fathom.data.Csv.Missing;
import dev.fathom.data.Dataset;
import dev.fathom.data.FixedLength;
import dev.fathom.data.Split;
import dev.fathom.data.Table;
import dev.fathom.data.Table.Field;
import dev.fathom.encode.Encoding;
import dev.fathom.encode.Encodings;
import dev.fathom.encode.Features;
import dev.fathom.encode.TextTokens;
import dev.fathom.json.SpecException;
import dev.fathom.spec.DataSpec.Source;
import dev.fathom.spec.InputSpec;
import dev.fathom.spec.Spec;
import dev.fathom.text.Tokenizer;
import dev.fathom.train.TrainingData.FileFinder;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.SequencedMap;
import java.util.Set;

/** Makes examples of tables: finds the columns of each input, and how they are encoded. */
final class Tables {
  private final Spec spec;
  private final Source.Csv csv;
  private final FileFinder finder;

  private Tables(Spec spec, Source.Csv csv, FileFinder finder) {
    this.spec = spec;
    this.csv = csv;
    this.finder = finder;
  }

  static TrainingData open(Spec spec, Source.Csv csv, FileFinder finder) throws IOException {
    Table train = TrainingData.read(TrainingData.reader(csv, finder.find(csv.train())));
    Optional<Table> test = Optional.empty();
    if (csv.test().isPresent()) {
      // Classes and means are those of the training: a class that is new in the test is an error.
      test =
          Optional.of(
              TrainingData.read(
                  TrainingData.reader(csv, finder.find(csv.test().get())).like(train)));
    }
    return new Tables(spec, csv, finder).examples(train, test);
  }

  /** {@return the examples of tables that were read} */
  static TrainingData of(Spec spec, Source.Csv csv, Table train, Optional<Table> test)
      throws IOException {
    FileFinder none =
        name -> {
          throw new SpecException("/data", "expected no file but got '" + name + "'");
        };
    return new Tables(spec, csv, none).examples(train, test);
  }

  private TrainingData examples(Table train, Optional<Table> test) throws IOException {
    String target = spec.data().target();
    List<String> features = csv.features().isEmpty() ? byDefault(train) : csv.features();
    checkColumns(train);
    SequencedMap<String, Encoding> inputs = new LinkedHashMap<>();
    for (InputSpec input : spec.inputs()) {
      List<String> columns = input.columns().isEmpty() ? features : input.columns();
      inputs.put(
          input.column(),
          input.text().isPresent()
              ? text(train, input, input.text().get())
              : Features.of(
                  train,
                  columns,
                  spec.model().graph().vocabulary(input.name()) > 0,
                  spec.data().dates(),
                  filled(columns)));
    }
    Dataset examples = Encodings.dataset(train, inputs, target);
    return new TrainingData(
        examples,
        Optional.empty(),
        test.map(table -> Encodings.dataset(table, inputs, target)),
        features,
        Optional.empty(),
        List.copyOf(inputs.values()));
  }

  /** {@return the columns of numbers, of true and false, and what is declared as something else} */
  private List<String> byDefault(Table table) {
    return table.fields().stream()
        .filter(
            field ->
                switch (field.kind()) {
                  case NUMBER, INTEGER, BOOLEAN -> true;
                  case DATE, CATEGORY ->
                      csv.kinds().containsKey(field.name())
                          || spec.data().dates().containsKey(field.name());
                  case CLASS, TEXT -> false;
                })
        .map(Field::name)
        .filter(column -> !column.equals(spec.data().target()))
        .toList();
  }

  private Set<String> filled(List<String> columns) {
    return csv.missing() == Missing.MEAN ? Set.copyOf(columns) : Set.of();
  }

  /** The tokenizer learns from rows that are not held back. */
  private Encoding text(Table train, InputSpec input, InputSpec.Text text) throws IOException {
    String column = input.columns().getFirst();
    Split split =
        Split.of(
            train.targets(spec.data().target()),
            1,
            spec.training().validation(),
            spec.training().seed());
    List<String> learned = Texts.select(train.texts(column), Texts.rows(split.train()));
    Tokenizer tokenizer = Texts.tokenizer(text.tokenizer(), learned, finder);
    OptionalLong padding = spec.model().graph().paddingToken(input.name());
    int id = padding.isPresent() ? (int) padding.getAsLong() : tokenizer.size();
    return new TextTokens(
        column, new FixedLength(tokenizer, text.length(), OptionalInt.of(id), text.longer()));
  }

  /** Checks that a table has the columns of the network's inputs. */
  private void checkColumns(Table table) {
    List<String> known = table.fields().stream().map(Field::name).toList();
    for (InputSpec input : spec.model().inputs()) {
      for (String column : input.columns()) {
        if (!known.contains(column)) {
          throw new SpecException(
              "/model/inputs/" + input.name(),
              "expected columns of the table, some of %s, but got '%s'".formatted(known, column));
        }
      }
    }
    for (String column : spec.data().dates().keySet()) {
      if (!known.contains(column) || table.field(column).kind() != Table.Kind.DATE) {
        throw new SpecException(
            "/data/dates",
            "expected columns of dates of the table, some of %s, but got '%s'"
                .formatted(
                    table.fields().stream()
                        .filter(field -> field.kind() == Table.Kind.DATE)
                        .map(Field::name)
                        .toList(),
                    column));
      }
    }
  }
}
