package dev.fathom.hostile;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.fathom.model.Model;
import dev.fathom.model.Weights;
import dev.fathom.nn.Dense;
import dev.fathom.nn.Flatten;
import dev.fathom.nn.Network;
import dev.fathom.nn.Sequential;
import dev.fathom.spec.SavedModel;
import dev.fathom.spec.Spec;
import dev.fathom.spec.SpecModel;
import dev.fathom.spi.Shape;
import dev.fathom.store.DataDirectory;
import dev.fathom.store.Sha256;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Stored models of which one file is another one, with a manifest that has its checksum. */
final class StoredModels {
  private static final ObjectMapper JSON = new ObjectMapper();

  private StoredModels() {}

  static List<Format> formats() throws IOException {
    Path home = Files.createTempDirectory("hostile-models");
    home.toFile().deleteOnExit();
    Path trained = store(home.resolve("trained"), trained());
    Path graph = store(home.resolve("graph"), graph());
    return List.of(
        format("model", trained, "model.json"),
        format("model-weights", trained, Model.WEIGHTS),
        format("graph-model", graph, "model.json"),
        format("graph-model-graph", graph, Model.GRAPH));
  }

  private static Model trained() {
    Spec spec =
        Spec.parse(
            """
            {"name": "m", "data": {"dataset": "none", "scale": 0.5},
             "model": [{"type": "flatten"}, {"type": "batchnorm"}, {"type": "dense", "units": 3}]}""");
    return new SpecModel(spec, Shape.of(4, 4)).untrained(0);
  }

  private static Model graph() {
    Network network = new Network(Sequential.of(new Flatten(), new Dense(3)), Shape.of(2, 2));
    return Model.builder(
            "m",
            network,
            Weights.initial(network.parameters(), 1),
            Weights.initial(network.states(), 1))
        .build();
  }

  /** {@return the folder of the stored model} */
  private static Path store(Path home, Model model) throws IOException {
    try (DataDirectory directory = DataDirectory.open(home, "")) {
      model.publish(directory.models());
    }
    return home.resolve("models/m/1");
  }

  private static Format format(String name, Path stored, String file) throws IOException {
    return Format.of(
        name,
        file,
        List.of(Files.readAllBytes(stored.resolve(file))),
        mutated -> load(stored, mutated));
  }

  private static void load(Path stored, Path mutated) throws IOException {
    Path home = mutated.resolveSibling("data");
    Path version = home.resolve("models/m/1");
    Files.createDirectories(version);
    Files.writeString(home.resolve("fathom.json"), "{\"format\":1}");
    String name = mutated.getFileName().toString();
    ObjectNode manifest = (ObjectNode) JSON.readTree(stored.resolve("manifest.json").toFile());
    ((ObjectNode) manifest.get("files").get(name))
        .put("bytes", Files.size(mutated))
        .put("sha256", Sha256.of(mutated));
    try (Stream<Path> files = Files.list(stored)) {
      for (Path file : files.toList()) {
        String each = file.getFileName().toString();
        Files.write(
            version.resolve(each),
            each.equals("manifest.json")
                ? JSON.writeValueAsBytes(manifest)
                : Files.readAllBytes(each.equals(name) ? mutated : file));
      }
    }
    try (DataDirectory directory = DataDirectory.openReadOnly(home)) {
      SavedModel.load(directory.models().get("m", 1).bundle());
    }
  }
}
