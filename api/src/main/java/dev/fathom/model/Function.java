package dev.fathom.model;

import dev.fathom.nn.Layout;
import dev.fathom.nn.Network;
import dev.fathom.spi.Shape;
import dev.fathom.task.Port;
import dev.fathom.tensor.Tensor;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;

/**
 * The computation of a model: from prepared inputs to raw outputs, with weights. Immutable.
 *
 * <p>A network is one ({@link NetworkFunction}); a graph of operations that was stored without its
 * network is another ({@link GraphFunction}).
 */
public interface Function {
  /** {@return the inputs in order, {@code [-1, ...]}: i32 for token ids, f32 for numbers} */
  List<Port> inputs();

  /** {@return the shapes of the outputs by name, without the batch axis} */
  SequencedMap<String, Shape> outputs();

  /** {@return where the parameters lie} */
  Layout parameters();

  /** {@return where the states lie: batch statistics and the like} */
  Layout states();

  /**
   * {@return the outputs for a batch, by name}
   *
   * @param inputs {@code [batch, ...]}, in order
   * @param parameters {@code [parameters().elements()]}, f32
   * @param states {@code [states().elements()]}, f32; null if there are none
   */
  SequencedMap<String, Tensor> apply(List<Tensor> inputs, Tensor parameters, Tensor states);

  /** {@return the size of the vocabulary of an input of token ids; 0 if it is numbers} */
  long vocabulary(int input);

  /** {@return the network that this is, which can also compute sequences step by step} */
  Optional<Network> network();
}
