package dev.fathom.service.rest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.fathom.Needs;
import dev.fathom.Repository;
import dev.fathom.service.Packaged;
import dev.fathom.service.Tiny;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The OpenAPI document is true: clients that others make of it compile, and work. */
class GeneratedClientsIT {

  private static final Path GENERATOR =
      Repository.ROOT.resolve("service/target/tools/openapi-generator-cli.jar");
  private static final Path PROGRAM =
      Repository.ROOT.resolve("service/src/test/resources/generated-client/TrainAndInfer.java");
  private static final Path JAVA = Path.of(System.getProperty("java.home"), "bin");

  @TempDir Path folder;
  private Packaged service;
  private URI uri;

  @BeforeEach
  void document() throws Exception {
    service = Packaged.serve(folder.resolve("data"), "--backend", "java");
    uri = service.uri();
    try (var http = HttpClient.newHttpClient()) {
      http.send(
          HttpRequest.newBuilder(uri.resolve("/openapi?format=json")).build(),
          BodyHandlers.ofFile(folder.resolve("openapi.json")));
    }
  }

  @AfterEach
  void stop() {
    service.close();
  }

  /** Of OpenAPI Generator, with the HTTP client of the JDK. */
  @Test
  void aJavaClientTrainsAndInfers() throws Exception {
    var options =
        "openApiNullable=false,useJakartaEe=true,invokerPackage=generated,"
            + "apiPackage=generated.api,modelPackage=generated.model";
    run(
        java("-XX:TieredStopAtLevel=1", "-jar", GENERATOR.toString())
            + " generate -g java --library native -i openapi.json -o client"
            + " --global-property=apis,models,supportingFiles,apiTests=false,modelTests=false"
            + " --additional-properties="
            + options);
    var sources = new ArrayList<String>();
    try (var files = Files.walk(folder.resolve("client/src/main/java"))) {
      files.map(Path::toString).filter(name -> name.endsWith(".java")).forEach(sources::add);
    }
    assertTrue(sources.size() > 30, sources::toString);
    sources.add(PROGRAM.toString());
    Files.write(folder.resolve("sources"), sources);
    var path = System.getProperty("java.class.path");
    run(JAVA.resolve("javac") + " -proc:none -d classes -cp " + path + " @sources");

    var data = Files.createDirectory(folder.resolve("quarters"));
    Files.write(data.resolve("train-images-idx3-ubyte"), Tiny.images(200, 6));
    Files.write(data.resolve("train-labels-idx1-ubyte"), Tiny.labels(200));
    Files.write(data.resolve("t10k-images-idx3-ubyte"), Tiny.images(40, 6));
    Files.write(data.resolve("t10k-labels-idx1-ubyte"), Tiny.labels(40));
    var said =
        run(
            java(
                "-cp",
                "classes" + File.pathSeparator + path,
                "TrainAndInfer",
                uri + "",
                data + ""));
    assertEquals(
        """
        files 4
        state succeeded
        epochs 6
        accuracy true
        labels [0, 1, 2, 3]
        output probabilities FP32 [1, 4]
        refused 422 true
        models 0
        """,
        said);
  }

  @Test
  void typeScriptKnowsTheStateOfATraining() throws Exception {
    try {
      run("npm --version");
      Files.writeString(
          folder.resolve("package.json"), "{\"private\": true, \"type\": \"module\"}");
      run(
          "npm install --no-audit --no-fund --loglevel=error openapi-typescript@7.13.0"
              + " typescript@5.9.3");
    } catch (IOException | AssertionError e) {
      throw Needs.missing("npm", "It cannot install openapi-typescript: " + e.getMessage());
    }
    run("npx --no-install openapi-typescript openapi.json -o fathom.d.ts");
    Files.writeString(
        folder.resolve("user.ts"),
        """
        import type { components, paths } from "./fathom.d.ts";
        type Training = components["schemas"]["Training"];
        type Page = paths["/api/v1/trainings"]["get"]["responses"]["200"]["content"]["application/json"];
        const training = {} as Training;
        const state: "queued" | "running" | "succeeded" | "failed" | "cancelled" | "interrupted" =
          training.state;
        const first: Training | undefined = ({} as Page).items[0];
        // @ts-expect-error a training has no such key
        training.stat;
        export { state, first };
        """);
    run(
        "npx --no-install tsc --noEmit --strict --allowImportingTsExtensions --skipLibCheck user.ts");
  }

  private static String java(String... arguments) {
    return JAVA.resolve("java") + " " + String.join(" ", arguments);
  }

  /** {@return what the command prints} */
  private String run(String command) throws IOException, InterruptedException {
    var output = folder.resolve("output");
    var process =
        new ProcessBuilder(List.of(command.split(" ")))
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    boolean ended = process.waitFor(120, TimeUnit.SECONDS);
    process.destroyForcibly();
    var said = Files.readString(output);
    assertTrue(ended && process.exitValue() == 0, () -> command.split(" ")[0] + ": " + said);
    return said;
  }
}
