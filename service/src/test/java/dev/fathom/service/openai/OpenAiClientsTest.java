package dev.fathom.service.openai;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.fathom.service.ClientScript;
import dev.fathom.service.DataFolder;
import dev.fathom.service.Trained;
import dev.langchain4j.agent.tool.ToolSpecification;
import dev.langchain4j.data.message.SystemMessage;
import dev.langchain4j.data.message.UserMessage;
import dev.langchain4j.data.segment.TextSegment;
import dev.langchain4j.exception.ModelNotFoundException;
import dev.langchain4j.model.StreamingResponseHandler;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.request.ResponseFormat;
import dev.langchain4j.model.chat.request.ResponseFormatType;
import dev.langchain4j.model.chat.request.ToolChoice;
import dev.langchain4j.model.chat.request.json.JsonBooleanSchema;
import dev.langchain4j.model.chat.request.json.JsonObjectSchema;
import dev.langchain4j.model.chat.request.json.JsonSchema;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.chat.response.StreamingChatResponseHandler;
import dev.langchain4j.model.openai.OpenAiChatModel;
import dev.langchain4j.model.openai.OpenAiEmbeddingModel;
import dev.langchain4j.model.openai.OpenAiLanguageModel;
import dev.langchain4j.model.openai.OpenAiStreamingChatModel;
import dev.langchain4j.model.openai.OpenAiStreamingLanguageModel;
import dev.langchain4j.model.output.FinishReason;
import dev.langchain4j.model.output.Response;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import java.nio.file.Path;
import java.util.ArrayList;
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
    new ClientScript(folder).node("openai.mjs", List.of("openai@7"), base(), "alphabet");
  }

  @Test
  void theAiSdk() throws Exception {
    Trained.await(Trained.submit(DIALOGUE), "succeeded");
    new ClientScript(folder)
        .node("ai-sdk.mjs", List.of("ai@6", "@ai-sdk/openai-compatible@2"), base(), "alphabet");
  }

  @Test
  void openAiForPython() throws Exception {
    new ClientScript(folder).python("openai_client.py", List.of("openai==3.*"), base(), "alphabet");
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

  private static final ToolSpecification WEATHER =
      ToolSpecification.builder()
          .name("weather")
          .description("how the weather is")
          .parameters(
              JsonObjectSchema.builder()
                  .addProperty("rain", new JsonBooleanSchema())
                  .required("rain")
                  .build())
          .build();

  @Test
  void langChain4jChats() throws Exception {
    var chat = chat(OpenAiChatModel.builder()).build();
    var said = chat.chat(UserMessage.from("ab"));
    assertEquals("cd\u00e9fgh", said.aiMessage().text());
    assertEquals(FinishReason.STOP, said.finishReason());
    assertEquals(2, said.tokenUsage().inputTokenCount());

    var called =
        chat.chat(
                ChatRequest.builder()
                    .messages(SystemMessage.from("i"), UserMessage.from("ab"))
                    .toolSpecifications(WEATHER)
                    .toolChoice(ToolChoice.REQUIRED)
                    .build())
            .aiMessage()
            .toolExecutionRequests()
            .getFirst();
    assertEquals("weather", called.name());
    assertTrue(new ObjectMapper().readTree(called.arguments()).path("rain").isBoolean());

    var schema =
        JsonSchema.builder()
            .name("answer")
            .rootElement(
                JsonObjectSchema.builder()
                    .addProperty("a", new JsonBooleanSchema())
                    .required("a")
                    .build())
            .build();
    var formed =
        chat.chat(
                ChatRequest.builder()
                    .messages(UserMessage.from("ab"))
                    .responseFormat(
                        ResponseFormat.builder()
                            .type(ResponseFormatType.JSON)
                            .jsonSchema(schema)
                            .build())
                    .build())
            .aiMessage()
            .text();
    assertTrue(new ObjectMapper().readTree(formed).path("a").isBoolean(), formed);

    var none = chat(OpenAiChatModel.builder()).modelName("none").build();
    assertThrows(ModelNotFoundException.class, () -> none.chat(UserMessage.from("ab")));
  }

  @Test
  void langChain4jStreamsChats() throws Exception {
    var pieces = new ArrayList<String>();
    var whole = new CompletableFuture<ChatResponse>();
    OpenAiStreamingChatModel.builder()
        .baseUrl(base())
        .apiKey("none")
        .modelName("talker")
        .temperature(0.0)
        .build()
        .chat(
            "ab",
            new StreamingChatResponseHandler() {
              @Override
              public void onPartialResponse(String piece) {
                pieces.add(piece);
              }

              @Override
              public void onCompleteResponse(ChatResponse response) {
                whole.complete(response);
              }

              @Override
              public void onError(Throwable error) {
                whole.completeExceptionally(error);
              }
            });
    var said = whole.get(60, TimeUnit.SECONDS);
    assertEquals("cd\u00e9fgh", said.aiMessage().text());
    assertEquals(said.aiMessage().text(), String.join("", pieces));
    assertEquals(FinishReason.STOP, said.finishReason());
  }

  private static OpenAiChatModel.OpenAiChatModelBuilder chat(
      OpenAiChatModel.OpenAiChatModelBuilder builder) {
    return builder
        .baseUrl(base())
        .apiKey("none")
        .modelName("talker")
        .temperature(0.0)
        .strictJsonSchema(true)
        .maxRetries(0);
  }

  private static String base() {
    return "http://localhost:" + RestAssured.port + "/v1";
  }
}
