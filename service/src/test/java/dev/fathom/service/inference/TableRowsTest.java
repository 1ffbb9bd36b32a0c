package dev.fathom.service.inference;

import static io.restassured.RestAssured.get;
import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.containsString;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.fathom.service.DataFolder;
import dev.fathom.service.Tiny;
import dev.fathom.service.Trained;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.ValidatableResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A model of a table is asked by its columns: categories, dates, true and false, and gaps. */
@QuarkusTest
@QuarkusTestResource(DataFolder.class)
@Timeout(60)
class TableRowsTest {

  @BeforeEach
  void models() throws Exception {
    if (get("/api/v1/models/staff").statusCode() == 404) {
      train(
          "staff",
          "age,job,member,came,left\n"
              + "30,cook,yes,2020-01-01,gone\n50,nurse,no,2021-01-01,here\n".repeat(20),
          "'missing': 'mean', 'kinds': {'job': 'category', 'came': 'date'}, 'fit': true,");
      train(
          "plain",
          "age,size,left\n" + "30,1.5,gone\n50,0.5,here\n".repeat(20),
          "'missing': 'mean',");
      train("strict", "age,size,left\n" + "30,1.5,gone\n50,0.5,here\n".repeat(20), "");
    }
  }

  private static void train(String name, String csv, String data) throws InterruptedException {
    Tiny.put(name, "t.csv", csv.getBytes(StandardCharsets.UTF_8));
    Trained.await(
        Trained.submit(
            """
            {'name': '%s', 'data': {'dataset': '%s', 'format': 'csv', 'train': 't.csv', %s
              'target': 'left'},
             'model': [{'type': 'dense', 'units': 2}], 'training': {'epochs': 5, 'batchSize': 8}}
            """
                .formatted(name, name, data)
                .replace('\'', '"')),
        "succeeded");
  }

  private static ValidatableResponse infer(String model, String inputs) {
    return given()
        .body("{\"inputs\": [%s]}".formatted(inputs.replace('\'', '"')))
        .post("/v2/models/" + model + "/infer")
        .then();
  }

  private static String tensor(String name, String type, String data) {
    return "{'name': '%s', 'datatype': '%s', 'shape': [2], 'data': %s}".formatted(name, type, data);
  }

  private static List<Float> answer(String model, String inputs) {
    return infer(model, inputs).statusCode(200).extract().path("outputs[0].data");
  }

  @Test
  void columnsOfEveryKind() {
    var came = tensor("came", "BYTES", "['2020-01-01', '2021-01-01T00:00:00Z']");
    var seconds = tensor("came", "INT64", "[1577836800, 1609459200]");
    var job = tensor("job", "BYTES", "['cook', 'nurse']");
    var age = tensor("age", "INT32", "[30, 50]");
    var words =
        answer(
            "staff",
            age + "," + job + "," + came + "," + tensor("member", "BYTES", "['yes', 'No']"));
    var numbers =
        answer(
            "staff",
            seconds + "," + tensor("member", "BOOL", "[true, false]") + "," + job + "," + age);
    assertEquals(words, numbers);
    // A gap is filled with the training's mean, and is a category that was not known.
    var gaps =
        answer(
            "staff",
            tensor("age", "FP64", "[null, 40]")
                + ","
                + tensor("job", "BYTES", "[null, 'pilot']")
                + ","
                + tensor("member", "BOOL", "[true, true]")
                + ","
                + tensor("came", "BYTES", "['2020-01-01', '2020-01-01']"));
    assertEquals(gaps.subList(0, 2), gaps.subList(2, 4));
  }

  @Test
  void gapsAmongTheNumbersOfAllColumns() {
    var features = "{'name': 'features', 'datatype': 'FP32', 'shape': [2, 2], 'data': %s}";
    var filled = answer("plain", features.formatted("[[null, 1.5], [40, 1.5]]"));
    assertEquals(filled.subList(0, 2), filled.subList(2, 4));
    infer("strict", features.formatted("[[30, 1.5], [null, 1.5]]"))
        .statusCode(400)
        .body("error", containsString("row 1, column 'age'"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          came   | BYTES | ['2020-01-01', 'soon']   | row 1, column 'came': expected a date or time of ISO 8601 but got 'soon'
          member | BYTES | ['yes', 'perhaps']       | row 1, column 'member': expected true or false
          age    | BYTES | ['30', '40']             | input 'age': expected a datatype of
          age    | FP32  | [30]                     | expected 'data' of 2 values
          job    | BYTES | ['cook', 3]              | input 'job', value 1: expected a text
          """)
  void whatIsWrong(String column, String type, String data, String message) {
    var all =
        List.of(
            tensor("age", "INT32", "[30, 50]"),
            tensor("job", "BYTES", "['cook', 'nurse']"),
            tensor("member", "BOOL", "[true, false]"),
            tensor("came", "BYTES", "['2020-01-01', '2020-01-01']"));
    var inputs =
        all.stream()
            .map(each -> each.contains("'" + column + "'") ? tensor(column, type, data) : each)
            .toList();
    infer("staff", String.join(",", inputs)).statusCode(400).body("error", containsString(message));
  }
}
