package dev.fathom.pretrained;

import dev.fathom.format.Safetensors;
import dev.fathom.model.Weights;
import dev.fathom.nn.Layout;
import dev.fathom.spi.DType;
import dev.fathom.spi.Shape;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The parameters of a network in the files of a folder. One tensor is mapped as it lies; several,
 * or one in another form, are put together when they are asked for, outside of the heap.
 */
final class FolderWeights implements Weights.Tensors {
  private final Folder folder;
  private final Map<String, Origin> origins;
  private final Map<String, DType> types = new HashMap<>();

  /**
   * Compares names and shapes of all tensors with those of a network.
   *
   * @throws PretrainedException if a tensor is missing, has another shape or type, or belongs to no
   *     parameter
   */
  FolderWeights(Folder folder, Blueprint blueprint, Layout layout) {
    this.folder = folder;
    this.origins = new HashMap<>();
    Set<String> used = new HashSet<>();
    for (Layout.Slot slot : layout.slots()) {
      Origin named = blueprint.origins().get(slot.name());
      if (named == null) {
        throw new IllegalStateException("[import] no tensor is named for " + slot.name());
      }
      List<Origin.Part> parts = new ArrayList<>();
      for (Origin.Part part : named.parts()) {
        parts.add(new Origin.Part(found(part.name(), blueprint.prefix()), part.rows()));
      }
      Origin origin = new Origin(parts, named.form());
      for (Origin.Part part : parts) {
        check(part, expected(slot.shape(), part, origin.form()));
        used.add(part.name());
      }
      origins.put(slot.name(), origin);
      types.put(slot.name(), type(slot, origin));
    }
    for (String tensor : folder.tensors()) {
      String bare =
          tensor.startsWith(blueprint.prefix())
              ? tensor.substring(blueprint.prefix().length())
              : tensor;
      if (!used.contains(tensor) && !blueprint.ignored().matcher(bare).matches()) {
        throw new PretrainedException(
            folder.file(tensor),
            "the tensor '%s' %s has no place in the network that config.json tells of"
                .formatted(tensor, folder.entry(tensor).shape()));
      }
    }
  }

  private String found(String name, String prefix) {
    String bare = name.startsWith(prefix) ? name.substring(prefix.length()) : name;
    return Stream.of(name, bare, older(name), older(bare))
        .filter(folder.tensors()::contains)
        .findFirst()
        .orElseThrow(
            () ->
                new PretrainedException(
                    String.join(", ", folder.files()),
                    "expected a tensor '%s' but it has none".formatted(name)));
  }

  /** {@return what a norm's parameter is named in files that came from TensorFlow, as of BERT} */
  private static String older(String name) {
    return name.replaceFirst("LayerNorm\\.weight$", "LayerNorm.gamma")
        .replaceFirst("LayerNorm\\.bias$", "LayerNorm.beta");
  }

  private static Shape expected(Shape shape, Origin.Part part, Origin.Form form) {
    long[] sizes = shape.toArray();
    if (part.rows() > 0) {
      sizes[0] = part.rows();
    }
    return form == Origin.Form.TRANSPOSED ? Shape.of(sizes[1], sizes[0]) : Shape.of(sizes);
  }

  private void check(Origin.Part part, Shape expected) {
    Safetensors.Entry entry = folder.entry(part.name());
    if (!entry.shape().equals(expected)) {
      throw new PretrainedException(
          folder.file(part.name()),
          "expected the tensor '%s' of shape %s, as config.json says, but got %s"
              .formatted(part.name(), expected, entry.shape()));
    }
    if (entry.dtype() != DType.F32 && entry.dtype() != DType.BF16 && entry.dtype() != DType.F16) {
      throw new PretrainedException(
          folder.file(part.name()),
          "expected the tensor '%s' in f32, bf16 or f16 but got %s"
              .formatted(part.name(), entry.dtype().label()));
    }
  }

  private DType type(Layout.Slot slot, Origin origin) {
    boolean narrow =
        slot.shape().rank() == 2
            && origin.form() != Origin.Form.LESS_ONE
            && origin.parts().stream()
                .allMatch(part -> folder.entry(part.name()).dtype() == DType.BF16);
    return narrow ? DType.BF16 : DType.F32;
  }

  /** {@return the type that matrices may be stored as without a loss} */
  DType matrices(Layout layout) {
    return layout.slots().stream()
            .filter(slot -> slot.shape().rank() == 2)
            .allMatch(slot -> type(slot) == DType.BF16)
        ? DType.BF16
        : DType.F32;
  }

  @Override
  public DType type(Layout.Slot slot) {
    return types.get(slot.name());
  }

  @Override
  public MemorySegment elements(Layout.Slot slot) {
    Origin origin = origins.get(slot.name());
    DType type = type(slot);
    Origin.Part first = origin.parts().getFirst();
    if (origin.parts().size() == 1
        && origin.form() == Origin.Form.PLAIN
        && folder.entry(first.name()).dtype() == type) {
      return map(first.name());
    }
    MemorySegment joined =
        Arena.ofAuto().allocate(slot.shape().elements() * type.bytes(), type.bytes());
    long at = 0;
    for (Origin.Part part : origin.parts()) {
      Safetensors.Entry entry = folder.entry(part.name());
      copy(map(part.name()), entry, origin.form(), joined, at, type);
      at += entry.shape().elements();
    }
    return joined.asReadOnly();
  }

  private MemorySegment map(String tensor) {
    try {
      return folder.shard(tensor).map(tensor);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private static void copy(
      MemorySegment source,
      Safetensors.Entry entry,
      Origin.Form form,
      MemorySegment target,
      long at,
      DType type) {
    if (form == Origin.Form.PLAIN && entry.dtype() == type) {
      MemorySegment.copy(source, 0, target, at * type.bytes(), entry.bytes());
      return;
    }
    long count = entry.shape().elements();
    boolean transposed = form == Origin.Form.TRANSPOSED;
    long rows = transposed ? entry.shape().size(0) : 1;
    long columns = count / rows;
    float more = form == Origin.Form.LESS_ONE ? 1 : 0;
    for (long i = 0; i < count; i++) {
      long to = at + (transposed ? i % columns * rows + i / columns : i);
      if (type == DType.BF16) {
        target.set(
            ValueLayout.JAVA_SHORT, 2 * to, source.get(ValueLayout.JAVA_SHORT_UNALIGNED, 2 * i));
      } else {
        target.set(ValueLayout.JAVA_FLOAT, 4 * to, value(source, entry.dtype(), i) + more);
      }
    }
  }

  private static float value(MemorySegment source, DType type, long index) {
    return switch (type) {
      case F32 -> source.get(ValueLayout.JAVA_FLOAT_UNALIGNED, 4 * index);
      case BF16 ->
          Float.intBitsToFloat(source.get(ValueLayout.JAVA_SHORT_UNALIGNED, 2 * index) << 16);
      case F16 -> Float.float16ToFloat(source.get(ValueLayout.JAVA_SHORT_UNALIGNED, 2 * index));
      default -> throw new AssertionError(type);
    };
  }
}
