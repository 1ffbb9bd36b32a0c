package dev.fathom.service;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Runs the demo of the packaged jar on few and easy examples. */
@Timeout(60)
class DemoIT {

  @TempDir Path folder;

  @Test
  void learnsMeasuresAndAsks() throws Exception {
    var samples = Files.createDirectories(folder.resolve("home/samples/mnist"));
    Files.write(samples.resolve("train-images-idx3-ubyte.gz"), Tiny.gzip(Tiny.images(400, 28)));
    Files.write(samples.resolve("train-labels-idx1-ubyte.gz"), Tiny.gzip(Tiny.labels(400)));
    Files.write(samples.resolve("t10k-images-idx3-ubyte.gz"), Tiny.gzip(Tiny.images(40, 28)));
    Files.write(samples.resolve("t10k-labels-idx1-ubyte.gz"), Tiny.gzip(Tiny.labels(40)));
    Files.writeString(samples.resolve("lenet.json"), Tiny.spec("lenet", "mnist", "\"epochs\": 5"));
    var jvm = List.of("-Dfathom.home=" + folder.resolve("home"));
    var data = folder.resolve("data").toString();
    try (var demo = Packaged.start(jvm, "demo", "--once", "--port", "0", "--data", data)) {
      var text = String.join("\n", demo.output.lines().toList());
      assertTrue(demo.process.waitFor(30, TimeUnit.SECONDS));
      assertEquals(0, demo.process.exitValue(), text);
      assertTrue(text.matches("(?s).*The service runs on http://127\\.0\\.0\\.1:\\d+, .*"), text);
      assertEquals(
          5,
          count("epoch \\d  loss .* samples/s  data stall \\d+ %  \\d+:\\d\\d left", text),
          text);
      assertEquals(1, count("test accuracy (0\\.9\\d{3}|1\\.0000) on the 40 test digits", text));
      assertEquals(10, count("\\d, \\d+ %", text), text);
      assertEquals(
          List.of("0", "1", "2", "3", "0", "1", "2", "3", "0", "1"),
          Pattern.compile("(\\d), \\d+ %").matcher(text).results().map(r -> r.group(1)).toList());
      assertEquals(1, count("curl -s .*digit\\.json", text), text);
    }
  }

  private static long count(String pattern, String text) {
    return Pattern.compile(pattern).matcher(text).results().count();
  }
}
