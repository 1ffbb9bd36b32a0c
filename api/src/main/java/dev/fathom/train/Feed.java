package dev.fathom.train;

import dev.fathom.data.Batches;
import dev.fathom.data.Dataset;
import dev.fathom.loss.Loss;
import dev.fathom.model.DataSpec;
import dev.fathom.nn.Network;
import dev.fathom.spi.DType;

/** How examples become the two columns of a batch: 0 the input, 1 the target. */
record Feed(DataSpec data, Network network, Loss loss, int batchSize) {
  Batches.Builder batches(Dataset dataset) {
    Batches.Builder builder = Batches.of(dataset, batchSize);
    if (network.vocabulary() > 0) {
      builder.ids(data.input(), 0, network.vocabulary());
    } else {
      builder.floats(data.input(), data.normalisation());
    }
    return loss.targetType() == DType.I32
        ? builder.ids(data.target(), -1, network.output().size(-1))
        : builder.floats(data.target(), data.targetNormalisation());
  }
}
