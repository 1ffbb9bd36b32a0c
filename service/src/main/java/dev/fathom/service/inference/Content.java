package dev.fathom.service.inference;

import java.util.List;

/**
 * The values of a tensor as they lie in a request: JSON, binary data, or the typed fields of gRPC.
 * They are counted before anything is allocated for them, and then go straight to where the model
 * reads them.
 */
sealed interface Content permits JsonContent, RawContent, TypedContent {

  /**
   * Checks that there are as many values as the tensor's shape says; allocates nothing.
   *
   * @throws dev.fathom.service.Refusal 400 if not
   */
  void check(InputTensor tensor);

  /**
   * Writes the numbers to the places {@code first}, {@code first + step} and so on, row-major.
   *
   * @throws dev.fathom.service.Refusal 400 naming the first value that is none of the type
   */
  void numbers(InputTensor tensor, Room into, int first, int step);

  /**
   * {@return the texts, row-major}
   *
   * @param gaps whether {@code null} in JSON is a text that is missing, null here
   * @throws dev.fathom.service.Refusal 400 naming the first value that is none
   */
  List<String> texts(InputTensor tensor, boolean gaps);

  /**
   * {@return the files, row-major: in JSON they are in base64}
   *
   * @throws dev.fathom.service.Refusal 400 naming the first value that is none
   */
  List<byte[]> files(InputTensor tensor);
}
