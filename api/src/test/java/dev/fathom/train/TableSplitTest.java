package dev.fathom.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.fathom.data.DataException;
import dev.fathom.data.Dataset;
import dev.fathom.json.SpecException;
import dev.fathom.spec.Spec;
import dev.fathom.spi.Shape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which rows of a table are learned, held back and tested on. */
class TableSplitTest {
  @TempDir Path folder;

  private static Spec spec(String data, String training) {
    return Spec.parse(
        """
        {"name": "leaf", "data": {"format": "csv", "train": "train.csv", "target": "tree", %s},
         "model": [{"type": "dense", "units": 2}],
         "training": {"epochs": 1, "batchSize": 16, %s}}"""
            .formatted(data, training));
  }

  private TrainingData open(String file, String data, String training) throws IOException {
    Files.writeString(folder.resolve("train.csv"), file);
    return TrainingData.open(spec(data, training), folder);
  }

  /** 60 leaves of 15 plants; the number of each leaf is its feature. */
  private static String leaves() {
    StringBuilder text = new StringBuilder("leaf,plant,day,tree\n");
    for (int i = 0; i < 60; i++) {
      text.append(
          String.format(
              Locale.ROOT,
              "%d,%02d,2024-%02d-%02d,%s%n",
              i,
              i * 7 % 15,
              1 + i * 7 % 12,
              1 + i % 28,
              i % 3 == 0 ? "oak" : "elm"));
    }
    return text.toString();
  }

  private static List<Integer> leaves(Dataset dataset) {
    float[] features = new float[8]; // The leaf is the first.
    List<Integer> leaves = new ArrayList<>();
    for (int row = 0; row < dataset.size(); row++) {
      dataset.read(0, row, features, 0);
      leaves.add((int) features[0]);
    }
    return leaves;
  }

  private static Set<Integer> plants(Dataset dataset) {
    Set<Integer> plants = new TreeSet<>();
    leaves(dataset).forEach(leaf -> plants.add(leaf * 7 % 15));
    return plants;
  }

  private static void assertApart(TrainingData data) {
    List<Integer> all = new ArrayList<>(leaves(data.train()));
    all.addAll(leaves(data.validation().orElseThrow()));
    all.addAll(leaves(data.test().orElseThrow()));
    assertEquals(60, all.size());
    assertEquals(60, new HashSet<>(all).size());
  }

  @Test
  void noPlantIsOnTwoSides() throws IOException {
    String training = "\"validation\": 0.25, \"split\": {\"groups\": \"plant\"}";
    TrainingData data = open(leaves(), "\"test\": 0.2", training);
    assertEquals(Shape.of(1), data.train().columns().getFirst().shape(), "the leaf alone");
    assertApart(data);
    assertEquals(12, data.test().orElseThrow().size(), 4);
    assertEquals(12, data.validation().orElseThrow().size(), 4);
    List<Set<Integer>> sides =
        List.of(
            plants(data.train()),
            plants(data.validation().orElseThrow()),
            plants(data.test().orElseThrow()));
    assertEquals(15, sides.stream().mapToInt(Set::size).sum());
    TrainingData same = open(leaves(), "\"test\": 0.2", training);
    assertEquals(leaves(data.train()), leaves(same.train()));
    TrainingData seeded = open(leaves(), "\"test\": 0.2", training + ", \"seed\": 9");
    assertEquals(leaves(data.test().orElseThrow()), leaves(seeded.test().orElseThrow()));
    assertNotEquals(leaves(data.train()), leaves(seeded.train()));
  }

  @Test
  void atRandomEachClassHasItsShare() throws IOException {
    TrainingData data = open(leaves(), "\"test\": 0.2", "\"validation\": 0.25");
    assertApart(data);
    assertEquals(4, leaves(data.test().orElseThrow()).stream().filter(i -> i % 3 == 0).count());
    assertEquals(12, data.test().orElseThrow().size());
    assertEquals(12, data.validation().orElseThrow().size());
    TrainingResult result =
        Trainer.of(spec("\"test\": 0.2", "\"validation\": 0.25"), data, Digits.java())
            .build()
            .run();
    assertEquals(12, result.test().orElseThrow().examples());
    assertEquals(12, result.validation().orElseThrow().examples());
  }

  @Test
  void theLatestAreTestedAndTheLatestOfTheOthersHeldBack() throws IOException {
    String training = "\"validation\": 0.25, \"split\": {\"order\": \"leaf\"}";
    String features = ", \"features\": [\"leaf\"]";
    TrainingData data = open(leaves(), "\"test\": 0.2" + features, training);
    assertEquals(IntStream.range(48, 60).boxed().toList(), leaves(data.test().orElseThrow()));
    assertEquals(IntStream.range(36, 48).boxed().toList(), leaves(data.validation().orElseThrow()));
    assertApart(data);

    TrainingData days = open(leaves(), "\"test\": 0.2", training.replace("leaf", "day"));
    for (int leaf : leaves(days.train())) {
      for (int later : leaves(days.test().orElseThrow())) {
        assertTrue(day(leaf).compareTo(day(later)) < 0);
      }
    }
  }

  private static String day(int leaf) {
    return String.format(Locale.ROOT, "2024-%02d-%02d", 1 + leaf * 7 % 12, 1 + leaf % 28);
  }

  /** Their texts are in another order than their times. */
  @Test
  void timesHaveOffsets() throws IOException {
    String file =
        """
        x,at,tree
        1,2024-01-02T00:30+02:00,oak
        2,2024-01-01T23:00Z,elm
        3,2024-01-01,oak
        4,2024-01-01 12:00,elm
        """;
    TrainingData data =
        open(
            file,
            "\"kinds\": {\"tree\": \"class\"}",
            "\"validation\": 0.25, \"split\": {\"order\": \"at\"}");
    assertEquals(List.of(2), leaves(data.validation().orElseThrow()));
  }

  @Test
  void aFileHasTheValidation() throws IOException {
    Files.writeString(folder.resolve("held.csv"), "leaf,plant,day,tree\n99,1,2024-01-01,oak\n");
    String training = "\"validation\": \"held.csv\", \"earlyStopping\": {}";
    TrainingData data = open(leaves(), "\"test\": 0.2", training);
    assertEquals(List.of(99), leaves(data.validation().orElseThrow()));
    assertEquals(48, data.train().size());
    assertEquals(Set.of("held.csv", "train.csv"), data.digests().files().keySet());
    Files.writeString(folder.resolve("held.csv"), "leaf,plant,day,tree\n");
    assertEquals(
        "[csv] held.csv: expected rows to validate with but there are none",
        assertThrows(DataException.class, () -> open(leaves(), "\"fit\": true", training))
            .getMessage());
  }

  @Test
  void rowsOfNoWeightAreNotSplit() throws IOException {
    String file = "leaf,w,tree\n" + "1,1,oak\n2,0,oak\n3,2,elm\n4,1,elm\n".repeat(10);
    TrainingData data = open(file, "\"weight\": \"w\", \"test\": 0.5", "\"validation\": 0.5");
    assertEquals(15, data.test().orElseThrow().size());
    assertEquals(8, data.validation().orElseThrow().size(), 1);
    Spec spec = spec("\"weight\": \"w\", \"test\": 0.5", "\"validation\": 0.5");
    List<TrainingEvent> events = new ArrayList<>();
    Trainer.of(spec, data, Digits.java()).listener(events::add).build().run();
    assertEquals(
        List.of(
            "train.csv: 40 rows; 'tree' is learned from leaf",
            "7 examples to learn from (elm: 5, oak: 2); 8 to validate with (elm: 5, oak: 3); 15 to test on"
                + " (elm: 10, oak: 5)",
            "10 examples of 'train.csv (train)' have weight 0 and are left out"),
        ((TrainingEvent.Started) events.getFirst()).notes());
    String negative = file.replaceFirst("3,2,", "3,-2,");
    assertEquals(
        "/data/weight: expected weights of 0 or more but row 3 of 'train.csv' has -2.0",
        assertThrows(SpecException.class, () -> open(negative, "\"weight\": \"w\"", "\"seed\": 1"))
            .getMessage());
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      value = {
        "`x,g,tree\n1,a,oak\n2,a,elm\n3,a,oak\n4,a,elm\n`, groups, g,"
            + " `/training/split/groups: expected 2 groups or more, one for each part of the split,"
            + " but 'g' has only 'a'`",
        "`x,g,tree\n1,a,oak\n2,,elm\n3,a,oak\n4,b,elm\n`, groups, g,"
            + " `/training/split/groups: expected a group for each row but row 2 of 'train.csv' has"
            + " none in 'g'`",
        "`x,g,tree\n1,a,oak\n2,NA,elm\n3,a,oak\n4,b,elm\n`, groups, g,"
            + " `/training/split/groups: expected a group for each row but row 2 of 'train.csv' has"
            + " none in 'g'`",
        "`x,g,tree\n1,a,oak\n2,b,elm\n3,a,oak\n4,b,elm\n`, groups, g,"
            + " `/training/split/groups: expected a group that can be held back but each has a class"
            + " that no other has`",
        "`x,g,tree\n1,2024-01-01,oak\n2,soon,elm\n3,2024-01-01,oak\n4,2024-01-01,elm\n`, order, g,"
            + " `/training/split/order: expected numbers, or dates or times of ISO 8601, but row 2 of"
            + " 'train.csv' has 'soon' in 'g'`",
        "`x,g,tree\n1,5,oak\n2,5,elm\n3,5,oak\n4,5,elm\n`, order, g,"
            + " `/training/split/order: [split] expected rows of two times or more but all 4 are of"
            + " one`",
        "`x,g,tree\n1,5,oak\n2,6,elm\n3,5,oak\n4,6,elm\n`, order, h,"
            + " `/training/split/order: expected a column of train.csv but got 'h'; there are [x, g,"
            + " tree]`",
      })
  void areRefused(String file, String key, String column, String message) {
    SpecException wrong =
        assertThrows(
            SpecException.class,
            () ->
                open(
                    file,
                    "\"kinds\": {\"tree\": \"class\"}, \"missingWords\": [\"NA\"]",
                    "\"validation\": 0.5, \"split\": {\"%s\": \"%s\"}".formatted(key, column)));
    assertEquals(message, wrong.getMessage());
  }

  @Test
  void aColumnsOwnWordsMeanThatARowHasNoGroup() {
    String file = "x,g,tree\n1,a,oak\n2,?,elm\n3,a,oak\n4,b,elm\n";
    String split = "\"validation\": 0.5, \"split\": {\"groups\": \"g\"}";
    String words = "\"columns\": {\"g\": {\"missingWords\": [\"?\"]}}";
    assertEquals(
        "/training/split/groups: expected a group for each row but row 2 of 'train.csv' has none in"
            + " 'g'",
        assertThrows(SpecException.class, () -> open(file, words, split)).getMessage());
  }

  @Test
  void threePartsNeedThreeGroups() throws IOException {
    String file = "x,g,tree\n" + "1,007,oak\n2,7,elm\n3,7,oak\n4,007,elm\n".repeat(3);
    String split = "\"validation\": 0.5, \"split\": {\"groups\": \"g\"}";
    assertEquals(
        "/training/split/groups: expected 3 groups or more, one for each part of the split, but 'g'"
            + " has 2: 007, 7",
        assertThrows(SpecException.class, () -> open(file, "\"test\": 0.3", split)).getMessage());
    TrainingData two = open(file, "\"fit\": true", split);
    assertEquals(6, two.train().size(), "007 is not 7");
  }

  @Test
  void aTestShareThatIsNoRow() {
    assertEquals(
        "/data/test: a share of 0.001 of 60 rows, taken from each class, is no row; 0.013 or more"
            + " holds one back",
        assertThrows(SpecException.class, () -> open(leaves(), "\"test\": 0.001", "\"seed\": 1"))
            .getMessage());
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      value = {
        "/data/test, `\"test\": 0`, `\"seed\": 1`",
        "/data/test, `\"test\": 1`, `\"seed\": 1`",
        "/data/test, `\"test\": true`, `\"seed\": 1`",
        "/training/validation, `\"fit\": true`, `\"validation\": 1`",
        "/training/validation, `\"fit\": true`, `\"validation\": []`",
        "/training/split/order, `\"fit\": true`, `\"split\": {\"groups\": \"a\", \"order\": \"b\"}`",
        "/training/split, `\"fit\": true`, `\"split\": {\"groups\": \"tree\"}`",
        "/training/split/group, `\"fit\": true`, `\"split\": {\"group\": \"a\"}`",
      })
  void areReadStrictly(String pointer, String data, String training) {
    assertEquals(pointer, assertThrows(SpecException.class, () -> spec(data, training)).pointer());
  }

  @Test
  void onlyTablesAreSplitByColumns() {
    for (String training : List.of("\"split\": {\"groups\": \"a\"}", "\"validation\": \"a.csv\"")) {
      assertThrows(
          SpecException.class,
          () ->
              Spec.parse(
                  """
                  {"name": "n", "data": {"dataset": "mnist"},
                   "model": [{"type": "dense", "units": 2}], "training": {%s}}"""
                      .formatted(training)));
    }
  }

  @Test
  void expand() {
    Spec spec = spec("\"test\": 0.2", "\"validation\": \"v.csv\", \"split\": {\"order\": \"day\"}");
    assertEquals(spec, Spec.parse(spec.expand()));
    assertEquals(spec.training(), Spec.parse(spec.expand()).training());
    assertEquals(0.2, Spec.parse(spec.expand()).data().testShare());
  }
}
