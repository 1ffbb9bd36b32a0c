package dev.fathom.service.extension;

import dev.fathom.nn.Context;
import dev.fathom.nn.Layer;
import dev.fathom.spi.Shape;
import dev.fathom.tensor.Tensor;

/** Each pixel becomes four: {@code [batch, channels, h, w] -> [batch, channels, 2 h, 2 w]}. */
record Upsample() implements Layer {

  @Override
  public Shape output(Shape input) {
    return Shape.of(input.size(0), 2 * input.size(1), 2 * input.size(2));
  }

  @Override
  public Tensor apply(Context context, Tensor x) {
    long batch = x.size(0);
    long channels = x.size(1);
    long h = x.size(2);
    long w = x.size(3);
    return x.reshape(batch, channels, h, 1, w, 1)
        .broadcastTo(batch, channels, h, 2, w, 2)
        .reshape(batch, channels, 2 * h, 2 * w);
  }
}
