package dev.fathom;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.classfile.ClassBuilder;
import java.lang.classfile.ClassFile;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.lang.reflect.AccessFlag;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ArchitectureTest {

  @Test
  void everyClassOfEveryModuleKeepsToTheHouse() throws IOException {
    var violations = new ArrayList<String>();
    for (var module : List.of("spi", "java-backend", "opencl-backend", "api", "service")) {
      for (var file : classesOf(module)) {
        violations.addAll(Architecture.violations(Files.readAllBytes(file)));
      }
    }
    assertEquals("", String.join("\n", violations));
  }

  private static List<Path> classesOf(String module) throws IOException {
    var folder = Repository.ROOT.resolve(module).resolve("target/classes");
    assertTrue(Files.isDirectory(folder), folder + " is missing: is the module compiled?");
    try (var files = Files.walk(folder)) {
      return files.filter(file -> file.toString().endsWith(".class")).toList();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "dev.fathom.spi.A,          java.util.List",
    "dev.fathom.spi.conformance.A, dev.fathom.spi.B",
    "dev.fathom.graph.A,        dev.fathom.spi.B",
    "dev.fathom.compile.A,      dev.fathom.graph.B",
    "dev.fathom.device.A,       dev.fathom.compile.B",
    "dev.fathom.tensor.A,       dev.fathom.compile.B",
    "dev.fathom.data.A,         dev.fathom.text.B",
    "dev.fathom.service.jobs.A, dev.fathom.service.B",
    "dev.fathom.service.A,      dev.fathom.service.jobs.B",
    "dev.fathom.train.A,        dev.fathom.optim.B",
    "dev.fathom.model.A,        com.fasterxml.jackson.databind.JsonNode",
    "dev.fathom.service.rest.A, dev.fathom.train.B",
    "dev.fathom.service.rest.A, io.quarkus.runtime.Quarkus",
    "dev.fathom.backend.java.A, dev.fathom.spi.B",
    "dev.fathom.backend.java.A, dev.fathom.backend.java.contract.B",
    "dev.fathom.backend.java.sequence.A, dev.fathom.backend.java.contract.B",
    "dev.fathom.backend.java.contract.A, dev.fathom.spi.B",
    "dev.fathom.backend.java.loops.A, jdk.incubator.vector.FloatVector",
    "dev.fathom.backend.opencl.A, dev.fathom.backend.opencl.code.B",
    "dev.fathom.backend.opencl.driver.A, com.aparapi.device.Device",
  })
  void arrowsDownAreAllowed(String user, String used) {
    assertEquals(List.of(), violationsOf(user, field(used)));
  }

  @ParameterizedTest
  @CsvSource({
    "dev.fathom.spi.A,          dev.fathom.graph.B,                         arrows point down only",
    "dev.fathom.spi.A,          com.fasterxml.jackson.databind.JsonNode,    no library of this layer",
    "dev.fathom.spi.A,          dev.fathom.spi.conformance.B,               arrows point down only",
    "dev.fathom.graph.A,        dev.fathom.compile.B,                       arrows point down only",
    "dev.fathom.compile.A,      dev.fathom.device.B,                        arrows point down only",
    "dev.fathom.compile.A,      dev.fathom.tensor.B,                        arrows point down only",
    "dev.fathom.tensor.A,       dev.fathom.nn.B,                            arrows point down only",
    "dev.fathom.loss.A,         dev.fathom.train.B,                         arrows point down only",
    "dev.fathom.nn.A,           dev.fathom.loss.B,                          arrows point down only",
    "dev.fathom.text.A,         dev.fathom.data.B,                          arrows point down only",
    "dev.fathom.service.rest.A, dev.fathom.service.cli.B,                   arrows point down only",
    "dev.fathom.model.A,        dev.fathom.service.B,                       arrows point down only",
    "dev.fathom.model.A,        dev.fathom.backend.java.B,                  arrows point down only",
    "dev.fathom.model.A,        io.quarkus.runtime.Quarkus,                 no library of this layer",
    "dev.fathom.service.A,      dev.fathom.backend.java.B,                  arrows point down only",
    "dev.fathom.service.A,      kotlin.Unit,                                Fathom is Java only",
    "dev.fathom.backend.java.A, dev.fathom.tensor.B,                        arrows point down only",
    "dev.fathom.backend.java.A, org.slf4j.Logger,                           no library of this layer",
    "dev.fathom.backend.java.A, dev.fathom.spi.conformance.B,               arrows point down only",
    "dev.fathom.backend.java.memory.A, dev.fathom.backend.java.runtime.B,   arrows point down only",
    "dev.fathom.backend.java.contract.A, dev.fathom.backend.java.rows.B,    arrows point down only",
    "dev.fathom.backend.java.contract.A, dev.fathom.backend.java.B,         arrows point down only",
    "dev.fathom.backend.opencl.A, dev.fathom.backend.java.B,                arrows point down only",
    "dev.fathom.backend.opencl.code.A, dev.fathom.backend.opencl.driver.B,  arrows point down only",
    "dev.fathom.backend.opencl.A, com.aparapi.device.Device,                no library of this layer",
    "dev.fathom.backend.java.odd.A, java.lang.Object, dev.fathom.backend.java.odd.A belongs to no layer of the house",
    "dev.fathom.odd.A,          java.lang.Object,        dev.fathom.odd.A belongs to no layer of the house",
  })
  void anyOtherArrowIsAViolation(String user, String used, String why) {
    var violation = user + " -> " + used + ": " + why;
    assertTrue(violationsOf(user, field(used)).contains(violation), violation);
  }

  @Test
  void arrowsInCodeDescriptorsAndLiteralsAreSeen() {
    var up = ClassDesc.of("dev.fathom.train.B");
    var expected = List.of("dev.fathom.graph.A -> dev.fathom.train.B: arrows point down only");
    assertEquals(expected, violationsOf("dev.fathom.graph.A", code(up.arrayType(2))));
    assertEquals(
        expected, violationsOf("dev.fathom.graph.A", type -> type.withInterfaceSymbols(up)));
    assertEquals(
        List.of("dev.fathom.graph.A -> dev.fathom.backend.java.B: arrows point down only"),
        violationsOf("dev.fathom.graph.A", code("dev.fathom.backend.java.B")));
  }

  private static Consumer<ClassBuilder> field(String type) {
    return builder -> builder.withField("field", ClassDesc.of(type), 0);
  }

  private static Consumer<ClassBuilder> code(ConstantDesc constant) {
    return builder ->
        builder.withMethodBody(
            "method",
            MethodTypeDesc.of(ConstantDescs.CD_Object),
            AccessFlag.STATIC.mask(),
            body -> body.loadConstant(constant).areturn());
  }

  private static List<String> violationsOf(String name, Consumer<ClassBuilder> content) {
    return Architecture.violations(ClassFile.of().build(ClassDesc.of(name), content));
  }
}
