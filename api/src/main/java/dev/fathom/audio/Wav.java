package dev.fathom.audio;

import dev.fathom.data.MediaFiles;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Set;

/**
 * Reads files of the form RIFF/WAVE (Microsoft, "Multiple Channel Audio Data and WAVE Files"): PCM
 * of 8, 16, 24 and 32 bits, floating numbers of 32 and 64, mu-law and A-law (ITU-T G.711). Several
 * channels become their mean.
 */
public final class Wav {
  private static final int PCM = 1;
  private static final int FLOAT = 3;
  private static final int A_LAW = 6;
  private static final int MU_LAW = 7;
  private static final int EXTENSIBLE = 0xfffe;

  /** A size that says: up to the end of the file, as programs write it that write to a pipe. */
  private static final long UNKNOWN = 0xffffffffL;

  /** What people take for sounds, read or not: none of them is left out in silence. */
  private static final Set<String> ENDINGS =
      Set.of(
          "wav", "wave", "flac", "mp3", "ogg", "oga", "opus", "m4a", "aac", "aif", "aiff", "au",
          "wma", "gsm", "amr");

  private Wav() {}

  /** {@return whether a file's name is that of a sound, in capitals too} */
  public static boolean isSound(String file) {
    return MediaFiles.hasEnding(file, ENDINGS);
  }

  /** How samples lie in a file. */
  private record Format(int code, int channels, int rateHertz, int bits) {
    int bytes() {
      return bits / 8;
    }
  }

  /**
   * {@return the sound of a file}
   *
   * @param name for messages
   * @param maxSeconds of a sound; a longer one is refused before its samples are read
   * @throws SoundException if it is none, damaged, of a form that is not read, or too long
   */
  public static Sound read(String name, byte[] file, double maxSeconds) {
    ByteBuffer bytes = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
    if (file.length < 12 || !text(bytes, 0).equals("RIFF") || !text(bytes, 8).equals("WAVE")) {
      throw SoundException.unsupported(
          name, "expected a file that begins with RIFF and WAVE but got " + beginning(file));
    }
    Format format = null;
    long at = 12;
    while (at + 8 <= file.length) {
      int start = (int) at + 8;
      long size = bytes.getInt((int) at + 4) & UNKNOWN;
      String chunk = text(bytes, (int) at);
      if (chunk.equals("data")) {
        if (format == null) {
          throw SoundException.damaged(name, "expected a chunk 'fmt ' in front of 'data'");
        }
        if (size > file.length - start && size != UNKNOWN) {
          throw SoundException.damaged(
              name,
              "expected %,d bytes of samples but the file ends after %,d"
                  .formatted(size, file.length - start));
        }
        int length = (int) Math.min(size, file.length - start);
        return samples(name, bytes.slice(start, length), format, maxSeconds);
      }
      if (size > file.length - start) {
        throw SoundException.damaged(
            name,
            "expected %,d bytes of '%s' but the file ends after %,d"
                .formatted(size, chunk, file.length - start));
      }
      if (chunk.equals("fmt ")) {
        format = format(name, bytes.slice(start, (int) size));
      }
      at = start + size + size % 2;
    }
    throw SoundException.damaged(name, "expected a chunk 'data' but there is none");
  }

  private static String text(ByteBuffer bytes, int at) {
    byte[] four = new byte[4];
    bytes.get(at, four);
    return new String(four, StandardCharsets.ISO_8859_1);
  }

  private static String beginning(byte[] file) {
    StringBuilder shown = new StringBuilder();
    for (int i = 0; i < Math.min(4, file.length); i++) {
      shown.append(i == 0 ? "" : " ").append("%02x".formatted(file[i] & 0xff));
    }
    return file.length == 0 ? "nothing" : shown.toString();
  }

  private static Format format(String name, ByteBuffer chunk) {
    chunk.order(ByteOrder.LITTLE_ENDIAN);
    if (chunk.limit() < 16) {
      throw SoundException.damaged(
          name, "expected 16 bytes of 'fmt ' or more but got " + chunk.limit());
    }
    int code = chunk.getShort(0) & 0xffff;
    if (code == EXTENSIBLE && chunk.limit() >= 26) {
      code = chunk.getShort(24) & 0xffff;
    }
    int channels = chunk.getShort(2) & 0xffff;
    long rate = chunk.getInt(4) & UNKNOWN;
    int bits = chunk.getShort(14) & 0xffff;
    boolean read =
        switch (code) {
          case PCM -> bits == 8 || bits == 16 || bits == 24 || bits == 32;
          case FLOAT -> bits == 32 || bits == 64;
          case A_LAW, MU_LAW -> bits == 8;
          default -> false;
        };
    if (!read) {
      throw SoundException.unsupported(
          name,
          "expected PCM of 8, 16, 24 or 32 bits, floats of 32 or 64, A-law or mu-law but got the format %d with %d bits"
              .formatted(code, bits));
    }
    if (channels == 0 || rate == 0 || rate > Integer.MAX_VALUE) {
      throw SoundException.damaged(
          name,
          "expected a channel and a sample a second or more but got %d and %d"
              .formatted(channels, rate));
    }
    return new Format(code, channels, (int) rate, bits);
  }

  private static Sound samples(String name, ByteBuffer data, Format format, double maxSeconds) {
    data.order(ByteOrder.LITTLE_ENDIAN);
    int frame = format.channels() * format.bytes();
    int count = data.limit() / frame;
    if (count > maxSeconds * format.rateHertz()) {
      throw SoundException.unsupported(
          name,
          "expected at most %.0f seconds but got %.0f"
              .formatted(maxSeconds, (double) count / format.rateHertz()));
    }
    float[] samples = new float[count];
    for (int i = 0; i < count; i++) {
      double sum = 0;
      for (int channel = 0; channel < format.channels(); channel++) {
        sum += sample(data, i * frame + channel * format.bytes(), format);
      }
      samples[i] = (float) (sum / format.channels());
      if (!Float.isFinite(samples[i])) {
        throw SoundException.damaged(
            name, "expected finite samples but got %s at %d".formatted(sum, i));
      }
    }
    return new Sound(format.rateHertz(), samples);
  }

  private static double sample(ByteBuffer data, int at, Format format) {
    return switch (format.code()) {
      case FLOAT -> format.bits() == 32 ? data.getFloat(at) : data.getDouble(at);
      case A_LAW -> aLaw(data.get(at)) / 32768.0;
      case MU_LAW -> muLaw(data.get(at)) / 32768.0;
      default ->
          switch (format.bits()) {
            // Bytes have no sign: silence is 128.
            case 8 -> ((data.get(at) & 0xff) - 128) / 128.0;
            case 16 -> data.getShort(at) / 32768.0;
            case 24 -> (data.getShort(at) & 0xffff | data.get(at + 2) << 16) / 8388608.0;
            default -> data.getInt(at) / 2147483648.0;
          };
    };
  }

  private static int aLaw(byte code) {
    int value = (code ^ 0x55) & 0xff;
    int exponent = value >> 4 & 7;
    int mantissa = (value & 15) << 4;
    int magnitude = exponent == 0 ? mantissa + 8 : mantissa + 0x108 << exponent - 1;
    return (value & 0x80) != 0 ? magnitude : -magnitude;
  }

  private static int muLaw(byte code) {
    int value = ~code & 0xff;
    int magnitude = (((value & 15) << 3) + 0x84 << (value >> 4 & 7)) - 0x84;
    return (value & 0x80) != 0 ? -magnitude : magnitude;
  }
}
