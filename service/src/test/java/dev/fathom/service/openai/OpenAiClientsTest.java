package dev.fathom.service.openai;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.fathom.Needs;
import dev.fathom.Repository;
import dev.fathom.service.DataFolder;
import dev.fathom.service.Trained;
import dev.langchain4j.data.segment.TextSegment;
import dev.langchain4j.exception.ModelNotFoundException;
import dev.langchain4j.model.StreamingResponseHandler;
import dev.langchain4j.model.openai.OpenAiEmbeddingModel;
import dev.langchain4j.model.openai.OpenAiLanguageModel;
import dev.langchain4j.model.openai.OpenAiStreamingLanguageModel;
import dev.langchain4j.model.output.FinishReason;
import dev.langchain4j.model.output.Response;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Clients that people have for OpenAI are content with another base URL. */
@QuarkusTest
@QuarkusTestResource(DataFolder.class)
@Timeout(600)
class OpenAiClientsTest extends OpenAiRequests {
  private static final int INSTALL_SECONDS = 240;

  private static final String DIALOGUE =
      """
      {"name": "dialogue",
       "data": {"dataset": "alphabet", "format": "text", "train": "book.txt", "length": 64,
                "tokenizer": {"type": "bytes"}},
       "model": [{"type": "embedding", "vocabulary": 256, "features": 8},
                 {"type": "decoder", "heads": 2, "hidden": 8, "rotaryBase": 10000},
                 {"type": "dense", "units": 256}],
       "training": {"steps": 1}}
      """;

  @TempDir Path folder;

  @Test
  void openAiForNode() throws Exception {
    assertNodeIsContent("openai.mjs", "openai@7");
  }

  @Test
  void theAiSdk() throws Exception {
    Trained.await(Trained.submit(DIALOGUE), "succeeded");
    assertNodeIsContent("ai-sdk.mjs", "ai@6", "@ai-sdk/openai-compatible@2");
  }

  @Test
  void openAiForPython() throws Exception {
    need("python", run(60, "python3", "-m", "pip", "--version"), "There is no pip for python3");
    need(
        "python",
        run(
            INSTALL_SECONDS,
            "python3",
            "-m",
            "pip",
            "install",
            "-q",
            "--retries",
            "0",
            "-t",
            ".",
            "openai==3.*"),
        "pip cannot install openai");
    assertContent("python3", script("python/openai_client.py"));
  }

  @Test
  void langChain4j() {
    var language =
        OpenAiLanguageModel.builder()
            .baseUrl(base())
            .apiKey("none")
            .modelName("alphabet")
            .temperature(0.0)
            .maxRetries(0)
            .build();
    var said = language.generate("ab");
    assertEquals("cd\u00e9fghij abcd\ufffd", said.content());
    assertEquals(FinishReason.LENGTH, said.finishReason());
    assertEquals(17, said.tokenUsage().totalTokenCount());

    var vectors =
        OpenAiEmbeddingModel.builder()
            .baseUrl(base())
            .apiKey("none")
            .modelName("alphabet")
            .dimensions(5)
            .maxRetries(0)
            .build();
    var embedded =
        vectors.embedAll(List.of(TextSegment.from("abc"), TextSegment.from("ghi"))).content();
    assertEquals(2, embedded.size());
    assertEquals(5, embedded.getLast().dimension());

    var none =
        OpenAiLanguageModel.builder()
            .baseUrl(base())
            .apiKey("none")
            .modelName("none")
            .maxRetries(0)
            .build();
    var refused = assertThrows(ModelNotFoundException.class, () -> none.generate("ab"));
    assertTrue(refused.getMessage().contains("there is no model 'none'"), refused::getMessage);
  }

  @Test
  void langChain4jStreams() throws Exception {
    var pieces = new ArrayList<String>();
    var whole = new CompletableFuture<Response<String>>();
    OpenAiStreamingLanguageModel.builder()
        .baseUrl(base())
        .apiKey("none")
        .modelName("alphabet")
        .temperature(0.0)
        .build()
        .generate(
            "ab",
            new StreamingResponseHandler<>() {
              @Override
              public void onNext(String piece) {
                pieces.add(piece);
              }

              @Override
              public void onComplete(Response<String> response) {
                whole.complete(response);
              }

              @Override
              public void onError(Throwable error) {
                whole.completeExceptionally(error);
              }
            });
    var said = whole.get(60, TimeUnit.SECONDS);
    assertEquals("cd\u00e9fghij abcd\ufffd", said.content());
    assertEquals(said.content(), String.join("", pieces));
    assertEquals(15, said.tokenUsage().outputTokenCount());
  }

  private static String base() {
    return "http://localhost:" + RestAssured.port + "/v1";
  }

  private void assertNodeIsContent(String script, String... packages) throws Exception {
    for (var tool : List.of("node", "npm")) {
      need("npm", run(60, tool, "--version"), "There is no " + tool);
    }
    Files.writeString(folder.resolve("package.json"), "{\"private\": true}");
    var install =
        new ArrayList<>(List.of("npm", "install", "--no-audit", "--no-fund", "--loglevel=error"));
    install.addAll(Arrays.asList(packages));
    need(
        "npm",
        run(INSTALL_SECONDS, install.toArray(String[]::new)),
        "It cannot install " + Arrays.toString(packages));
    assertContent("node", script("node/" + script));
  }

  /** {@return a copy of a script, beside what was installed} */
  private String script(String name) throws IOException {
    var script = Repository.ROOT.resolve("service/src/test").resolve(name);
    return Files.copy(script, folder.resolve(script.getFileName())).toString();
  }

  private void assertContent(String interpreter, String script) throws Exception {
    var outcome = run(120, interpreter, script, base(), "alphabet");
    assertTrue(outcome.ok(), outcome::output);
    assertTrue(outcome.output().contains("is content"), outcome::output);
  }

  private static void need(String what, Outcome outcome, String reason) {
    if (!outcome.ok()) {
      throw Needs.missing(what, reason + ": " + outcome.output());
    }
  }

  private record Outcome(boolean ok, String output) {}

  private Outcome run(int seconds, String... command) throws Exception {
    var output = folder.resolve("output.txt");
    try {
      var process =
          new ProcessBuilder(command)
              .directory(folder.toFile())
              .redirectErrorStream(true)
              .redirectOutput(output.toFile())
              .start();
      boolean ended = process.waitFor(seconds, TimeUnit.SECONDS);
      process.destroyForcibly();
      return new Outcome(ended && process.exitValue() == 0, Files.readString(output));
    } catch (IOException missing) {
      return new Outcome(false, missing.getMessage());
    }
  }
}
