package dev.fathom.service.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.fathom.compile.Coverage;
import dev.fathom.service.bench.Workload;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Lists the kernel specs of the sample networks that a backend compiles. */
@Command(
    description = {
      "Lists which kernel specs a backend compiles and which it declines, and why:",
      "declined operations are lowered to others, declined fusions undone.",
      "Workloads: those of bench; a training counts with its validation."
    },
    footer = {
      "",
      "Example:",
      "  ${ROOT-COMMAND-NAME} coverage lenet infer-lenet-32 --backend java"
    })
final class CoverageCommand implements Callable<Integer> {

  @Parameters(
      paramLabel = "WORKLOAD",
      arity = "0..*",
      description = "What to compile (default: every sample network, training and inference).")
  private List<String> workloads = List.of();

  @Option(names = "--json", description = "Prints JSON.")
  private boolean json;

  @Mixin private LocalOptions options;
  @Spec private CommandSpec command;

  @Override
  public Integer call() throws IOException {
    Map<String, Workload> wanted = new LinkedHashMap<>();
    for (var name : workloads.isEmpty() ? Workload.networks() : workloads) {
      wanted.put(name, BenchCommand.workload(name));
    }
    var out = command.commandLine().getOut();
    var selection = LocalOptions.select(options.config());
    try (var backend = selection.backend()) {
      var all =
          JsonNodeFactory.instance
              .objectNode()
              .put("backend", selection.name())
              .put("device", backend.device().name());
      var reports = all.putArray("workloads");
      for (var workload : wanted.entrySet()) {
        var coverage = workload.getValue().coverage(selection);
        if (json) {
          report(coverage, reports.addObject().put("workload", workload.getKey()));
        } else {
          out.printf("%s on %s%n", workload.getKey(), selection.name());
          print(coverage, out);
        }
      }
      if (json) {
        out.println(all.toPrettyString());
      }
    }
    return 0;
  }

  private static void print(Coverage coverage, PrintWriter out) {
    int kernels = coverage.compiled().values().stream().mapToInt(c -> c.kernels()).sum();
    int launches = coverage.compiled().values().stream().mapToInt(c -> c.launches()).sum();
    out.printf("  compiled %d kernels for %d launches%n", kernels, launches);
    coverage
        .compiled()
        .forEach(
            (spec, of) -> out.printf("    %-24s %3d for %3d%n", spec, of.kernels(), of.launches()));
    out.println("  declined" + (coverage.declined().isEmpty() ? " nothing" : ""));
    coverage.declined().forEach(declined -> out.println("    " + declined));
    if (!coverage.remarks().isEmpty()) {
      out.println("  remarks");
      coverage.remarks().forEach(remark -> out.println("    " + remark));
    }
  }

  private static void report(Coverage coverage, ObjectNode json) {
    var compiled = json.putArray("compiled");
    coverage
        .compiled()
        .forEach(
            (spec, of) ->
                compiled
                    .addObject()
                    .put("spec", spec)
                    .put("kernels", of.kernels())
                    .put("launches", of.launches()));
    var declined = json.putArray("declined");
    for (var each : coverage.declined()) {
      declined
          .addObject()
          .put("spec", each.spec())
          .put("remedy", each.remedy().name().toLowerCase(Locale.ROOT))
          .put("reason", each.reason())
          .put("count", each.count());
    }
    coverage.remarks().forEach(json.putArray("remarks")::add);
  }
}
