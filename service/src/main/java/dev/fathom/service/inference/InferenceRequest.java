package dev.fathom.service.inference;

import java.util.List;
import java.util.Optional;

/**
 * What a client asks a model, whatever form it was sent in.
 *
 * @param id that the answer repeats
 * @param outputs that are wanted; empty for all
 * @param binary whether outputs are wanted as binary data unless one says otherwise
 */
record InferenceRequest(
    Optional<String> id, List<InputTensor> inputs, List<Wanted> outputs, boolean binary) {

  /**
   * An output that is wanted.
   *
   * @param classes how many of the most probable classes are wanted instead of the numbers, as
   *     texts {@code value:index:label}; 0 for the numbers
   */
  record Wanted(String name, int classes, boolean binary) {}
}
