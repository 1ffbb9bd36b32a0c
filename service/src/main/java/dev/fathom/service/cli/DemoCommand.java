package dev.fathom.service.cli;

import dev.fathom.service.FathomConfig;
import dev.fathom.service.Samples;
import dev.fathom.service.jobs.Datasets;
import dev.fathom.spec.Source.Use;
import dev.fathom.spec.Spec;
import dev.fathom.store.DataDirectory;
import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.QuarkusApplication;
import io.quarkus.vertx.http.HttpServer;
import jakarta.inject.Inject;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Shows the whole: starts a service, trains by REST, and asks the model. */
@Command(
    description = "Starts the service, lets it learn handwritten digits, and asks it some.",
    footer = {"", "Example:", "  ${ROOT-COMMAND-NAME} demo --once"})
final class DemoCommand implements Callable<Integer> {

  private static final String ONCE = "once";

  @Mixin private ServerOptions options;

  @Option(names = "--once", description = "Exits at the end instead of staying up.")
  private boolean once;

  @Override
  public Integer call() {
    options.apply();
    System.setProperty("quarkus.log.console.level", "WARN"); // The demo tells what happens.
    return Server.run(Demo.class, once ? ONCE : "");
  }

  /** Talks to the service, in the same process, as any client does. */
  static final class Demo implements QuarkusApplication {

    private static final String DATASET = "mnist";
    private static final int DIGITS = 10;

    @Inject HttpServer server;
    @Inject FathomConfig config;
    @Inject DataDirectory directory;
    @Inject Datasets datasets;

    private final PrintWriter out = new PrintWriter(System.out, true, StandardCharsets.UTF_8);

    @Override
    public int run(String... args) throws IOException {
      var uri = server.getLocalBaseUri();
      directory.announce(uri.toString());
      try (var client = new Client(uri)) {
        out.printf("The service runs on %s, data in %s%n", uri, config.data());
        var sample = new Samples(config).folder(DATASET);
        var spec = sample.resolve("lenet.json");
        var model = train(client, spec);
        ask(client, model, Spec.parse(Files.readString(spec)));
        out.printf(
            """

            Ask it yourself:
              curl -s -H 'Content-Type: application/json' -d @%s \\
                %s/v2/models/%s/infer
            """,
            sample.resolve("digit.json"), uri, model);
      }
      if (!List.of(args).contains(ONCE)) {
        out.printf("%nThe service stays up; Ctrl-C ends it.%n");
        Quarkus.waitForExit();
      }
      return 0;
    }

    /** {@return the name of the model} */
    private String train(Client client, Path file) throws IOException {
      var job = client.post("/api/v1/trainings", Files.readString(file));
      var path = "/api/v1/trainings/" + job.path("id").asText();
      out.printf("It learns handwritten digits: %s, as %s%n%n", file.getFileName(), path);
      var lines = new ProgressLines(out);
      client.events(path + "/events", lines::print);
      var end = lines.last();
      if (!end.has("model")) {
        throw new CommandException(
            "the training ended before its time: "
                + end.path("failure").asText(end.path("state").asText("the service stopped")));
      }
      out.printf(
          Locale.ROOT,
          "%ntest accuracy %.4f on the %,d test digits, which it never saw%n%n",
          end.path("test").path("accuracy").asDouble(),
          end.path("test").path("examples").asLong());
      return end.path("model").path("name").asText();
    }

    private void ask(Client client, String model, Spec spec) throws IOException {
      var test = datasets.open(spec, Use.TRAINING).test().orElseThrow();
      int column = test.column("image");
      var width = (int) test.columns().get(column).shape().elements();
      var pixels = new float[DIGITS * width];
      for (int digit = 0; digit < DIGITS; digit++) {
        test.read(column, digit, pixels, digit * width);
      }
      var answer = client.post("/v2/models/" + model + "/infer", Digits.request(pixels).toString());
      var output = answer.path("outputs").path(0);
      out.print(Digits.show(pixels, output.path("data")));
      out.flush();
    }
  }
}
