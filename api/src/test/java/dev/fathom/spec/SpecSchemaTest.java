package dev.fathom.spec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SpecVersion.VersionFlag;
import com.networknt.schema.ValidationMessage;
import dev.fathom.json.Range;
import dev.fathom.json.Schema;
import dev.fathom.json.SpecException;
import dev.fathom.nn.Activation;
import dev.fathom.nn.Block;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class SpecSchemaTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final JsonSchemaFactory SCHEMAS =
      JsonSchemaFactory.getInstance(VersionFlag.V202012);
  private static ObjectNode json;
  private static JsonSchema schema;

  @BeforeAll
  static void write() {
    json = SpecSchema.json();
    schema = SCHEMAS.getSchema(json);
  }

  private static void assertTakes(JsonNode spec) {
    assertEquals(Set.of(), schema.validate(spec), spec::toPrettyString);
  }

  /** The parser and the schema take a spec, and the same with every default. */
  private static void assertBothTake(JsonNode spec) {
    assertTakes(spec);
    assertTakes(Spec.parse(spec).expand());
  }

  private static void assertBothRefuse(JsonNode spec) {
    assertThrows(SpecException.class, () -> Spec.parse(spec), spec::toString);
    assertFalse(schema.validate(spec).isEmpty(), spec::toString);
  }

  /** A valid spec in which {@code part} stands in place of the usual {@code key}. */
  private static ObjectNode with(String key, String part) throws IOException {
    ObjectNode spec =
        (ObjectNode)
            JSON.readTree(
                """
                {"name": "n", "data": {"dataset": "d"}, "model": [{"type": "dense", "units": 3}]}\
                """);
    spec.set(key, JSON.readTree(part.replace('\'', '"')));
    return spec;
  }

  @Test
  void isASchemaOfItsDraft() {
    JsonSchema draft = SCHEMAS.getSchema(SchemaLocation.of(json.get("$schema").textValue()));
    Set<ValidationMessage> wrong = draft.validate(json);
    assertEquals(Set.of(), wrong);
    assertFalse(draft.validate(json.deepCopy().put("type", "nonsense")).isEmpty());
  }

  @Test
  void takesEverySample() throws IOException {
    int specs = 0;
    List<Path> files;
    try (Stream<Path> all = Files.walk(Path.of("../samples"))) {
      files =
          all.filter(file -> file.toString().endsWith(".json"))
              .filter(file -> !file.toString().contains("target"))
              .toList();
    }
    for (Path file : files) {
      JsonNode spec = JSON.readTree(file.toFile());
      if (spec.has("training") && spec.has("model")) {
        assertBothTake(spec);
        specs++;
      }
    }
    assertTrue(specs >= 9, "expected 9 samples or more but got " + specs);
  }

  static Set<String> layers() {
    return new TreeSet<>(LayerTypes.OWN.keySet());
  }

  @ParameterizedTest
  @MethodSource("layers")
  void takesEachLayerAsItIsExpanded(String type) throws IOException {
    String fields =
        switch (type) {
          case "dense", "rnn", "lstm", "gru" -> "'units': 3";
          case "conv2d" -> "'filters': 2, 'kernel': [3, 2], 'padding': 'same'";
          case "conv1d", "convtranspose1d" -> "'filters': 2, 'kernel': 3, 'padding': 'same'";
          case "convtranspose2d" -> "'filters': 2, 'kernel': 4, 'stride': 2, 'padding': 1";
          case "depthwiseconv2d" -> "'kernel': 3, 'paddingMode': 'reflect'";
          case "separableconv2d" -> "'filters': 2, 'kernel': 3";
          case "adaptiveaveragepool2d", "adaptivemaxpool2d" -> "'size': [3, 2]";
          case "localresponsenorm" -> "'size': 5";
          case "invertedresidual" -> "'filters': 2, 'reduction': 4";
          case "patchembedding" -> "'features': 2, 'patch': 4";
          case "maxpool2d", "averagepool2d" -> "'kernel': 2, 'padding': [1, 0]";
          case "checkpoint", "testtimeaugmentation" -> "'layers': [{'type': 'relu'}]";
          case "residual" -> "'body': [{'type': 'residual', 'body': [{'type': 'relu'}]}]";
          case "resize" -> "'scale': 2, 'mode': 'bilinear'";
          case "reshape" -> "'shape': [3, 1]";
          case "timestepembedding" -> "'features': 4";
          case "embedding" -> "'vocabulary': 5, 'features': 2, 'padding': 0";
          case "bagofwords", "unembedding" -> "'vocabulary': 5";
          case "learnedpositions" -> "'length': 5";
          case "attention" ->
              "'heads': 2, 'rotaryBase': 10000, 'rotaryScaling': {'type': 'linear', 'factor': 2}";
          case "attention2d" -> "'heads': 1";
          case "softcap" -> "'cap': 30";
          case "feedforward" -> "'hidden': 5";
          case "encoder", "decoder" -> "'heads': 2, 'hidden': 5, 'norm': 'rmsnorm'";
          case "encoderdecoder" -> "'source': 2, 'decoder': [{'type': 'softmax'}]";
          case "noise" -> "'deviation': 0.3, 'masking': 0.2";
          case "gaussiansample", "add", "multiply", "average", "dot", "concat" ->
              "'inputs': ['input', 'input']";
          default -> "'name': 'own'";
        };
    assertBothTake(with("model", "[{'type': '%s', %s}]".formatted(type, fields)));
    assertBothRefuse(with("model", "[{'type': '%s', 'unit': 3, %s}]".formatted(type, fields)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "data | {'format': 'idx', 'images': 'i', 'labels': 'l', 'testImages': 'i', 'testLabels': 'l'}",
        "data | {'format': 'csv', 'train': 't', 'target': 'c', 'kinds': {'a': 'class'}, 'fit': true}",
        "data | {'format': 'csv', 'train': 't', 'target': 'c', 'fit': false, 'mean': [1, 2], 'deviation': [1, 2]}",
        "data | {'format': 'csv', 'train': 't', 'target': 'c', 'text': 's', 'length': 3, 'tokenizer': {'type': 'bytes'}}",
        "data | {'format': 'csv', 'train': 't', 'target': 'next', 'text': 's', 'length': 3, 'stride': 1, 'tokenizer': {'type': 'bytes'}}",
        "data | {'format': 'folders', 'train': 't', 'length': 3, 'longer': 'cut', 'tokenizer': {'type': 'bpe', 'vocabulary': 300}}",
        "data | {'format': 'folders', 'train': 't', 'target': 'next', 'length': 3, 'tokenizer': {'type': 'characters'}}",
        "data | {'format': 'text', 'train': 't', 'length': 3, 'stride': 2, 'tokenizer': {'type': 'huggingface', 'file': 'f'}}",
        "data | {'format': 'lines', 'train': 't', 'length': 3, 'tokenizer': {'type': 'bytes'}}",
        "data | {'format': 'lines', 'train': 't', 'length': 3, 'tokenizer': {'type': 'wordpiece', 'vocabulary': 9, 'lowercase': true}}",
        "data | {'format': 'lines', 'train': 't', 'length': 3, 'tokenizer': {'type': 'unigram', 'vocabulary': 9, 'special': ['</s>']}}",
        "data | {'format': 'series', 'train': 't', 'target': 'c', 'window': 2, 'horizon': 1, 'missing': 'previous'}",
        "data | {'format': 'series', 'train': 't', 'target': 'c', 'window': 2, 'horizon': 1, 'mean': 3}",
        "data | {'format': 'series', 'train': 't', 'target': 'c', 'window': 2, 'horizon': 1, 'key': 'k', 'time': 't', 'timeFormat': 'epochSeconds', 'frequency': '15 minutes', 'gaps': 'split'}",
        "model | 'lenet'",
        "model | {'preset': 'mlp', 'classes': 3, 'width': 0.5}",
        "model | {'preset': 'vit', 'patch': [7, 4]}",
        "model | {'inputs': ['a', 'b'], 'layers': [{'type': 'add', 'inputs': ['a', 'b']}], 'outputs': ['add1']}",
        "model | {'inputs': {'a': ['x', 'y'], 'b': {'columns': ['z'], 'scale': 2}}, 'layers': [{'type': 'dot', 'inputs': ['a', 'b']}], 'outputs': {'o': 'dot1'}}",
        "task | 'regression'",
        "model | [{'type': 'attention', 'heads': 2, 'rotaryBase': 2, 'keyHeads': 1}]",
        "model | [{'type': 'attention', 'heads': 2, 'rotaryBase': 2, 'rotaryScaling': {'type': 'llama3', 'factor': 8, 'context': 8}}]",
        "model | [{'type': 'decoder', 'heads': 2, 'hidden': 3, 'rotaryBase': 2, 'rotaryScaling': {'type': 'yarn', 'factor': 8, 'context': 8, 'truncated': false}}]",
        "task | {'type': 'classification'}",
        "task | {'type': 'reconstruction', 'anomalies': ['9']}",
        "task | {'type': 'variationalAutoencoder', 'beta': 0.5}",
        "task | {'type': 'diffusion', 'schedule': 'linear', 'times': 100, 'steps': 20, 'guidance': 3}",
        "task | {'type': 'adversarial', 'discriminator': [{'type': 'dense', 'units': 1}], 'optimizer': {'type': 'sgd', 'learningRate': 0.1}}",
        "training | {'steps': 3, 'optimizer': {'type': 'sgd'}, 'schedule': {'type': 'step', 'everySteps': 2}}",
        "training | {'loss': 'quantile', 'quantiles': [0.25, 0.5, 0.75]}",
        "training | {'loss': {'type': 'quantile', 'quantiles': [0.5]}, 'metrics': ['r2', {'type': 'topK', 'k': 2}]}",
        "training | {'labelSmoothing': 0.1, 'clipNorm': 1, 'averaging': 0.9, 'weights': 'bf16', 'seed': -4}",
        "training | {'validation': 0.1, 'earlyStopping': {'patience': 2}, 'batchSize': 6, 'accumulate': 3}",
      })
  void takesWhatTheParserTakes(String line) throws IOException {
    String[] parts = line.split(" \\| ");
    assertBothTake(with(parts[0], parts[1]));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "nam | 'x'",
        "name | 'Upper'",
        "name | 3",
        "name | null",
        "data | {}",
        "data | 'mnist'",
        "data | {'dataset': 'd', 'scale': 0}",
        "data | {'dataset': 'd', 'axis': -1}",
        "data | {'dataset': 'd', 'axis': 0.5}",
        "data | {'dataset': 'd', 'fit': true}",
        "data | {'dataset': 'D'}",
        "data | {'format': 'cvs', 'train': 't', 'target': 'c'}",
        "data | {'format': 'csv', 'train': 't'}",
        "data | {'format': 'csv', 'train': 't', 'target': 'c', 'kinds': {'a': 'colour'}}",
        "data | {'format': 'csv', 'train': 't', 'target': 'c', 'fit': true, 'mean': 1}",
        "data | {'format': 'csv', 'train': 't', 'target': 'c', 'length': 3}",
        "data | {'format': 'idx', 'images': 'i', 'labels': 'l', 'testImages': 'i'}",
        "data | {'format': 'series', 'train': 't', 'target': 'c', 'window': 2, 'horizon': 0}",
        "data | {'format': 'series', 'train': 't', 'target': 'c', 'window': 2, 'horizon': 1, 'test': 't'}",
        "data | {'format': 'series', 'train': 't', 'target': 'c', 'window': 2, 'horizon': 1, 'missing': 'mean'}",
        "data | {'format': 'series', 'train': 't', 'target': 'c', 'window': 99999999, 'horizon': 1}",
        "data | {'format': 'series', 'train': 't', 'target': 'c', 'window': 2, 'horizon': 1, 'time': 't', 'frequency': 'fortnight'}",
        "data | {'format': 'series', 'train': 't', 'target': 'c', 'window': 2, 'horizon': 1, 'time': 't', 'gaps': 'zero'}",
        "data | {'format': 'text', 'train': 't', 'length': 3, 'target': 'label', 'tokenizer': {'type': 'bytes'}}",
        "data | {'format': 'text', 'train': 't', 'length': 3, 'longer': 'cut', 'tokenizer': {'type': 'bytes'}}",
        "data | {'format': 'text', 'train': 't', 'length': 3, 'tokenizer': {'type': 'bpe', 'vocabulary': 255}}",
        "data | {'format': 'text', 'train': 't', 'length': 3, 'tokenizer': {'type': 'bytes', 'vocabulary': 300}}",
        "data | {'format': 'text', 'train': 't', 'length': 3}",
        "model | []",
        "model | 3",
        "model | 'lente'",
        "model | {'preset': 'lenet', 'classes': 0}",
        "model | {'preset': 'lenet', 'patch': 4}",
        "model | {'preset': 'resnet18', 'width': 0}",
        "model | {'layers': [{'type': 'relu'}]}",
        "model | {'inputs': [], 'layers': [{'type': 'relu'}]}",
        "model | {'inputs': ['a b'], 'layers': [{'type': 'relu'}]}",
        "model | {'inputs': {'a': 3}, 'layers': [{'type': 'relu'}]}",
        "model | {'inputs': {'a': {'columns': []}}, 'layers': [{'type': 'relu'}]}",
        "model | {'inputs': ['a'], 'layers': [{'type': 'relu'}], 'outputs': [3]}",
        "model | {'inputs': ['a'], 'layers': [{'type': 'relu'}], 'outputs': {}}",
        "model | [{'units': 3}]",
        "model | [{'type': 'dens', 'units': 3}]",
        "model | [{'type': 'dense'}]",
        "model | [{'type': 'dense', 'units': '3'}]",
        "model | [{'type': 'dense', 'units': 0}]",
        "model | [{'type': 'dense', 'units': 3, 'name': 'a b'}]",
        "model | [{'type': 'dense', 'units': 3, 'activation': 'rule'}]",
        "model | [{'type': 'conv2d', 'filters': 1, 'kernel': [1, 2, 3]}]",
        "model | [{'type': 'conv2d', 'filters': 1, 'kernel': 1, 'padding': 'some'}]",
        "model | [{'type': 'relu', 'inputs': []}]",
        "model | [{'type': 'dropout', 'rate': 1}]",
        "model | [{'type': 'attention', 'heads': 2, 'rotaryBase': 1}]",
        "model | [{'type': 'residual', 'body': []}]",
        "model | [{'type': 'residual', 'body': [{'type': 'add'}]}]",
        "model | [{'type': 'residual', 'body': [{'type': 'relu', 'inputs': ['a']}]}]",
        "model | [{'type': 'residual', 'body': [{'type': 'dense', 'unit': 3}]}]",
        "task | 'sorting'",
        "task | 'adversarial'",
        "task | {'type': 'diffusion', 'schedule': 'square'}",
        "task | {'type': 'regression', 'classes': 3}",
        "task | 3",
        "training | {'batchSize': 0}",
        "training | {'batchSize': 1048577}",
        "training | {'bachSize': 3}",
        "training | {'epochs': 3, 'steps': 3}",
        "training | {'loss': 'crossEntropy', 'quantiles': [0.5]}",
        "training | {'loss': {'type': 'meanSquaredError', 'quantiles': [0.5]}}",
        "training | {'loss': 3}",
        "training | {'labelSmoothing': 1}",
        "training | {'optimizer': 'adam'}",
        "training | {'optimizer': {'type': 'adam', 'momentum': 0.9}}",
        "training | {'optimizer': {'beta1': 1}}",
        "training | {'schedule': {'type': 'step'}}",
        "training | {'metrics': 'accuracy'}",
        "training | {'metrics': ['acuracy']}",
        "training | {'metrics': [{'type': 'accuracy', 'k': 1}]}",
        "training | {'metrics': [3]}",
        "training | {'averaging': 1}",
        "training | {'weights': 'f64'}",
        "training | {'earlyStopping': {'patience': 0}, 'validation': 0.1}",
      })
  void refusesWhatTheParserRefuses(String line) throws IOException {
    String[] parts = line.split(" \\| ");
    assertBothRefuse(with(parts[0], parts[1]));
  }

  @ParameterizedTest
  @ValueSource(strings = {"'forecast'", "{'type': 'forecast'}", "'regression'"})
  void takesTasksOfSeries(String task) throws IOException {
    String data = "{'format': 'series', 'train': 't', 'target': 'c', 'window': 2, 'horizon': 1}";
    ObjectNode spec = with("data", data);
    spec.set("task", JSON.readTree(task.replace('\'', '"')));
    assertBothTake(spec);
    assertThrows(SpecException.class, () -> Spec.parse(with("task", "'forecast'")));
  }

  @Test
  void aSpecMayNameItsSchema() throws IOException {
    ObjectNode spec = with("$schema", "'spec.schema.json'");
    assertBothTake(spec);
    assertEquals(Spec.parse(with("name", "'n'")), Spec.parse(spec));
    assertFalse(Spec.parse(spec).expand().has("$schema"));
    assertBothRefuse(with("$schema", "3"));
  }

  /** Defaults that follow from other keys would be wrong for most. */
  @ParameterizedTest
  @CsvSource({
    "training.batchSize, 128", "training.epochs, 10", "training.seed, 0", "training.loss, ",
    "training.optimizer.learningRate, 0.001", "task, ", "layer.name, ", "layer.keyHeads, ",
    "layer.bias, true", "data.longer, refuse"
  })
  void tellsDefaults(String key, String expected) {
    Set<String> found = new HashSet<>();
    String description = SpecSchema.descriptions().get(key);
    for (JsonNode property : json.findParents("description")) {
      if (property.get("description").asText().equals(description)) {
        found.add(property.path("default").asText(null));
      }
    }
    assertTrue(found.contains(expected), found::toString);
  }

  @Test
  void everyKeyHasADescriptionAndNoneIsLeftOver() {
    Map<String, String> descriptions = SpecSchema.descriptions();
    Set<String> used = new HashSet<>();
    Schema.of(
        Spec::parse,
        key -> {
          Optional<String> description = Optional.ofNullable(descriptions.get(key));
          description.ifPresent(_ -> used.add(key));
          return description;
        });
    assertEquals(new TreeSet<>(descriptions.keySet()), new TreeSet<>(used));
    Set<String> own = new HashSet<>();
    Stream.of(
            LayerTypes.OWN,
            LossTypes.OWN,
            OptimizerTypes.OWN,
            ScheduleTypes.OWN,
            MetricTypes.OWN,
            TaskTypes.OWN)
        .forEach(types -> own.addAll(types.keySet()));
    assertTrue(undescribed(json, own) > 100);
  }

  /** Fails for a property without description; returns how many there are. */
  private static int undescribed(JsonNode schema, Set<String> own) {
    int count = 0;
    if (schema.path("additionalProperties").isBoolean() && !isOfExtension(schema, own)) {
      for (Map.Entry<String, JsonNode> property : schema.path("properties").properties()) {
        String text = property.getValue().path("description").asText();
        assertTrue(text.matches("[A-Z].*\\."), () -> property + " in " + schema);
        count++;
      }
    }
    for (JsonNode inner : schema) {
      count += undescribed(inner, own);
    }
    return count;
  }

  private static boolean isOfExtension(JsonNode schema, Set<String> own) {
    JsonNode type = schema.at("/properties/type/const");
    return type.isTextual()
        && !own.contains(type.textValue())
        && !Set.of("bpe", "bytes", "characters", "huggingface", "model", "unigram", "wordpiece")
            .contains(type.textValue());
  }

  @Test
  void hasTheTypesOfExtensions() throws IOException {
    Extensions.add(List.of(new Doubling()));
    JsonSchema extended = SCHEMAS.getSchema(SpecSchema.json());
    JsonNode right = with("model", "[{'type': 'schemaTestLayer', 'times': 3}]");
    JsonNode wrong = with("model", "[{'type': 'schemaTestLayer', 'times': 0}]");
    assertEquals(Set.of(), extended.validate(right));
    assertEquals(Set.of(), extended.validate(Spec.parse(right).expand()));
    assertFalse(extended.validate(wrong).isEmpty());
    assertTrue(
        SpecSchema.json().findValuesAsText("description").contains("How often it is doubled."));
  }

  /** A layer that only this test names. */
  private static final class Doubling implements Extension {
    @Override
    public Map<String, Reader<? extends Block>> layers() {
      return Map.of(
          "schemaTestLayer",
          f -> f.number("times", 2.0, Range.POSITIVE) > 1 ? Activation.RELU : Activation.TANH);
    }

    @Override
    public Map<String, String> descriptions() {
      return Map.of("layer.schemaTestLayer.times", "How often it is doubled.");
    }
  }
}
