package dev.fathom.audio;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import javax.sound.sampled.AudioFileFormat;
import javax.sound.sampled.AudioFormat;
import javax.sound.sampled.AudioInputStream;
import javax.sound.sampled.AudioSystem;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class WavTest {

  /** A file with one chunk of samples behind another one of an odd size. */
  private static byte[] wav(int format, int channels, int rate, int bits, byte... data) {
    ByteBuffer file =
        ByteBuffer.allocate(12 + 24 + 12 + 8 + data.length).order(ByteOrder.LITTLE_ENDIAN);
    file.put(ascii("RIFF")).putInt(file.capacity() - 8).put(ascii("WAVE"));
    file.put(ascii("fmt ")).putInt(16).putShort((short) format).putShort((short) channels);
    int frame = channels * bits / 8;
    file.putInt(rate).putInt(rate * frame).putShort((short) frame).putShort((short) bits);
    file.put(ascii("LIST")).putInt(3).put(new byte[] {'a', 'b', 'c', 0});
    return file.put(ascii("data")).putInt(data.length).put(data).array();
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  private static float[] samples(byte... file) {
    return Wav.read("a.wav", file, 60).samples();
  }

  private static String wrong(byte... file) {
    return assertThrows(SoundException.class, () -> Wav.read("a.wav", file, 60)).getMessage();
  }

  @Test
  void readsEachWidth() {
    assertArrayEquals(
        new float[] {0, -1, 127 / 128f},
        samples(wav(1, 1, 8000, 8, (byte) 128, (byte) 0, (byte) 255)));
    byte[] two = {0, 0, 0, (byte) 0x80, (byte) 0xff, 0x7f};
    assertArrayEquals(new float[] {0, -1, 32767 / 32768f}, samples(wav(1, 1, 8000, 16, two)));
    byte[] three = {1, 0, 0, 0, 0, (byte) 0x80, (byte) 0xff, (byte) 0xff, 0x7f};
    assertArrayEquals(
        new float[] {1 / 8388608f, -1, 8388607 / 8388608f}, samples(wav(1, 1, 8000, 24, three)));
    byte[] four = {0, 0, 0, (byte) 0x80, 0, 0, 0, 0x40};
    assertArrayEquals(new float[] {-1, 0.5f}, samples(wav(1, 1, 8000, 32, four)));
    ByteBuffer floats = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN);
    floats.putFloat(0.25f).putFloat(-1.5f);
    assertArrayEquals(new float[] {0.25f, -1.5f}, samples(wav(3, 1, 8000, 32, floats.array())));
    ByteBuffer doubles = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putDouble(0.125);
    assertArrayEquals(new float[] {0.125f}, samples(wav(3, 1, 8000, 64, doubles.array())));
  }

  @Test
  void mixesChannelsAndKeepsTheRate() {
    byte[] stereo = {0, 0x40, 0, 0x20, 0, (byte) 0x80, 0, 0x40};
    Sound sound = Wav.read("a.wav", wav(1, 2, 44_100, 16, stereo), 60);
    assertArrayEquals(new float[] {0.375f, -0.25f}, sound.samples());
    assertEquals(44_100, sound.rateHertz());
    assertEquals(2 / 44_100.0, sound.seconds());
  }

  /** The JDK's own decoders say what the codes mean. */
  @ParameterizedTest
  @ValueSource(strings = {"ULAW", "ALAW"})
  void readsTelephoneCodes(String law) throws IOException {
    byte[] codes = new byte[256];
    for (int i = 0; i < codes.length; i++) {
      codes[i] = (byte) i;
    }
    var format = new AudioFormat(new AudioFormat.Encoding(law), 8000, 8, 1, 1, 8000, false);
    var stream = new AudioInputStream(new ByteArrayInputStream(codes), format, codes.length);
    var linear = new AudioFormat(8000, 16, 1, true, false);
    byte[] decoded = AudioSystem.getAudioInputStream(linear, stream).readAllBytes();
    assertArrayEquals(
        samples(wav(1, 1, 8000, 16, decoded)),
        samples(wav(law.equals("ALAW") ? 6 : 7, 1, 8000, 8, codes)));
  }

  @Test
  void readsWhatTheJdkWrites() throws IOException {
    byte[] data = new byte[6000];
    new Random(1).nextBytes(data);
    var format = new AudioFormat(22_050, 24, 2, true, false);
    var stream = new AudioInputStream(new ByteArrayInputStream(data), format, 1000);
    var file = new ByteArrayOutputStream();
    AudioSystem.write(stream, AudioFileFormat.Type.WAVE, file);
    assertArrayEquals(samples(wav(1, 2, 22_050, 24, data)), samples(file.toByteArray()));
  }

  @Test
  void readsExtensibleFormatsAndFilesOfPipes() {
    byte[] file = wav(1, 1, 8000, 16, (byte) 0, (byte) 0x40);
    ByteBuffer longer = ByteBuffer.allocate(file.length + 24).order(ByteOrder.LITTLE_ENDIAN);
    longer.put(file, 0, 16).putInt(40).putShort((short) 0xfffe).put(file, 22, 14);
    longer.putShort((short) 22).putShort((short) 16).putInt(4).putShort((short) 1);
    longer.put(new byte[14]).put(file, 36, file.length - 36);
    assertArrayEquals(new float[] {0.5f}, samples(longer.array()));
    ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).putInt(file.length - 6, -1);
    assertArrayEquals(new float[] {0.5f}, samples(file));
  }

  @Test
  void saysWhatIsWrong() {
    byte[] file = wav(1, 1, 8000, 16, new byte[100]);
    assertEquals(
        "[wav] a.wav: expected a file that begins with RIFF and WAVE but got nothing", wrong());
    assertTrue(wrong(ascii("OggS and more bytes")).endsWith("but got 4f 67 67 53"));
    assertEquals(
        "[wav] a.wav: expected 100 bytes of samples but the file ends after 60",
        wrong(Arrays.copyOf(file, file.length - 40)));
    assertEquals(
        "[wav] a.wav: expected a chunk 'data' but there is none", wrong(Arrays.copyOf(file, 40)));
    assertTrue(
        wrong(Arrays.copyOf(file, 30)).contains("16 bytes of 'fmt ' but the file ends after 10"));
    assertTrue(wrong(wav(2, 1, 8000, 4)).contains("but got the format 2 with 4 bits"));
    assertTrue(wrong(wav(1, 0, 8000, 16)).contains("a channel and a sample a second"));
    assertTrue(wrong(wav(1, 1, 0, 16)).contains("a channel and a sample a second"));
    byte[] nan = {0, 0, (byte) 0xc0, 0x7f};
    assertTrue(wrong(wav(3, 1, 8000, 32, nan)).contains("finite samples but got NaN at 0"));
    assertTrue(
        assertThrows(
                SoundException.class, () -> Wav.read("a.wav", wav(1, 1, 10, 8, new byte[50]), 4))
            .getMessage()
            .contains("at most 4 seconds but got 5"));
  }

  /** Whatever stands in a file, it is a sound or a {@link SoundException}. */
  @Test
  void noFileBreaksIt() {
    Random random = new Random(7);
    byte[] file = wav(1, 2, 8000, 16, new byte[40]);
    for (int i = 0; i < 50_000; i++) {
      byte[] changed = Arrays.copyOf(file, random.nextInt(file.length + 1));
      for (int k = random.nextInt(4); k > 0 && changed.length > 0; k--) {
        changed[random.nextInt(changed.length)] = (byte) random.nextInt(256);
      }
      try {
        Wav.read("a.wav", changed, 60);
      } catch (SoundException e) {
        assertTrue(e.getMessage().startsWith("[wav] a.wav: "));
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"3, 1", "6, 2", "2, -1"})
  void anExampleIsTheMiddle(int samples, int first) {
    byte[] file = wav(1, 1, 8000, 16, 0, 0x10, 0, 0x20, 0, 0x30, 0, 0x40);
    float[] example = new Recording(8000, samples, 60).example("a.wav", file);
    float[] expected = new float[samples];
    for (int i = 0; i < 4; i++) {
      int at = i + (samples - 4) / 2;
      if (at >= 0 && at < samples) {
        expected[at] = (i + 1) / 8f;
      }
    }
    assertArrayEquals(expected, example);
  }

  private static byte[] wav(int format, int channels, int rate, int bits, int... data) {
    byte[] bytes = new byte[data.length];
    for (int i = 0; i < data.length; i++) {
      bytes[i] = (byte) data[i];
    }
    return wav(format, channels, rate, bits, bytes);
  }
}
