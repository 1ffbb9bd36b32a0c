package dev.fathom.service.plot;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.fathom.service.plot.CurvesPlot.Line;
import dev.fathom.service.plot.CurvesPlot.Point;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.List;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;

class CurvesPlotTest {

  private static final int FIRST = 0x1565c0;
  private static final int SECOND = 0xc62828;

  private static BufferedImage plot(Line... lines) throws IOException {
    return ImageIO.read(new ByteArrayInputStream(CurvesPlot.png(List.of(lines))));
  }

  /** {@return how many pixels of the upper panels have a colour} */
  private static long pixels(BufferedImage image, int colour, int fromX, int toX) {
    return IntStream.range(fromX, toX)
        .mapToLong(
            x ->
                IntStream.range(71, 360)
                    .filter(y -> (image.getRGB(x, y) & 0xffffff) == colour)
                    .count())
        .sum();
  }

  @Test
  void eachFigureHasAPanelAndEachTrainingAColour() throws IOException {
    var falling = List.of(new Point(0, 2), new Point(50, 1), new Point(100, 0.5));
    var image =
        plot(
            new Line("a", "loss", false, falling),
            new Line("b", "loss", true, falling.reversed()),
            new Line("b", "accuracy", true, List.of(new Point(100, 0.9))));
    assertEquals(1400, image.getWidth());
    assertTrue(pixels(image, FIRST, 0, 700) > 100);
    assertTrue(pixels(image, SECOND, 0, 700) > 200);
    assertEquals(0, pixels(image, FIRST, 700, 1400));
    long dot = pixels(image, SECOND, 700, 1400);
    assertTrue(dot > 4 && dot < 60, "a dot of " + dot);
  }

  @Test
  void pointsOfNoNumberAndOfOneValueAreDrawnOver() throws IOException {
    var image =
        plot(
            new Line(
                "a",
                "loss",
                true,
                List.of(new Point(1, 3), new Point(2, Double.NaN), new Point(3, 3))),
            new Line("b", "f1", true, List.of(new Point(1, Double.NaN))));
    assertTrue(pixels(image, FIRST, 0, 700) > 50);
    assertEquals(0, pixels(image, SECOND, 700, 1400));
  }

  /** Many points are drawn through the means of their neighbours. */
  @Test
  void noiseIsSmoothed() throws IOException {
    var noise =
        IntStream.range(0, 10_000).mapToObj(i -> new Point(i, i % 2 == 0 ? 0 : 10)).toList();
    var image = plot(new Line("a", "loss", false, noise));
    long coloured = pixels(image, FIRST, 100, 660);
    assertTrue(coloured < 3000, coloured + " pixels");
  }
}
