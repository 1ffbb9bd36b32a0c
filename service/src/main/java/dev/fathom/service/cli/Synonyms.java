package dev.fathom.service.cli;

import dev.fathom.json.Nearest;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/** What commands of other tools are called here. */
final class Synonyms {

  private static final Map<String, List<String>> OTHERS =
      Map.ofEntries(
          Map.entry(
              "predict", List.of("run", "infer", "ask", "classify", "eval", "evaluate", "test")),
          Map.entry("generate", List.of("run", "complete", "chat", "ask", "sample", "write")),
          Map.entry("serve", List.of("start", "server", "up", "daemon", "service")),
          Map.entry("stop", List.of("shutdown", "down", "quit", "exit", "halt", "terminate")),
          Map.entry("fit", List.of("automl", "autotrain")),
          Map.entry("export", List.of("save", "dump", "write")),
          Map.entry("import", List.of("load", "download", "convert", "add")),
          Map.entry("train", List.of("pull", "learn", "create", "finetune", "resume")),
          Map.entry("samples", List.of("pull", "init", "new", "examples", "template")),
          Map.entry("rm", List.of("delete", "remove", "del", "rmi", "prune", "unpublish")),
          Map.entry("list", List.of("ls", "models", "images", "datasets", "dir")),
          Map.entry("show", List.of("inspect", "info", "describe", "get", "cat", "summary")),
          Map.entry("ps", List.of("status", "top", "jobs", "trainings", "running", "queue")),
          Map.entry("logs", List.of("log", "events", "tail", "watch", "follow", "attach")),
          Map.entry("cancel", List.of("kill", "abort", "interrupt")),
          Map.entry("backends", List.of("devices", "device", "gpu", "gpus")),
          Map.entry("doctor", List.of("diagnose", "check", "report", "env")),
          Map.entry("bench", List.of("benchmark", "perf", "time", "speed")),
          Map.entry("similar", List.of("neighbours", "nearest", "search", "embed", "find")),
          Map.entry("translate", List.of("seq2seq", "transform", "say")),
          Map.entry("forecast", List.of("extrapolate", "project")),
          Map.entry("schema", List.of("jsonschema", "spec", "validate")),
          Map.entry("--version", List.of("version")));

  private Synonyms() {}

  /**
   * {@return what somebody meant who typed a command that there is not: {@code "generate or
   * predict"}}
   */
  static Optional<String> of(String typed, Collection<String> commands) {
    if (commands.isEmpty()) {
      return Optional.empty(); // a command that has none
    }
    var known = new TreeSet<>(commands);
    OTHERS.values().forEach(known::addAll);
    return Nearest.to(typed, known)
        .map(near -> commands.contains(near) ? near : String.join(" or ", meant(near)));
  }

  private static List<String> meant(String other) {
    return OTHERS.entrySet().stream()
        .filter(entry -> entry.getValue().contains(other))
        .map(Map.Entry::getKey)
        .sorted()
        .toList();
  }
}
