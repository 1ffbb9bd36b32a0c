package dev.fathom.hostile;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.util.RawValue;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What chance, a disk or an attacker may do to the bytes of a file. */
enum Mutation {
  FLIP_BITS {
    @Override
    byte[] apply(byte[] bytes, RandomGenerator random) {
      byte[] changed = bytes.clone();
      for (int i = random.nextInt(1, 9); i > 0; i--) {
        changed[random.nextInt(changed.length)] ^= (byte) (1 << random.nextInt(8));
      }
      return changed;
    }
  },
  TRUNCATE {
    @Override
    byte[] apply(byte[] bytes, RandomGenerator random) {
      return Arrays.copyOf(bytes, random.nextInt(bytes.length));
    }
  },
  REPEAT_A_PART {
    @Override
    byte[] apply(byte[] bytes, RandomGenerator random) {
      Part part = Part.of(bytes, random);
      int at = random.nextInt(bytes.length + 1);
      byte[] all = bytes;
      for (int i = random.nextInt(1, 5); i > 0; i--) {
        all = replaced(all, at, at, Arrays.copyOfRange(bytes, part.from, part.to));
      }
      return all;
    }
  },
  REMOVE_A_PART {
    @Override
    byte[] apply(byte[] bytes, RandomGenerator random) {
      Part part = Part.of(bytes, random);
      return replaced(bytes, part.from, part.to, new byte[0]);
    }
  },
  /** Lengths, counts and offsets in binary, of any width and order. */
  EXTREME_FIELD {
    @Override
    byte[] apply(byte[] bytes, RandomGenerator random) {
      int width = 1 << random.nextInt(4);
      if (bytes.length < width) {
        return bytes;
      }
      long value =
          switch (random.nextInt(7)) {
            case 0 -> 0;
            case 1 -> -1;
            case 2 -> Long.MAX_VALUE;
            case 3 -> Long.MIN_VALUE;
            case 4 -> Integer.MAX_VALUE;
            case 5 -> 1L << random.nextInt(64);
            default -> (1L << random.nextInt(64)) - 1;
          };
      ByteOrder order = random.nextBoolean() ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN;
      ByteBuffer field = ByteBuffer.allocate(8).order(order).putLong(0, value);
      int from = order == ByteOrder.BIG_ENDIAN ? 8 - width : 0;
      // Headers stand at the beginning or at the end.
      int most = bytes.length - width;
      int at =
          switch (random.nextInt(3)) {
            case 0 -> random.nextInt(Math.min(64, most + 1));
            case 1 -> most - random.nextInt(Math.min(64, most + 1));
            default -> random.nextInt(most + 1);
          };
      byte[] changed = bytes.clone();
      System.arraycopy(field.array(), from, changed, at, width);
      return changed;
    }
  },
  /** Numbers as text. */
  EXTREME_NUMBER {
    @Override
    byte[] apply(byte[] bytes, RandomGenerator random) {
      String text = new String(bytes, StandardCharsets.ISO_8859_1);
      Matcher numbers = NUMBER.matcher(text);
      List<Part> all = new ArrayList<>();
      while (numbers.find()) {
        all.add(new Part(numbers.start(), numbers.end()));
      }
      if (all.isEmpty()) {
        return bytes;
      }
      Part number = all.get(random.nextInt(all.size()));
      return replaced(
          bytes, number.from, number.to, ascii(EXTREMES[random.nextInt(EXTREMES.length)]));
    }
  },
  /** A value of a JSON document becomes another one, goes, or comes twice. */
  OTHER_JSON {
    @Override
    byte[] apply(byte[] bytes, RandomGenerator random) {
      try {
        JsonNode root = JSON.readTree(bytes);
        for (int i = random.nextInt(1, 3); i > 0; i--) {
          change(root, random);
        }
        return JSON.writeValueAsBytes(root);
      } catch (IOException e) {
        return FLIP_BITS.apply(bytes, random); // It is no JSON.
      }
    }
  },
  DEEP {
    @Override
    byte[] apply(byte[] bytes, RandomGenerator random) {
      int at = random.nextInt(bytes.length + 1);
      String open = random.nextBoolean() ? "[" : "{\"a\":";
      int levels = random.nextBoolean() ? random.nextInt(1, 300) : 100_000;
      String close = open.equals("[") ? "]" : "}";
      String deep = open.repeat(levels) + (random.nextBoolean() ? "1" + close.repeat(levels) : "");
      int end = Math.min(bytes.length, at + random.nextInt(3));
      return replaced(bytes, at, end, ascii(deep));
    }
  },
  NOT_UTF8 {
    @Override
    byte[] apply(byte[] bytes, RandomGenerator random) {
      byte[][] wrong = {
        {(byte) 0x80},
        {(byte) 0xff},
        {(byte) 0xc0, (byte) 0x80},
        {(byte) 0xe2, (byte) 0x82},
        {(byte) 0xed, (byte) 0xa0, (byte) 0x80},
        {(byte) 0xf4, (byte) 0x90, (byte) 0x80, (byte) 0x80},
        ascii("\\ud800"),
        {0}
      };
      int at = random.nextInt(bytes.length + 1);
      return replaced(bytes, at, at, wrong[random.nextInt(wrong.length)]);
    }
  },
  OTHER_CHARSET {
    @Override
    byte[] apply(byte[] bytes, RandomGenerator random) {
      byte[][] marks = {
        {(byte) 0xef, (byte) 0xbb, (byte) 0xbf},
        {(byte) 0xff, (byte) 0xfe},
        {(byte) 0xfe, (byte) 0xff},
        {0, 0, (byte) 0xfe, (byte) 0xff},
        {(byte) 0xff, (byte) 0xfe, 0, 0},
        {0, 0, 0},
        {}
      };
      String[] charsets = {"UTF-8", "UTF-16LE", "UTF-16BE", "UTF-32LE", "UTF-32BE"};
      Charset charset = Charset.forName(charsets[random.nextInt(charsets.length)]);
      byte[] other = new String(bytes, StandardCharsets.UTF_8).getBytes(charset);
      return replaced(other, 0, 0, marks[random.nextInt(marks.length)]);
    }
  };

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Pattern NUMBER = Pattern.compile("-?\\d+(\\.\\d+)?([eE][+-]?\\d+)?");

  private static final String[] EXTREMES = {
    "0",
    "-1",
    "1",
    "2",
    "255",
    "65536",
    "2147483647",
    "2147483648",
    "-2147483648",
    "4294967296",
    "9223372036854775807",
    "9223372036854775808",
    "-9223372036854775808",
    "1e18",
    "1e999",
    "-1e999",
    "1e-999",
    "1E400000000",
    "0.5",
    "00",
    "NaN",
    "Infinity",
    "null",
    "true",
    "\"x\"",
    "\"\"",
    "[]",
    "{}",
    "[1,2,3]",
    "9".repeat(400),
    "0." + "1".repeat(2000)
  };

  /** {@return other bytes; the same where it has nothing to change} */
  abstract byte[] apply(byte[] bytes, RandomGenerator random);

  private record Part(int from, int to) {
    static Part of(byte[] bytes, RandomGenerator random) {
      int from = random.nextInt(bytes.length);
      int most = Math.min(bytes.length - from, random.nextBoolean() ? 8 : 1024);
      return new Part(from, from + random.nextInt(1, most + 1));
    }
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  private static byte[] replaced(byte[] bytes, int from, int to, byte[] by) {
    return ByteBuffer.allocate(bytes.length - (to - from) + by.length)
        .put(bytes, 0, from)
        .put(by)
        .put(bytes, to, bytes.length - to)
        .array();
  }

  private static void change(JsonNode root, RandomGenerator random) {
    List<JsonNode> parents = new ArrayList<>();
    collect(root, parents);
    if (parents.isEmpty()) {
      return;
    }
    JsonNode parent = parents.get(random.nextInt(parents.size()));
    RawValue extreme = new RawValue(EXTREMES[random.nextInt(EXTREMES.length)]);
    int which = random.nextInt(parent.size());
    JsonNode other = parents.get(random.nextInt(parents.size())).deepCopy();
    int how = random.nextInt(5);
    if (parent instanceof ArrayNode array) {
      switch (how) {
        case 0 -> array.remove(which);
        case 1 -> array.set(which, other);
        case 2 -> array.insert(which, array.get(which).deepCopy());
        default -> array.setRawValue(which, extreme);
      }
    } else if (parent instanceof ObjectNode object) {
      String key = List.copyOf(object.properties()).get(which).getKey();
      switch (how) {
        case 0 -> object.remove(key);
        case 1 -> object.set(key, other);
        case 2 -> object.set(key + "x", object.remove(key));
        default -> object.putRawValue(key, extreme);
      }
    }
  }

  private static void collect(JsonNode node, List<JsonNode> parents) {
    if (node.isContainerNode() && !node.isEmpty()) {
      parents.add(node);
      node.forEach(child -> collect(child, parents));
    }
  }
}
