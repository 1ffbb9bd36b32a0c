package dev.fathom.service.rest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * What each path takes and gives, for those who ask wrongly. It is read from the OpenAPI document
 * when it is first needed. Safe for several threads.
 */
@Singleton
final class Endpoints {

  /** Where Quarkus keeps the document that it made at build time. */
  private static final String DOCUMENT = "META-INF/quarkus-generated-openapi-doc.JSON";

  private List<Endpoint> endpoints = List.of();

  /**
   * An operation.
   *
   * @param takes the media types of its body; empty if it takes none
   * @param gives the media types of its answer
   */
  record Operation(List<String> takes, List<String> gives) {}

  /**
   * A path.
   *
   * @param template such as {@code /api/v1/models/{name}}
   * @param operations by method
   */
  record Endpoint(String template, Pattern pattern, Map<String, Operation> operations) {

    /** {@return the value of the header Allow} */
    String allow() {
      var methods = new TreeSet<>(operations.keySet());
      methods.add("OPTIONS");
      if (methods.contains("GET")) {
        methods.add("HEAD");
      }
      return String.join(", ", methods);
    }

    private static Endpoint of(String template, JsonNode item) {
      var operations = new LinkedHashMap<String, Operation>();
      for (var method : item.properties()) {
        var operation = method.getValue();
        var gives = new ArrayList<String>();
        for (var response : operation.path("responses").properties()) {
          if (response.getKey().startsWith("2")) {
            gives.addAll(types(response.getValue()));
          }
        }
        operations.put(
            method.getKey().toUpperCase(Locale.ROOT),
            new Operation(types(operation.path("requestBody")), gives));
      }
      var regex = Pattern.compile("\\{[^/]+}").splitAsStream(template + " ").map(Pattern::quote);
      var joined = regex.collect(Collectors.joining("[^/]+")).replace(" \\E", "\\E/?");
      return new Endpoint(template, Pattern.compile(joined), operations);
    }

    private static List<String> types(JsonNode part) {
      return part.path("content").properties().stream().map(Map.Entry::getKey).toList();
    }
  }

  /** {@return what is at a path, if it is one of a resource} */
  Optional<Endpoint> at(String path) {
    return all().stream().filter(each -> each.pattern().matcher(path).matches()).findFirst();
  }

  /** {@return all; those with fewer parameters go first} */
  private synchronized List<Endpoint> all() {
    if (endpoints.isEmpty()) {
      var loader = Thread.currentThread().getContextClassLoader();
      try (var in = loader.getResourceAsStream(DOCUMENT)) {
        endpoints =
            new ObjectMapper()
                .readTree(in).path("paths").properties().stream()
                    .map(item -> Endpoint.of(item.getKey(), item.getValue()))
                    .sorted(Comparator.comparing(each -> each.template().split("\\{").length))
                    .toList();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return endpoints;
  }
}
