package dev.fathom;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/**
 * Runs the launcher in a copy of the repository's outline, under a path with spaces, with a PATH
 * that holds a few tools and, where a test puts them there, a pretended JDK and Maven.
 */
@DisabledOnOs(OS.WINDOWS)
class LauncherTest {

  private static final List<String> TOOLS =
      List.of("cat", "dirname", "find", "mkdir", "mv", "readlink", "rm", "sed", "sleep", "touch");

  /** The collector of commands, which end. */
  private static final String SMALL_HEAP = "-XX:+UseSerialGC";

  private static final String FLAGS = "JVM_FLAGS=\"(.*)\"";

  private record Outcome(int exitCode, String out, String err) {}

  @TempDir Path temp;
  private final AtomicInteger calls = new AtomicInteger();
  private Path root;
  private Path bin;
  private Path jar;

  @BeforeEach
  void layOut() throws IOException {
    root = Files.createDirectories(temp.resolve("a repo"));
    bin = Files.createDirectories(temp.resolve("bin"));
    jar = root.resolve("service/target/quarkus-app/quarkus-run.jar");
    Files.createDirectories(root.resolve("service/src/main"));
    Files.writeString(root.resolve("pom.xml"), "<project/>");
    Files.writeString(root.resolve("service/pom.xml"), "<project/>");
    Files.copy(Repository.ROOT.resolve("fathom"), root.resolve("fathom"));
    root.resolve("fathom").toFile().setExecutable(true);
    for (var tool : TOOLS) {
      script(bin.resolve(tool), "exec '" + which(tool) + "' \"$@\"");
    }
  }

  @Test
  void flagsAreThoseOfThePomThatTheJarDoesNotBring() throws IOException {
    var pom = Repository.ROOT.resolve("pom.xml");
    var flags = first("<fathom\\.jvm\\.flags>(.*)</fathom\\.jvm\\.flags>", pom);
    var brought = "--add-modules=jdk.incubator.vector --enable-native-access=ALL-UNNAMED ";
    assertEquals(flags, brought + first(FLAGS, Repository.ROOT.resolve("fathom")));
  }

  @Test
  void withoutArgumentsPrintsHelpAndNeedsNeitherJdkNorMaven() {
    for (var arguments : List.of(List.<String>of(), List.of("--help"), List.of("help"))) {
      var outcome = launch(root.resolve("fathom"), arguments);
      assertEquals(0, outcome.exitCode, outcome.err);
      assertTrue(outcome.out.contains("  demo "), outcome.out);
    }
  }

  @Test
  void helpFitsAndSaysHowTheLauncherWasCalled() throws IOException {
    script(bin.resolve("sh"), "exec '" + which("sh") + "' \"$@\"");
    script(bin.resolve("env"), "exec '" + which("env") + "' \"$@\"");
    Files.createSymbolicLink(bin.resolve("fathom"), root.resolve("fathom"));
    Files.createSymbolicLink(temp.resolve("fathom"), root.resolve("fathom"));
    for (var called : List.of("./fathom", "fathom")) {
      for (var arguments : List.of("", " build --help", " test --help")) {
        var outcome = launch(Path.of("sh"), List.of("-c", called + arguments));
        assertTrue(outcome.out.contains("Usage: " + called + " "), outcome.out);
        assertTrue(outcome.out.contains("\n  " + called + " "), outcome.out);
        outcome.out.lines().forEach(line -> assertTrue(line.length() <= 80, line));
      }
    }
    jdk("jdks/25", "25");
    script(temp.resolve("jdks/25/bin/java"), "echo \"$FATHOM_COMMAND\"");
    built();
    assertEquals("./fathom\n", launch(Path.of("sh"), List.of("-c", "./fathom ps")).out);
    assertEquals("fathom\n", launch(Path.of("sh"), List.of("-c", "fathom ps")).out);
  }

  @Test
  void saysWhatToInstallWhenThereIsNoJdk() {
    var outcome = launch("serve");
    assertEquals(2, outcome.exitCode);
    assertTrue(
        outcome.err.startsWith("fathom: no JDK 25 or newer found: install one"), outcome.err);
    assertEquals(1, outcome.err.lines().count(), outcome.err);
  }

  @Test
  void refusesAnOldJdkAndOneWithoutCompiler() throws IOException {
    jdk("jdks/17", "17.0.2");
    Files.delete(jdk("jdks/25", "25").resolve("bin/javac"));
    assertEquals(2, launch("serve").exitCode);
    jdk("jdks/26", "26.0.1");
    built();
    assertEquals(0, launch("serve").exitCode);
  }

  @Test
  void saysWhatToInstallWhenThereIsNoMaven() throws IOException {
    jdk("jdks/25", "25");
    var outcome = launch("serve");
    assertEquals(2, outcome.exitCode);
    assertTrue(outcome.err.contains("fathom: no Maven found: building needs Maven"), outcome.err);
    assertEquals(2, launch("test").exitCode);
  }

  @Test
  void passesFlagsAndArgumentsThroughALinkFromAnotherFolder() throws IOException {
    jdk("jdks/25", "25");
    built();
    var link = Files.createSymbolicLink(temp.resolve("link to it"), root.resolve("fathom"));
    var outcome = launch(link, List.of("predict", "my model", "a*"));
    assertEquals(0, outcome.exitCode, outcome.err);
    var home = root.toRealPath().toString();
    var expected = new ArrayList<>(List.of(first(FLAGS, root.resolve("fathom")).split(" ")));
    expected.add(SMALL_HEAP);
    expected.addAll(List.of("-Dfathom.home=" + home, "-jar", jar.toRealPath().toString()));
    expected.addAll(List.of("predict", "my model", "a*"));
    assertEquals(expected, outcome.out.lines().toList());
  }

  /** Two collectors are an error of the JVM. */
  @Test
  void aServiceAndWhoeverChoseACollectorHasTheirs() throws IOException {
    jdk("jdks/25", "25");
    built();
    var chosen = Map.of("JAVA_TOOL_OPTIONS", "-Xmx1g -XX:+UseZGC");
    assertTrue(launch("train").out.contains(SMALL_HEAP));
    assertFalse(launch("serve", "--port", "1").out.contains(SMALL_HEAP));
    assertFalse(launchWith(chosen, "train").out.contains(SMALL_HEAP));
  }

  @Test
  void buildsOnceAndAgainWhenASourceIsNewer() throws IOException {
    jdk("jdks/25", "25");
    maven(0);
    var first = launch("serve");
    assertEquals(0, first.exitCode, first.err);
    assertEquals(1, first.err.lines().filter(line -> line.startsWith("Building")).count());
    assertTrue(first.err.contains("mvn -f " + root.toRealPath() + "/pom.xml -q"), first.err);
    assertFalse(first.err.contains("\u001b"), first.err);

    assertEquals("", launch("serve").err);

    var source = Files.writeString(root.resolve("service/src/main/A.java"), "class A {}");
    Files.setLastModifiedTime(source, FileTime.from(Instant.now().plusSeconds(60)));
    assertTrue(launch("serve").err.startsWith("Building"));
  }

  @Test
  void ofTwoCommandsThatFindNothingBuiltOneBuildsAndBothRun() throws Exception {
    jdk("jdks/25", "25");
    maven(0);
    script(bin.resolve("mvn"), Files.readString(bin.resolve("mvn")) + "\nsleep 2\n");
    List<Outcome> outcomes;
    try (var commands = Executors.newFixedThreadPool(2)) {
      var both = List.<Callable<Outcome>>of(() -> launch("ps"), () -> launch("list"));
      outcomes = commands.invokeAll(both).stream().map(Future::resultNow).toList();
    }
    outcomes.forEach(outcome -> assertEquals(0, outcome.exitCode, outcome.err));
    assertEquals(1, outcomes.stream().filter(outcome -> outcome.err.contains("mvn -f ")).count());
    assertFalse(Files.exists(root.resolve("service/target/building")));
  }

  @Test
  void aKilledBuildKeepsNobodyWaiting() throws Exception {
    jdk("jdks/25", "25");
    maven(0);
    var ended = new ProcessBuilder("true").start();
    ended.waitFor();
    var building = Files.createDirectories(root.resolve("service/target/building"));
    Files.writeString(building.resolve("pid"), ended.pid() + "\n");
    var outcome = launch("ps");
    assertEquals(0, outcome.exitCode, outcome.err);
    assertTrue(outcome.err.contains("mvn -f "), outcome.err);
  }

  @Test
  void aFailedBuildRunsNothingAndIsTriedAgain() throws IOException {
    jdk("jdks/25", "25");
    maven(1);
    for (int attempt = 0; attempt < 2; attempt++) {
      var outcome = launch("serve");
      assertEquals(2, outcome.exitCode);
      assertEquals("", outcome.out);
      assertTrue(outcome.err.endsWith("fathom: the build failed\n"), outcome.err);
    }
  }

  @Test
  void testRunsEveryTestAndHandsOnItsArgumentsAndExitCode() throws IOException {
    jdk("jdks/25", "25");
    maven(3);
    var outcome = launch("test", "-pl", "spi");
    assertEquals(3, outcome.exitCode);
    assertTrue(outcome.err.contains("pom.xml verify -pl spi"), outcome.err);
    assertFalse(outcome.err.contains("Building"), outcome.err);
  }

  @Test
  void everyTestIsTheTemplatesToo() throws IOException {
    jdk("jdks/25", "25");
    maven(0);
    Files.createDirectory(root.resolve(".ci"));
    script(root.resolve(".ci/backend-template"), "echo \"the template with $JAVA_HOME\"");
    assertTrue(launch("test").out.startsWith("the template with " + temp.toRealPath()));
    assertEquals("", launch("test", "-pl", "spi").out);
  }

  @Test
  void namedTestsRunAlone() throws IOException {
    jdk("jdks/25", "25");
    testClasses("api/a/OneTest", "web/b/TwoTest", "api/a/Helper", "spi/c/OneTest", "spi/c/ThreeIT");
    maven(0);
    reports(
        "api/target/surefire-reports/TEST-a.OneTest.xml",
        "web/target/surefire-reports/TEST-b.TwoTest.xml",
        "spi/target/surefire-reports/TEST-c.OneTest.xml",
        "spi/target/failsafe-reports/TEST-c.ThreeIT.xml");

    assertTests("-pl api,spi -am -Dtest=a.OneTest,c.OneTest|None|test", "OneTest");
    assertTests("-pl api -am -Dtest=a.OneTest#adds|None|test", "a.OneTest#adds");
    assertTests("-pl api -am -Dtest=a.OneTest|None|test", "api/src/test/java/a/OneTest.java");
    assertTests("-pl spi,web -am -Dtest=b.TwoTest|c.ThreeIT|verify", "ThreeIT", "TwoTest");
    assertTests("-pl api -am -Dtest=a.OneTest|None|test", "api");
    assertTests("-pl spi -am -Dtest=c.OneTest|c.ThreeIT|verify -Dx=y", "spi", "-Dx=y");
  }

  @Test
  void aNamedTestThatDoesNotExistOrDidNotRunIsAnError() throws IOException {
    jdk("jdks/25", "25");
    testClasses("api/a/OneTest", "service/b/WebNativeIT");
    maven(0);
    for (var name : List.of("TwoTest", "apis", "b.OneTest", "api#adds", "")) {
      var outcome = launch("test", name);
      assertEquals(2, outcome.exitCode, name);
      assertEquals(
          "fathom: no module and no test class is named %s; see '%s' test --help\n"
              .formatted(name, root.resolve("fathom")),
          outcome.err);
    }
    assertTrue(launch("test", "WebNativeIT").err.contains("run .ci/native"));

    reports("api/target/surefire-reports/TEST-a.OneTest.xml");
    assertEquals(0, launch("test", "OneTest").exitCode);
    maven(0); // it passes, but writes no report: no test had that name
    var outcome = launch("test", "OneTest#naem");
    assertEquals(2, outcome.exitCode);
    assertTrue(outcome.err.contains("fathom: no test ran that writes api/target/"), outcome.err);
  }

  @Test
  void aNativeBuildWithoutGraalVmSaysInOneLineHowToGetIt() throws IOException {
    jdk("jdks/25", "25");
    maven(0);
    var outcome = launch("build", "--native");
    assertEquals(2, outcome.exitCode);
    assertTrue(
        outcome.err.startsWith("fathom: a native binary needs GraalVM or Mandrel for JDK 25"),
        outcome.err);
    assertEquals(1, outcome.err.lines().count(), outcome.err);
  }

  @Test
  void aNativeBuildTakesGraalVmsJdkWhereThereIsNoOther() throws IOException {
    var graalVm = jdk("graal/vm-25", "25.0.1");
    script(graalVm.resolve("bin/native-image"), "");
    maven(0);
    linux("gcc zlib");
    Files.writeString(
        bin.resolve("mvn"), Files.readString(bin.resolve("mvn")) + "echo \"$JAVA_HOME\"");
    var outcome = launchWith(Map.of("GRAALVM_HOME", graalVm.toString()), "build", "--native");
    assertEquals(0, outcome.exitCode, outcome.err);
    assertTrue(outcome.err.contains("\n" + graalVm + "\n"), outcome.err);
    assertTrue(outcome.err.contains("-Pnative"), outcome.err);
  }

  @Test
  void aNativeBuildSaysWhichPackageIsMissingBeforeItStarts() throws IOException {
    var graalVm = jdk("graal/vm-25", "25.0.1");
    script(graalVm.resolve("bin/native-image"), "");
    maven(0);
    var variables = Map.of("GRAALVM_HOME", graalVm.toString());
    for (var missing : Map.of("", "gcc: apt-get install gcc", "gcc", "zlib1g-dev").entrySet()) {
      linux(missing.getKey());
      var outcome = launchWith(variables, "build", "--native");
      assertEquals(2, outcome.exitCode, outcome.err);
      assertTrue(outcome.err.contains(missing.getValue()), outcome.err);
      assertEquals(1, outcome.err.lines().count(), outcome.err);
      assertEquals(0, launchWith(variables, "build", "--native", "--container").exitCode);
      assertEquals(0, launchWith(variables, "build").exitCode);
    }
  }

  /** Pretends a Linux with a compiler, or one that finds the headers of zlib too, or neither. */
  private void linux(String installed) throws IOException {
    script(bin.resolve("uname"), "echo Linux");
    Files.deleteIfExists(bin.resolve("gcc"));
    if (!installed.isEmpty()) {
      script(bin.resolve("gcc"), installed.contains("zlib") ? "cat" : "exit 1");
    }
  }

  @Test
  void aNativeBuildHandsItsOptionsToMaven() throws IOException {
    jdk("jdks/25", "25");
    maven(0);
    var outcome =
        launch("build", "--native", "--container", "--cpu", "native", "--plugin", "a.b:c-d:1.2");
    assertEquals(0, outcome.exitCode, outcome.err);
    for (var word :
        List.of(
            "-Pnative",
            "-Dfathom.cpu=native",
            "-Dquarkus.native.container-build=true",
            "-Dplugin.groupId=a.b -Dplugin.artifactId=c-d -Dplugin.version=1.2")) {
      assertTrue(outcome.err.contains(" " + word + " "), outcome.err);
    }
    assertFalse(launch("build", "--native", "--container").err.contains("fathom.cpu"));
  }

  @Test
  void aBuildRefusesWhatItDoesNotKnow() throws IOException {
    jdk("jdks/25", "25");
    maven(0);
    for (var arguments :
        List.of(
            List.of("build", "--cpu", "native"), // without --native
            List.of("build", "--native", "--cpu"),
            List.of("build", "--native", "--container", "--cpu", "a b"),
            List.of("build", "--native", "--container", "--plugin", "a:b"),
            List.of("build", "--naive"))) {
      var outcome = launch(root.resolve("fathom"), arguments);
      assertEquals(2, outcome.exitCode, arguments.toString());
      assertEquals(1, outcome.err.lines().count(), outcome.err);
    }
    assertEquals(0, launch("build").exitCode);
  }

  /** Pretends a JDK whose {@code java} prints its arguments, one a line. */
  private Path jdk(String folder, String version) throws IOException {
    var home = Files.createDirectories(temp.resolve(folder));
    Files.createDirectories(home.resolve("bin"));
    Files.writeString(home.resolve("release"), "A=\"1\"\nJAVA_VERSION=\"" + version + "\"\n");
    script(home.resolve("bin/java"), "for word; do echo \"$word\"; done");
    script(home.resolve("bin/javac"), "");
    return home;
  }

  /** Pretends a Maven that prints its arguments and, if it succeeds, makes the jar. */
  private void maven(int exitCode) throws IOException {
    var make = "mkdir -p '%s'; touch '%s'".formatted(jar.getParent(), jar);
    // As Debian's Maven does, whatever its option for colours says.
    var reset = "case $MAVEN_OPTS in *-Djansi.noreset=true*) ;; *) printf '\\033[0m' >&2 ;; esac\n";
    script(
        bin.resolve("mvn"),
        reset + "echo mvn \"$@\" >&2\n" + (exitCode == 0 ? make : "exit " + exitCode));
  }

  /** Makes {@code MODULE/PACKAGE/CLASS} files of tests. */
  private void testClasses(String... names) throws IOException {
    for (var name : names) {
      var file = root.resolve(name.replaceFirst("/", "/src/test/java/") + ".java");
      Files.createDirectories(file.getParent());
      Files.writeString(file, "");
    }
  }

  /** Lets the pretended Maven write these reports too. */
  private void reports(String... files) throws IOException {
    var script = new StringBuilder(Files.readString(bin.resolve("mvn")));
    for (var file : files) {
      var report = root.resolve(file);
      Files.createDirectories(report.getParent());
      script.append("echo report > '%s'\n".formatted(report));
    }
    Files.writeString(bin.resolve("mvn"), script);
  }

  /** Checks what Maven is told: modules and unit tests | integration tests | goal. */
  private void assertTests(String expected, String... names) {
    var arguments = Stream.concat(Stream.of("test"), Arrays.stream(names)).toList();
    var outcome = launch(root.resolve("fathom"), arguments);
    assertEquals(0, outcome.exitCode, outcome.err);
    var told =
        outcome
            .err
            .strip()
            .replaceFirst(".* (?=-pl )", "")
            .replace(" -Dsurefire.failIfNoSpecifiedTests=false -Dit.test=", "|")
            .replace(" -Dfailsafe.failIfNoSpecifiedTests=false ", "|");
    assertEquals(expected, told);
  }

  private void built() throws IOException {
    Files.createDirectories(jar.getParent());
    Files.createFile(jar);
    var stamp = Files.createFile(root.resolve("service/target/built"));
    Files.setLastModifiedTime(stamp, FileTime.from(Instant.now().plusSeconds(30)));
  }

  private static void script(Path file, String body) throws IOException {
    Files.writeString(file, "#!/bin/sh\n" + body + "\n");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  private Outcome launch(String... arguments) {
    return launch(root.resolve("fathom"), List.of(arguments));
  }

  private Outcome launchWith(Map<String, String> variables, String... arguments) {
    return launch(root.resolve("fathom"), List.of(arguments), variables);
  }

  private Outcome launch(Path launcher, List<String> arguments) {
    return launch(launcher, arguments, Map.of());
  }

  private Outcome launch(Path launcher, List<String> arguments, Map<String, String> variables) {
    int call = calls.incrementAndGet();
    var out = temp.resolve("out" + call);
    var err = temp.resolve("err" + call);
    var command = Stream.concat(Stream.of(launcher.toString()), arguments.stream()).toList();
    var builder = new ProcessBuilder(command).directory(temp.toFile());
    builder.redirectOutput(out.toFile()).redirectError(err.toFile());
    builder.environment().clear();
    builder.environment().put("PATH", bin.toString());
    builder.environment().put("FATHOM_JDK_FOLDERS", temp + "/none:" + temp.resolve("jdks"));
    builder.environment().putAll(variables);
    try {
      var process = builder.start();
      assertTrue(process.waitFor(20, TimeUnit.SECONDS), "the launcher hangs");
      return new Outcome(process.exitValue(), Files.readString(out), Files.readString(err));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Path which(String tool) {
    return Arrays.stream(System.getenv("PATH").split(":"))
        .map(folder -> Path.of(folder, tool))
        .filter(Files::isExecutable)
        .findFirst()
        .orElseThrow(() -> new IllegalStateException("no " + tool + " on this machine"));
  }

  private static String first(String pattern, Path file) throws IOException {
    var matcher = Pattern.compile(pattern).matcher(Files.readString(file));
    assertTrue(matcher.find(), pattern);
    return matcher.group(1);
  }
}
