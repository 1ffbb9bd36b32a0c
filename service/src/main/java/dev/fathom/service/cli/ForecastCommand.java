package dev.fathom.service.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.fathom.data.DataException;
import dev.fathom.data.Series;
import dev.fathom.data.SeriesSet;
import dev.fathom.model.Forecaster;
import dev.fathom.model.Model;
import dev.fathom.model.Predictor;
import dev.fathom.model.SeriesForecast;
import dev.fathom.service.plot.ForecastPlot;
import dev.fathom.spec.SeriesSpec;
import dev.fathom.store.DataDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Forecasts a time series, and compares earlier forecasts of the model with what was observed. */
@Command(
    description = {
      "Forecasts what comes after the last row of a time series, with its quantiles.",
      "--backtest compares the model with rows that are known, --plot draws them."
    },
    footer = {
      "",
      "Example:",
      "  ${ROOT-COMMAND-NAME} forecast weather samples/weather/seattle-weather.csv \\",
      "      --plot forecast.png"
    })
final class ForecastCommand implements Callable<Integer> {

  @Mixin private ModelReference model;

  @Parameters(
      index = "1",
      paramLabel = "CSV",
      description = "A file with the columns that the model learned.")
  private Path file;

  @Option(
      names = "--key",
      paramLabel = "KEY",
      description = "Which series, where the file has several (default: all).")
  private String key;

  @Option(
      names = "--backtest",
      paramLabel = "N",
      arity = "0..1",
      fallbackValue = "0",
      description =
          "Forecasts the last N rows too, a horizon at a time from the rows before, and "
              + "compares (default: as many as the training held back).")
  private Integer backtest;

  @Option(names = "--plot", paramLabel = "FILE", description = "Draws both as PNG.")
  private Path plot;

  @Option(names = "--json", description = "Prints JSON.")
  private boolean json;

  @Mixin private LocalOptions options;
  @Spec private CommandSpec command;

  @Override
  public Integer call() throws IOException {
    var config = options.config();
    try (var directory = DataDirectory.openReadOnly(config.data())) {
      var loaded = model.load(directory);
      var selection = LocalOptions.select(config);
      try (var backend = selection.backend();
          var predictor = Predictor.open(backend, loaded)) {
        tell(new Forecaster(predictor), loaded);
      }
      return 0;
    }
  }

  private void tell(Forecaster forecaster, Model loaded) throws IOException {
    var all = readAll(loaded, file, Optional.ofNullable(key));
    if (key == null && all.keys().size() > 1) {
      tellAll(forecaster, loaded, all);
      return;
    }
    var told = told(forecaster, all.of(Optional.ofNullable(key)));
    if (json) {
      say(json(loaded, Optional.ofNullable(key), told).toPrettyString());
    } else {
      text(told).forEach(this::say);
    }
    if (plot != null) {
      Files.write(plot, draw(loaded, told.known().orElseThrow(), told.ahead()));
    }
  }

  /** Tells of each series, of one that is too short what it lacks. */
  private void tellAll(Forecaster forecaster, Model loaded, SeriesSet all) {
    if (plot != null) {
      throw new CommandException(
          "--plot draws one series but %s has %d: choose one, for example --key %s"
              .formatted(file.getFileName(), all.keys().size(), all.keys().getFirst()));
    }
    var list = JsonNodeFactory.instance.arrayNode();
    for (var name : all.keys()) {
      List<String> lines;
      try {
        var told = told(forecaster, all.of(Optional.of(name)));
        list.add(json(loaded, Optional.of(name), told));
        lines = text(told);
      } catch (DataException e) {
        list.addObject().put("model", loaded.name()).put("key", name).put("error", e.getMessage());
        lines = List.of(e.getMessage());
      }
      if (!json) {
        say(name);
        lines.forEach(line -> say("  " + line));
      }
    }
    if (json) {
      say(list.toPrettyString());
    }
  }

  /** What is to come of a series, and what would have been said of rows that are known. */
  private record Told(SeriesForecast ahead, Optional<SeriesForecast> known) {}

  private Told told(Forecaster forecaster, Series series) {
    return new Told(
        forecaster.ahead(series),
        backtest != null || plot != null
            ? Optional.of(forecaster.backtest(series, rows(forecaster, series)))
            : Optional.empty());
  }

  private static List<String> text(Told told) {
    return Stream.concat(
            lines(told.ahead()).stream(), told.known().map(ForecastCommand::summary).stream())
        .toList();
  }

  private int rows(Forecaster forecaster, Series series) {
    if (backtest != null && backtest != 0) {
      return backtest;
    }
    var source = series(forecaster.predictor().model());
    int held = (int) Math.round(series.size() * source.heldOut());
    if (held == 0) {
      throw new CommandException(
          "the training held no rows back: say how many to compare with, --backtest N");
    }
    return held;
  }

  /**
   * {@return a series in a file, read by the columns of a model's spec}
   *
   * @param key which, where there are several
   */
  static Series read(Model model, Path file, Optional<String> key) throws IOException {
    var all = readAll(model, file, key);
    if (key.isEmpty() && all.keys().size() > 1) {
      throw new CommandException(
          "%s has %d series: choose one by forecast --key, for example --key %s"
              .formatted(file.getFileName(), all.keys().size(), all.keys().getFirst()));
    }
    return all.of(key);
  }

  private static SeriesSet readAll(Model model, Path file, Optional<String> key)
      throws IOException {
    if (!Files.isRegularFile(file)) {
      throw new CommandException("there is no file " + file);
    }
    var source = series(model);
    if (key.isPresent() && source.key().isEmpty()) {
      throw new CommandException(
          "--key: '%s' learned a single series, and its spec has no \"key\""
              .formatted(model.name()));
    }
    var data = dev.fathom.spec.Spec.of(model).orElseThrow().data();
    return source.series(data.target(), file);
  }

  /** {@return how the spec of a model reads a time series} */
  private static SeriesSpec series(Model model) {
    var spec = dev.fathom.spec.Spec.of(model);
    if (spec.isPresent() && spec.get().data().source() instanceof SeriesSpec source) {
      return source;
    }
    throw new CommandException(
        "expected a model of a time series but %s takes '%s'"
            .formatted(model.name(), model.signature().input().name()));
  }

  /** {@return a line with the names of the quantiles, and one for each row} */
  static List<String> lines(SeriesForecast forecast) {
    int quantiles = forecast.levels().size();
    var values =
        IntStream.range(0, forecast.rows() * quantiles)
            .mapToObj(i -> text("%.3f", forecast.value(i / quantiles, i % quantiles)))
            .toList();
    int longest = values.stream().mapToInt(String::length).max().orElse(0);
    var column = "%" + Math.max(10, longest + 2) + "s";
    var times =
        IntStream.range(0, forecast.rows())
            .mapToObj(i -> forecast.series().time(forecast.from() + i))
            .toList();
    int width = times.stream().mapToInt(String::length).max().orElse(0);
    var head =
        forecast.levels().stream()
            .map(level -> text(column, percent(level) + " %"))
            .collect(Collectors.joining());
    var rows =
        IntStream.range(0, forecast.rows())
            .mapToObj(
                i ->
                    times.get(i)
                        + " ".repeat(width - times.get(i).length())
                        + values.subList(i * quantiles, (i + 1) * quantiles).stream()
                            .map(value -> text(column, value))
                            .collect(Collectors.joining()));
    return Stream.concat(Stream.of(" ".repeat(width) + head), rows).toList();
  }

  /** {@return how far a forecast is from what was observed} */
  private static String summary(SeriesForecast known) {
    var error = known.error();
    var series = known.series();
    var text =
        text(
            "%s to %s: mean absolute error %.3f, seasonal-naive %.3f",
            series.time(known.from()),
            series.time(series.size() - 1),
            error.meanAbsolute(),
            error.referenceMeanAbsolute());
    return error.coverage().isPresent()
        ? text
            + text(
                ", %.1f %% inside the %s %% interval",
                100 * error.coverage().getAsDouble(),
                percent(known.levels().getLast() - known.levels().getFirst()))
        : text;
  }

  private static byte[] draw(Model model, SeriesForecast known, SeriesForecast ahead) {
    var unit = series(model).unit();
    var title =
        "%s: %s, forecast %d steps at a time"
            .formatted(
                model.name()
                    + series(model).key().map(_ -> ", " + known.series().name()).orElse(""),
                known.series().targetName(),
                known.horizon());
    return ForecastPlot.png(List.of(known, ahead), title, summary(known), unit);
  }

  private static ObjectNode json(Model model, Optional<String> key, Told told) {
    var ahead = told.ahead();
    var json = JsonNodeFactory.instance.objectNode();
    json.put("model", model.name()).put("target", ahead.series().targetName());
    key.ifPresent(name -> json.put("key", name));
    var rows = json.putArray("forecast");
    for (int i = 0; i < ahead.rows(); i++) {
      var row = rows.addObject().put("time", ahead.series().time(ahead.from() + i));
      var quantiles = row.putObject("quantiles");
      for (int q = 0; q < ahead.levels().size(); q++) {
        quantiles.set(Double.toString(ahead.levels().get(q)), ahead.json(i, q));
      }
    }
    told.known()
        .ifPresent(
            forecast -> {
              var error = forecast.error();
              var measured = json.putObject("backtest");
              measured
                  .put("from", forecast.series().time(forecast.from()))
                  .put("rows", forecast.rows())
                  .put("meanAbsoluteError", error.meanAbsolute())
                  .put("seasonalNaiveError", error.referenceMeanAbsolute());
              error.coverage().ifPresent(share -> measured.put("coverage", share));
            });
    return json;
  }

  private static String percent(double level) {
    return text("%.3g", 100 * level).replaceAll("\\.?0+$", "");
  }

  private static String text(String format, Object... values) {
    return String.format(Locale.ROOT, format, values);
  }

  private void say(String text) {
    command.commandLine().getOut().println(text);
  }
}
