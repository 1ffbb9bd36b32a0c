package dev.fathom.service.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.Locale;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class ForecastCommandTest {

  private static final int DAYS = 120;
  private static final int BLUE = 0xff1565c0;

  @TempDir static Path folder;

  private static final StringWriter out = new StringWriter();
  private static final StringWriter err = new StringWriter();
  private static String file;

  @BeforeAll
  static void train() throws IOException {
    CommandLines.use(folder);
    var text = new StringBuilder("day,tide\n");
    for (int day = 0; day < DAYS; day++) {
      double tide = Math.sin(day * Math.PI / 7);
      text.append(
          String.format(Locale.ROOT, "%s,%.3f%n", LocalDate.of(2024, 1, 1).plusDays(day), tide));
    }
    file = Files.writeString(folder.resolve("tides.csv"), text).toString();
    var spec =
        """
        {"name": "tides",
         "data": {"format": "series", "train": "tides.csv", "time": "day", "target": "tide",
                  "window": 7, "horizon": 2, "season": 14, "heldOut": 0.25, "unit": "m"},
         "model": [{"type": "flatten"}, {"type": "dense", "units": 6}],
         "training": {"epochs": 40, "batchSize": 16, "loss": "quantile",
                      "optimizer": {"type": "adam", "learningRate": 0.05}}}
        """;
    assertEquals(
        0,
        run("train", Files.writeString(folder.resolve("spec.json"), spec).toString()),
        err::toString);
    assertTrue(
        out.toString()
            .lines()
            .anyMatch(
                line ->
                    line.matches(
                        "test meanAbsoluteError 0\\.0\\d+, seasonalNaiveError 0\\.0000, cov.*")),
        out::toString);
  }

  @AfterAll
  static void forget() {
    CommandLines.forget();
  }

  private static int run(String... arguments) {
    return CommandLines.run(out, err, arguments);
  }

  private String lastLine() {
    return out.toString().lines().toList().getLast();
  }

  @Test
  void saysWhatComesAndHowWellItWouldHaveKnown() throws IOException {
    assertEquals(0, run("forecast", "tides", file), err::toString);
    var lines = out.toString().lines().toList();
    assertEquals(3, lines.size(), lines::toString);
    assertEquals("                10 %      50 %      90 %", lines.getFirst());
    assertTrue(lines.get(1).startsWith("2024-04-30  "), lines.get(1));
    double median = Double.parseDouble(lines.get(1).substring(20, 30).strip());
    assertEquals(Math.sin(DAYS * Math.PI / 7), median, 0.1);

    assertEquals(0, run("forecast", "tides", file, "--backtest", "20"), err::toString);
    assertTrue(
        lastLine()
            .matches(
                "2024-04-10 to 2024-04-29: mean absolute error 0\\.0\\d+, seasonal-naive 0\\.000,"
                    + " \\d+\\.\\d % inside the 80 % interval"),
        out::toString);

    assertEquals(0, run("forecast", "tides:1", file, "--backtest", "--json"), err::toString);
    var json = new ObjectMapper().readTree(out.toString());
    assertEquals("2024-05-01", json.at("/forecast/1/time").asText());
    assertEquals(median, json.at("/forecast/0/quantiles/0.5").asDouble(), 1e-3);
    assertEquals(30, json.at("/backtest/rows").asInt());
    assertEquals("2024-03-31", json.at("/backtest/from").asText());

    assertEquals(0, run("predict", "tides", file), err::toString);
    assertEquals(6, out.toString().split(",").length);
  }

  /** Two shops with one model, on business days. */
  @Test
  void forecastsOneOfSeveralSeries() throws IOException {
    var text = new StringBuilder("shop,day,sold\n");
    for (int i = 0; i < 60; i++) {
      var day = LocalDate.of(2024, 1, 1).plusDays(i);
      if (day.getDayOfWeek().getValue() <= 5) {
        text.append("north,%s,%d%nsouth,%s,%d%n".formatted(day, i % 7, day, 1_000_000 + i % 7));
      }
    }
    var shops = Files.writeString(folder.resolve("shops.csv"), text).toString();
    var spec =
        """
        {"name": "shops",
         "data": {"format": "series", "train": "shops.csv", "key": "shop", "time": "day",
                  "target": "sold", "window": 5, "horizon": 2, "season": 5, "heldOut": 0.25},
         "model": [{"type": "flatten"}, {"type": "dense", "units": 2}],
         "training": {"epochs": 2, "batchSize": 16, "loss": "meanSquaredError"}}
        """;
    var file = Files.writeString(folder.resolve("shops.json"), spec).toString();
    assertEquals(0, run("train", file), err::toString);
    assertEquals(0, run("forecast", "shops", shops, "--key", "south"), err::toString);
    var lines = out.toString().lines().toList();
    assertTrue(lines.get(1).matches("2024-03-01  +-?\\d+\\.\\d{3}"), lines.get(1));
    assertTrue(lines.get(2).startsWith("2024-03-04  "), lines.get(2));
    assertEquals(0, run("forecast", "shops", shops, "--key", "north", "--json", "--backtest", "5"));
    var json = new ObjectMapper().readTree(out.toString());
    assertEquals("north", json.at("/key").asText());
    assertEquals("2024-02-23", json.at("/backtest/from").asText());
    assertEquals(0, run("forecast", "shops", shops, "--backtest", "5"), err::toString);
    lines = out.toString().lines().toList();
    assertEquals("north", lines.getFirst());
    assertTrue(lines.get(2).matches("  2024-03-01  +-?\\d+\\.\\d{3}"), lines.get(2));
    assertEquals("south", lines.get(5));
    assertEquals(10, lines.size(), out::toString);
    // One that is too short is told, and the others are forecast.
    var short1 = Files.writeString(folder.resolve("west.csv"), text + "west,2024-01-01,1\n");
    assertEquals(0, run("forecast", "shops", short1.toString(), "--json"), err::toString);
    json = new ObjectMapper().readTree(out.toString());
    assertEquals("south", json.at("/1/key").asText());
    assertEquals(2, json.at("/1/forecast").size());
    assertTrue(json.at("/2/error").asText().contains("expected 5 rows or more"), json::toString);
    var plot = folder.resolve("shops.png").toString();
    refuses("--plot draws one series", "forecast", "shops", shops, "--plot", plot);
    // Seven digits beside the axis are not cut.
    assertEquals(0, run("forecast", "shops", shops, "--key", "south", "--plot", plot));
    var image = ImageIO.read(Path.of(plot).toFile());
    var edge = image.getRGB(0, 0, 8, image.getHeight(), null, 0, 8);
    assertTrue(Arrays.stream(edge).allMatch(pixel -> pixel == 0xffffffff), "labels are cut");
    refuses("has 2 series: choose one by forecast --key", "predict", "shops", shops);
    refuses(
        "expected the key of one of its series, north, south, but got 'west'",
        "forecast",
        "shops",
        shops,
        "--key",
        "west");
    refuses("its spec has no \"key\"", "forecast", "tides", shops, "--key", "west");
  }

  @Test
  void drawsIt() throws IOException {
    var plot = folder.resolve("tides.png");
    assertEquals(0, run("forecast", "tides", file, "--plot", plot.toString()), err::toString);
    var image = ImageIO.read(plot.toFile());
    int width = image.getWidth();
    var pixels = image.getRGB(0, 0, width, image.getHeight(), null, 0, width);
    assertTrue(Arrays.stream(pixels).filter(pixel -> pixel == BLUE).count() > 1000);
    assertTrue(Arrays.stream(pixels).distinct().count() > 10);
  }

  @Test
  void refusesInOneSentence() throws IOException {
    refuses("there is no file none.csv", "forecast", "tides", "none.csv");
    refuses("there is no model 'none'", "forecast", "none", file);
    refuses("expected 1 to 106 of the 120 rows", "forecast", "tides", file, "--backtest", "107");
    var text = Files.readString(Path.of(file));
    var other = folder.resolve("other.csv");
    Files.writeString(other, text.replace("day,", "time,"));
    refuses("expected a column 'day' but it has", "forecast", "tides", other.toString());
    Files.writeString(other, text.replace("2024-02-03,", "2024-02-03T12:00,"));
    refuses(
        "row 34: expected a time at the frequency 'day'", "forecast", "tides", other.toString());
    Files.writeString(other, text + "2024-04-30\n");
    refuses("line 122: expected 2 values", "forecast", "tides", other.toString());
    Files.writeString(other, text.lines().limit(5).reduce("", (a, b) -> a + b + "\n"));
    refuses("expected 7 rows or more, a window, but got 4", "forecast", "tides", other.toString());
    refuses("expected 7 rows or more, a window, but got 4", "predict", "tides", other.toString());
  }

  private void refuses(String sentence, String... arguments) {
    assertEquals(2, run(arguments), out::toString);
    assertTrue(err.toString().contains(sentence), err::toString);
    assertEquals(1, err.toString().lines().count(), err::toString);
  }
}
