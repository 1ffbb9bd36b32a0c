package dev.fathom.spec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.fathom.json.Nearest;
import dev.fathom.json.SpecException;
import dev.fathom.nn.Network;
import dev.fathom.optim.Adam;
import dev.fathom.optim.Schedule;
import dev.fathom.spi.Shape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SpecTest {
  private static final Path SAMPLES = Path.of("../samples/mnist");

  /** A valid spec in which {@code part} stands in place of {@code default}. */
  private static String with(String key, String part) {
    String model = "[{'type': 'dense', 'units': 3}]";
    String data = "{'dataset': 'd'}";
    String training = "{}";
    String name = "'n'";
    switch (key) {
      case "name" -> name = part;
      case "data" -> data = part;
      case "model" -> model = part;
      case "training" -> training = part;
      default -> throw new AssertionError(key);
    }
    return "{'name': %s, 'data': %s, 'model': %s, 'training': %s}"
        .formatted(name, data, model, training)
        .replace('\'', '"');
  }

  private static void assertWrong(String pointer, String detail, String json) {
    SpecException wrong = assertThrows(SpecException.class, () -> Spec.parse(json));
    assertEquals(pointer + " | " + detail, wrong.pointer() + " | " + wrong.detail());
  }

  @ParameterizedTest
  @ValueSource(strings = {"lenet.json", "mlp.json"})
  void samplesParseAndExpandToThemselves(String file) throws IOException {
    Spec spec = Spec.parse(Files.readString(SAMPLES.resolve(file)));
    ObjectNode expanded = spec.expand();
    assertEquals(spec, Spec.parse(expanded));
    assertEquals(spec, Spec.parse(spec.toString()));
    assertEquals(expanded, Spec.parse(expanded).expand());
    assertEquals(Shape.of(10), spec.network(Shape.of(1, 28, 28)).output());
  }

  @Test
  void everyLayerExpandsToItself() {
    Spec spec =
        Spec.parse(
            with(
                "model",
                """
                [{'type': 'conv2d', 'filters': 4, 'kernel': [3, 2], 'padding': 'same'},
                 {'type': 'batchnorm', 'activation': 'relu'}, {'type': 'maxpool2d', 'kernel': 2},
                 {'type': 'averagepool2d', 'kernel': 3, 'stride': [1, 2], 'padding': [1, 0]},
                 {'type': 'residual', 'body': [{'type': 'conv2d', 'filters': 4, 'kernel': 1}],
                  'shortcut': [{'type': 'dropout'}]}, {'type': 'globalaveragepool'},
                 {'type': 'dense', 'units': 3, 'initializer': 'xavierUniform'}, {'type': 'gelu'},
                 {'type': 'tanh'}, {'type': 'sigmoid'}, {'type': 'relu'}, {'type': 'softmax'}]"""));
    assertEquals(spec, Spec.parse(spec.toString()));
    assertEquals(spec.model(), Spec.parse(spec.toString()).model());
    Network network = spec.network(Shape.of(2, 12, 12));
    assertEquals(
        List.of(
            "conv1.weight",
            "conv1.bias",
            "batchnorm1.weight",
            "batchnorm1.bias",
            "residual1.body.conv1.weight",
            "residual1.body.conv1.bias",
            "dense1.weight",
            "dense1.bias"),
        network.parameters().slots().stream().map(slot -> slot.name()).toList());
  }

  @Test
  void everyLayerOfSequencesExpandsToItself() {
    Spec spec =
        Spec.parse(
            with(
                "model",
                """
                [{'type': 'embedding', 'vocabulary': 20, 'features': 8, 'padding': 0,
                  'scale': 2},
                 {'type': 'tokendropout'}, {'type': 'learnedpositions', 'length': 6}, {'type': 'sinusoidalpositions'},
                 {'type': 'encoder', 'heads': 2, 'hidden': 12, 'normFirst': false,
                  'layerScale': 0.1},
                 {'type': 'decoder', 'heads': 4, 'keyHeads': 2, 'rotaryBase': 500000, 'hidden': 12,
                  'gated': true, 'activation': 'silu', 'norm': 'rmsnorm', 'bias': false,
                  'dropout': 0.1, 'headSize': 6, 'window': 3, 'headNorm': 1e-6, 'softCap': 30,
                  'scoreScale': 0.1, 'outputBias': true, 'normOutput': true,
                  'rotaryScaling': {'type': 'yarn', 'factor': 4, 'context': 8}},
                 {'type': 'softcap', 'cap': 20}, {'type': 'tokentypes'},
                 {'type': 'residual', 'body': [{'type': 'layernorm'}, {'type': 'attention',
                  'heads': 2, 'causal': true}]}, {'type': 'rmsnorm', 'epsilon': 1e-6},
                 {'type': 'feedforward', 'hidden': 5}, {'type': 'dense', 'units': 8},
                 {'type': 'rnn', 'units': 4, 'output': 'all'},
                 {'type': 'lstm', 'units': 4, 'layers': 2, 'bidirectional': true, 'output': 'all'},
                 {'type': 'gru', 'units': 8, 'output': 'all', 'dropout': 0.2},
                 {'type': 'geluTanh'}, {'type': 'silu'}, {'type': 'unembedding', 'vocabulary': 20},
                 {'type': 'sequencepool', 'kind': 'last'}]"""));
    assertEquals(spec, Spec.parse(spec.toString()));
    assertEquals(spec.model(), Spec.parse(spec.toString()).model());
    Network network = spec.network(Shape.of(6));
    assertEquals(Shape.of(20), network.output());
    assertEquals(20, network.vocabulary());
  }

  @Test
  void aPlaneIsAnImageUnlessALayerTakesSequences() {
    Spec images = Spec.parse(with("model", "[{'type': 'conv2d', 'filters': 2, 'kernel': 3}]"));
    assertEquals(Shape.of(1, 8, 5), images.network(Shape.of(8, 5)).input());
    Spec series =
        Spec.parse(with("model", "[{'type': 'dense', 'units': 4}, {'type': 'gru', 'units': 3}]"));
    assertEquals(Shape.of(8, 5), series.network(Shape.of(8, 5)).input());
  }

  @Test
  void aWrongPartOfABlockIsNamedWithItsPointer() {
    Spec spec =
        Spec.parse(
            with(
                "model",
                """
                [{'type': 'embedding', 'vocabulary': 20, 'features': 6},
                 {'type': 'decoder', 'heads': 4, 'hidden': 12},
                 {'type': 'unembedding', 'vocabulary': 20}]"""));
    SpecException wrong = assertThrows(SpecException.class, () -> spec.network(Shape.of(5)));
    assertEquals("/model/1", wrong.pointer());
    Spec tied =
        Spec.parse(
            with(
                "model",
                """
                [{'type': 'embedding', 'vocabulary': 20, 'features': 6},
                 {'type': 'unembedding', 'vocabulary': 20, 'embedding': 'embeding'}]"""));
    wrong = assertThrows(SpecException.class, () -> tied.network(Shape.of(5)));
    assertEquals("/model/1", wrong.pointer());
  }

  @Test
  void defaultsAreThoseThatTheDocumentsName() {
    TrainingSpec training = Spec.parse(with("training", "{}")).training();
    assertEquals(10, training.epochs());
    assertEquals(128, training.batchSize());
    assertEquals(new Adam(1e-3), training.optimizer());
    assertEquals(new Schedule.Constant(0), training.schedule());
    assertTrue(training.steps().isEmpty());
  }

  @Test
  void trainingMayBeLeftOut() {
    Spec spec = Spec.parse("{\"name\":\"a\",\"data\":{\"dataset\":\"d\"},\"model\":\"mlp\"}");
    assertEquals(10, spec.training().epochs());
  }

  @Test
  void presetsTakeTheNumberOfClasses() {
    Spec spec = Spec.parse(with("model", "{'preset': 'lenet', 'classes': 26}"));
    Network network = spec.network(Shape.of(1, 28, 28));
    assertEquals(Shape.of(26), network.output());
    assertEquals(
        32 * 10 + 64 * (32 * 9 + 1) + 128 * 3137 + 26 * 129, network.parameters().elements());
  }

  @Test
  void aResNet18HasTheParametersThatItsPaperCounts() {
    Network network = Spec.parse(with("model", "'resnet18'")).network(Shape.of(3, 32, 32));
    assertEquals(Shape.of(10), network.output());
    // As torchvision's with a first convolution of 3 x 3 and ten classes.
    assertEquals(11_173_962, network.parameters().elements());
  }

  @Test
  void anAlexNetHasTheParametersThatItsPaperCounts() {
    Network network =
        Spec.parse(with("model", "{'preset': 'alexnet', 'classes': 1000}"))
            .network(Shape.of(3, 224, 224));
    assertEquals(Shape.of(1000), network.output());
    assertEquals(60_965_224, network.parameters().elements());
  }

  @Test
  void aVisionTransformerTakesItsLengthFromTheImage() {
    String vit = "{'preset': 'vit', 'classes': 7, 'patch': [7, 4]}";
    Network network = Spec.parse(with("model", vit)).network(Shape.of(1, 28, 28));
    assertEquals(Shape.of(7), network.output());
    long block = 12 * 192 * 192 + 13 * 192;
    assertEquals(
        192 * 29 + 192 + 29 * 192 + 6 * block + 2 * 192 + 7 * 193, network.parameters().elements());
  }

  /** What a plane is, follows from the first layer that takes images or sequences alone. */
  @Test
  void patchesOfAPlaneAreThoseOfAnImage() {
    String image = "[{'type': 'dropout'}, {'type': 'patchembedding', 'features': 4, 'patch': 7},";
    String rest = "{'type': 'lstm', 'units': 3}]";
    assertEquals(
        Shape.of(1, 28, 28),
        Spec.parse(with("model", image + rest)).network(Shape.of(28, 28)).input());
    assertEquals(
        Shape.of(28, 28),
        Spec.parse(with("model", "[{'type': 'layernorm'}," + rest))
            .network(Shape.of(28, 28))
            .input());
  }

  @ParameterizedTest
  @CsvSource({"mlp, 128, 4", "lenet, 32, 4", "resnet18, 128, 4", "vit, 48, 12", "alexnet, 1024, 4"})
  void presetsAreAsWideAsTheySay(String preset, long quarter, long least) {
    for (String width : List.of("0.25", "0.0001")) {
      Network network =
          Spec.parse(with("model", "{'preset': '%s', 'width': %s}".formatted(preset, width)))
              .network(Shape.of(3, 64, 64));
      var weight = network.parameters().slots().get(network.parameters().slots().size() - 2);
      long features = width.equals("0.25") ? quarter : least;
      assertEquals(Shape.of(10, features), weight.shape(), preset + " of " + width);
    }
  }

  @Test
  void malformedJsonIsLocated() {
    SpecException wrong = assertThrows(SpecException.class, () -> Spec.parse("{\n \"name\": x}"));
    assertEquals("", wrong.pointer());
    assertTrue(wrong.detail().startsWith("malformed JSON at line 2, column "), wrong.detail());
    assertThrows(SpecException.class, () -> Spec.parse(""));
    assertThrows(SpecException.class, () -> Spec.parse("{} {}"));
    assertThrows(SpecException.class, () -> Spec.parse("{\"name\": \"a\", \"name\": \"b\"}"));
  }

  @Test
  void aMisspeltKeyIsNamedBeforeTheMissingOne() {
    assertWrong(
        "/datas",
        "unknown key 'datas'; did you mean 'data'?",
        "{'name': 'n', 'datas': {}}".replace('\'', '"'));
    assertWrong(
        "/model/0/unit",
        "unknown key 'unit'; did you mean 'units'?",
        with("model", "[{'type': 'dense', 'unit': 3}]"));
  }

  @Test
  void unknownKeysAreErrorsWithTheNearestKey() {
    assertWrong(
        "/training/batchSze",
        "unknown key 'batchSze'; did you mean 'batchSize'?",
        with("training", "{'batchSze': 3}"));
    assertWrong(
        "/model/0/filters",
        "unknown key 'filters'; expected one of type, name, inputs, units, bias, initializer, activation",
        with("model", "[{'type': 'dense', 'units': 3, 'filters': 4}]"));
    assertWrong(
        "/model/0/body/0/a~1b",
        "unknown key 'a/b'; expected one of type, name",
        with("model", "[{'type': 'residual', 'body': [{'type': 'flatten', 'a/b': 1}]}]"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "name | 3 | /name | expected a text but got 3",
        "name | 'A' | /name | expected 1 to 63 of a-z, 0-9, '.', '_', '-', a letter or digit first,"
            + " but got 'A'",
        "name | null | /name | expected a text but the key is missing",
        "data | {} | /data | expected \"dataset\" with the name of a dataset, or \"format\" and"
            + " files",
        "data | {'dataset': '../x'} | /data/dataset | expected 1 to 63 of a-z, 0-9, '.', '_', '-',"
            + " a letter or digit first, but got '../x'",
        "data | {'dataset': 'd', 'scale': 0} | /data/scale | expected a number above 0 but got 0",
        "data | {'dataset': 'd', 'mean': [1, 2]} | /data/deviation | expected as many numbers as"
            + " \"mean\" has, 2, but got 1",
        "data | {'format': 'idx', 'images': 'i'} | /data/labels | expected a text but the key is"
            + " missing",
        "data | {'format': 'series', 'train': 't', 'target': 'y', 'window': 0, 'horizon': 1} |"
            + " /data/window | expected a whole number of 1 or more but got 0",
        "data | {'format': 'series', 'train': 't', 'target': 'y', 'window': 3} | /data/horizon |"
            + " expected a whole number of 1 or more but the key is missing",
        "data | {'format': 'series', 'train': 't', 'target': 'y', 'test': 's'} | /data/test |"
            + " expected \"heldOut\", the share of the last rows, for a series",
        "data | {'format': 'series', 'train': 't', 'target': 'y', 'missing': 'mean'} |"
            + " /data/missing | expected refuse or previous for a series, which has all rows and"
            + " knows no later ones",
        "data | {'format': 'csv', 'train': 't', 'target': 'y', 'fit': true, 'mean': 3} | /data/fit"
            + " | expected false beside mean",
        "data | {'format': 'csv', 'train': 't', 'target': 'y', 'features': ['a', 'b', 'a']} |"
            + " /data/features/2 | expected each once but got 'a' again",
        "data | {'dataset': 'd', 'fit': true} | /data/fit | unknown key 'fit'; expected one of"
            + " format, dataset, input, target, scale, axis, mean, deviation, weight, augment",
        "model | [] | /model | expected at least one layer",
        "model | {'inputs': {'i': ['a', 'a']}, 'layers': []} | /model/inputs/i/columns/1 | expected"
            + " each once but got 'a' again",
        "model | 'lenett' | /model/preset | expected one of alexnet, lenet, mlp, resnet18, vit but got 'lenett'; did you"
            + " mean 'lenet'?",
        "model | [{'type': 'dense'}] | /model/0/units | expected a whole number of 1 or more but"
            + " the key is missing",
        "model | [{'type': 'dense', 'units': 1.5}] | /model/0/units | expected a whole number of 1"
            + " or more but got 1.5",
        "model | [{'type': 'dense', 'units': 0}] | /model/0/units | expected a whole number of 1"
            + " or more but got 0",
        "model | [{'type': 'conv2d', 'filters': 3, 'kernel': [3]}] | /model/0/kernel | expected a"
            + " whole number of 1 or more, or a pair of them but got [3]",
        "model | [{'type': 'conv2d', 'filters': 3, 'kernel': 3, 'groups': 2}] | /model/0 | [conv2d]"
            + " expected groups that divide the 3 filters but got 2",
        "model | [{'type': 'dropout', 'rate': 1}] | /model/0/rate | expected a number in [0, 1) but"
            + " got 1",
        "model | [{'type': 'tokendropout', 'rate': 1}] | /model/0/rate | expected a number in [0, 1)"
            + " but got 1",
        "model | [3] | /model/0 | expected an object but got 3",
        "model | [{'type': 'attention', 'heads': 4, 'keyHeads': 3}] | /model/0 | [attention]"
            + " expected key heads that divide the 4 heads but got 3",
        "model | [{'type': 'embedding', 'vocabulary': 9, 'features': 2, 'padding': 9}] | /model/0 |"
            + " [embedding] expected a padding id of 0 to 8 but got 9",
        "model | [{'type': 'lstm', 'units': 2, 'output': 'first'}] | /model/0/output | expected one"
            + " of all, last but got 'first'",
        "model | [{'type': 'decoder', 'heads': 2, 'hidden': 4, 'causal': false}] |"
            + " /model/0/causal | unknown key 'causal'; expected one of type, name, inputs, epsilon, bias,"
            + " norm, heads, keyHeads, headSize, window, rotaryBase, rotaryScaling, headNorm,"
            + " scoreScale, softCap, dropout, outputBias, initializer, hidden, activation, gated,"
            + " normFirst, cross, layerScale, stochasticDepth, normOutput",
        "model | [{'type': 'attention', 'heads': 2, 'rotaryScaling': {'type': 'linear', 'factor': 2}}]"
            + " | /model/0/rotaryScaling | expected rotaryBase beside rotaryScaling",
        "model | [{'type': 'attention', 'heads': 2, 'window': 3}] | /model/0 | [attention] expected a"
            + " window only where it is causal but got a window",
        "model | [{'type': 'attention', 'heads': 2, 'rotaryBase': 9, 'rotaryScaling': {'type':"
            + " 'llama3', 'factor': 2, 'low': 4, 'context': 8}}] | /model/0/rotaryScaling | [rotary]"
            + " expected 0 < low < high but got 4.0 and 4.0",
        "model | [{'type': 'encoder', 'heads': 2, 'hidden': 3, 'normFirst': false, 'normOutput':"
            + " true}] | /model/0 | [block] expected norms of outputs beside norm first but got true",
        "training | {'loss': 'meanSquaredError', 'quantiles': [0.5]} | /training/quantiles"
            + " | expected the loss quantile beside quantiles",
        "training | {'loss': 'quantile', 'quantiles': [0.9, 0.1]} | /training/quantiles"
            + " | [quantile] expected rising quantiles inside (0, 1), the median 0.5 among them,"
            + " but got [0.9, 0.1]",
        "training | {'loss': 'meanSquaredError', 'labelSmoothing': 0.1} | /training/labelSmoothing"
            + " | expected the loss crossEntropy beside label smoothing",
        "training | [] | /training | expected an object but got []",
        "training | {'epochs': 3, 'steps': 4} | /training/steps | expected either epochs or steps"
            + " but got both",
        "training | {'epochs': 3000000000} | /training/epochs | expected at most 2147483647 but got"
            + " 3000000000",
        "training | {'batchSize': '8'} | /training/batchSize | expected a whole number of 1 or more"
            + " but got \"\"8\"\"",
        "training | {'batchSize': 10, 'accumulate': 4} | /training/accumulate | expected a divisor of"
            + " the batch size 10 but got 4",
        "training | {'optimizer': {'type': 'sgd', 'nesterov': true}} | /training/optimizer | [sgd]"
            + " expected a momentum for nesterov but got 0.0",
        "training | {'optimizer': {'learningRate': 1e999}} | /training/optimizer/learningRate |"
            + " expected a number above 0 but got \"\"Infinity\"\"",
        "training | {'averaging': 1} | /training/averaging | expected a number in (0, 1) but got 1",
        "training | {'earlyStopping': {}} | /training/earlyStopping | expected a validation share"
            + " above 0 beside early stopping",
      })
  void wrongFieldsAreNamed(String key, String part, String pointer, String detail) {
    assertWrong(pointer, detail.replace("\"\"", "\""), with(key, part));
  }

  @Test
  void aLayerThatDoesNotFitIsNamedWithBothShapes() {
    Spec spec =
        Spec.parse(
            with(
                "model",
                """
                [{'type': 'conv2d', 'filters': 2, 'kernel': 3},
                 {'type': 'residual', 'body': [{'type': 'relu'}, {'type': 'dense', 'units': 3}]}]"""));
    SpecException wrong = assertThrows(SpecException.class, () -> spec.network(Shape.of(1, 8, 8)));
    assertEquals("/model/1/body/1", wrong.pointer());
    assertEquals(
        "layer 'residual1.body.dense1': [dense] expected an input [features] or [time, features]"
            + " (flatten comes before) but got [2, 6, 6]",
        wrong.detail());
    wrong = assertThrows(SpecException.class, () -> spec.network(Shape.of(1, 2, 8)));
    assertEquals("/model/0", wrong.pointer());
    assertEquals(
        "layer 'conv1': [conv2d] expected an input that a window of 3 x 3 fits into but got"
            + " [1, 2, 8]",
        wrong.detail());
    Spec pair =
        Spec.parse(
            with(
                "model",
                """
                [{'type': 'encoderdecoder', 'source': 3, 'encoder': [],
                  'decoder': [{'type': 'relu'}, {'type': 'attention', 'heads': 5}]}]"""));
    wrong = assertThrows(SpecException.class, () -> pair.network(Shape.of(5, 6)));
    assertEquals("/model/0/decoder/1", wrong.pointer());
    Spec preset = Spec.parse(with("model", "'lenet'"));
    wrong = assertThrows(SpecException.class, () -> preset.network(Shape.of(784)));
    assertEquals("/model", wrong.pointer());
  }

  @Test
  void twoLettersExchangedAreOneMistake() {
    assertEquals(
        java.util.Optional.of("train"),
        Nearest.to("trian", java.util.List.of("test", "train", "predict")));
    assertEquals(java.util.Optional.empty(), Nearest.to("xyz", java.util.List.of("train")));
  }
}
