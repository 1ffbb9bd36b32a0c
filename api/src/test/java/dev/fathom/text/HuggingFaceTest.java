package dev.fathom.text;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.ShortBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import java.util.zip.CRC32;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The numbers came from Hugging Face's library, see {@code src/test/tokenizers}. */
class HuggingFaceTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int SHOWN = 5;
  private static List<String> texts;

  @BeforeAll
  static void read() throws IOException {
    texts = new ArrayList<>();
    resource("strings").forEach(text -> texts.add(text.textValue()));
    assertEquals(10_000, texts.size());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "albert",
        "bert-cased",
        "bert-uncased",
        "bloom",
        "clip",
        "deepseek",
        "falcon",
        "gemma",
        "gpt2",
        "gpt4",
        "gpt4o",
        "llama2",
        "llama2-first",
        "llama3",
        "prefix",
        "qwen2",
        "roberta",
        "t5",
        "words",
        "xlm-roberta"
      })
  void doesAsTheLibraryDoes(String name) throws IOException {
    JsonNode json = resource(name);
    Tokenizer tokenizer = Tokenizers.fromHuggingFace(json.path("tokenizer"));
    assertEquals(name.equals("gpt2"), tokenizer instanceof Bpe);
    assertEquals(json.path("size").intValue(), tokenizer.size());
    for (int i = 0; i < json.path("full").size(); i++) {
      JsonNode each = json.path("full").get(i);
      String text = each.path("text").textValue();
      assertArrayEquals(ints(each.path("ids")), tokenizer.encode(text), text);
      assertEquals(each.path("decoded").textValue(), tokenizer.decode(ints(each.path("ids"))));
      assertEquals(each.path("random").textValue(), tokenizer.decode(random(tokenizer).get(i)));
      String marked = each.path("marked").textValue();
      assertArrayEquals(ints(each.path("special")), tokenizer.encodeWithSpecial(marked), marked);
    }
    List<int[]> ids = texts.stream().map(tokenizer::encode).toList();
    assertTrue(ids.stream().flatMapToInt(Arrays::stream).noneMatch(tokenizer::isSpecial));
    same(json, "ids", i -> crc(ids.get(i)), texts::get);
    same(json, "decoded", i -> crc(tokenizer.decode(ids.get(i))), texts::get);
    List<int[]> random = random(tokenizer);
    same(json, "random", i -> crc(tokenizer.decode(random.get(i))), i -> show(random.get(i)));
    List<String> names = new ArrayList<>();
    json.at("/tokenizer/added_tokens")
        .forEach(
            token -> {
              if (token.path("special").booleanValue()) {
                names.add(token.path("content").textValue());
              }
            });
    same(
        json,
        "special",
        i -> crc(tokenizer.encodeWithSpecial(marked(i, names))),
        i -> marked(i, names));
    JsonNode enclosed = json.path("enclosed");
    assertEnclosed(enclosed.get(0), tokenizer.enclose(tokenizer.encode("ab")));
    assertEnclosed(
        enclosed.get(1), tokenizer.enclose(tokenizer.encode("ab"), tokenizer.encode("cd ef")));
    streams(tokenizer, random);
    assertEquals(
        tokenizer, Tokenizers.fromJson(JSON.readTree(Tokenizers.toJson(tokenizer).toString())));
  }

  private static void assertEnclosed(JsonNode expected, Enclosed enclosed) {
    assertArrayEquals(ints(expected.get(0)), enclosed.tokens());
    assertArrayEquals(ints(expected.get(1)), enclosed.segments());
  }

  /** What is given token by token is the text that comes at once. */
  private static void streams(Tokenizer tokenizer, List<int[]> random) {
    for (int[] tokens : random) {
      Decoder decoder = tokenizer.decoder();
      StringBuilder text = new StringBuilder();
      for (int token : tokens) {
        text.append(decoder.next(token));
        assertTrue(tokenizer.bytes(token).length >= 0);
      }
      assertEquals(tokenizer.decode(tokens), text.append(decoder.end()).toString());
    }
  }

  private static void same(
      JsonNode json, String what, IntFunction<Short> actual, IntFunction<String> text)
      throws IOException {
    ShortBuffer expected =
        ByteBuffer.wrap(Base64.getDecoder().decode(json.path(what).textValue()))
            .order(ByteOrder.LITTLE_ENDIAN)
            .asShortBuffer();
    assertTrue(expected.capacity() >= 1000);
    List<Integer> wrong =
        IntStream.range(0, expected.capacity())
            .filter(i -> expected.get(i) != actual.apply(i))
            .boxed()
            .toList();
    assertTrue(
        wrong.isEmpty(),
        () ->
            "%d of %d %s differ, such as %s"
                .formatted(
                    wrong.size(),
                    expected.capacity(),
                    what,
                    wrong.stream()
                        .limit(SHOWN)
                        .map(i -> i + " " + escaped(text.apply(i)))
                        .toList()));
  }

  private static String escaped(String text) {
    StringBuilder all = new StringBuilder();
    text.chars()
        .forEach(
            c ->
                all.append(
                    c < 0x20 || c > 0x7E ? "\\u%04x".formatted(c) : String.valueOf((char) c)));
    return all.toString();
  }

  private static String marked(int i, List<String> names) {
    String text = texts.get(i);
    if (names.isEmpty()) {
      return text;
    }
    int characters = text.codePointCount(0, text.length());
    int at = text.offsetByCodePoints(0, i * 7919 % (characters + 1));
    return text.substring(0, at) + names.get(i % names.size()) + text.substring(at);
  }

  private static List<int[]> random(Tokenizer tokenizer) {
    List<int[]> all = new ArrayList<>();
    long x = 1;
    for (int i = 0; i < 1000; i++) {
      x = x * 1103515245 + 12345 & 0x7FFFFFFF;
      int[] ids = new int[1 + (int) (x >> 8) % 12];
      for (int j = 0; j < ids.length; j++) {
        x = x * 1103515245 + 12345 & 0x7FFFFFFF;
        ids[j] = (int) (x >> 8) % tokenizer.size();
      }
      all.add(ids);
    }
    return all;
  }

  private static String show(int[] ids) {
    return Arrays.toString(ids);
  }

  private static short crc(int[] ids) {
    ByteBuffer bytes = ByteBuffer.allocate(4 * ids.length).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asIntBuffer().put(ids);
    return crc(bytes.array());
  }

  private static short crc(String text) {
    return crc(text.getBytes(StandardCharsets.UTF_8));
  }

  private static short crc(byte[] bytes) {
    CRC32 crc = new CRC32();
    crc.update(bytes);
    return (short) crc.getValue();
  }

  private static int[] ints(JsonNode list) {
    return IntStream.range(0, list.size()).map(i -> list.get(i).intValue()).toArray();
  }

  static JsonNode resource(String name) throws IOException {
    try (InputStream in =
        new GZIPInputStream(
            HuggingFaceTest.class.getResourceAsStream("/tokenizers/" + name + ".json.gz"))) {
      return JSON.readTree(in);
    }
  }
}
