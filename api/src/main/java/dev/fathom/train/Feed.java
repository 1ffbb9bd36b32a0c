package dev.fathom.train;

import dev.fathom.data.Batches;
import dev.fathom.data.Dataset;
import dev.fathom.data.Normalisation;
import dev.fathom.model.DataSpec;
import dev.fathom.spi.DType;

/** How examples become the two columns of a batch: 0 the input, 1 the target. */
record Feed(DataSpec data, DType targetType, int batchSize) {
  Batches.Builder batches(Dataset dataset) {
    Batches.Builder builder =
        Batches.of(dataset, batchSize).floats(data.input(), data.normalisation());
    return targetType == DType.I32
        ? builder.ints(data.target())
        : builder.floats(data.target(), Normalisation.NONE);
  }
}
