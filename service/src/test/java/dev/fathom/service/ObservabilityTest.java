package dev.fathom.service;

import static io.restassured.RestAssured.get;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;

import io.quarkus.test.junit.QuarkusTest;
import org.junit.jupiter.api.Test;

@QuarkusTest
class ObservabilityTest {

  @Test
  void openApiIsServed() {
    get("/openapi?format=json").then().statusCode(200).body("info.title", equalTo("Fathom"));
  }

  @Test
  void metricsAreServedForPrometheus() {
    get("/metrics").then().statusCode(200).body(containsString("# TYPE jvm_memory_used_bytes"));
  }

  @Test
  void healthIsServed() {
    get("/health").then().statusCode(200).body("status", equalTo("UP"));
  }
}
