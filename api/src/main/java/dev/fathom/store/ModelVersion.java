package dev.fathom.store;

import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * A published model.
 *
 * @param name the model's name
 * @param version from 1
 * @param bundle its JSON (signature, spec, preprocessing, labels, metrics) and files
 */
public record ModelVersion(String name, int version, Bundle bundle) {
  /** {@return the JSON that was published with the weights, in a fresh copy} */
  public ObjectNode json() {
    return bundle.json();
  }
}
