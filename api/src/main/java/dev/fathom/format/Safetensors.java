package dev.fathom.format;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.fathom.json.Json;
import dev.fathom.json.Malformed;
import dev.fathom.spi.DType;
import dev.fathom.spi.Shape;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.TreeMap;
import java.util.function.Supplier;

/**
 * A safetensors file: named tensors and a map of texts, without code. Opening reads and checks the
 * header; tensors are read one by one. Safe for several threads.
 *
 * <p>The format (Hugging Face, "Safetensors: a simple, safe way to store tensors"): 8 bytes with
 * the length of the header, little-endian; the header, JSON padded with spaces; the bytes of all
 * tensors, little-endian, row-major, without holes.
 *
 * <p>Values are copied as they stand: segments hold elements in little-endian order, which is the
 * native order of every machine that Fathom runs on.
 */
public final class Safetensors implements AutoCloseable {
  private static final long MAX_HEADER_BYTES = 100_000_000;
  private static final String METADATA = "__metadata__";
  private static final int CHUNK_BYTES = 1 << 18;
  private static final ObjectMapper WRITER = new ObjectMapper();

  private final Path file;
  private final FileChannel channel;
  private final Map<String, String> metadata = new LinkedHashMap<>();
  private final SequencedMap<String, Entry> entries = new LinkedHashMap<>();
  private final long dataStart;

  /**
   * The entry of a tensor in the header.
   *
   * @param begin the first byte, from the start of the data
   * @param end the byte behind the last
   */
  public record Entry(DType dtype, Shape shape, long begin, long end) {
    /** {@return the size in bytes} */
    public long bytes() {
      return end - begin;
    }
  }

  /**
   * A tensor to write.
   *
   * @param values called once, when the tensor is written, so that one at a time need be in memory
   */
  public record Source(DType dtype, Shape shape, Supplier<MemorySegment> values) {}

  /**
   * Opens a file.
   *
   * @throws FormatException if the header breaks a rule of the format, or the data is not as long
   *     as the header says
   * @throws IOException if the file cannot be read
   */
  public static Safetensors open(Path file) throws IOException {
    FileChannel channel = FileChannel.open(file, StandardOpenOption.READ);
    try {
      return new Safetensors(file, channel);
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  private Safetensors(Path file, FileChannel channel) throws IOException {
    this.file = file;
    this.channel = channel;
    long size = channel.size();
    if (size < 8) {
      throw wrong(size, "expected 8 bytes with the length of the header but the file ends");
    }
    ByteBuffer length = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN);
    fill(length, 0);
    long headerBytes = length.getLong(0);
    if (headerBytes < 2 || headerBytes > MAX_HEADER_BYTES) {
      throw wrong(
          0,
          "expected a header of 2 to %d bytes but got %s"
              .formatted(MAX_HEADER_BYTES, Long.toUnsignedString(headerBytes)));
    }
    dataStart = 8 + headerBytes;
    if (dataStart > size) {
      throw wrong(size, "expected a header of %d bytes but the file ends".formatted(headerBytes));
    }
    ByteBuffer header = ByteBuffer.allocate((int) headerBytes);
    fill(header, 8);
    parse(header.array());
    checkLayout(size - dataStart);
  }

  private void parse(byte[] header) throws IOException {
    if (header[0] != '{') {
      throw wrong(8, "expected the header to start with '{'");
    }
    JsonNode root;
    try {
      root = Json.read(header);
    } catch (JsonProcessingException e) {
      throw wrong(
          8 + Malformed.offset(e), "expected a JSON object as header: " + Malformed.detail(e));
    }
    for (Map.Entry<String, JsonNode> property : root.properties()) {
      if (property.getKey().equals(METADATA)) {
        parseMetadata(property.getValue());
      } else {
        entries.put(property.getKey(), entry(property.getKey(), property.getValue()));
      }
    }
  }

  private void parseMetadata(JsonNode node) {
    if (!node.isObject()) {
      throw wrong(8, "expected an object as " + METADATA + " but got " + node);
    }
    for (Map.Entry<String, JsonNode> property : node.properties()) {
      if (!property.getValue().isTextual()) {
        throw wrong(
            8,
            "expected a text as %s '%s' but got %s"
                .formatted(METADATA, property.getKey(), property.getValue()));
      }
      metadata.put(property.getKey(), property.getValue().textValue());
    }
  }

  private Entry entry(String name, JsonNode node) {
    long[] offsets = integers(name, "data_offsets", node);
    if (offsets.length != 2 || offsets[1] < offsets[0]) {
      throw wrong(
          8, "tensor '%s': expected data_offsets [begin, end] but got %s".formatted(name, node));
    }
    String label = node.path("dtype").asText("");
    DType dtype = dtype(label);
    if (dtype == null) {
      throw wrong(8, "tensor '%s': dtype '%s' is not supported".formatted(name, label));
    }
    long bytes;
    Shape shape;
    try {
      shape = Shape.of(integers(name, "shape", node));
      bytes = Math.multiplyExact(shape.elements(), dtype.bytes());
    } catch (ArithmeticException e) {
      throw wrong(8, "tensor '%s': the shape is too large: %s".formatted(name, node));
    }
    Entry entry = new Entry(dtype, shape, offsets[0], offsets[1]);
    if (entry.bytes() != bytes) {
      throw wrong(
          dataStart + entry.begin(),
          "tensor '%s': expected %d bytes for %s %s but data_offsets span %d"
              .formatted(name, bytes, dtype.label(), shape, entry.bytes()));
    }
    return entry;
  }

  private long[] integers(String tensor, String key, JsonNode node) {
    JsonNode array = node.path(key);
    List<Long> values = new ArrayList<>();
    for (JsonNode element : array) {
      if (!element.isIntegralNumber() || !element.canConvertToLong() || element.longValue() < 0) {
        array = null;
        break;
      }
      values.add(element.longValue());
    }
    if (array == null || !array.isArray()) {
      throw wrong(
          8,
          "tensor '%s': expected integers from 0 on as %s but got %s".formatted(tensor, key, node));
    }
    return values.stream().mapToLong(Long::longValue).toArray();
  }

  /** Tensors must cover the data: no overlap, no hole, nothing behind them. */
  private void checkLayout(long dataBytes) {
    List<Map.Entry<String, Entry>> ordered = new ArrayList<>(entries.entrySet());
    ordered.sort(
        Comparator.comparingLong((Map.Entry<String, Entry> e) -> e.getValue().begin())
            .thenComparingLong(e -> e.getValue().end()));
    long covered = 0;
    for (Map.Entry<String, Entry> tensor : ordered) {
      Entry entry = tensor.getValue();
      if (entry.begin() != covered) {
        throw wrong(
            dataStart + entry.begin(),
            "tensor '%s': expected data_offsets to begin at %d, without %s, but got %d"
                .formatted(
                    tensor.getKey(),
                    covered,
                    entry.begin() > covered ? "a hole" : "an overlap",
                    entry.begin()));
      }
      if (entry.end() > dataBytes) {
        throw wrong(
            dataStart + dataBytes,
            "tensor '%s': expected data up to byte %d but the file ends"
                .formatted(tensor.getKey(), dataStart + entry.end()));
      }
      covered = entry.end();
    }
    if (covered != dataBytes) {
      throw wrong(
          dataStart + covered,
          "expected the end of the file but %d bytes follow".formatted(dataBytes - covered));
    }
  }

  /** {@return the map of texts, empty if the file has none} */
  public Map<String, String> metadata() {
    return Collections.unmodifiableMap(metadata);
  }

  /** {@return the tensors by name, in the order of the header} */
  public SequencedMap<String, Entry> entries() {
    return Collections.unmodifiableSequencedMap(entries);
  }

  /**
   * Copies a tensor's values.
   *
   * @param target as many bytes as the tensor has
   * @throws IllegalArgumentException if there is no such tensor or {@code target} has another size
   * @throws FormatException if the file has become shorter
   */
  public void read(String name, MemorySegment target) throws IOException {
    Entry entry = entry(name);
    if (target.byteSize() != entry.bytes()) {
      throw new IllegalArgumentException(
          "[safetensors] %s: expected room for the %d bytes of tensor '%s' but got %d"
              .formatted(file.getFileName(), entry.bytes(), name, target.byteSize()));
    }
    ByteBuffer chunk = chunk(entry.bytes());
    MemorySegment source = MemorySegment.ofBuffer(chunk);
    for (long done = 0; done < entry.bytes(); done += chunk.limit()) {
      chunk.clear().limit((int) Math.min(chunk.capacity(), entry.bytes() - done));
      fill(chunk, dataStart + entry.begin() + done);
      MemorySegment.copy(source, 0, target, done, chunk.limit());
    }
  }

  /**
   * {@return a tensor's values where they lie in the file, read-only} They need not be aligned to
   * their elements, and stay after {@link #close()}, as long as somebody holds them; the file must
   * not change meanwhile.
   *
   * @throws IllegalArgumentException if there is no such tensor
   */
  public MemorySegment map(String name) throws IOException {
    Entry entry = entry(name);
    // A mapping must not be empty.
    return entry.bytes() == 0
        ? MemorySegment.NULL
        : channel.map(
            FileChannel.MapMode.READ_ONLY,
            dataStart + entry.begin(),
            entry.bytes(),
            Arena.ofAuto());
  }

  private Entry entry(String name) {
    Entry entry = entries.get(name);
    if (entry == null) {
      throw new IllegalArgumentException(
          "[safetensors] %s: expected a tensor '%s' but there are %s"
              .formatted(file.getFileName(), name, entries.keySet()));
    }
    return entry;
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }

  /**
   * Writes a file. Wide elements come first, then tensors are in the order of their names, so every
   * tensor is aligned to its elements and equal content gives equal bytes.
   *
   * @param file made, or overwritten
   * @param metadata any texts
   * @param tensors by name
   * @throws IllegalArgumentException if a source's segment has not the size of its shape
   */
  public static void write(Path file, Map<String, String> metadata, Map<String, Source> tensors)
      throws IOException {
    List<Map.Entry<String, Source>> ordered = new ArrayList<>(tensors.entrySet());
    ordered.sort(
        Comparator.comparingInt((Map.Entry<String, Source> e) -> -e.getValue().dtype().bytes())
            .thenComparing(Map.Entry::getKey));
    byte[] header = header(metadata, ordered);
    try (FileChannel channel =
        FileChannel.open(
            file,
            StandardOpenOption.CREATE,
            StandardOpenOption.WRITE,
            StandardOpenOption.TRUNCATE_EXISTING)) {
      ByteBuffer start =
          ByteBuffer.allocate(8 + header.length)
              .order(ByteOrder.LITTLE_ENDIAN)
              .putLong(header.length)
              .put(header)
              .flip();
      drain(start, channel);
      for (Map.Entry<String, Source> tensor : ordered) {
        writeValues(tensor.getKey(), tensor.getValue(), channel);
      }
    }
  }

  private static byte[] header(
      Map<String, String> metadata, List<Map.Entry<String, Source>> tensors) throws IOException {
    ObjectNode root = WRITER.createObjectNode();
    if (!metadata.isEmpty()) {
      ObjectNode texts = root.putObject(METADATA);
      new TreeMap<>(metadata).forEach(texts::put);
    }
    long begin = 0;
    for (Map.Entry<String, Source> tensor : tensors) {
      if (tensor.getKey().equals(METADATA)) {
        throw new IllegalArgumentException("[safetensors] a tensor must not be named " + METADATA);
      }
      Source source = tensor.getValue();
      long end = begin + source.shape().elements() * source.dtype().bytes();
      ObjectNode entry = root.putObject(tensor.getKey());
      entry.put("dtype", source.dtype().name());
      var sizes = entry.putArray("shape");
      for (long size : source.shape().toArray()) {
        sizes.add(size);
      }
      entry.putArray("data_offsets").add(begin).add(end);
      begin = end;
    }
    byte[] json = WRITER.writeValueAsBytes(root);
    byte[] padded = Arrays.copyOf(json, Math.ceilDiv(json.length, 8) * 8);
    Arrays.fill(padded, json.length, padded.length, (byte) ' ');
    if (padded.length > MAX_HEADER_BYTES) {
      throw new IllegalArgumentException(
          "[safetensors] expected a header of at most %d bytes but got %d"
              .formatted(MAX_HEADER_BYTES, padded.length));
    }
    return padded;
  }

  private static void writeValues(String name, Source source, FileChannel channel)
      throws IOException {
    MemorySegment values = source.values().get();
    long bytes = source.shape().elements() * source.dtype().bytes();
    if (values.byteSize() != bytes) {
      throw new IllegalArgumentException(
          "[safetensors] tensor '%s': expected %d bytes for %s %s but got %d"
              .formatted(name, bytes, source.dtype().label(), source.shape(), values.byteSize()));
    }
    ByteBuffer chunk = chunk(bytes);
    MemorySegment target = MemorySegment.ofBuffer(chunk);
    for (long done = 0; done < bytes; done += chunk.limit()) {
      chunk.clear().limit((int) Math.min(chunk.capacity(), bytes - done));
      MemorySegment.copy(values, done, target, 0, chunk.limit());
      drain(chunk, channel);
    }
  }

  private static ByteBuffer chunk(long bytes) {
    return ByteBuffer.allocateDirect((int) Math.min(bytes, CHUNK_BYTES));
  }

  private static void drain(ByteBuffer buffer, FileChannel channel) throws IOException {
    while (buffer.hasRemaining()) {
      channel.write(buffer);
    }
  }

  private void fill(ByteBuffer buffer, long position) throws IOException {
    while (buffer.hasRemaining()) {
      int count = channel.read(buffer, position);
      if (count < 0) {
        throw wrong(
            position, "expected %d more bytes but the file ends".formatted(buffer.remaining()));
      }
      position += count;
    }
  }

  /** The format's type names are those of {@link DType}; its other types are not supported. */
  private static DType dtype(String label) {
    for (DType dtype : DType.values()) {
      if (dtype.name().equals(label)) {
        return dtype;
      }
    }
    return null;
  }

  private FormatException wrong(long offset, String problem) {
    return new FormatException("safetensors", file, offset, problem);
  }
}
