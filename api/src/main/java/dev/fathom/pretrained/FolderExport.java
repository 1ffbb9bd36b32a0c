package dev.fathom.pretrained;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.fathom.format.Safetensors;
import dev.fathom.model.Model;
import dev.fathom.nn.Layout;
import dev.fathom.spi.DType;
import dev.fathom.spi.Shape;
import dev.fathom.text.Bpe;
import dev.fathom.text.Pipeline;
import dev.fathom.text.Tokenizer;
import dev.fathom.text.Tokenizers;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/** Writes the folder that {@link Pretrained} opens. */
record FolderExport(Model model, ObjectNode json, Blueprint blueprint) {
  private static final ObjectMapper WRITER = new ObjectMapper();

  void write(Path folder) throws IOException {
    if (Files.exists(folder)) {
      try (var files = Files.list(folder)) {
        if (files.findAny().isPresent()) {
          throw new PretrainedException(folder.toString(), "expected an empty folder, or none");
        }
      }
    }
    Files.createDirectories(folder);
    ObjectNode config = (ObjectNode) json.path(Pretrained.CONFIG).deepCopy();
    config.remove("torch_dtype");
    config.put("dtype", matrices() == DType.BF16 ? "bfloat16" : "float32");
    write(folder, Folder.CONFIG, config);
    write(folder, Folder.GENERATION, json.path(Pretrained.GENERATION));
    write(folder, Folder.TOKENIZER_CONFIG, json.path(Pretrained.TOKENIZER));
    write(folder, Folder.TOKENIZER, tokenizer(model.tokenizer().orElseThrow()));
    if (json.has(Pretrained.CHAT_TEMPLATE)) {
      Files.writeString(
          folder.resolve(Folder.CHAT_TEMPLATE), json.path(Pretrained.CHAT_TEMPLATE).textValue());
    }
    if (json.has(Pretrained.SENTENCE)) {
      Sentence.write(folder, (ObjectNode) json.path(Pretrained.SENTENCE), context());
    }
    Map<String, Safetensors.Source> tensors = new LinkedHashMap<>();
    for (Layout.Slot slot : model.parameters().layout().slots()) {
      add(tensors, slot, blueprint.origins().get(slot.name()));
    }
    Safetensors.write(folder.resolve(Folder.WEIGHTS), Map.of("format", "pt"), tensors);
  }

  /** {@return the type of matrices; those of i8 are widened, since transformers reads none} */
  private DType matrices() {
    return model.weightType() == DType.BF16 ? DType.BF16 : DType.F32;
  }

  private int context() {
    return json.path(Pretrained.CONTEXT).asInt();
  }

  static void write(Path folder, String file, JsonNode content) throws IOException {
    if (content.isContainerNode()) {
      WRITER.writerWithDefaultPrettyPrinter().writeValue(folder.resolve(file).toFile(), content);
    }
  }

  private static ObjectNode tokenizer(Tokenizer tokenizer) {
    return switch (tokenizer) {
      case Pipeline pipeline -> Tokenizers.toHuggingFace(pipeline);
      case Bpe bpe -> Tokenizers.toHuggingFace(bpe);
      default -> throw new IllegalStateException("[export] " + tokenizer.getClass());
    };
  }

  /** The parts of a parameter, each in the form that it has in files. */
  private void add(Map<String, Safetensors.Source> tensors, Layout.Slot slot, Origin origin) {
    DType type = slot.shape().rank() == 2 ? matrices() : DType.F32;
    long from = 0;
    for (Origin.Part part : origin.parts()) {
      long[] sizes = slot.shape().toArray();
      sizes[0] = part.rows() > 0 ? part.rows() : sizes[0];
      Shape shape = Shape.of(sizes);
      long begin = from * type.bytes();
      boolean transposed = origin.form() == Origin.Form.TRANSPOSED;
      tensors.put(
          part.name(),
          new Safetensors.Source(
              type,
              transposed ? Shape.of(sizes[1], sizes[0]) : shape,
              () ->
                  formed(
                      model
                          .parameters()
                          .elements(slot, type)
                          .asSlice(begin, shape.elements() * type.bytes()),
                      shape,
                      type,
                      origin.form())));
      from += shape.elements();
    }
  }

  private static MemorySegment formed(
      MemorySegment plain, Shape shape, DType type, Origin.Form form) {
    if (form == Origin.Form.PLAIN) {
      return plain;
    }
    MemorySegment formed = Arena.ofAuto().allocate(plain.byteSize(), type.bytes());
    long count = shape.elements();
    boolean transposed = form == Origin.Form.TRANSPOSED;
    long columns = transposed ? shape.size(1) : 1;
    long rows = count / columns;
    float less = form == Origin.Form.LESS_ONE ? 1 : 0;
    for (long i = 0; i < count; i++) {
      long to = transposed ? i % columns * rows + i / columns : i;
      if (type == DType.BF16) {
        formed.set(
            ValueLayout.JAVA_SHORT, 2 * to, plain.get(ValueLayout.JAVA_SHORT_UNALIGNED, 2 * i));
      } else {
        formed.set(
            ValueLayout.JAVA_FLOAT,
            4 * to,
            plain.get(ValueLayout.JAVA_FLOAT_UNALIGNED, 4 * i) - less);
      }
    }
    return formed;
  }
}
