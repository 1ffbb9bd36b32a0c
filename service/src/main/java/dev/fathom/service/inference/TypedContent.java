package dev.fathom.service.inference;

import dev.fathom.service.inference.protocol.InferTensorContents;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntToDoubleFunction;

/**
 * The values of a tensor in the typed fields of gRPC.
 *
 * @param typed of which the field for the tensor's type is read, the others are empty
 */
record TypedContent(InferTensorContents typed) implements Content {

  @Override
  public void check(InputTensor tensor) {
    int all =
        typed.getBoolContentsCount()
            + typed.getIntContentsCount()
            + typed.getInt64ContentsCount()
            + typed.getUintContentsCount()
            + typed.getUint64ContentsCount()
            + typed.getFp32ContentsCount()
            + typed.getFp64ContentsCount()
            + typed.getBytesContentsCount();
    var field = field(tensor);
    int found = count(tensor.datatype());
    if (found != tensor.count() || all != found) {
      throw tensor.wrong(
          ": expected %d values in '%s' and none elsewhere for shape %s of %s but got %d and %d",
          tensor.count(), field, tensor.shown(), tensor.datatype(), found, all - found);
    }
  }

  private static String field(InputTensor tensor) {
    return switch (tensor.datatype()) {
      case BOOL -> "bool_contents";
      case INT8, INT16, INT32 -> "int_contents";
      case INT64 -> "int64_contents";
      case UINT8, UINT16, UINT32 -> "uint_contents";
      case UINT64 -> "uint64_contents";
      case FP32 -> "fp32_contents";
      case FP64 -> "fp64_contents";
      case BYTES -> "bytes_contents";
      case FP16, BF16 ->
          throw tensor.wrong(": expected 'raw_input_contents' for %s", tensor.datatype());
    };
  }

  private int count(Datatype type) {
    return switch (type) {
      case BOOL -> typed.getBoolContentsCount();
      case INT8, INT16, INT32 -> typed.getIntContentsCount();
      case INT64 -> typed.getInt64ContentsCount();
      case UINT8, UINT16, UINT32 -> typed.getUintContentsCount();
      case UINT64 -> typed.getUint64ContentsCount();
      case FP32 -> typed.getFp32ContentsCount();
      case FP64 -> typed.getFp64ContentsCount();
      case BYTES -> typed.getBytesContentsCount();
      case FP16, BF16 -> 0;
    };
  }

  @Override
  public void numbers(InputTensor tensor, Room into, int first, int step) {
    IntToDoubleFunction values =
        switch (tensor.datatype()) {
          case BOOL -> i -> typed.getBoolContents(i) ? 1 : 0;
          case INT8, INT16, INT32 -> typed::getIntContents;
          case INT64 -> typed::getInt64Contents;
          case UINT8, UINT16, UINT32 -> i -> Integer.toUnsignedLong(typed.getUintContents(i));
          case UINT64 -> i -> Datatype.unsigned(typed.getUint64Contents(i));
          case FP32 -> typed::getFp32Contents;
          case FP64 -> typed::getFp64Contents;
          case FP16, BF16, BYTES -> throw new IllegalStateException(field(tensor));
        };
    for (int i = 0; i < count(tensor.datatype()); i++) {
      into.set(first + i * step, tensor.checked(i, values.applyAsDouble(i)));
    }
  }

  @Override
  public List<String> texts(InputTensor tensor, boolean gaps) {
    List<String> texts = new ArrayList<>();
    for (var bytes : typed.getBytesContentsList()) {
      texts.add(RawContent.text(tensor, texts.size(), bytes.asReadOnlyByteBuffer()));
    }
    return texts;
  }

  @Override
  public List<byte[]> files(InputTensor tensor) {
    List<byte[]> files = new ArrayList<>();
    typed.getBytesContentsList().forEach(file -> files.add(file.toByteArray()));
    return files;
  }
}
