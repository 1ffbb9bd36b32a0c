package dev.fathom.service.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.StreamSupport;

/** What a running service holds. */
final class ServedInstallation implements Installation {

  private static final String MODELS = "/api/v1/models";
  private static final String DATASETS = "/api/v1/datasets";
  private static final String TRAININGS = "/api/v1/trainings";
  private static final String DAMAGES = "/api/v1/damages";

  private final Client client;

  ServedInstallation(URI service) {
    client = new Client(service);
  }

  @Override
  public List<String> models() {
    return all(MODELS).stream().map(model -> model.path("name").asText()).toList();
  }

  @Override
  public List<JsonNode> versions(String model) {
    return list(client.get(at(MODELS, model)).path("versions"));
  }

  @Override
  public List<JsonNode> openModels() {
    return client
        .postIfThere("/v2/repository/index", "{\"ready\": true}")
        .map(ServedInstallation::list)
        .orElse(List.of());
  }

  @Override
  public void deleteModel(String name) {
    client.delete(at(MODELS, name));
  }

  @Override
  public void deleteVersion(String model, int version) {
    client.delete(at(MODELS, model) + "/versions/" + version);
  }

  @Override
  public List<JsonNode> datasets() {
    return all(DATASETS);
  }

  @Override
  public void deleteDataset(String name) {
    client.delete(at(DATASETS, name));
  }

  @Override
  public List<JsonNode> trainings() {
    List<JsonNode> trainings = new ArrayList<>(all(TRAININGS));
    for (var damage :
        client.getIfThere(DAMAGES).map(page -> list(page.path("items"))).orElse(List.of())) {
      var id = damage.path("name").asText();
      if (damage.path("kind").asText().equals("training")
          && trainings.stream().noneMatch(job -> job.path("id").asText().equals(id))) {
        trainings.add(Installation.damaged(id, damage.path("reason").asText()));
      }
    }
    trainings.sort(Comparator.comparing(job -> job.path("id").asText()));
    return trainings;
  }

  @Override
  public void events(String training, boolean follow, Consumer<JsonNode> listener) {
    var path = at(TRAININGS, training) + "/events";
    if (follow) {
      client.events(path, listener);
    } else {
      client.eventsSoFar(path, listener);
    }
  }

  @Override
  public void cancel(String training) {
    client.post(at(TRAININGS, training) + "/cancel", "");
    client.events(at(TRAININGS, training) + "/events", _ -> {});
  }

  @Override
  public void deleteTraining(String training) {
    client.delete(at(TRAININGS, training));
  }

  /** {@return every item of a list that comes in pages} */
  private List<JsonNode> all(String path) {
    List<JsonNode> items = new ArrayList<>();
    var page = client.get(path);
    items.addAll(list(page.path("items")));
    while (page.hasNonNull("next")) {
      page = client.get(path + "?after=" + encoded(page.path("next").asText()));
      items.addAll(list(page.path("items")));
    }
    return items;
  }

  private static String at(String path, String name) {
    return path + "/" + encoded(name);
  }

  private static String encoded(String name) {
    return URLEncoder.encode(name, StandardCharsets.UTF_8).replace("+", "%20");
  }

  private static List<JsonNode> list(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false).toList();
  }

  @Override
  public void close() {
    client.close();
  }
}
