package dev.fathom.service.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.fathom.generate.BeamSearch;
import dev.fathom.generate.Completion;
import dev.fathom.generate.Generator;
import dev.fathom.generate.PictureGenerator;
import dev.fathom.generate.PictureRequest;
import dev.fathom.generate.Sampling;
import dev.fathom.image.Picture;
import dev.fathom.image.PngWriter;
import dev.fathom.model.Model;
import dev.fathom.service.FathomConfig;
import dev.fathom.store.DataDirectory;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.Random;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * Continues a text by a language model, or makes pictures. It needs no service, and works while one
 * runs.
 */
@Command(
    description = {
      "Goes on with a text by a trained language model, and prints what follows;",
      "or makes pictures by a model of pictures, and writes them as PNG."
    },
    footer = {
      "",
      "Examples:",
      "  ${ROOT-COMMAND-NAME} generate gpt \"Call me\" --temperature 0.8 --max-tokens 200",
      "  ${ROOT-COMMAND-NAME} generate digits-diffusion --class 7 --count 16 --out grid.png"
    })
final class GenerateCommand implements Callable<Integer> {

  @Mixin private ModelReference model;

  @Parameters(
      index = "1",
      paramLabel = "PROMPT",
      arity = "0..1",
      description = "What a text goes on from, one character or more.")
  private String prompt;

  @Option(
      names = "--max-tokens",
      paramLabel = "N",
      defaultValue = "100",
      description = "How many tokens at most (default: 100); the context ends them too.")
  private int maxTokens;

  @Option(
      names = "--temperature",
      paramLabel = "T",
      description =
          "0 takes the likeliest token each time; 1 draws by probability (default: what an "
              + "imported model says, else 0).")
  private Double temperature;

  @Option(
      names = "--top-k",
      paramLabel = "K",
      description = "Draws from the K likeliest tokens, of 0 from all (default: as --temperature).")
  private Integer topK;

  @Option(
      names = "--top-p",
      paramLabel = "P",
      description =
          "Draws from the likeliest tokens that have this share together (default: as "
              + "--temperature, else 1).")
  private Double topP;

  @Option(
      names = "--min-p",
      paramLabel = "P",
      defaultValue = "0",
      description = "Draws no token below this share of the likeliest's (default: 0).")
  private double minP;

  @Option(
      names = "--beams",
      paramLabel = "N",
      defaultValue = "0",
      description = "Searches the likeliest text with N beams, instead of drawing.")
  private int beams;

  @Option(
      names = "--length-penalty",
      paramLabel = "P",
      defaultValue = "1",
      description = "Of a search: above 0 longer texts gain (default: 1).")
  private double lengthPenalty;

  @Option(
      names = "--repetition-penalty",
      paramLabel = "R",
      description =
          "Above 1, tokens that came before become less likely (default: as --temperature, "
              + "else 1).")
  private Double repetitionPenalty;

  @Option(
      names = "--stop",
      paramLabel = "TEXT",
      description = "Ends in front of this text; may be given several times.")
  private List<String> stop = List.of();

  @Option(
      names = "--seed",
      paramLabel = "S",
      description = "The same seed gives the same text or pictures (default: another each time).")
  private Long seed;

  @Option(names = "--json", description = "Prints one JSON object, at the end.")
  private boolean json;

  @Mixin private PictureOptions pictures;
  @Mixin private LocalOptions options;
  @Spec private CommandSpec command;

  @Override
  public Integer call() throws IOException {
    var config = options.config();
    try (var directory = DataDirectory.openReadOnly(config.data())) {
      var loaded = model.load(directory);
      if (PictureGenerator.makes(loaded)) {
        draw(config, loaded);
        return 0;
      }
      if (!pictures.given().isEmpty()) {
        throw new CommandException(
            "%s: '%s' makes no pictures"
                .formatted(String.join(", ", pictures.given()), loaded.name()));
      }
      if (prompt == null) {
        throw new CommandException(
            "expected a text that '%s' goes on from".formatted(loaded.name()));
      }
      var sampling = sampling(loaded);
      try (var backend = LocalOptions.select(config).backend();
          var generator = Generator.open(backend, loaded)) {
        print(generator, sampling);
      }
      return 0;
    }
  }

  private void draw(FathomConfig config, Model loaded) throws IOException {
    if (prompt != null) {
      throw new CommandException(
          "'%s' makes pictures, not texts: expected no text but got '%s'; --class says what they show"
              .formatted(loaded.name(), prompt));
    }
    var request = pictures.request(seed == null ? new Random().nextInt() : seed);
    var file = pictures.file(loaded.name());
    var began = System.nanoTime();
    try (var backend = LocalOptions.select(config).backend();
        var generator = PictureGenerator.open(backend, loaded)) {
      var grid = Picture.grid(generator.generate(request, (_, _) -> {}), request.columns());
      Files.write(file, PngWriter.of(grid));
      var seconds = (System.nanoTime() - began) / 1e9;
      command
          .commandLine()
          .getOut()
          .println(json ? json(file, request, grid) : text(file, request, grid, seconds));
    }
  }

  private static String text(Path file, PictureRequest request, Picture grid, double seconds) {
    return String.format(
        Locale.ROOT,
        "wrote %s: %d %s, %d x %d pixels, seed %d, %.1f s",
        file,
        request.count(),
        request.count() == 1 ? "picture" : "pictures",
        grid.width(),
        grid.height(),
        request.seed(),
        seconds);
  }

  private static String json(Path file, PictureRequest request, Picture grid) {
    return JsonNodeFactory.instance
        .objectNode()
        .put("file", file.toString())
        .put("count", request.count())
        .put("seed", request.seed())
        .put("width", grid.width())
        .put("height", grid.height())
        .toString();
  }

  private Sampling sampling(Model loaded) {
    var usual = Sampling.GREEDY.with(loaded.continuation());
    return usual
        .withTemperature(temperature == null ? usual.temperature() : temperature)
        .withTopK(topK == null ? usual.topK() : topK)
        .withTopP(topP == null ? usual.topP() : topP)
        .withMinP(minP)
        .withRepetitionPenalty(
            repetitionPenalty == null ? usual.penalties().repetition() : repetitionPenalty)
        .withSeed(seed == null ? OptionalLong.empty() : OptionalLong.of(seed))
        .withMaxTokens(maxTokens)
        .withStop(stop.toArray(String[]::new));
  }

  private void print(Generator generator, Sampling sampling) {
    var out = command.commandLine().getOut();
    if (beams > 0) {
      var found = found(generator);
      out.println(json ? json(found) : found.text());
      return;
    }
    if (json) {
      out.println(json(generator.complete(prompt, sampling)));
      return;
    }
    generator.complete(prompt, sampling, piece -> say(out, piece));
    out.println();
  }

  private Completion found(Generator generator) {
    if (temperature != null && temperature != 0 || !stop.isEmpty() || seed != null) {
      throw new CommandException("--beams: expected no --temperature, --stop and --seed beside it");
    }
    int[] tokens = generator.model().tokens(prompt);
    var search =
        new BeamSearch(beams, lengthPenalty, 1, maxTokens, generator.model().continuation().ends());
    var found = generator.find(tokens, search).getFirst();
    var decoder = generator.tokenizer().decoderAfter(tokens);
    var text = new StringBuilder();
    found.tokens().forEach(token -> text.append(decoder.next(token)));
    return new Completion(
        text.append(decoder.end()).toString(),
        found.finishReason(),
        tokens.length,
        found.tokens().size());
  }

  private static void say(PrintWriter out, String piece) {
    out.print(piece);
    out.flush();
  }

  private String json(Completion completion) {
    return JsonNodeFactory.instance
        .objectNode()
        .put("text", completion.text())
        .put("finishReason", completion.finishReason().name().toLowerCase(Locale.ROOT))
        .put("promptTokens", completion.promptTokens())
        .put("completionTokens", completion.completionTokens())
        .toString();
  }
}
