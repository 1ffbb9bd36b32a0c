package dev.fathom.service;

import static io.restassured.RestAssured.get;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.quarkus.test.junit.QuarkusTest;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

@QuarkusTest
class ObservabilityTest {

  @Test
  void openApiIsServed() {
    get("/openapi?format=json")
        .then()
        .statusCode(200)
        .body("info.title", equalTo("Fathom"))
        .body("security", equalTo(List.of(Map.of())));
  }

  @Test
  void metricsAreServedForPrometheus() {
    get("/metrics").then().statusCode(200).body(containsString("# TYPE jvm_memory_used_bytes"));
  }

  @Test
  void healthIsServed() {
    get("/health").then().statusCode(200).body("status", equalTo("UP"));
  }

  /** The page works without the internet. */
  @Test
  void swaggersPageIsServedWithAllItNeeds() {
    var page = get("/docs/").then().statusCode(200).contentType("text/html").extract().asString();
    var links = Pattern.compile("(?:src|href)=\"([^\"]+)\"").matcher(page).results().toList();
    assertTrue(links.size() > 3, page);
    for (var link : links) {
      get("/docs/" + link.group(1)).then().statusCode(200);
    }
    assertTrue(page.contains("url: '/openapi'"), page);
    assertFalse(page.contains("http"), page);
  }
}
