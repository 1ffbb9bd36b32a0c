package dev.fathom.service.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.fathom.service.plot.CurvesPlot.Line;
import dev.fathom.service.plot.CurvesPlot.Point;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class TrainingCurvesTest {

  private static TrainingCurves of(String... events) throws JsonProcessingException {
    var curves = new TrainingCurves();
    for (var event : events) {
      curves.add(new ObjectMapper().readTree(event.replace('\'', '"')));
    }
    return curves;
  }

  private static String progress(long step, double loss) {
    return "{'type': 'progress', 'step': %d, 'epoch': 1, 'loss': %s, 'samplesPerSecond': 9}"
        .formatted(step, loss);
  }

  /** Events tell the mean of the epoch so far. */
  @Test
  void meansOfTheEpochAreTakenApart() throws JsonProcessingException {
    var curves =
        of(
            "{'type': 'started', 'step': 0}",
            progress(2, 4),
            progress(4, 3),
            "{'type': 'epoch', 'step': 8, 'loss': 2, 'validation': {'loss': 1.5, 'f1': 1, 'f1.a': 1}}",
            progress(10, 1));
    assertEquals(
        List.of(
            new Line(
                "net",
                "loss",
                false,
                List.of(new Point(2, 4), new Point(4, 2), new Point(8, 1), new Point(10, 1))),
            new Line("net", "loss", true, List.of(new Point(8, 1.5))),
            new Line("net", "f1", true, List.of(new Point(8, 1)))),
        curves.lines("net"));
  }

  @Test
  void aResumedEpochBeginsWhereItGoesOn() throws JsonProcessingException {
    var curves = of("{'type': 'started', 'step': 100}", progress(110, 3), progress(110, 3));
    assertEquals(
        List.of(new Line("net", "loss", false, List.of(new Point(110, 3)))), curves.lines("net"));
  }

  private static String sparkline(int width, double... losses) throws JsonProcessingException {
    var curves = of("{'type': 'started', 'step': 0}");
    var mapper = new ObjectMapper();
    for (int i = 0; i < losses.length; i++) {
      curves.add(mapper.valueToTree(new Epoch("epoch", i + 1, losses[i])));
    }
    return curves.sparkline(width, StandardCharsets.UTF_8);
  }

  private record Epoch(String type, long step, double loss) {}

  @Test
  void aSparklineHasABarForEachPiece() throws JsonProcessingException {
    assertEquals("", sparkline(8));
    assertEquals("", sparkline(8, 3));
    assertEquals("▁▁", sparkline(8, 3, 3));
    // Each twice as low as the one before: the same height lower.
    assertEquals("█▇▆▅▄▃▂▁", sparkline(8, 128, 64, 32, 16, 8, 4, 2, 1));
    assertEquals("█▁", sparkline(2, 5, 3, 1, 1, 1, 1));
    assertEquals("▁█", sparkline(8, -1, 1, Double.NaN));
    assertEquals("", of(progress(1, 2), progress(2, 1)).sparkline(8, StandardCharsets.US_ASCII));
  }
}
