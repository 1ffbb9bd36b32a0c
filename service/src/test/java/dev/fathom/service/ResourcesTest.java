package dev.fathom.service;

import static io.restassured.RestAssured.get;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.hasItems;
import static org.hamcrest.Matchers.hasKey;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.instanceOf;
import static org.hamcrest.Matchers.matchesPattern;
import static org.hamcrest.Matchers.nullValue;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.fathom.spec.SpecSchema;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(DataFolder.class)
class ResourcesTest {

  @Test
  void theSampleIsThereAndUploadsJoinIt() {
    get("/api/v1/datasets/mnist")
        .then()
        .statusCode(200)
        .body("source", equalTo("sample"))
        .body("files", hasSize(4));
    Tiny.upload("joined");
    get("/api/v1/datasets").then().body("items.name", hasItems("mnist", "joined"));
    get("/api/v1/datasets/joined")
        .then()
        .body("source", equalTo("uploaded"))
        .body("files", hasSize(4))
        .body("files[0].name", equalTo("t10k-images-idx3-ubyte"))
        .body("files[0].bytes", equalTo(16 + 40 * 36))
        .body("files[0].sha256", matchesPattern("[0-9a-f]{64}"))
        .body("bytes", greaterThan(1000));
  }

  @Test
  void tellsTheBackends() {
    get("/api/v1/backends")
        .then()
        .statusCode(200)
        .body("items.find { it.name == 'java' }.state", equalTo("chosen"))
        .body("items.find { it.name == 'java' }.reason", nullValue())
        .body("items.find { it.name == 'java' }", hasKey("note"))
        .body("items.find { it.name == 'java' }.devices[0].name", containsString("Java"))
        .body("items.find { it.name == 'java' }.devices[0].memoryBytes", instanceOf(Number.class));
  }

  @Test
  void givesTheSchemaOfSpecsThatTheCommandPrints() {
    var schema =
        get("/api/v1/schema")
            .then()
            .statusCode(200)
            .contentType("application/schema+json")
            .extract()
            .asString();
    assertEquals(SpecSchema.json().toPrettyString(), schema);
  }

  @Test
  void openApiShowsExamples() {
    var api = get("/openapi?format=json").then().statusCode(200);
    api.body("paths.keySet()", hasItem("/api/v1/trainings/{id}/events"));
    api.body("paths.keySet()", hasItem("/v2/models/{model}/infer"));
    api.body(
        "paths.'/api/v1/trainings'.post.requestBody.content.'application/json'.examples.digits.value"
            + ".toString()",
        containsString("lenet"));
    api.body(
        "paths.'/api/v1/models'.get.responses.default.content.'application/problem+json'.example"
            + ".errors[0].pointer",
        equalTo("/training/epoch"));
    api.body(
        "paths.'/v2'.get.responses.default.content.'application/json'.example.error",
        containsString("did you mean"));
  }

  @Test
  void isHealthy() {
    get("/health/ready")
        .then()
        .statusCode(200)
        .body("checks.find { it.name == 'data directory' }.status", equalTo("UP"));
  }
}
