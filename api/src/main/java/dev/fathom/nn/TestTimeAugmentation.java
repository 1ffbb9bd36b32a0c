package dev.fathom.nn;

import dev.fathom.spi.Shape;
import dev.fathom.spi.Window;
import dev.fathom.tensor.Tensor;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;

/**
 * Test-time augmentation: while training, {@code body}; otherwise the mean of what it says of
 * several views of an image, {@code [channels, height, width] -> [...]}. The views are the image,
 * its mirror image if {@code flip} is set, and both moved by {@code shift} pixels to each corner,
 * as in the ten crops of Krizhevsky et al. (2012). Pixels at the edge are repeated behind it. A
 * network around which it stands takes 2 times as long, with shifts 10 times.
 *
 * <p>The result is one of the whole image, such as logits: what is said of places would have to be
 * moved back.
 *
 * @param body the layers, which give logits or features without places
 * @param flip whether images are mirrored left to right too
 * @param shift in pixels; 0 for none
 */
public record TestTimeAugmentation(Sequential body, boolean flip, long shift)
    implements ImageLayer {
  public TestTimeAugmentation {
    Check.that(
        flip || shift > 0, "testtimeaugmentation", "a flip or a shift of 1 or more", "neither");
  }

  @Override
  public Map<String, Block> children() {
    return graph().children();
  }

  private Graph graph() {
    return Graph.builder(Graph.INPUT).add("layers", body, Graph.INPUT).build();
  }

  @Override
  public Shape output(Shape input) {
    Check.that(input.rank() == 3, label(), "[channels, height, width]", input);
    Shape output = LayerException.in("layers", () -> body.output(input));
    Check.that(output.rank() == 1, label(), "layers that give a vector for an image", output);
    return output;
  }

  @Override
  public Tensor apply(Context context, Tensor x) {
    if (context.training()) {
      return graph().apply(context, List.of(x)).getFirst();
    }
    List<Tensor> views = views(x);
    Tensor all = Tensor.concat(0, views.toArray(Tensor[]::new));
    Tensor said = graph().apply(context, List.of(all)).getFirst();
    return said.reshape(views.size(), x.size(0), said.size(1)).mean(0);
  }

  private List<Tensor> views(Tensor x) {
    List<Tensor> views = new ArrayList<>(List.of(x));
    if (shift > 0) {
      Tensor wide =
          Border.REPLICATE.around(x, Collections.nCopies(2, new Window(1, 1, 1, shift, shift)));
      for (long top : new long[] {0, 2 * shift}) {
        for (long left : new long[] {0, 2 * shift}) {
          views.add(wide.slice(2, top, top + x.size(2)).slice(3, left, left + x.size(3)));
        }
      }
    }
    if (flip) {
      List.copyOf(views).forEach(view -> views.add(view.flip(3)));
    }
    return views;
  }
}
