package dev.fathom.hostile;

import com.fasterxml.jackson.databind.JsonNode;
import dev.fathom.data.Idx;
import dev.fathom.data.TextFiles;
import dev.fathom.format.Safetensors;
import dev.fathom.format.SymbolicGraph;
import dev.fathom.graph.Content;
import dev.fathom.graph.Type;
import dev.fathom.image.Pictures;
import dev.fathom.json.Json;
import dev.fathom.spec.Spec;
import dev.fathom.spi.Shape;
import dev.fathom.table.Missing;
import dev.fathom.table.TableFile;
import dev.fathom.text.Bpe;
import dev.fathom.text.Bytes;
import dev.fathom.text.Characters;
import dev.fathom.text.Pipeline;
import dev.fathom.text.Tokenizers;
import dev.fathom.text.Utf8;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.zip.CRC32;

/** All formats that Fathom reads from outside. A new one is a line in {@link #all}. */
final class Formats {
  private static final Path RESOURCES = Path.of("src/test/resources");
  private static final Path PARQUET = RESOURCES.resolve("tables/parquet");
  private static final Path GRAPHS = RESOURCES.resolve("graph-format-1");

  private Formats() {}

  static SequencedMap<String, Format> all() throws IOException {
    Format idx = Format.of("idx", "images", idx(), Idx::read);
    Format csv = Format.of("csv", "rows.csv", csv(), Formats::table);
    Format jsonLines = Format.of("jsonl", "rows.jsonl", jsonLines(), Formats::table);
    List<Format> formats =
        List.of(
            idx,
            idx.packed(),
            Format.of("gzip", "images.gz", idx().stream().map(Format::gzip).toList(), Idx::read),
            Format.of("idx-dataset", "images", idx(), Formats::dataset),
            csv,
            csv.packed(),
            jsonLines,
            jsonLines.packed(),
            // The library takes as much at once as the header of a page claims.
            Format.of("parquet", "rows.parquet", parquet(), Formats::table).taking(3L << 30),
            Format.of("text", "text.txt", texts(), TextFiles::lines),
            Format.of("safetensors", "w.safetensors", safetensors(), Formats::tensors),
            new Format(
                "safetensors-header",
                "w.safetensors",
                List.of(header()),
                Formats::withLength,
                Format.USUAL_BYTES,
                Formats::tensors),
            Format.of(
                "tokenizer.json", "tokenizer.json", huggingFace(), Tokenizers::readHuggingFace),
            Format.of("tokenizer", "tokenizer.json", tokenizers(), Tokenizers::read),
            Format.of("spec", "spec.json", specs(), Formats::spec),
            Format.of("graph", "graph.json", graphs(), Formats::graph),
            new Format(
                "png",
                "picture.png",
                pictures("colour-1-baseline.jpg.png"),
                Formats::withCheckSums,
                Format.USUAL_BYTES,
                Formats::picture),
            Format.of(
                "jpeg",
                "picture.jpg",
                pictures("colour-1-baseline.jpg", "colour-2-progressive.jpg"),
                Formats::picture),
            Format.of("bmp", "picture.bmp", bitmaps(), Formats::picture));
    SequencedMap<String, Format> byName = new LinkedHashMap<>();
    formats.forEach(format -> byName.put(format.name(), format));
    StoredModels.formats().forEach(format -> byName.put(format.name(), format));
    return byName;
  }

  // ---- IDX ----

  private static List<byte[]> idx() {
    List<byte[]> files = new ArrayList<>();
    for (byte type : new byte[] {0x08, 0x09, 0x0b, 0x0c, 0x0d, 0x0e}) {
      int width = type <= 9 ? 1 : type == 0x0b ? 2 : type == 0x0e ? 8 : 4;
      ByteBuffer file = ByteBuffer.allocate(16 + 24 * width);
      file.put(new byte[] {0, 0, type, 3}).putInt(4).putInt(3).putInt(2);
      files.add(file.array());
    }
    return files;
  }

  private static void dataset(Path images) throws IOException {
    Path labels = images.resolveSibling("labels");
    Files.write(labels, new byte[] {0, 0, 8, 1, 0, 0, 0, 4, 0, 1, 1, 0});
    var dataset = Idx.inFiles("hostile", images, labels, List.of());
    float[] row = new float[Math.toIntExact(dataset.columns().getFirst().shape().elements())];
    for (int i = 0; i < dataset.size(); i++) {
      dataset.read(0, i, row, 0);
    }
  }

  // ---- pictures ----

  private static List<byte[]> pictures(String... names) throws IOException {
    List<byte[]> files = new ArrayList<>();
    for (String name : names) {
      files.add(Files.readAllBytes(RESOURCES.resolve("pictures").resolve(name)));
    }
    return files;
  }

  private static void picture(Path file) throws IOException {
    Pictures.decode("hostile", Files.readAllBytes(file), 1 << 20);
  }

  /** A PNG whose chunks have the checksums of what is in them. */
  private static byte[] withCheckSums(byte[] png) {
    byte[] sealed = png.clone();
    ByteBuffer file = ByteBuffer.wrap(sealed);
    for (long at = 8; at + 12 <= sealed.length; ) {
      long end = at + 8 + Integer.toUnsignedLong(file.getInt((int) at));
      if (end + 4 <= sealed.length) {
        CRC32 sum = new CRC32();
        sum.update(sealed, (int) at + 4, (int) (end - at - 4));
        file.putInt((int) end, (int) sum.getValue());
      }
      at = end + 4;
    }
    return sealed;
  }

  /** Of 24 bits, with a palette of 8, and of 16 with masks; 4 x 2 pixels. */
  private static List<byte[]> bitmaps() {
    List<byte[]> files = new ArrayList<>();
    for (int bits : new int[] {8, 16, 24}) {
      int start = 14 + 40 + (bits == 8 ? 1024 : 12);
      ByteBuffer file =
          ByteBuffer.allocate(start + 2 * 4 * bits / 8).order(ByteOrder.LITTLE_ENDIAN);
      file.put((byte) 'B').put((byte) 'M').putInt(file.capacity()).putInt(0).putInt(start);
      file.putInt(40).putInt(4).putInt(2).putShort((short) 1).putShort((short) bits);
      file.putInt(bits == 16 ? 3 : 0).putInt(0).putLong(0).putLong(0);
      file.putInt(0xf800).putInt(0x7e0).putInt(0x1f);
      files.add(file.array());
    }
    return files;
  }

  // ---- tables and texts ----

  private static void table(Path file) throws IOException {
    TableFile.of(file)
        .missing(Missing.MEAN, "NA")
        .leaveOut(
            field -> field.name().equals("list") ? Optional.of("it is nested") : Optional.empty())
        .read();
  }

  private static List<byte[]> csv() {
    return utf8(
        "a,b,c,d\n1,2.5,x,2020-01-02\n2,NA,y,2020-01-03\n-3,1e3,\"x, \"\"y\"\"\",2020-02-03\n",
        "id,name\r\n1,\u00e4\r\n2,\"\u20ac\nline\"\r\n",
        "t,yes\n2024-02-29T12:00:00+02:00,true\n2024-03-01T00:00Z,false\n");
  }

  private static List<byte[]> jsonLines() {
    return utf8(
        "{\"a\": 1, \"b\": \"x\", \"c\": null}\n{\"a\": 2.5, \"b\": \"\u00e4\", \"c\": true}\n",
        "{\"a\": 1}\n{\"list\": [1, {\"c\": 2}]}\n{\"a\": 3, \"list\": {\"d\": \"\\u00e4\"}}\n");
  }

  private static List<byte[]> parquet() throws IOException {
    List<byte[]> files = new ArrayList<>();
    for (String name : List.of("plain", "snappy", "gzip")) {
      files.add(Files.readAllBytes(PARQUET.resolve(name + ".parquet")));
    }
    return files;
  }

  private static List<byte[]> texts() {
    return utf8("one\ntwo \u00e4\r\n\n\ud83d\ude00 three", "\ufefftext\n");
  }

  // ---- safetensors ----

  private static List<byte[]> safetensors() throws IOException {
    return List.of(withLength(header()));
  }

  private static byte[] header() {
    return ("{\"__metadata__\": {\"k\": \"v\"}, \"w\": {\"dtype\": \"F32\", \"shape\": [2, 3],"
            + " \"data_offsets\": [0, 24]}, \"b\": {\"dtype\": \"BF16\", \"shape\": [3],"
            + " \"data_offsets\": [24, 30]}, \"e\": {\"dtype\": \"I64\", \"shape\": [0, 5],"
            + " \"data_offsets\": [30, 30]}, \"s\": {\"dtype\": \"U8\", \"shape\": [],"
            + " \"data_offsets\": [30, 31]}}")
        .getBytes(StandardCharsets.US_ASCII);
  }

  private static byte[] withLength(byte[] header) {
    return ByteBuffer.allocate(8 + header.length + 31)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putLong(header.length)
        .put(header)
        .array();
  }

  private static void tensors(Path file) throws IOException {
    try (Safetensors in = Safetensors.open(file)) {
      for (var entry : in.entries().entrySet()) {
        in.read(
            entry.getKey(),
            MemorySegment.ofArray(new byte[Math.toIntExact(entry.getValue().bytes())]));
      }
    }
  }

  // ---- JSON ----

  /** Each kind of stage once. */
  private static final String STAGES =
      """
      {"version": "1.0", "truncation": null, "padding": null,
       "added_tokens": [{"id": 3, "content": "</s>", "single_word": false, "lstrip": true,
                         "rstrip": false, "normalized": false, "special": true}],
       "normalizer": {"type": "Sequence", "normalizers": [
         {"type": "NFKC"}, {"type": "Nmt"}, {"type": "Lowercase"}, {"type": "StripAccents"},
         {"type": "Strip", "strip_left": true, "strip_right": false},
         {"type": "Prepend", "prepend": "_"}, {"type": "ByteLevel"},
         {"type": "Replace", "pattern": {"Regex": "\\\\s+"}, "content": " "},
         {"type": "Precompiled", "precompiled_charsmap": "BAAAAAAAAABhAA=="}]},
       "pre_tokenizer": {"type": "Sequence", "pretokenizers": [
         {"type": "Whitespace"}, {"type": "WhitespaceSplit"}, {"type": "BertPreTokenizer"},
         {"type": "Digits", "individual_digits": true},
         {"type": "Punctuation", "behavior": "Contiguous"},
         {"type": "CharDelimiterSplit", "delimiter": "-"},
         {"type": "Split", "pattern": {"String": "a"}, "behavior": "MergedWithNext", "invert": true},
         {"type": "Metaspace", "replacement": "_", "prepend_scheme": "first", "split": true},
         {"type": "ByteLevel", "add_prefix_space": true, "trim_offsets": true, "use_regex": true}]},
       "post_processor": {"type": "Sequence", "processors": [
         {"type": "ByteLevel"},
         {"type": "TemplateProcessing",
          "single": [{"Sequence": {"id": "A", "type_id": 0}},
                     {"SpecialToken": {"id": "</s>", "type_id": 0}}],
          "pair": [{"Sequence": {"id": "A", "type_id": 0}}, {"Sequence": {"id": "B", "type_id": 1}}],
          "special_tokens": {"</s>": {"id": "</s>", "ids": [3], "tokens": ["</s>"]}}}]},
       "decoder": {"type": "Sequence", "decoders": [
         {"type": "Replace", "pattern": {"String": "_"}, "content": " "}, {"type": "ByteFallback"},
         {"type": "WordPiece", "prefix": "##", "cleanup": true}, {"type": "BPEDecoder"},
         {"type": "Fuse"}, {"type": "Strip", "content": " ", "start": 1, "stop": 1}]},
       "model": {"type": "BPE", "dropout": null, "unk_token": "u", "fuse_unk": true,
                 "continuing_subword_prefix": "##", "end_of_word_suffix": "</w>",
                 "byte_fallback": true, "ignore_merges": true,
                 "vocab": {"u": 0, "a": 1, "##b</w>": 2, "</s>": 3, "ab</w>": 4},
                 "merges": [["a", "##b</w>"]]}}
      """;

  private static List<byte[]> huggingFace() {
    Bpe bpe = Bpe.train("the cat sat on the mat, the rat sat on the cat", 268, "<|end|>");
    String newer =
        Tokenizers.toHuggingFace(bpe)
            .toString()
            .replaceAll("\"([^\" ]+) ([^\" ]+)\"", "[\"$1\",\"$2\"]");
    List<String> texts = List.of("the cat sat on the mat, the rat sat on the cat");
    return utf8(
        Tokenizers.toHuggingFace(bpe).toString(),
        newer,
        Tokenizers.toHuggingFace(Pipeline.wordPiece(texts, 40, true, "[SEP]")).toString(),
        Tokenizers.toHuggingFace(Pipeline.unigram(texts, 40, "</s>")).toString(),
        STAGES);
  }

  private static List<byte[]> tokenizers() {
    Bpe bpe = Bpe.train("the cat sat on the mat", 260, "<|end|>");
    return utf8(
        Tokenizers.toJson(new Bytes()).toString(),
        Tokenizers.toJson(new Characters("abc \u00e4\ud83d\ude00", true)).toString(),
        Tokenizers.toJson(bpe).toString(),
        Tokenizers.toJson(Pipeline.unigram(List.of("the cat"), 9)).toString());
  }

  private static List<byte[]> specs() {
    return utf8(
        """
        {"name": "digits", "data": {"dataset": "mnist", "scale": 0.0039},
         "model": [{"type": "conv2d", "filters": 3, "kernel": [3, 3], "padding": "same"},
          {"type": "residual", "body": [{"type": "batchnorm"}, {"type": "relu"}]},
          {"type": "maxpool2d", "kernel": 2}, {"type": "flatten"}, {"type": "dense", "units": 10}],
         "training": {"epochs": 3, "batchSize": 64, "seed": 1,
          "optimizer": {"type": "adam", "learningRate": 0.001}, "validation": 0.1}}""",
        """
        {"name": "t", "data": {"format": "csv", "train": "a.csv", "target": "y", "fit": true},
         "model": {"inputs": {"user": "u", "item": ["price", "weight"]},
          "layers": [{"type": "dense", "name": "a", "units": 4, "inputs": ["user"]},
           {"type": "dense", "name": "b", "units": 4, "inputs": ["item"]},
           {"type": "dot", "inputs": ["a", "b"]}], "outputs": {"score": "dot1"}},
         "training": {"steps": 100, "loss": "meanSquaredError"}}""",
        """
        {"name": "gpt", "data": {"dataset": "t", "format": "text", "train": "a.txt", "length": 28,
          "tokenizer": {"type": "bytes"}},
         "model": [{"type": "embedding", "vocabulary": 257, "features": 8},
          {"type": "learnedpositions", "length": 28},
          {"type": "decoder", "heads": 2, "hidden": 12, "rotaryBase": 100},
          {"type": "layernorm"}, {"type": "unembedding", "vocabulary": 257}],
         "training": {"steps": 10}}""",
        """
        {"name": "m", "data": {"dataset": "mnist"}, "model": {"preset": "lenet", "classes": 26}}""");
  }

  private static void spec(Path file) throws IOException {
    Spec spec = Spec.parse(Utf8.read(file));
    spec.expand();
    if (spec.inputs().size() == 1) {
      boolean ids = spec.model().graph().vocabulary(spec.inputs().getFirst().name()) > 0;
      try {
        spec.network(ids ? Shape.of(28) : Shape.of(28, 28));
      } catch (ArithmeticException e) {
        // As documented: a service refuses it with the memory that it would need.
      }
    }
  }

  private static List<byte[]> graphs() throws IOException {
    return List.of(
        Files.readAllBytes(GRAPHS.resolve("every-operation.json")),
        Files.readAllBytes(GRAPHS.resolve("network.json")));
  }

  private static void graph(Path file) throws IOException {
    JsonNode json;
    try {
      json = Json.read(Files.readAllBytes(file));
    } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
      throw new dev.fathom.json.SpecException("", e.getMessage());
    }
    boolean every = json.path("inputs").size() > 3;
    String name = every ? "every-operation.safetensors" : "network.safetensors";
    Map<String, Content> literals = new LinkedHashMap<>();
    try (Safetensors in = Safetensors.open(GRAPHS.resolve(name))) {
      for (var entry : in.entries().entrySet()) {
        Type type = new Type(entry.getValue().dtype(), entry.getValue().shape());
        MemorySegment elements = Content.allocate(type);
        in.read(entry.getKey(), elements);
        literals.put(entry.getKey(), Content.copyOf(type, elements));
      }
    }
    SymbolicGraph.fromJson(json, literals);
  }

  static List<byte[]> utf8(String... texts) {
    List<byte[]> all = new ArrayList<>();
    for (String text : texts) {
      all.add(text.getBytes(StandardCharsets.UTF_8));
    }
    return all;
  }
}
