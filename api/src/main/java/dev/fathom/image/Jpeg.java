package dev.fathom.image;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * JPEG (ITU-T T.81) of 8 bits with Huffman codes, sequential or progressive, of one component or
 * three. Markers beside the picture are read for its colours (JFIF, Adobe) and orientation (EXIF).
 */
final class Jpeg implements Decoder {
  static final String SIGNATURE = "\u00ff\u00d8\u00ff";

  private static final int[] ZIGZAG = {
    0, 1, 8, 16, 9, 2, 3, 10, 17, 24, 32, 25, 18, 11, 4, 5, 12, 19, 26, 33, 40, 48, 41, 34, 27, 20,
    13, 6, 7, 14, 21, 28, 35, 42, 49, 56, 57, 50, 43, 36, 29, 22, 15, 23, 30, 37, 44, 51, 58, 59,
    52, 45, 38, 31, 39, 46, 53, 60, 61, 54, 47, 55, 62, 63
  };

  /** A component of the picture, and what was read of it. */
  private static final class Component {
    int id;
    int across;
    int down;
    int quantisation;

    /** Blocks that hold samples of the picture. */
    int blockColumns;

    int blockRows;

    /** Blocks of all units, those that fill the last ones up too. */
    int stride;

    /** The quantisation when its first scan began. */
    int[] factors;

    JpegBits.Table dc;
    JpegBits.Table ac;
    int predicted;

    byte[] plane;

    /** Of a progressive picture. */
    short[] coefficients;
  }

  private final Bytes file;
  private int at = 2;

  private int width;
  private int height;
  private boolean progressive;
  private List<Component> components;
  private int mostAcross = 1;
  private int mostDown = 1;

  private int orientation = 1;
  private boolean jfif;
  private int adobe = -1;
  private final int[][] factors = new int[4][];
  private final JpegBits.Table[] dc = new JpegBits.Table[4];
  private final JpegBits.Table[] ac = new JpegBits.Table[4];
  private int interval;

  private final int[] block = new int[64];
  private final JpegTransform transform = new JpegTransform();

  private Jpeg(Bytes file) {
    this.file = file;
    while (components == null) {
      if (segment() >= 0) {
        throw file.wrong("expected a frame before the scan at byte %,d".formatted(at));
      }
    }
  }

  static Jpeg open(Bytes file) {
    return new Jpeg(file);
  }

  @Override
  public int width() {
    return width;
  }

  @Override
  public int height() {
    return height;
  }

  @Override
  public int orientation() {
    return orientation;
  }

  // ---- segments ----

  /** Reads a segment; {@return where that of a scan begins, -1 for another, -2 at the end} */
  private int segment() {
    while (file.u8(at) != 0xff || file.u8(at + 1) == 0 || file.u8(at + 1) == 0xff) {
      at++;
    }
    int marker = file.u8(at + 1);
    at += 2;
    if (marker == 0xd9) {
      return -2;
    }
    if (marker >= 0xd0 && marker <= 0xd8 || marker == 0x01) {
      return -1;
    }
    int start = at + 2;
    int end = at + file.u16(at);
    if (end < start || end > file.all.length) {
      throw file.ends();
    }
    at = end;
    switch (marker) {
      case 0xc4 -> huffman(start, end);
      case 0xdb -> quantisation(start, end);
      case 0xdd -> interval = file.u16(start);
      case 0xe0 -> jfif |= file.has(start, "JFIF\0");
      case 0xe1 -> {
        if (file.has(start, "Exif\0\0")) {
          orientation = Exif.orientation(file, start + 6, end);
        }
      }
      case 0xee -> adobe = file.has(start, "Adobe") && end - start >= 12 ? file.u8(start + 11) : -1;
      case 0xda -> {
        return start;
      }
      default -> {
        if (marker >= 0xc0 && marker <= 0xcf && marker != 0xc8 && marker != 0xcc) {
          frame(marker, start, end);
        }
      }
    }
    return -1;
  }

  private void quantisation(int start, int end) {
    for (int from = start; from < end; ) {
      int bytes = (file.u8(from) >> 4) + 1;
      int number = file.u8(from++) & 15;
      if (number > 3 || bytes > 2 || from + 64 * bytes > end) {
        throw file.wrong("a quantisation table is damaged");
      }
      factors[number] = new int[64];
      for (int i = 0; i < 64; i++, from += bytes) {
        factors[number][ZIGZAG[i]] = bytes == 2 ? file.u16(from) : file.u8(from);
      }
    }
  }

  private void huffman(int start, int end) {
    for (int from = start; from < end; ) {
      int kind = file.u8(from++);
      if ((kind & 15) > 3 || kind >> 4 > 1 || from + 16 > end) {
        throw file.wrong("a Huffman table is damaged");
      }
      int[] counts = new int[16];
      int sum = 0;
      for (int i = 0; i < 16; i++) {
        counts[i] = file.u8(from++);
        sum += counts[i];
      }
      if (sum > 256 || from + sum > end) {
        throw file.wrong("a Huffman table is damaged");
      }
      byte[] symbols = Arrays.copyOfRange(file.all, from, from + sum);
      from += sum;
      (kind >> 4 == 0 ? dc : ac)[kind & 15] = new JpegBits.Table(file, counts, symbols);
    }
  }

  private void frame(int marker, int start, int end) {
    if (components != null) {
      throw file.wrong("expected one frame but there is another at byte %,d".formatted(start));
    }
    switch (marker) {
      case 0xc0, 0xc1 -> progressive = false;
      case 0xc2 -> progressive = true;
      case 0xc3 ->
          throw file.unsupported("expected baseline or progressive JPEG but it is lossless");
      case 0xc9, 0xca, 0xcb, 0xcd, 0xce, 0xcf ->
          throw file.unsupported("expected Huffman codes but the JPEG has arithmetic coding");
      default ->
          throw file.unsupported("expected baseline or progressive JPEG but it is hierarchical");
    }
    int bits = file.u8(start);
    height = file.u16(start + 1);
    width = file.u16(start + 3);
    int count = file.u8(start + 5);
    if (bits != 8) {
      throw file.unsupported("expected samples of 8 bits but the JPEG has %d".formatted(bits));
    }
    if (count == 4) {
      throw file.unsupported(
          "expected grey or colour (RGB) but the JPEG is CMYK, for printing; save it as RGB");
    }
    if (count != 1 && count != 3 || start + 6 + 3 * count > end) {
      throw file.wrong("expected 1 or 3 components but got %d".formatted(count));
    }
    components = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      Component component = new Component();
      int from = start + 6 + 3 * i;
      component.id = file.u8(from);
      component.across = file.u8(from + 1) >> 4;
      component.down = file.u8(from + 1) & 15;
      component.quantisation = file.u8(from + 2);
      if (component.across < 1
          || component.across > 4
          || component.down < 1
          || component.down > 4
          || component.quantisation > 3) {
        throw file.wrong("a component of the frame is damaged");
      }
      mostAcross = Math.max(mostAcross, component.across);
      mostDown = Math.max(mostDown, component.down);
      components.add(component);
    }
    for (Component component : components) {
      if (mostAcross % component.across != 0 || mostDown % component.down != 0) {
        throw file.unsupported(
            "expected colours that have a whole part of the samples but got %d of %d"
                .formatted(component.across, mostAcross));
      }
    }
  }

  // ---- scans ----

  @Override
  public Picture decode() {
    allocate();
    int end;
    while ((end = segment()) != -2) {
      if (end >= 0) {
        scan(end);
        if (isComplete()) {
          break;
        }
      }
    }
    for (Component component : components) {
      if (component.factors == null) {
        throw file.wrong("the file ends before all colours of the picture came");
      }
      if (progressive) {
        transform(component);
      }
    }
    return picture();
  }

  /** {@return whether a sequential picture is all there; a progressive one ends with its file} */
  private boolean isComplete() {
    return !progressive && components.stream().allMatch(each -> each.factors != null);
  }

  private int unitColumns() {
    return Math.ceilDiv(width, 8 * mostAcross);
  }

  private int unitRows() {
    return Math.ceilDiv(height, 8 * mostDown);
  }

  private void allocate() {
    long bytes = (long) width * height * components.size();
    for (Component component : components) {
      long blocks = (long) unitColumns() * component.across * unitRows() * component.down;
      bytes += blocks * 64 * (progressive ? 3 : 1);
    }
    Pictures.requireMemory(file, bytes);
    for (Component component : components) {
      component.stride = unitColumns() * component.across;
      component.blockColumns = Math.ceilDiv(Math.ceilDiv(width * component.across, mostAcross), 8);
      component.blockRows = Math.ceilDiv(Math.ceilDiv(height * component.down, mostDown), 8);
      int blocks = component.stride * unitRows() * component.down;
      component.plane = new byte[blocks * 64];
      if (progressive) {
        component.coefficients = new short[blocks * 64];
      }
    }
  }

  private interface Coder {
    void block(Component component, int number);
  }

  private void scan(int start) {
    int count = file.u8(start);
    List<Component> scanned = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      int id = file.u8(start + 1 + 2 * i);
      int tables = file.u8(start + 2 + 2 * i);
      Component component =
          components.stream().filter(each -> each.id == id).findFirst().orElse(null);
      if (component == null || scanned.contains(component) || (tables & 0xcc) != 0) {
        throw file.wrong("a scan names a component that is not there");
      }
      component.dc = dc[tables >> 4];
      component.ac = ac[tables & 15];
      component.predicted = 0;
      if (component.factors == null) {
        component.factors = factors[component.quantisation];
      }
      if (component.factors == null) {
        throw file.wrong("expected a quantisation table but there is none");
      }
      scanned.add(component);
    }
    if (count < 1 || count > 4 || at != start + 4 + 2 * count) {
      throw file.wrong("the header of a scan is damaged");
    }
    int first = file.u8(at - 3);
    int last = file.u8(at - 2);
    int high = file.u8(at - 1) >> 4;
    int low = file.u8(at - 1) & 15;
    JpegBits bits = new JpegBits(file, at);
    Coder coder = progressive ? progressive(bits, first, last, high, low) : sequential(bits);
    if (progressive && (last > 63 || first > last || first > 0 && count > 1 || low > 13)) {
      throw file.wrong("the header of a scan is damaged");
    }
    boolean needsDc = !progressive || first == 0 && high == 0;
    boolean needsAc = !progressive || first > 0;
    for (Component component : scanned) {
      if (needsDc && component.dc == null || needsAc && component.ac == null) {
        throw file.wrong("expected a Huffman table but there is none");
      }
    }
    units(scanned, bits, coder);
    at = bits.marker();
  }

  private void units(List<Component> scanned, JpegBits bits, Coder coder) {
    Component only = scanned.size() == 1 ? scanned.getFirst() : null;
    int columns = only != null ? only.blockColumns : unitColumns();
    int rows = only != null ? only.blockRows : unitRows();
    int left = interval;
    for (int y = 0; y < rows; y++) {
      for (int x = 0; x < columns; x++) {
        if (interval > 0 && left-- == 0) {
          bits.restart();
          left = interval - 1;
          run = 0;
          scanned.forEach(component -> component.predicted = 0);
        }
        if (only != null) {
          coder.block(only, y * only.stride + x);
          continue;
        }
        for (Component component : scanned) {
          for (int v = 0; v < component.down; v++) {
            int number = (y * component.down + v) * component.stride + x * component.across;
            for (int h = 0; h < component.across; h++) {
              coder.block(component, number + h);
            }
          }
        }
      }
      bits.check();
    }
    run = 0;
  }

  private int predicted(Component component, JpegBits bits) {
    int length = bits.decode(component.dc);
    if (length > 15) {
      throw file.wrong("the packed pixels are damaged");
    }
    component.predicted += bits.signed(length);
    return component.predicted;
  }

  private Coder sequential(JpegBits bits) {
    return (component, number) -> {
      int[] factor = component.factors;
      Arrays.fill(block, 0);
      block[0] = predicted(component, bits) * factor[0];
      JpegBits.Table table = component.ac;
      for (int k = 1; k < 64; k++) {
        int code = bits.decode(table);
        int length = code & 15;
        if (length == 0) {
          if (code != 0xf0) {
            break;
          }
          k += 15;
          continue;
        }
        k += code >> 4;
        if (k > 63) {
          throw file.wrong("the packed pixels are damaged");
        }
        int position = ZIGZAG[k];
        block[position] = bits.signed(length) * factor[position];
      }
      inverse(component, number);
    };
  }

  private void inverse(Component component, int number) {
    int row = number / component.stride;
    int column = number % component.stride;
    transform.inverse(
        block, component.plane, (row * component.stride * 8 + column) * 8, component.stride * 8);
  }

  private void transform(Component component) {
    int[] factor = component.factors;
    short[] from = component.coefficients;
    for (int number = 0; number < from.length / 64; number++) {
      for (int i = 0; i < 64; i++) {
        block[i] = from[64 * number + i] * factor[i];
      }
      inverse(component, number);
    }
    component.coefficients = null;
  }

  // ---- progressive ----

  /** How many blocks more have nothing in the band. */
  private int run;

  private Coder progressive(JpegBits bits, int first, int last, int high, int low) {
    if (first == 0) {
      return high == 0
          ? (component, number) ->
              component.coefficients[64 * number] = (short) (predicted(component, bits) << low)
          : (component, number) -> {
            if (bits.bit()) {
              component.coefficients[64 * number] |= (short) (1 << low);
            }
          };
    }
    return high == 0
        ? (component, number) -> band(bits, component, number, first, last, low)
        : (component, number) -> refined(bits, component, number, first, last, low);
  }

  private void band(JpegBits bits, Component component, int number, int first, int last, int low) {
    if (run > 0) {
      run--;
      return;
    }
    for (int k = first; k <= last; k++) {
      int code = bits.decode(component.ac);
      int length = code & 15;
      int skipped = code >> 4;
      if (length == 0) {
        if (skipped < 15) {
          run = (1 << skipped) - 1 + bits.bits(skipped);
          return;
        }
        k += 15;
        continue;
      }
      k += skipped;
      if (k > 63) {
        throw file.wrong("the packed pixels are damaged");
      }
      component.coefficients[64 * number + ZIGZAG[k]] = (short) (bits.signed(length) << low);
    }
  }

  private void refined(
      JpegBits bits, Component component, int number, int first, int last, int low) {
    short[] coefficients = component.coefficients;
    int base = 64 * number;
    int k = first;
    if (run == 0) {
      for (; k <= last; k++) {
        int code = bits.decode(component.ac);
        int skipped = code >> 4;
        int fresh = 0;
        if ((code & 15) != 0) {
          fresh = bits.bit() ? 1 << low : -1 << low;
        } else if (skipped < 15) {
          run = (1 << skipped) + bits.bits(skipped);
          break;
        }
        for (; k <= last; k++) {
          int position = base + ZIGZAG[k];
          if (coefficients[position] != 0) {
            refine(bits, coefficients, position, low);
          } else if (--skipped < 0) {
            break;
          }
        }
        if (fresh != 0) {
          if (k > last) {
            throw file.wrong("the packed pixels are damaged");
          }
          coefficients[base + ZIGZAG[k]] = (short) fresh;
        }
      }
    }
    if (run > 0) {
      for (; k <= last; k++) {
        int position = base + ZIGZAG[k];
        if (coefficients[position] != 0) {
          refine(bits, coefficients, position, low);
        }
      }
      run--;
    }
  }

  private static void refine(JpegBits bits, short[] coefficients, int position, int low) {
    short value = coefficients[position];
    if (bits.bit() && (value & 1 << low) == 0) {
      coefficients[position] += (short) (value > 0 ? 1 << low : -1 << low);
    }
  }

  // ---- colours ----

  private boolean isRgb() {
    if (jfif || components.size() == 1) {
      return false;
    }
    return adobe >= 0
        ? adobe == 0
        : components.get(0).id == 'R' && components.get(1).id == 'G' && components.get(2).id == 'B';
  }

  private Picture picture() {
    int channels = components.size();
    byte[] pixels = new byte[width * height * channels];
    List<JpegRows> rows = components.stream().map(this::rows).toList();
    if (channels == 1) {
      for (int y = 0; y < height; y++) {
        System.arraycopy(rows.getFirst().row(y), 0, pixels, y * width, width);
      }
      return new Picture(width, height, 1, pixels);
    }
    boolean rgb = isRgb();
    for (int y = 0; y < height; y++) {
      byte[] first = rows.get(0).row(y);
      byte[] second = rows.get(1).row(y);
      byte[] third = rows.get(2).row(y);
      int to = 3 * y * width;
      if (rgb) {
        for (int x = 0; x < width; x++, to += 3) {
          pixels[to] = first[x];
          pixels[to + 1] = second[x];
          pixels[to + 2] = third[x];
        }
      } else {
        colours(first, second, third, pixels, to);
      }
    }
    return new Picture(width, height, 3, pixels);
  }

  /** Those of JFIF: luminance and two differences, of ITU-R BT.601 in the whole range. */
  private void colours(byte[] luminance, byte[] blues, byte[] reds, byte[] pixels, int to) {
    for (int x = 0; x < width; x++, to += 3) {
      int y = luminance[x] & 0xff;
      int blue = (blues[x] & 0xff) - 128;
      int red = (reds[x] & 0xff) - 128;
      // 1.402, 0.34414, 0.71414 and 1.772 in 16 bits.
      pixels[to] = (byte) Math.clamp(y + (91881 * red + 32768 >> 16), 0, 255);
      pixels[to + 1] = (byte) Math.clamp(y + (-22554 * blue - 46802 * red + 32768 >> 16), 0, 255);
      pixels[to + 2] = (byte) Math.clamp(y + (116130 * blue + 32768 >> 16), 0, 255);
    }
  }

  private JpegRows rows(Component component) {
    return new JpegRows(
        component.plane,
        component.stride * 8,
        Math.ceilDiv(width * component.across, mostAcross),
        Math.ceilDiv(height * component.down, mostDown),
        mostAcross / component.across,
        mostDown / component.down);
  }
}
