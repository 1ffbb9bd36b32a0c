package dev.fathom.service.rest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.fathom.service.DataFolder;
import dev.fathom.service.Tiny;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.GZIPInputStream;
import java.util.zip.InflaterInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Bodies that are compressed, both ways, in every API. */
@QuarkusTest
@QuarkusTestResource(DataFolder.class)
@Timeout(60)
class CompressionTest {

  private static final String JSON = "{\"model\": 7}";

  private static HttpResponse<byte[]> send(
      String method, String path, byte[] body, String... headers) throws Exception {
    var uri = URI.create("http://127.0.0.1:" + RestAssured.port + path);
    var request =
        HttpRequest.newBuilder(uri)
            .version(HttpClient.Version.HTTP_1_1)
            .method(method, BodyPublishers.ofByteArray(body));
    try (var client = HttpClient.newHttpClient()) {
      return client.send(request.headers(headers).build(), BodyHandlers.ofByteArray());
    }
  }

  private static HttpResponse<byte[]> post(String path, String coding, byte[] body)
      throws Exception {
    return send("POST", path, body, "Content-Type", "application/json", "Content-Encoding", coding);
  }

  private static String text(HttpResponse<byte[]> response) {
    return new String(response.body(), StandardCharsets.UTF_8);
  }

  private static byte[] deflated(byte[] bytes, boolean framed) throws IOException {
    var packed = new ByteArrayOutputStream();
    try (var out = new DeflaterOutputStream(packed, new Deflater(9, !framed))) {
      out.write(bytes);
    }
    return packed.toByteArray();
  }

  @ParameterizedTest
  @CsvSource({
    "/v1/completions, 400, but got 7",
    "/api/v1/trainings, 422, /name: expected",
    "/v2/repository/index, 400, unknown key 'model'"
  })
  void requestsAreInflated(String path, int status, String message) throws Exception {
    var plain = JSON.getBytes(StandardCharsets.UTF_8);
    var expected = text(post(path, "identity", plain));
    assertTrue(expected.contains(message), expected);
    for (var each :
        new Object[][] {
          {"gzip", Tiny.gzip(plain)},
          {"X-GZIP", Tiny.gzip(plain)},
          {"deflate", deflated(plain, true)},
          {"deflate", deflated(plain, false)}
        }) {
      var answer = post(path, (String) each[0], (byte[]) each[1]);
      assertEquals(status, answer.statusCode());
      assertEquals(expected, text(answer));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"/v1/completions", "/api/v1/trainings", "/v2/repository/index"})
  void aBodyThatBecomesTooLongIsRefused(String path) throws Exception {
    var bomb = Tiny.gzip(new byte[100_000_000]);
    assertTrue(bomb.length < 100_000);
    var answer = post(path, "gzip", bomb);
    assertEquals(413, answer.statusCode());
    assertTrue(text(answer).contains("expected a body of at most"), text(answer));
  }

  @Test
  void aBodyThatIsNotWhatItSays() throws Exception {
    var plain = JSON.getBytes(StandardCharsets.UTF_8);
    var cut = Arrays.copyOf(Tiny.gzip(plain), 20);
    for (var each :
        new Object[][] {
          {"gzip", plain}, {"gzip", cut}, {"gzip", new byte[0]}, {"deflate", plain}
        }) {
      var answer = post("/api/v1/trainings", (String) each[0], (byte[]) each[1]);
      assertEquals(400, answer.statusCode(), () -> text(answer));
      assertTrue(
          text(answer).contains("the body is not %s, as Content-Encoding says".formatted(each[0])),
          text(answer));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"br", "zstd", "gzip, gzip", "compress"})
  void othersAreRefusedWithWhatIsKnown(String coding) throws Exception {
    for (var path : new String[] {"/v1/completions", "/api/v1/trainings", "/v2/repository/index"}) {
      var answer = post(path, coding, new byte[1]);
      assertEquals(415, answer.statusCode());
      assertEquals("gzip, deflate", answer.headers().firstValue("Accept-Encoding").orElseThrow());
      assertTrue(
          text(answer)
              .contains(
                  "expected a Content-Encoding of gzip, deflate or none but got '%s'"
                      .formatted(coding)),
          text(answer));
    }
  }

  @Test
  void anUploadIsStoredPlain() throws Exception {
    var answer =
        send(
            "PUT",
            "/api/v1/datasets/packed/files/table.csv",
            Tiny.gzip("a,b\n1,2\n".getBytes(StandardCharsets.UTF_8)),
            "Content-Encoding",
            "gzip");
    assertEquals(200, answer.statusCode());
    assertTrue(text(get("/api/v1/datasets/packed", "identity")).contains("\"bytes\":8"));
  }

  private static HttpResponse<byte[]> get(String path, String encodings) throws Exception {
    return send("GET", path, new byte[0], "Accept-Encoding", encodings);
  }

  @Test
  void answersInJsonAreCompressedForWhoTakesThemSo() throws Exception {
    for (var path : new String[] {"/api/v1/datasets", "/api/v1/models/none", "/v1/models"}) {
      var plain = text(get(path, "identity"));
      for (var encodings : new String[] {"gzip", "br, gzip;q=0.5, deflate"}) {
        var answer = get(path, encodings);
        assertEquals("gzip", answer.headers().firstValue("Content-Encoding").orElseThrow());
        var bytes = new GZIPInputStream(new ByteArrayInputStream(answer.body())).readAllBytes();
        assertEquals(plain, new String(bytes, StandardCharsets.UTF_8));
      }
      var answer = get(path, "deflate");
      assertEquals("deflate", answer.headers().firstValue("Content-Encoding").orElseThrow());
      var bytes = new InflaterInputStream(new ByteArrayInputStream(answer.body())).readAllBytes();
      assertEquals(plain, new String(bytes, StandardCharsets.UTF_8));
      for (var encodings : new String[] {"br", "gzip;q=0", "gzip; q=0.0, identity"}) {
        assertEquals(plain, text(get(path, encodings)));
      }
    }
  }

  @Test
  void openInferenceTellsOfItselfPlain() throws Exception {
    for (var path : new String[] {"/v2", "/v2/models/stats", "/v2/models/none"}) {
      var answer = get(path, "gzip, deflate");
      assertTrue(answer.headers().firstValue("Content-Encoding").isEmpty());
      assertTrue(text(answer).startsWith("{"), text(answer));
    }
  }
}
